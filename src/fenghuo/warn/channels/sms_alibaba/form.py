"""Settings of SMS over Alibaba Cloud."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field, url_field
from fenghuo.warn.channels.templates import named

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,}")


class Settings(ChannelSettings):
    """The account, the approved signature and template, and what stands for the template's variables."""

    kind_name = _("SMS (Alibaba Cloud)")
    hint = _("Signature and template must have been approved; use an access key that may send SMS and nothing else.")
    reach = Reach.PHONE
    answers_query = "?key=…"

    key_id = forms.CharField(label=_("AccessKey ID"), max_length=100)
    key_secret = secret_field(_("AccessKey secret"))
    signature = forms.CharField(label=_("SMS signature"), max_length=60)
    template = forms.CharField(label=_("Template code"), max_length=60)
    variables = forms.CharField(
        label=_("Variables of the template"),
        initial="title=title",
        max_length=300,
        help_text=_("variable=value, separated by commas; values: title, text, unit, asset, level."),
    )
    longest = forms.IntegerField(
        label=_("Longest variable in characters"), min_value=4, max_value=500, initial=35, required=False
    )
    push_secret = secret_field(
        _("Secret of the address for answers"),
        required=False,
        hint=_("16 or more letters and digits of your own. Empty: no answers are taken."),
    )
    url = url_field(_("Endpoint"), initial="https://dysmsapi.aliyuncs.com/")

    def clean_push_secret(self) -> str:
        """A secret that stands in an address as it is, and is not guessed."""
        given = str(self.cleaned_data["push_secret"])
        if given and not _SECRET.fullmatch(given):
            raise ValidationError(gettext("16 or more letters and digits are needed."))
        return given

    def clean_variables(self) -> str:
        """The text as given, where it can be read."""
        named(self.cleaned_data["variables"])
        return str(self.cleaned_data["variables"])
