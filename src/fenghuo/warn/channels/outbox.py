"""Putting messages in the outbox, inside the caller's transaction; part of this room's `actions`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.rows import insert
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels import secrets
from fenghuo.warn.channels.asking import answerable
from fenghuo.warn.channels.decide import (
    ELSE_CALL_AFTER,
    RESERVE,
    SINGLE,
    WINDOW,
    Budget,
    call_after,
    call_due,
    patience,
)
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.models import Call, CallReason, Channel, Delivery, DeliveryState, Reader, Telling
from fenghuo.warn.channels.points import point
from fenghuo.warn.channels.roads import Way, addressees, best, dead_channels, ways_of

_TESTS = ("channel:", "platform:", "probe:")
_UNCOUNTED = (DeliveryState.HELD, DeliveryState.DIGESTED, DeliveryState.PASSED_ON)
Named = Iterable[str | Addressee]


def enqueue(
    message: Message, emails: Named, now: datetime, only: Channel | None = None, *, named_only: bool = False
) -> int:
    """Put a message in the outbox, inside the caller's transaction: to the fixed recipients of every channel that takes its level, and to
    each person by the first road that leads to them.

    Args:
        emails: the persons to tell, by e-mail address or as `Addressee`.
        only: this channel and no other.
        named_only: nobody but `emails` gets it, whatever levels a channel takes: it is meant for these persons (a link, a code).

    Returns:
        The number of deliveries made.
    """
    everything = list(Channel.objects.all())
    chosen = [c for c in everything if c.enabled and (only is None or c.pk == only.pk)]
    return _Round(everything, chosen, now, named_only).put([message], emails)


def enqueue_all(
    messages: Callable[[], tuple[Iterable[Message], Iterable[str] | Iterable[Addressee]]], now: datetime
) -> int:
    """As `enqueue`, for many messages to the same persons; neither is asked for where no channel is in use."""
    everything = list(Channel.objects.all())
    chosen = [c for c in everything if c.enabled]
    return _Round(everything, chosen, now, False).put(*messages()) if chosen else 0


@dataclass(slots=True)
class _Round:
    """Messages that are put in at once: what they share is read once."""

    everything: Sequence[Channel]
    chosen: Sequence[Channel]
    now: datetime
    named_only: bool
    ways: Mapping[str, list[Way]] = field(default_factory=dict)
    dead: Collection[str] = ()
    budgets: dict[str, Budget] = field(default_factory=dict)
    made: list[Delivery] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)

    def put(self, messages: Iterable[Message], named: Named) -> int:
        """How many deliveries were made, those that a replay found standing counted too."""
        persons = addressees(named)
        messages = list(messages)
        ids = {derived_id("telling", m.matter, m.occasion, *(p.key for p in persons)): m for m in messages}
        known = set(Telling.objects.filter(id__in=ids).values_list("id", flat=True))
        self.ways = ways_of(persons, self.chosen) if persons else {}
        self.dead = dead_channels(self.now)
        if any(m.may_wait for m in messages):
            self._read_budgets(persons)
        for telling_id, message in ids.items():
            if telling_id not in known:
                self._tell(telling_id, message, persons)
        standing = [m for telling_id, m in ids.items() if telling_id in known]
        self._store(persons)
        return len(self.made) + sum(
            Delivery.objects.filter(matter=m.matter, occasion=m.occasion).count() for m in standing
        )

    def _read_budgets(self, persons: Sequence[Addressee]) -> None:
        thrifty = [c for c in self.chosen if c.digests]
        who = [p.key for p in persons] + [fixed_key(c, address) for c in thrifty for address in c.recipients]
        self.budgets = {key: got_since(key, self.now - WINDOW) for key in who}

    def _fits(self, message: Message, channel: Channel) -> bool:
        return self.named_only or message.rank <= WarningLevel(channel.lowest).rank

    def _tell(self, telling_id: str, message: Message, persons: Sequence[Addressee]) -> None:
        asked = []
        before = len(self.made)
        used: set[tuple[str, str]] = set()
        roadless = []
        for person in persons:
            ways = [way for way in self.ways[person.key] if self._fits(message, way[0])]
            way = best(ways, self.dead)
            if way is None:
                roadless.append(person)
                asked.append({"who": person.key, "name": person.name, "result": "no-road"})
                continue
            used.add((way[0].id, way[1]))
            result = self._one(message, way, person, len(ways))
            asked.append({"who": person.key, "name": person.name, "result": result})
        if not self.named_only:
            for channel in self.chosen:
                if self._fits(message, channel):
                    for address in dict.fromkeys(channel.recipients):
                        if (channel.id, address) not in used:
                            self._one(message, (channel, address), None, 1)
        if roadless and len(self.made) == before and self.chosen and not message.matter.startswith(_TESTS):
            self.calls += [call_for(person, message, CallReason.NO_ROAD, self.now) for person in roadless]
        left_out = [
            {"channel": c.name, "why": "off" if not c.enabled else "level"}
            for c in self.everything
            if not c.enabled or not self._fits(message, c)
        ]
        values = {"matter": message.matter, "occasion": message.occasion[:100], "rank": message.rank}
        self.tellings.append(Telling(id=telling_id, at=self.now, asked=asked, left_out=left_out, **values))

    def _one(self, message: Message, way: Way, person: Addressee | None, roads: int) -> str:
        channel, address = way
        who = person.key if person is not None else fixed_key(channel, address)
        delivery = delivery_of(message, channel, address, who, self.now)
        delivery.who_name = (person.name if person is not None else f"{channel.name} · {address}")[:300]
        delivery.named_only = self.named_only
        if message.again and person is None and message.rank > WarningLevel.RED.rank:
            delivery.place += WarningLevel.BLUE.rank
        waits = message.may_wait and channel.digests and not message.secrets
        if waits and not self.budgets[who].take(message.rank):
            delivery.state, delivery.held_at, delivery.next_try_at = DeliveryState.HELD, self.now, None
        elif not message.matter.startswith(_TESTS):
            rest = patience(message.rank, channel.patience_s) if roads > 1 else call_after(message.rank)
            delivery.fallback_at = self.now + (rest if person is not None else ELSE_CALL_AFTER)
        if message.wants_answer and person is not None and delivery.state != DeliveryState.HELD:
            delivery.answer_hash = secrets.answer_hash(who, message.matter) if answerable(channel.kind) else ""
        self.made.append(delivery)
        return "held" if delivery.state == DeliveryState.HELD else "sent"

    def _store(self, persons: Sequence[Addressee]) -> None:
        for rows in (self.made, self.tellings, self.calls):
            insert(rows, skip_known=True)
        answering = {d.who for d in self.made if d.answer_hash}
        give_codes([p for p in persons if p.key in answering], self.now)
        point("enqueue:before-commit")
        transaction.on_commit(partial(point, "enqueue:after-commit"))


def got_since(who: str, since: datetime) -> Budget:
    """What a person got of warnings since then, counted no further than a budget goes: in a storm this is asked all the time."""
    rows = Delivery.objects.filter(who=who, created_at__gte=since, may_wait=True).exclude(state__in=_UNCOUNTED)
    return Budget(rows[: SINGLE + RESERVE].count(), int(rows.filter(rank=1).exists()))


def fixed_key(channel: Channel, address: str) -> str:
    """Key of a fixed recipient of a channel."""
    return f"channel:{channel.id}:{address}"[:340]


def delivery_of(message: Message, channel: Channel, recipient: str, who: str, now: datetime) -> Delivery:
    """The row of one message to one recipient, not stored yet."""
    title, text = message.texts.get(channel.language) or next(iter(message.texts.values()))
    return Delivery(
        id=derived_id("delivery", message.matter, message.occasion, channel.id, recipient),
        channel=channel,
        who=who,
        recipient=recipient,
        matter=message.matter,
        occasion=message.occasion[:100],
        rank=message.rank,
        place=message.rank,
        title=title[:300],
        text=text,
        sealed=secrets.sealed(message.secrets),
        values=dict(message.values),
        exercise=message.exercise,
        may_wait=message.may_wait,
        wants_answer=message.wants_answer,
        created_at=now,
        next_try_at=now,
    )


def give_codes(persons: Sequence[Addressee], now: datetime) -> None:
    """Send a code to each person who is asked for an answer for the first time."""
    known = set(Reader.objects.filter(who__in=[p.key for p in persons]).values_list("who", flat=True))
    for person in (p for p in persons if p.key not in known):
        send_code(person, Reader.objects.create(who=person.key), now)


def send_code(person: Addressee, reader: Reader, now: datetime) -> int:
    """Send a person the code that goes with the links, in a message without one. How many messages."""
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            text = _(
                "Your code: %(code)s\n\nIt acknowledges the warnings that come in other messages. Give it to nobody."
            )
            texts[language] = (_("Fenghuo: your code"), text % {"code": "[[code]]"})
    code = {"code": secrets.code_of(reader.who, reader.code_epoch)}
    message = Message(f"reader:{reader.who}"[:200], f"code:{reader.code_epoch}", 2, texts, secrets=code)
    return enqueue(message, [person], now, named_only=True)


def call_for(person: Addressee, message: Message, reason: CallReason, now: datetime) -> Call:
    """The row of a call about a message, not stored yet."""
    title = next(iter(message.texts.values()))[0]
    return Call(
        id=derived_id("call", person.key, message.matter),
        who=person.key,
        name=person.name[:300],
        phone=person.phone,
        matter=message.matter,
        rank=message.rank,
        title=title[:300],
        reason=reason,
        exercise=message.exercise,
        made_at=now,
        due_at=now + call_due(message.rank),
        open_since=now,
    )
