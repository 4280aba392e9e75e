"""Taking what people write to us, as the other side of a channel tells it; part of this room's `actions`.

Only a member whom the office has entered, or the number that a message went to, acknowledges; only with the person's code; only what
was sent to that person before; and each message once, however often it is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.warn.channels import acks
from fenghuo.warn.channels.configured import settings_of
from fenghuo.warn.channels.hearing import Body, Call, NotProven, Words, members_of
from fenghuo.warn.channels.kinds import kinds, reach_of
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.models import Channel, Delivery, TakenAnswer
from fenghuo.warn.channels.outbox import enqueue, fixed_key
from fenghuo.warn.channels.phones import international, national
from fenghuo.warn.channels.receipts import AWAITED_FOR, CODE
from fenghuo.warn.channels.roads import keys_of
from fenghuo.warn.channels.saying import LANGUAGES, said, tell
from fenghuo.warn.channels.secrets import answer_token, fingerprint
from fenghuo.warn.channels.settings_form import Reach

MOST_OF_ONE = 10
"""Messages of one person in `WINDOW` that are looked at."""
MOST_OF_CHANNEL = 300
WINDOW = timedelta(minutes=10)
_ABANDONED = timedelta(seconds=30)


class TooMany(Exception):
    """The channel has told of too many messages; it may tell of them again later."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The word for what came of a message; the delivery that it is about, and what it acknowledged, None where there is none."""

    code: str
    row: Delivery | None = None
    asked: acks.Asked | None = None


@dataclass(frozen=True, slots=True)
class _Ear:
    """A channel that hears: its settings, from where the call came, and whether the product shows an answer to who wrote."""

    channel: Channel
    config: Mapping[str, str]
    address: str
    settle: acks.Settle
    tells: bool


def take_call(channel: Channel, call: Call, address: str, settle: acks.Settle = acks.stays) -> Body:
    """Take what the other side of a channel calls us with; what it is answered.

    Raises:
        NotProven: the call is not known to come from it. TooMany. SealBroken: the channel's settings do not open.
    """
    hear = kinds()[channel.kind].hear if channel.kind in kinds() else None
    if hear is None or not channel.enabled:
        raise NotProven("the channel is not set up to take answers")
    config = settings_of(channel)
    heard = hear(config, call, clock.now())
    if heard.words and _taken_of(channel).count() >= MOST_OF_CHANNEL:
        raise TooMany(channel.name)
    ear = _Ear(channel, config, address, settle, heard.tells)
    return heard.answer([_take(ear, words) for words in heard.words])


def _taken_of(channel: Channel) -> QuerySet[TakenAnswer]:
    return TakenAnswer.objects.filter(channel=channel, at__gt=clock.now() - WINDOW)


def _take(ear: _Ear, words: Words) -> str:
    """What is said to one message."""
    row, mine = _claimed(ear.channel, words)
    if not mine:
        return row.said
    found = _tried(ear, words, row.sender_hash)
    row.outcome, row.said = found.code, said(found.code, found.row.title if found.row is not None else "")
    with transaction.atomic():
        row.save(update_fields=["outcome", "said"])
        if not ear.tells:
            _tell(ear.channel, found, row.number_hash)
    return row.said


def _tell(channel: Channel, found: _Outcome, number: str) -> None:
    """Where the product shows no answer: who wrote an SMS in vain is told by one, a group what was acknowledged."""
    if reach_of(channel.kind) is Reach.PHONE and found.row is not None:
        tell(channel, found.row, found.code)
    elif found.asked is not None:
        _tell_place(channel, found.asked, number)


def _claimed(channel: Channel, words: Words) -> tuple[TakenAnswer, bool]:
    """The row of a message, and whether it is ours to take; one whose taking was broken off is taken up again."""
    now, number = clock.now(), fingerprint(f"number|{words.number}")
    try:
        with transaction.atomic():
            made = {"number_hash": number, "sender_hash": fingerprint(f"sender|{words.senders[0]}"), "at": now}
            return TakenAnswer.objects.create(channel=channel, **made), True
    except IntegrityError:
        row = TakenAnswer.objects.get(channel=channel, number_hash=number)
    left = TakenAnswer.objects.filter(pk=row.pk, outcome="", at__lt=now - _ABANDONED)
    return row, left.update(at=now) == 1


def _tried(ear: _Ear, words: Words, sender_hash: str) -> _Outcome:
    if _taken_of(ear.channel).filter(sender_hash=sender_hash).count() > MOST_OF_ONE:
        return _Outcome("too-often")
    if not words.private:
        return _Outcome("group")
    code = CODE.search(words.text)
    rows = _sent_to(ear.channel, ear.config, words)
    row = rows.order_by("-sent_at", "-id").first() if rows is not None else None
    if code is None:
        return _Outcome("no-code", None if row is not None and _done(row) else row)
    if rows is None:
        record(SYSTEM, "message.answer-refused", f"channel:{ear.channel.id}", {"why": "unknown"})
        return _Outcome("unknown")
    return _Outcome("nothing") if row is None else _acknowledged(ear, row, code[0])


def _sent_to(channel: Channel, config: Mapping[str, str], words: Words) -> QuerySet[Delivery] | None:
    """What was sent to who wrote, before that, and asks for an answer; None where nobody knows who it is."""
    now = clock.now()
    until = min(words.at or now, now)
    rows = Delivery.objects.filter(sent_at__gt=now - AWAITED_FOR, sent_at__lte=until).exclude(answer_hash="")
    if reach_of(channel.kind) is Reach.PHONE:
        number = international(words.senders[0])
        return rows.filter(channel=channel, recipient__in={words.senders[0], number, national(number)})
    members = members_of(config.get("members", ""))
    known = [members[one] for one in words.senders if one in members]
    return rows.filter(who__in=keys_of(known[0])) if known else None


def _done(row: Delivery) -> bool:
    return Delivery.objects.filter(answer_hash=row.answer_hash, acknowledged_at__isnull=False).exists()


def _acknowledged(ear: _Ear, row: Delivery, code: str) -> _Outcome:
    if _done(row):
        return _Outcome("before", row)
    try:
        asked = acks.acknowledge(answer_token(row.who, row.matter), code, ear.address)
    except acks.WrongCode as error:
        actor = Actor(row.who[:40], row.who_name, ear.address)
        record(actor, "message.answer-refused", row.matter, {"why": error.code, "channel": ear.channel.name})
        return _Outcome(error.code, row)
    return _Outcome(ear.settle(asked, ear.address), row, asked)


def _tell_place(channel: Channel, asked: acks.Asked, number: str) -> None:
    """Where the product shows no answer to who wrote: tell the place of the channel, if it has heard of the matter before."""
    places = [fixed_key(channel, one) for one in channel.recipients]
    row = Delivery.objects.filter(channel=channel, matter=asked.matter, who__in=places).first()
    if row is None:
        return
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = (_("Acknowledged: %(title)s") % {"title": asked.title}, asked.name)
    message = Message(asked.matter, f"answered:{number[:40]}", row.rank, texts, exercise=row.exercise)
    enqueue(message, [], clock.now(), only=channel)
