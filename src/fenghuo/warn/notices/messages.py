"""The messages of notices. They say that there is one, not what is in it: mail travels through other people's servers."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Unit
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.roads import of_contact, of_head, of_person
from fenghuo.warn.duty.queries import ladder
from fenghuo.warn.notices.decide import Urgency
from fenghuo.warn.notices.links import code_of, link_token
from fenghuo.warn.notices.models import NoticeCopy
from fenghuo.warn.notices.steps import subject

LANGUAGES = ("zh-hans", "en")


def persons_of(unit: Unit) -> dict[str, Addressee]:
    """Part ("contact", "deputy", "head") → person, for those who have an e-mail address or a telephone, in the order in which they are
    told; each on their own roads."""
    found = {"deputy" if c.deputy else "contact": of_contact(c) for c in unit.contacts.all()}
    found |= {"head": of_head(unit)}
    ordered = {part: found[part] for part in ("contact", "deputy", "head") if part in found}
    return {part: person for part, person in ordered.items() if person.email or person.phone}


def send_link(copy: NoticeCopy, occasion: str, now: datetime, people: Sequence[Addressee] = ()) -> int:
    """Tell a unit that something waits for it, with the link; the first who can be written to, or `people`. How many messages."""
    people = people or list(persons_of(copy.unit).values())[:1]
    texts, due = {}, _next_due(copy)
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _link_texts(copy, due)
    return _send(copy, occasion, texts, people, now, {"link": _link(copy)})


def send_code(copy: NoticeCopy, now: datetime) -> int:
    """Send the code of a copy, in a message without the link. How many messages."""
    people = list(persons_of(copy.unit).values())[:1]
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            text = _("Code of the notice: %(code)s\n\nIt opens the link in the other message. Give it to nobody else.")
            texts[language] = (_("Code of a notice"), text % {"code": "[[code]]"})
    return _send(copy, f"code:{copy.code_epoch}", texts, people, now, {"code": code_of(copy)})


def tell_office(copy: NoticeCopy, occasion: str, why: str, people: Sequence[Addressee], now: datetime) -> int:
    """Tell persons of the office, without the link: whoever holds it acts for the unit.

    Args:
        why: "unreached", "review", "late", "question", "recheck" or "recurred".
    """
    texts, due = {}, _next_due(copy)
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _office_texts(copy, why, due)
    return enqueue(_message(copy, occasion, texts, {}), people, now)


def first_of_duty(now: datetime) -> list[Addressee]:
    """The persons of the first rung of the duty ladder."""
    rungs = ladder(now)
    return [of_person(person) for person in rungs[0]] if rungs else []


def _link(copy: NoticeCopy) -> str:
    return f"{settings().public_url.rstrip('/')}/n/{link_token(copy.id)}/"


def _send(
    copy: NoticeCopy,
    occasion: str,
    texts: dict[str, tuple[str, str]],
    people: Sequence[Addressee],
    now: datetime,
    secrets: dict[str, str],
) -> int:
    return enqueue(_message(copy, occasion, texts, secrets), people, now, named_only=True) if people else 0


def _message(copy: NoticeCopy, occasion: str, texts: dict[str, tuple[str, str]], secrets: dict[str, str]) -> Message:
    if copy.notice.exercise:
        texts = {language: (_mark(language) + title, text) for language, (title, text) in texts.items()}
    values = {"notice_id": copy.notice_id, "copy_id": copy.id, "unit_id": copy.unit_id, "kind": copy.notice.kind}
    rank = Urgency(copy.notice.urgency).rank
    return Message(subject(copy), occasion, rank, texts, values, copy.notice.exercise, secrets)


def _mark(language: str) -> str:
    with translation.override(language):
        return _("[Exercise] ")


def _next_due(copy: NoticeCopy) -> str:
    """When the next step of a copy is due, in the zone of the office and in no language."""
    due = Deadline.objects.filter(subject=subject(copy), stopped_at=None).exclude(kind__startswith="deliver")
    first = due.order_by("due_at").values_list("due_at", flat=True).first()
    return localtime(first).strftime("%Y-%m-%d %H:%M") if first else "–"


def _words(copy: NoticeCopy, due: str) -> dict[str, object]:
    number = copy.notice.number
    return {
        "urgency": copy.notice.get_urgency_display(),
        "kind": copy.notice.get_kind_display(),
        "number": number.text if number else "",
        "agency": copy.notice.agency,
        "unit": copy.unit.name,
        "due": due,
        "link": "[[link]]",
        "state": copy.get_state_display(),
    }


def _link_texts(copy: NoticeCopy, due: str) -> tuple[str, str]:
    title = _("[%(urgency)s] %(kind)s %(number)s")
    text = _(
        "%(agency)s to %(unit)s: %(kind)s %(number)s.\n\nNext step due by %(due)s.\nOpen the link, and enter the code that came in "
        "another message:\n%(link)s\n\nNot for your unit? Open the link and say so."
    )
    words = _words(copy, due)
    return title % words, text % words


def _office_texts(copy: NoticeCopy, why: str, due: str) -> tuple[str, str]:
    words = _words(copy, due)
    reasons = {
        "unreached": _("No message has left for this unit. Call it, and enter whom you spoke to."),
        "review": _("The review is the office's own turn."),
        "question": _("The unit has written to the office; the page of its copy shows it."),
        "recheck": _(
            "It was closed a while ago and is due to be looked at again; no finding of the screening stands behind it."
        ),
        "recurred": _("It was closed, and screening sees a finding of it again."),
        "late": _(
            "The unit has let its time pass; contact, deputy and head were told as far as they can be written to."
        ),
    }
    title = _("%(unit)s: %(kind)s %(number)s, %(state)s")
    text = _("%(kind)s %(number)s to %(unit)s: %(state)s, due by %(due)s.") % words
    return title % words, f"{text}\n{reasons[why]}"
