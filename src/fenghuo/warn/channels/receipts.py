"""Asking the other sides what became of messages; part of this room's `actions`."""

import json
import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet

from fenghuo.base.common import clock, net
from fenghuo.base.common.secrets import SealBroken, unseal
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.ladder import note_receipt
from fenghuo.warn.channels.message import NotSent
from fenghuo.warn.channels.models import Channel, Delivery, DeliveryState
from fenghuo.warn.channels.reports import Awaited

log = logging.getLogger(__name__)
AWAITED_FOR = timedelta(days=1)
_AT_ONCE = 500


def _awaited(channel: Channel, now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel_id=channel.id, state=DeliveryState.SENT, received_at=None)
    return rows.exclude(receipt="").filter(sent_at__gt=now - AWAITED_FOR)


def channels_awaiting(now: datetime) -> list[Channel]:
    """The channels whose other side can tell, and is to be asked."""
    telling = [name for name, kind in kinds().items() if kind.receive is not None]
    return [c for c in Channel.objects.filter(enabled=True, kind__in=telling) if _awaited(c, now).exists()]


def ask(channel: Channel) -> int:
    """Take what the other side of a channel reports; how many messages it was about. One that can't be asked is asked again later."""
    receive = kinds()[channel.kind].receive
    if receive is None:
        return 0
    rows = _awaited(channel, clock.now()).order_by("-sent_at").values_list("receipt", "recipient", "sent_at")
    awaited = [Awaited(receipt, recipient, sent) for receipt, recipient, sent in rows[:_AT_ONCE] if sent is not None]
    try:
        reports = receive(json.loads(unseal(channel.sealed)), awaited)
    except (NotSent, net.Refused, SealBroken, OSError) as error:
        log.warning("channel %s can not be asked what became of messages: %s", channel.name, error)
        return 0
    return sum(note_receipt(channel.id, one.receipt, arrived=one.arrived, answer=one.answer) for one in reports)
