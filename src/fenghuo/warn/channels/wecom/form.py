"""Settings of a WeCom robot."""

from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import ChannelSettings, Reach, mention_field, url_field


class Settings(ChannelSettings):
    """The robot's address; its key is all the secret there is."""

    kind_name = _("WeCom robot")
    hint = _("In the group: add a robot and copy its address. Who has the address can write to the group.")
    reach = Reach.PLACE
    hidden = frozenset({"url"})
    per_minute = 20

    url = url_field(
        _("Address of the robot"), hint=_("It begins with https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=")
    )
    mention = mention_field()
