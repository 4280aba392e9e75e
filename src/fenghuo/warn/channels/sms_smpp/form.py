"""Settings of SMS over SMPP."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field
from fenghuo.warn.channels.sms_smpp import pdu

_MOST_SOURCE = 11


class Settings(ChannelSettings):
    """The message centre, the account there, and how numbers are written."""

    kind_name = _("SMS (SMPP 3.4)")
    hint = _(
        "An account at the message centre of a telephone company, or at a modem gateway of the office such as Kannel."
    )
    reach = Reach.PHONE
    takes_replies = True
    brief = pdu.room(2)

    host = forms.CharField(label=_("Message centre"), max_length=255)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=2775, required=False)
    security = forms.ChoiceField(
        label=_("Security"), choices=[("none", _("none")), ("tls", "TLS")], initial="none", required=False
    )
    system_id = forms.CharField(label=_("System ID"), max_length=15)
    password = secret_field(_("Password"), required=False, hint=_("At most 8 characters, as SMPP has it."))
    system_type = forms.CharField(label=_("System type"), max_length=12, required=False)
    source = forms.CharField(
        label=_("Sender number"),
        max_length=20,
        required=False,
        help_text=_("Digits, or up to 11 Latin letters and digits."),
    )
    numbers = forms.ChoiceField(
        label=_("Numbers are written"),
        choices=[("international", _("with the country, 8613…")), ("national", _("without it, 13…"))],
        initial="international",
        required=False,
    )
    parts = forms.IntegerField(
        label=_("Most parts of a long SMS"), min_value=1, max_value=10, initial=3, required=False
    )

    def clean_port(self) -> int:
        """The port of SMPP where none is given."""
        return int(self.cleaned_data["port"] or 2775)

    def clean_source(self) -> str:
        """Digits, or a short name."""
        source = str(self.cleaned_data["source"])
        if source and not source.isdigit() and (not source.isascii() or len(source) > _MOST_SOURCE):
            raise ValidationError(gettext("Use digits, or up to 11 Latin letters and digits."))
        return source
