"""One's own account: sign in, be locked out, choose how pages look."""

import base64
import math
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import qrcode
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathImage

from fenghuo.base.accounts.actions import new_totp_seed, set_password, set_totp, use_totp
from fenghuo.base.accounts.models import Person
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.account.forms import CodeForm, LoginForm, PasswordForm
from fenghuo.faces.console.context import THEME_COOKIE, THEMES
from fenghuo.faces.console.middleware import POLICY

_YEAR = 365 * 86_400
_PENDING = "second_step_of"
_NEXT = "second_step_then"
_SEED = "totp_seed_to_confirm"
_PENDING_S = 300


class Login(LoginView):
    """Sign in; afterwards back to where one wanted to go."""

    template_name = "account/login.html"
    form_class = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Ask for the second factor where the person has one; else sign in."""
        person = form.get_user()
        if person.totp_seed:
            self.request.session[_PENDING] = {"person": person.pk, "until": clock.now().timestamp() + _PENDING_S}
            self.request.session[_NEXT] = self.get_success_url()
            return redirect("account:second")
        _signed_in(self.request, person)
        return super().form_valid(form)

    def get_default_redirect_url(self) -> str:
        """The start page, which leads on to the first page that the person may see."""
        return reverse("start")


def _signed_in(request: HttpRequest, person: Person) -> None:
    record(person.actor(request.META.get("REMOTE_ADDR", "")), "person.signed-in", f"person:{person.pk}")


def second(request: HttpRequest) -> HttpResponse:
    """The second step of signing in: a code. Wrong codes count as wrong passwords do, and lock as they do."""
    pending = request.session.get(_PENDING)
    person = Person.objects.filter(pk=pending["person"], is_active=True).first() if pending else None
    if pending is None or person is None or clock.now().timestamp() > pending["until"]:
        return redirect("account:login")
    credentials = {"username": person.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request)
    form = CodeForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if use_totp(person, form.cleaned_data["code"]):
            following = request.session.pop(_NEXT, reverse("start"))
            del request.session[_PENDING]
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            _signed_in(request, person)
            return redirect(following)
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        form.add_error("code", _("This code is not right, or was used already. Wait for the next one."))
    return render(request, "account/second.html", {"form": form})


@requires(None)
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; other sessions of the person end."""
    person = person_of(request)
    form = PasswordForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if not person.check_password(form.cleaned_data["old"]):
            form.add_error("old", _("This is not the present password."))
        else:
            try:
                set_password(actor_of(request), person, form.cleaned_data["new"])
            except ValidationError as error:
                form.add_error("new", error)
            else:
                update_session_auth_hash(request, person)
                messages.success(request, _("The password is changed."))
                return redirect("start")
    return render(request, "account/password.html", {"form": form})


@requires(None)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set the second factor: show a seed as QR code and text, and take the first code as proof."""
    person = person_of(request)
    seed = request.session.setdefault(_SEED, new_totp_seed())
    form = CodeForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if set_totp(actor_of(request), person, seed, form.cleaned_data["code"]):
            del request.session[_SEED]
            messages.success(request, _("The second factor is set."))
            return redirect("account:me")
        form.add_error("code", _("This code does not fit. Check the clock of the phone."))
    address = f"otpauth://totp/Fenghuo:{quote(person.username)}?secret={seed}&issuer=Fenghuo"
    picture = qrcode.make(address, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    source = "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()
    response = render(request, "account/second_factor.html", {"form": form, "seed": seed, "picture": source})
    response.headers["Content-Security-Policy"] = POLICY.replace("img-src 'self'", "img-src 'self' data:")
    return response


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What django-axes answers after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    wait: timedelta = get_cool_off(request) or timedelta(0)
    minutes = math.ceil(wait.total_seconds() / 60)
    return render(request, "account/locked_out.html", {"minutes": minutes}, status=429)


@requires(None)
def me(request: HttpRequest) -> HttpResponse:
    """Who one is here, and how pages look."""
    themes = [("", _("As the computer")), ("light", _("Light")), ("dark", _("Dark"))]
    return render(request, "account/me.html", {"themes": themes})


@requires(None)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark on this computer."""
    chosen = request.POST.get("theme", "")
    response = redirect("account:me")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response
