"""Settings of a DingTalk robot."""

from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import (
    ChannelSettings,
    Reach,
    members_field,
    mention_field,
    secret_field,
    url_field,
)


class Settings(ChannelSettings):
    """The robot's address with its token, and the secret of its signature."""

    kind_name = _("DingTalk robot")
    hint = _("In the group: settings, robots, custom; choose signing as its safety setting.")
    reach = Reach.PLACE
    hidden = frozenset({"url"})
    per_minute = 20

    url = url_field(
        _("Address of the robot"), hint=_("It begins with https://oapi.dingtalk.com/robot/send?access_token=")
    )
    secret = secret_field(_("Signing secret"), required=False, hint=_("It begins with SEC."))
    mention = mention_field()
    app_secret = secret_field(
        _("AppSecret, for answers"),
        required=False,
        hint=_("Of an internal robot application that receives messages by HTTP. Empty: no answers are taken."),
    )
    members = members_field()
