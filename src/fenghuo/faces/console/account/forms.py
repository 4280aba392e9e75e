"""Forms of one's own account."""

from typing import Any

from django import forms
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


class CodeForm(forms.Form):
    """The six digits of the second factor."""

    code = forms.CharField(
        label=_("Code from your authenticator app"),
        max_length=9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class PasswordForm(forms.Form):
    """A new password."""

    old = forms.CharField(label=_("Present password"), widget=forms.PasswordInput)
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters; a sentence is easier to keep in mind than a riddle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
