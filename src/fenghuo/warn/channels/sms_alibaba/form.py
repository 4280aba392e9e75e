"""Settings of SMS over Alibaba Cloud."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field, url_field
from fenghuo.warn.channels.templates import named


class Settings(ChannelSettings):
    """The account, the approved signature and template, and what stands for the template's variables."""

    kind_name = _("SMS (Alibaba Cloud)")
    hint = _("Signature and template must have been approved; use an access key that may send SMS and nothing else.")
    reach = Reach.PHONE

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
    url = url_field(_("Endpoint"), initial="https://dysmsapi.aliyuncs.com/")

    def clean_variables(self) -> str:
        """The text as given, where it can be read."""
        named(self.cleaned_data["variables"])
        return str(self.cleaned_data["variables"])
