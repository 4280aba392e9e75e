"""Settings of a Feishu robot."""

from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, members_field, secret_field, url_field


class Settings(ChannelSettings):
    """The robot's address, and the secret of its signature."""

    kind_name = _("Feishu robot")
    hint = _("In the group: settings, robots, custom robot; choose signature check as its safety setting.")
    reach = Reach.PLACE
    hidden = frozenset({"url"})
    per_minute = 100

    url = url_field(_("Address of the robot"), hint=_("It begins with https://open.feishu.cn/open-apis/bot/v2/hook/"))
    secret = secret_field(_("Signing secret"), required=False)
    encrypt_key = secret_field(
        _("Encrypt Key, for answers"),
        required=False,
        hint=_("Of an application that receives the event im.message.receive_v1. Empty: no answers are taken."),
    )
    verification_token = secret_field(_("Verification Token, for answers"), required=False)
    members = members_field()
