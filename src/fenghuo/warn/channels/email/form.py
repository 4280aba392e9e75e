"""Settings of e-mail."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.email.dkim import BadKey, key_of, record
from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as Lazy

_DKIM = ("dkim_domain", "dkim_selector", "dkim_key")
_LABELS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
SECURITIES = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", _("none"))]


class Settings(ChannelSettings):
    """The mail server, and how it is spoken to."""

    kind_name = _("e-mail")
    hint = _("A mailbox of the office at its mail server.")
    reach = Reach.EMAIL
    hidden = frozenset({"dkim_key"})

    host = forms.CharField(label=_("Mail server"), max_length=255)
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False, help_text=_("465 for TLS, 587 for STARTTLS, 25.")
    )
    security = forms.ChoiceField(label=_("Security"), choices=SECURITIES, initial="starttls", required=False)
    user = forms.CharField(label=_("User name at the mail server"), required=False, max_length=255)
    password = secret_field(_("Password at the mail server"), required=False)
    sender = forms.EmailField(label=_("Sender address"))
    dkim_domain = forms.CharField(
        label=_("DKIM domain"),
        required=False,
        max_length=253,
        help_text=_("Only where the mail server does not sign by itself; the three DKIM settings go together."),
    )
    dkim_selector = forms.CharField(label=_("DKIM selector"), required=False, max_length=63)
    dkim_key = forms.CharField(
        label=_("DKIM private key"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("RSA of 2,048 bits in PEM. It is stored sealed and never shown again."),
    )

    imap_host = forms.CharField(
        label=_("Mailbox for notices of failed delivery (IMAP)"),
        required=False,
        max_length=255,
        help_text=_(
            "The sender's mailbox, with the same user and password. Only such notices are fetched, no other mail."
        ),
    )
    imap_port = forms.IntegerField(label=_("IMAP port"), min_value=1, max_value=65535, required=False)
    imap_security = forms.ChoiceField(
        label=_("IMAP security"), choices=[("tls", "TLS"), ("none", _("none"))], initial="tls", required=False
    )

    @classmethod
    def notes(cls, config: Mapping[str, str]) -> "list[tuple[Lazy | str, str]]":
        """The DNS record of the signatures."""
        if not config.get("dkim_key"):
            return []
        name = f"{config['dkim_selector']}._domainkey.{config['dkim_domain']}"
        return [(gettext("DNS record (TXT) of the signatures"), f"{name}\n{record(config['dkim_key'])}")]

    def clean(self) -> dict[str, Any]:
        """DKIM whole or not at all; a key that can sign, for the domain of the sender."""
        values = super().clean() or self.cleaned_data
        given = [bool(values.get(name)) for name in _DKIM]
        if any(given) and not all(given):
            raise ValidationError({"dkim_domain": gettext("DKIM needs domain, selector and key, all three.")})
        if all(given):
            _check_dkim(values)
        return values


def _check_dkim(values: dict[str, Any]) -> None:
    try:
        key_of(values["dkim_key"])
    except BadKey as error:
        text = gettext("This is no RSA key in PEM of 1,024 bits or more and without password.")
        raise ValidationError({"dkim_key": text}) from error
    for name in ("dkim_domain", "dkim_selector"):
        if not _LABELS.fullmatch(values[name]):
            raise ValidationError({name: gettext("Letters, digits, hyphens and dots only.")})
    host = str(values.get("sender", "")).rpartition("@")[2].lower()
    domain = values["dkim_domain"].lower()
    if host != domain and not host.endswith("." + domain):
        raise ValidationError({"dkim_domain": gettext("The sender's address must lie in the DKIM domain.")})
