"""The verbs of the outbox; with `configured` the only writer of its tables."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.common import clock, net
from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.secrets import SealBroken
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.configured import add_channel, switch_channel
from fenghuo.warn.channels.kinds import reach_of
from fenghuo.warn.channels.message import MayHaveGone, Message, NotSent, pause_after
from fenghuo.warn.channels.models import Channel, Delivery, DeliveryState
from fenghuo.warn.channels.sending import send
from fenghuo.warn.channels.settings_form import Reach

__all__ = ["add_channel", "deliver_once", "enqueue", "enqueue_all", "switch_channel"]

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
_BATCH = 50


def enqueue(
    message: Message, emails: Iterable[str], now: datetime, only: Channel | None = None, *, named_only: bool = False
) -> int:
    """Put a message in the outbox, inside the caller's transaction, for every channel that takes its level.

    Args:
        emails: addresses of the persons to tell; e-mail channels add their fixed recipients.
        only: this channel and no other.
        named_only: nobody but `emails` gets it, whatever levels a channel takes: it is meant for these persons (a link, a code).

    Returns:
        The number of deliveries made.
    """
    channels = Channel.objects.filter(enabled=True)
    chosen = list(channels if only is None else channels.filter(pk=only.pk))
    return _enqueue(chosen, [message], emails, now, named_only)


def enqueue_all(messages: Callable[[], tuple[Iterable[Message], Iterable[str]]], now: datetime) -> int:
    """As `enqueue`, for many messages to the same addresses; neither is asked for where no channel is in use."""
    channels = list(Channel.objects.filter(enabled=True))
    return _enqueue(channels, *messages(), now) if channels else 0


def _enqueue(
    channels: Sequence[Channel],
    messages: Iterable[Message],
    emails: Iterable[str],
    now: datetime,
    named_only: bool = False,
) -> int:
    persons = [address for address in emails if address]
    made = [
        _delivery(message, channel, recipient, now)
        for message in messages
        for channel in channels
        if named_only or message.rank <= WarningLevel(channel.lowest).rank
        for recipient in _recipients(channel, persons, named_only)
    ]
    Delivery.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return len(made)


def _recipients(channel: Channel, persons: Sequence[str], named_only: bool) -> Iterable[str]:
    """Each once: the channel's fixed ones unless only named persons are meant, and the persons where it is mail."""
    fixed = [] if named_only else channel.recipients
    return dict.fromkeys([*fixed, *(persons if reach_of(channel.kind) is Reach.EMAIL else [])])


def _delivery(message: Message, channel: Channel, recipient: str, now: datetime) -> Delivery:
    title, text = message.texts.get(channel.language) or next(iter(message.texts.values()))
    return Delivery(
        id=derived_id("delivery", message.matter, message.occasion, channel.id, recipient),
        channel=channel,
        recipient=recipient,
        matter=message.matter,
        occasion=message.occasion,
        rank=message.rank,
        title=title[:300],
        text=text,
        values=dict(message.values),
        exercise=message.exercise,
        created_at=now,
        next_try_at=now,
    )


def deliver_once() -> int:
    """Send what is due, gravest first; how many attempts were made.

    A delivery is leased before it is sent and recorded after. A lease that ran out means that a process died while
    sending: it is sent again and marked as a possible double.
    """
    now = clock.now()
    if not _due(now).exists():
        return 0
    leased = _lease(now)
    for delivery in leased:
        _attempt(delivery)
    return len(leased)


def _due(now: datetime) -> "QuerySet[Delivery]":
    return Delivery.objects.exclude(state=DeliveryState.SENT).filter(next_try_at__lte=now, channel__enabled=True)


@transaction.atomic
def _lease(now: datetime) -> list[Delivery]:
    found = []
    query = _due(now).select_for_update(of=("self",)).select_related("channel").order_by("rank", "next_try_at", "id")
    for delivery in query[:_BATCH]:
        if delivery.state == DeliveryState.LEASED:
            if delivery.lease_until is not None and delivery.lease_until > now:
                continue
            delivery.possible_double = True
        delivery.state, delivery.lease_until = DeliveryState.LEASED, now + LEASE
        delivery.next_try_at = delivery.lease_until
        delivery.tries += 1
        delivery.save(update_fields=["state", "lease_until", "next_try_at", "possible_double", "tries"])
        found.append(delivery)
    return found


def _attempt(delivery: Delivery) -> None:
    try:
        sent = send(delivery)
    except (NotSent, net.Refused, SealBroken) as error:
        pause = error.pause if isinstance(error, NotSent) else None
        _record(delivery, DeliveryState.WAITING, str(error), doubt=False, pause=pause)
    except MayHaveGone as error:
        _record(delivery, DeliveryState.WAITING, str(error), doubt=True)
    except Exception as error:
        log.exception("delivery %s failed in a way that was not foreseen", delivery.id)
        _record(delivery, DeliveryState.WAITING, f"{type(error).__name__}: {error}", doubt=True)
    else:
        _record(delivery, DeliveryState.SENT, sent.answer, doubt=False)


@transaction.atomic
def _record(
    delivery: Delivery, state: DeliveryState, answer: str, *, doubt: bool, pause: timedelta | None = None
) -> None:
    now = clock.now()
    delivery.state, delivery.answer, delivery.lease_until = state, answer[:500], None
    delivery.possible_double = delivery.possible_double or doubt
    if state == DeliveryState.SENT:
        delivery.sent_at = now
    else:
        delivery.next_try_at = now + max(pause_after(delivery.tries), pause or timedelta(0))
    delivery.save(update_fields=["state", "answer", "lease_until", "possible_double", "sent_at", "next_try_at"])
