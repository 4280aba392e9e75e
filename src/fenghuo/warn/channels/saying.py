"""What a person is told who answered a message: one short sentence that says what to do; part of this room's `actions`."""

from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.models import Channel, Delivery, Reader
from fenghuo.warn.channels.outbox import enqueue

LANGUAGES = ("zh-hans", "en")
_REFUSED = {"code", "code-used-up", "no-code"}


def said(code: str, title: str = "") -> str:
    """What a person is told where the product shows it, in both languages."""
    return "\n".join(text for text in _texts(code, title).values())


def tell(channel: Channel, row: Delivery, code: str) -> int:
    """Tell who answered an SMS in vain, or they believe it is acknowledged; by an SMS, since nothing else shows it. How many messages.

    Each wrong code is told once, that a new one is needed once, that a code is missing once a matter: a machine that answers ends there.
    """
    if code not in _REFUSED:
        return 0
    reader = Reader.objects.filter(who=row.who).first()
    epoch, tries = (reader.code_epoch, reader.code_tries) if reader is not None else (0, 0)
    occasion = {"code": f"refused:{epoch}:{tries}", "code-used-up": f"refused:{epoch}:used-up"}.get(
        code, "refused:no-code"
    )
    texts = {language: (text, row.title) for language, text in _texts(code, row.title).items()}
    message = Message(row.matter, occasion, row.rank, texts, exercise=row.exercise)
    person = Addressee(row.who, row.who_name, phone=row.recipient)
    return enqueue(message, [person], clock.now(), only=channel, named_only=True)


def _texts(code: str, title: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = _words()[code] % {"title": title}
    return found


def _words() -> dict[str, str]:
    return {
        "acknowledged": _("Acknowledged: %(title)s"),
        "in-hand": _("Acknowledged, and somebody else has it in hand already: %(title)s"),
        "over": _("Acknowledged, and it is closed already: %(title)s"),
        "before": _("It was acknowledged before, nothing is left to do: %(title)s"),
        "code": _("That is not your code: send the six digits of the other message."),
        "code-used-up": _("Too many wrong codes: sign in to the platform, or get a new code behind the link."),
        "no-code": _("To acknowledge the newest message that you got, send your code of six digits."),
        "group": _("Write to me alone and not in a group: the code is yours only."),
        "unknown": _("The office has not entered who you are in this chat: open the link in the message."),
        "nothing": _("No message to you waits for an answer."),
        "too-often": _("Too many messages: try again in ten minutes."),
    }
