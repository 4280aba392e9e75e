"""Settings of a webhook."""

from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, secret_field, url_field


class Settings(ChannelSettings):
    """Where to, and the secret that both sides know."""

    kind_name = _("webhook")
    hint = _("Any server of the office that takes signed JSON.")
    reach = Reach.PLACE

    url = url_field(_("Webhook address"))
    secret = secret_field(_("Webhook secret"))

    def place(self) -> str:
        """The whole address: secrets of a webhook are in its signature."""
        return str(self.cleaned_data["url"])[:300]
