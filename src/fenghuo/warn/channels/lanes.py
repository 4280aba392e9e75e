"""Sending what is due over one channel; part of this room's `actions`.

A lane leases some messages, and takes them one after the other. One transaction writes down how the last one ended and that the next one
begins: a process that dies leaves at most one message of a lane in doubt, and only that one is marked. Nothing is sent before the begin is
durable, so that a full disk stops sending instead of repeating it.
"""

import logging
import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.db.models import Q, QuerySet

from fenghuo.base.common import clock, net
from fenghuo.base.common.secrets import SealBroken
from fenghuo.warn.channels import probes
from fenghuo.warn.channels.decide import DEAD_AFTER, LONGEST_WAIT, Bucket, limit_of, poured
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.marking import note_begun, note_sent
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Sent, pause_after
from fenghuo.warn.channels.models import Call, Channel, ChannelHealth, Delivery, DeliveryState
from fenghuo.warn.channels.points import point
from fenghuo.warn.channels.sending import send
from fenghuo.warn.channels.settings_form import Reach
from fenghuo.warn.channels.together import Together

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
_FIRST_SHARE, _MOST_SHARE = 20, 100
_QUICK_S, _SLOW_S = 0.5, 2.0
_LONGEST_REST_S = 60

_together = Together()
_in_hand: set[str] = set()
"""What a lane of this process is sending: a clock that jumps lets leases run out, but not those."""
_guard = threading.Lock()
_noted_until: dict[str, float] = {}
"""Channel → until when this process need not write down again that it works; a failure ends that."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended: `sent`, or the reason, whether it may have gone, and how long the other side wants rest.

    `only_recipient` is True where it refused this recipient and may take others.
    """

    delivery: Delivery
    sent: Sent | None
    answer: str
    doubt: bool = False
    pause: timedelta | None = None
    only_recipient: bool = False


def due(now: datetime) -> "QuerySet[Delivery]":
    """What is to be sent now. What stands further ahead than anything is ever put was put there before the clock went back.

    That it waits at all is said beside the moments: so the database takes the small index of what waits, not that of everything ever sent.
    """
    timer = Q(next_try_at__lte=now) | Q(next_try_at__gt=now + LONGEST_WAIT)
    return Delivery.objects.filter(timer, next_try_at__isnull=False, channel__enabled=True)


def channels_due(now: datetime) -> list[Channel]:
    """The channels that have something to send and may."""
    if not Delivery.objects.filter(next_try_at__isnull=False).exists():
        return []
    resting = ChannelHealth.objects.filter(paused_until__gt=now, paused_until__lte=now + timedelta(hours=2))
    found = Channel.objects.filter(enabled=True).exclude(pk__in=resting.values("channel_id"))
    return [channel for channel in found if due(now).filter(channel_id=channel.id).order_by().exists()]


