"""Settings of SMS over Tencent Cloud."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field, url_field
from fenghuo.warn.channels.templates import ordered


class Settings(ChannelSettings):
    """The account, the application, the approved signature and template, and what stands for the template's variables."""

    kind_name = _("SMS (Tencent Cloud)")
    hint = _("Signature and template must have been approved; use a key that may send SMS and nothing else.")
    reach = Reach.PHONE
    takes_replies = True

    key_id = forms.CharField(label=_("SecretId"), max_length=100)
    key_secret = secret_field(_("SecretKey"))
    app_id = forms.CharField(label=_("SdkAppId"), max_length=40)
    signature = forms.CharField(label=_("SMS signature"), max_length=60)
    template = forms.CharField(label=_("Template ID"), max_length=60)
    variables = forms.CharField(
        label=_("Variables of the template"),
        initial="title",
        required=False,
        max_length=300,
        help_text=_("Values in the order of the template, separated by commas: title, text, unit, asset, level."),
    )
    longest = forms.IntegerField(
        label=_("Longest variable in characters"), min_value=4, max_value=500, initial=35, required=False
    )
    region = forms.CharField(label=_("Region"), initial="ap-guangzhou", required=False, max_length=40)
    url = url_field(_("Endpoint"), initial="https://sms.tencentcloudapi.com/")

    def clean_variables(self) -> str:
        """The text as given, where it can be read."""
        ordered(self.cleaned_data["variables"])
        return str(self.cleaned_data["variables"])
