"""The form of the first start."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FirstStart(forms.Form):
    """County and office, the first administrator, and mail."""

    county = forms.CharField(label=_("County"), max_length=100)
    office = forms.CharField(label=_("Office"), max_length=200)
    document_code = forms.CharField(
        label=_("Code for documents"),
        max_length=50,
        required=False,
        help_text=_("Stands in the number of every document that the office issues."),
    )
    name = forms.CharField(label=_("Your name"), max_length=100)
    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters; a sentence is easier to keep in mind than a riddle."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    email = forms.EmailField(label=_("Your e-mail address"), required=False)
    mail_host = forms.CharField(
        label=_("Mail server"),
        max_length=200,
        required=False,
        help_text=_("Warnings go out over it. It can be set later, too."),
    )
    mail_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=465, required=False)
    mail_security = forms.ChoiceField(
        label=_("Security"), choices=[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))], required=False
    )
    mail_user = forms.CharField(label=_("User name at the mail server"), max_length=200, required=False)
    mail_password = forms.CharField(label=_("Password at the mail server"), widget=forms.PasswordInput, required=False)
    mail_sender = forms.EmailField(label=_("Sender address"), required=False)

    def clean(self) -> dict[str, object]:
        """A mail server needs a sender and somebody to send the test message to."""
        values = super().clean() or {}
        if values.get("mail_host"):
            for needed in ("mail_sender", "email"):
                if not values.get(needed):
                    self.add_error(needed, _("With a mail server this address is needed; a test message is sent."))
        return values
