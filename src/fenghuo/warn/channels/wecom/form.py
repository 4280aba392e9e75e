"""Settings of a WeCom robot."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenghuo.warn.channels.settings_form import (
    ChannelSettings,
    Reach,
    members_field,
    mention_field,
    secret_field,
    url_field,
)
from fenghuo.warn.channels.wecom.receive import key_of


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
    corp_id = forms.CharField(
        label=_("CorpID, for answers"),
        max_length=100,
        required=False,
        help_text=_("Of an application that receives messages. Empty: no answers are taken."),
    )
    app_token = secret_field(_("Token, for answers"), required=False)
    aes_key = secret_field(_("EncodingAESKey, for answers"), required=False)
    members = members_field()

    def clean_aes_key(self) -> str:
        """A key that opens messages."""
        given = str(self.cleaned_data["aes_key"])
        try:
            if given:
                key_of(given)
        except ValueError as error:
            raise ValidationError(gettext("An EncodingAESKey has 43 characters.")) from error
        return given
