"""Forms of one's own account."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("User name and password do not match. After several wrong tries sign-in locks for a while."),
        "inactive": _("This account is disabled. Ask the system administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
