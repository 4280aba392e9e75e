"""Settings of the hook to a voice-call gateway."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field, url_field


class Settings(ChannelSettings):
    """Where the gateway of the office takes calls, and the secret that both sides know."""

    kind_name = _("voice call")
    hint = _("A gateway of the office or its telephone company that takes a signed request and reads the text out.")
    reach = Reach.PHONE
    per_minute = 30

    url = url_field(_("Address of the gateway"))
    secret = secret_field(_("Secret of the gateway"))
    times = forms.IntegerField(label=_("Read the text how often"), min_value=1, max_value=5, required=False)