def deliver_channel(channel: Channel, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due over one channel, gravest first, until nothing is; how many attempts were made.

    A lane takes about as many at once as it sends in a second, so that a graver one that comes later need not wait long.
    """
    made, share = 0, _FIRST_SHARE
    while not stopping() and (batch := _lease(channel, share)):
        begun = time.monotonic()
        try:
            made += _send_all(batch, stopping)
        finally:
            with _guard:
                _in_hand.difference_update(d.id for d in batch)
        took = time.monotonic() - begun
        if took > _SLOW_S:
            share = max(1, share // 2)
        elif took < _QUICK_S:
            share = min(_MOST_SHARE, share * 2)
    return made


def _lease(channel: Channel, share: int) -> list[Delivery]:
    """Up to `share` messages that this lane alone may send until the lease ends; as many as the channel's allowance lets go."""
    found = _together.run(partial(_leased, channel, share))
    with _guard:
        found = [d for d in found if d.id not in _in_hand]
        _in_hand.update(d.id for d in found)
    if found:
        point("lease:after-commit")
    return found


def _leased(channel: Channel, share: int) -> list[Delivery]:
    now = clock.now()
    known = ChannelHealth.objects.select_for_update().filter(channel_id=channel.id)
    health = known.first() or ChannelHealth.objects.create(channel_id=channel.id)
    if health.paused_until is not None and now < health.paused_until <= now + timedelta(hours=2):
        return []
    with _guard:
        busy = set(_in_hand)
    skip = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
    rows = due(now).filter(channel_id=channel.id).exclude(id__in=busy).select_for_update(of=("self",), **skip)
    found = list(rows.order_by("place", "next_try_at", "id")[: _allowed(channel, health, share, now)])
    if found:
        channel = Channel.objects.get(pk=channel.pk)  # as it is set now
    for delivery in found:
        delivery.channel = channel
    _take(found, health, now)
    point("lease:before-commit")
    return found


def _allowed(channel: Channel, health: ChannelHealth, share: int, now: datetime) -> int:
    kind = kinds().get(channel.kind)
    limit = limit_of(channel.rate, channel.burst, kind.settings.per_minute if kind else 0)
    if limit is None:
        return share
    bucket = poured(Bucket(health.left, health.left_at), limit, now)
    health.left, health.left_at = bucket.left, bucket.at
    return min(share, int(bucket.left))


def _take(found: Sequence[Delivery], health: ChannelHealth, now: datetime) -> None:
    if not found:
        return
    until = now + LEASE
    rows = Delivery.objects.filter(id__in=[d.id for d in found])
    lost = [d.id for d in found if d.begun]
    if lost:
        rows.filter(id__in=lost).update(possible_double=True, begun=False)
    rows.update(state=DeliveryState.LEASED, lease_until=until, next_try_at=until)
    for delivery in found:
        delivery.possible_double = delivery.possible_double or delivery.begun
        delivery.state, delivery.lease_until, delivery.next_try_at, delivery.begun = "leased", until, until, False
    if health.left_at is not None:
        health.left -= len(found)
        health.save(update_fields=["left", "left_at"])


def _send_all(batch: Sequence[Delivery], stopping: Callable[[], bool]) -> int:
    ended: Ended | None = None
    made = 0
    for number, delivery in enumerate(batch):
        if stopping():
            _turn(ended, None)
            _give_back(batch[number:])
            return made
        rest = _turn(ended, delivery)
        if rest:
            _give_back(batch[number:])
            return made
        ended = None
        if rest is not None:
            point("send:before")
            ended = _attempt(delivery)
            point("send:after")
            made += 1
    _turn(ended, None)
    return made


def _turn(ended: Ended | None, following: Delivery | None) -> bool | None:
    """Write down how the last message ended and that the next one begins.

    Returns:
        None where the next one is not ours any more, True where the channel is to rest first, else False.
    """

    def write() -> bool | None:
        rest: bool | None = False
        if ended is not None:
            rest = _record(ended)
        if following is not None and not rest:
            until = clock.now() + LEASE
            if note_begun(following, until):
                following.lease_until, following.begun = until, True
                following.tries += 1
            else:
                rest = None
        point("turn:before-commit")
        return rest

    rest = _together.run(write)
    point("turn:after-commit")
    return rest


def _attempt(delivery: Delivery) -> Ended:
    try:
        sent = probes.reach(delivery.channel) if probes.only_reaches(delivery) else send(delivery)
    except (NotSent, net.Refused, SealBroken) as error:
        pause = getattr(error, "pause", None)
        return Ended(
            delivery, None, str(error), pause=pause, only_recipient=pause is None and _is_recipients(delivery, error)
        )
    except MayHaveGone as error:
        return Ended(delivery, None, str(error), doubt=True)
    except Exception as error:
        log.exception("delivery %s failed in a way that was not foreseen", delivery.id)
        return Ended(delivery, None, f"{type(error).__name__}: {error}", doubt=True)
    return Ended(delivery, sent, sent.answer)


def _is_recipients(delivery: Delivery, error: Exception) -> bool:
    """Whether the other side answered and refused this recipient, so that others may well be reached."""
    kind = kinds().get(delivery.channel.kind)
    if not isinstance(error, NotSent) or kind is None or kind.settings.reach is Reach.PLACE:
        return False
    cause = error.__cause__
    return isinstance(cause, smtplib.SMTPRecipientsRefused) or not isinstance(cause, OSError)


def _record(ended: Ended) -> bool:
    """Write an end down; whether the channel is to rest now."""
    now = clock.now()
    if ended.sent is not None:
        _record_sent(ended, ended.sent, now)
        if not probes.is_probe(ended.delivery):
            _note_good(ended, now)
            return False
    else:
        _record_failed(ended, now)
    health = ChannelHealth.objects.select_for_update().get(channel_id=ended.delivery.channel_id)
    if probes.is_probe(ended.delivery):
        probes.note(health, ended.delivery, ended.answer, now, ok=ended.sent is not None)
    if not probes.only_reaches(ended.delivery):
        _note(health, ended, now)
    health.save()
    return health.paused_until is not None


def _note_good(ended: Ended, now: datetime) -> None:
    """As `_note`, for what most messages do: written once a second, and at once where the channel failed before."""
    channel_id, moment = ended.delivery.channel_id, time.monotonic()
    if moment < _noted_until.get(channel_id, 0.0):
        return
    _noted_until[channel_id] = moment + 1.0
    rows = ChannelHealth.objects.filter(channel_id=channel_id)
    rows.update(ok_at=now, failing_since=None, fails=0, refused=[], paused_until=None, answer=ended.answer[:500])


def _note(health: ChannelHealth, ended: Ended, now: datetime) -> None:
    """How sending goes."""
    health.answer = ended.answer[:500]
    if ended.sent is not None:
        health.ok_at, health.failing_since, health.fails, health.paused_until = now, None, 0, None
        health.refused = []
        return
    _noted_until.pop(health.channel_id, None)
    if ended.only_recipient:
        health.refused = sorted({*health.refused, ended.delivery.recipient})[:DEAD_AFTER]
        if len(health.refused) < DEAD_AFTER:
            return
    health.failed_at, health.failing_since = now, health.failing_since or now
    health.fails += 1
    pause = ended.pause
    if pause is None and health.fails >= DEAD_AFTER:
        pause = timedelta(seconds=min(_LONGEST_REST_S, 2 ** min(health.fails, 10)))
    health.paused_until = now + pause if pause else None


def _record_sent(ended: Ended, sent: Sent, now: datetime) -> None:
    delivery = ended.delivery
    fallback = _answer_by(delivery, now)
    values = {
        "state": DeliveryState.SENT.value,
        "sent_at": now,
        "answer": ended.answer[:500],
        "receipt": sent.receipt[:200],
        "begun": False,
        "fallback_at": fallback,
    }
    # A report about it may come; until then it may have to go once more.
    note_sent(delivery, values, wipe=fallback is None and not sent.receipt)
    if delivery.tries > 1:
        close_calls(delivery.who, delivery.matter, now)


def _answer_by(delivery: Delivery, now: datetime) -> datetime | None:
    """When the next road is taken although this one took the message: no receipt or no answer came."""
    if probes.is_probe(delivery) or delivery.who.startswith("channel:"):
        return None
    if delivery.channel.confirm_within_s:
        return now + timedelta(seconds=delivery.channel.confirm_within_s)
    return now + timedelta(minutes=2) if delivery.answer_hash else None


def _record_failed(ended: Ended, now: datetime) -> None:
    delivery = ended.delivery
    again = now + max(pause_after(delivery.tries), min(ended.pause or timedelta(0), timedelta(minutes=15)))
    values = {
        "state": DeliveryState.WAITING,
        "answer": ended.answer[:500],
        "lease_until": None,
        "next_try_at": again,
        "begun": False,
    }
    if ended.doubt:
        values["possible_double"] = True
    if probes.is_probe(delivery):
        values |= {"state": DeliveryState.FAILED, "next_try_at": None}
    Delivery.objects.filter(id=delivery.id, lease_until=delivery.lease_until).update(**values)


def _give_back(rest: Sequence[Delivery]) -> None:
    """Let others, or this lane later, send what was leased and not begun; in one go, since many lanes of a dead channel do so at once."""
    leases = {delivery.lease_until for delivery in rest}
    ours = Delivery.objects.filter(id__in=[d.id for d in rest], lease_until__in=leases, begun=False)
    ours.update(state=DeliveryState.WAITING, lease_until=None, next_try_at=clock.now())


def close_calls(who: str, matter: str, now: datetime) -> None:
    """A message arrived after all: nobody need call any more."""
    still = Call.objects.filter(who=who, matter=matter).exclude(open_since=None)
    still.update(open_since=None, done_at=now, outcome="arrived")


def deliver_once() -> int:
    """Send what is due over every channel, one channel after the other; how many attempts were made."""
    return sum(deliver_channel(channel) for channel in channels_due(clock.now()))
