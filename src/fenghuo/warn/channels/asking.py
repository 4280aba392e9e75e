"""How a person is asked to acknowledge, in one short sentence at the end of a message; made when it leaves, since every kind of channel has
a way of its own and a message may take another road."""

from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.common.settings import settings
from fenghuo.warn.channels import secrets
from fenghuo.warn.channels.kinds import kinds, reach_of, takes_replies
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.channels.plain import cut, one_line
from fenghuo.warn.channels.settings_form import Reach


def answerable(kind: str) -> bool:
    """Whether a message of this kind can be acknowledged: by an answer, or behind a link."""
    return bool(settings().public_url) or takes_replies(kind)


def asked(delivery: Delivery, text: str) -> str:
    """The text of a delivery with the sentence that asks for an answer, the only one that tells how.

    Where the kind counts what goes out by parts (an SMS), the text gives way to the sentence, and the link does where not even the title
    has room beside it.
    """
    kind = delivery.channel.kind
    if not answerable(kind):
        return text
    with translation.override(delivery.channel.language):
        if not takes_replies(kind):
            return text if reach_of(kind) is Reach.PHONE else f"{text}\n\n{_behind_link(delivery)}"
        brief = kinds()[kind].settings.brief
        room = brief - len(one_line(delivery.title)) - 1
        ask = _either(delivery) if settings().public_url else _by_answer()
        if brief and len(ask) > room:
            ask = _by_answer()
    left = room - len(ask) - 2
    shown = cut(text, left) if brief and left > 1 else "" if brief else text
    return f"{shown}\n\n{ask}".lstrip()


def _link(delivery: Delivery) -> str:
    return secrets.answer_link(delivery.who, delivery.matter)


def _behind_link(delivery: Delivery) -> str:
    return _("Acknowledge it here, with your code: %(link)s") % {"link": _link(delivery)}


def _by_answer() -> str:
    return _("Answer with your code of six digits to acknowledge it.")


def _either(delivery: Delivery) -> str:
    return _("Answer with your code, or open %(link)s") % {"link": _link(delivery)}
