"""Settings of e-mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field

SECURITIES = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))]


class Settings(ChannelSettings):
    """The mail server, and how it is spoken to."""

    kind_name = _("e-mail")
    hint = _("A mailbox of the office at its mail server.")
    reach = Reach.EMAIL

    host = forms.CharField(label=_("Mail server"), max_length=255)
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False, help_text=_("465 for TLS, 587 for STARTTLS, 25.")
    )
    security = forms.ChoiceField(label=_("Security"), choices=SECURITIES, initial="starttls", required=False)
    user = forms.CharField(label=_("User name at the mail server"), required=False, max_length=255)
    password = secret_field(_("Password at the mail server"), required=False)
    sender = forms.EmailField(label=_("Sender address"))
