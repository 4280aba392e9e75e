"""What happens around every page."""

from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from fenghuo.faces.console.access import SignedIn

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PersonMiddleware(MiddlewareMixin):
    """Pages in the language that the person has chosen."""

    def process_request(self, request: HttpRequest) -> None:
        """Take the person's own language before that of the browser."""
        if not request.user.is_authenticated:
            return
        language = cast(SignedIn, request.user).language
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()

    def process_view(
        self, request: HttpRequest, view: object, _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Lead whoever still has a password that somebody else chose to the page that changes it."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.path.startswith((reverse("account:me"), "/static/")):
            return None
        return redirect("account:password")


class SecurityHeadersMiddleware(MiddlewareMixin):
    """Security headers of every answer.

    A page may set a header itself (the page with a QR code needs one more source of images); what it set stands. Pages
    of signed-in persons are kept out of caches, because office computers are shared.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add what is missing."""
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
