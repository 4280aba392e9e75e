"""One's own account: sign in, be locked out, choose how pages look."""

import math
from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.faces.console.access import requires
from fenghuo.faces.console.account.forms import LoginForm
from fenghuo.faces.console.context import THEME_COOKIE, THEMES

_YEAR = 365 * 86_400


class Login(LoginView):
    """Sign in; afterwards back to where one wanted to go."""

    template_name = "account/login.html"
    form_class = LoginForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """The start page, which leads on to the first page that the person may see."""
        return reverse("start")


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
