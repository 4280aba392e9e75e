"""Asking the other sides what became of messages; part of this room's `actions`."""

import json
import logging
import re
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from fenghuo.base.common import clock, net
from fenghuo.base.common.secrets import SealBroken, unseal
from fenghuo.warn.channels.acks import Settle, WrongCode, acknowledge, stays
from fenghuo.warn.channels.kinds import kinds, reach_of, takes_replies
from fenghuo.warn.channels.ladder import note_receipt
from fenghuo.warn.channels.message import NotSent
from fenghuo.warn.channels.models import Channel, Delivery, DeliveryState
from fenghuo.warn.channels.phones import international
from fenghuo.warn.channels.reports import Awaited, Report
from fenghuo.warn.channels.saying import tell
from fenghuo.warn.channels.secrets import answer_token
from fenghuo.warn.channels.settings_form import Reach

log = logging.getLogger(__name__)
AWAITED_FOR = timedelta(days=1)
_AT_ONCE = 500
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_MOST_SEEN = 10_000
_seen: dict[tuple[str, str, str], None] = {}


def _awaited(channel: Channel, now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel_id=channel.id, state=DeliveryState.SENT)
    open_ones = Q(received_at=None)
    if takes_replies(channel.kind):  # what arrived may still be answered
        open_ones |= ~Q(answer_hash="")
    return rows.filter(open_ones).exclude(receipt="").filter(sent_at__gt=now - AWAITED_FOR)


def channels_awaiting(now: datetime) -> list[Channel]:
    """The channels whose other side can tell, and is to be asked."""
    telling = [name for name, kind in kinds().items() if kind.receive is not None]
    return [c for c in Channel.objects.filter(enabled=True, kind__in=telling) if _awaited(c, now).exists()]


def _asked_for(channel: Channel) -> list[Awaited]:
    rows = _awaited(channel, clock.now()).order_by("-sent_at")[:_AT_ONCE]
    in_form = international if reach_of(channel.kind) is Reach.PHONE else str
    return [
        Awaited(
            row.receipt,
            in_form(row.recipient),
            row.sent_at,
            told=row.received_at is not None,
            asks=bool(row.answer_hash),
        )
        for row in rows
        if row.sent_at is not None
    ]


def ask(channel: Channel, settle: Settle = stays) -> int:
    """Take what the other side of a channel reports; how many messages it was about. One that can't be asked is asked again later."""
    receive = kinds()[channel.kind].receive
    if receive is None:
        return 0
    awaited = _asked_for(channel)
    told = {one.receipt for one in awaited if one.told}
    try:
        reports = receive(json.loads(unseal(channel.sealed)), awaited)
    except (NotSent, net.Refused, SealBroken, OSError) as error:
        log.warning("channel %s can not be asked what became of messages: %s", channel.name, error)
        return 0
    fresh = [one for one in reports if one.receipt not in told]
    noted = sum(note_receipt(channel.id, one.receipt, arrived=one.arrived, answer=one.answer) for one in fresh)
    for one in reports:
        if one.reply:
            take_reply(channel, one, settle)
    return noted


def take_reply(channel: Channel, report: Report, settle: Settle = stays) -> bool:
    """Take a person's answer to a message as the acknowledgement of its matter, where it holds the person's code; whether it did. Who
    answered in vain is told.

    Some providers tell the same answer again and again: each counts once, so that a wrong code does not use up the tries.
    """
    found = CODE.search(report.reply)
    row = Delivery.objects.filter(channel_id=channel.id, receipt=report.receipt).exclude(answer_hash="").first()
    key = (channel.id, report.receipt, report.reply)
    if row is None or key in _seen:
        return False
    _seen[key] = None
    if len(_seen) > _MOST_SEEN:
        del _seen[next(iter(_seen))]
    if row.acknowledged_at is not None:
        return False
    try:
        if found is None:
            raise WrongCode("no-code")
        done = acknowledge(answer_token(row.who, row.matter), found[0], row.recipient)
    except WrongCode as error:
        log.warning("an answer over channel %s does not acknowledge %s: %s", channel.name, row.matter, error)
        tell(channel, row, error.code)
        return False
    settle(done, row.recipient)
    return True
