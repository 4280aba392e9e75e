"""The pages that say that something went wrong: what, why, and what would help."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _page(request: HttpRequest, code: int, title: str, text: str, detail: str = "") -> HttpResponse:
    return render(request, "error.html", {"code": code, "title": title, "text": text, "detail": detail}, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a `BadRequest` says what was wrong, other exceptions may carry what an attacker sent and stay silent."""
    detail = str(exception) if isinstance(exception, BadRequest) else ""
    text = _("This request could not be understood. Go back and try again from the page itself.")
    return _page(request, 400, _("Not understood"), text, detail)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    text = _("Your role does not include this page. If your work needs it, ask the system administrator to change it.")
    return _page(request, 403, _("Not permitted"), text, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    text = _("There is nothing at this address, or it belongs to a unit that you do not look after.")
    return _page(request, 404, _("Not found"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; without the frame of the page, whose queries may be what failed."""
    text = _("The platform made a mistake here. It is in the log of the server; receiving of logs and alerting go on.")
    values = {"code": 500, "title": _("Something went wrong"), "text": text, "detail": ""}
    return HttpResponse(render_to_string("error.html", values), status=500)
