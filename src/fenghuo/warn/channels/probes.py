"""The test message of every minute, through every channel; part of this room's `actions`.

A channel with a recipient for tests sends a real message, marked as a test. One without (a robot in a group of people) only tries the way
to its server, and the desk says so: that proves less.
"""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.common import net
from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.secrets import SealBroken, unseal
from fenghuo.warn.channels.message import NotSent, Sent
from fenghuo.warn.channels.models import Channel, ChannelHealth, Delivery, DeliveryState

EVERY = timedelta(seconds=60)
_KEPT = timedelta(hours=1)
_RANK = 9
_TIMEOUT_S = 5.0


def is_probe(delivery: Delivery) -> bool:
    """Whether it is a test of the minute."""
    return delivery.matter.startswith("probe:")


def only_reaches(delivery: Delivery) -> bool:
    """Whether it is a test that sends nothing."""
    return is_probe(delivery) and not delivery.recipient


@transaction.atomic
def probe_due(now: datetime) -> int:
    """Put this minute's test in the outbox of every channel in use that has none waiting; how many."""
    minute = int(now.timestamp() // EVERY.total_seconds())
    made = []
    for channel in Channel.objects.filter(enabled=True):
        matter = f"probe:{channel.id}"
        if Delivery.objects.filter(matter=matter, next_try_at__isnull=False).exists():
            continue
        if channel.probe_recipient or server_of(channel) is not None:
            made.append(_probe(channel, matter, minute, now))
        old = Delivery.objects.filter(matter=matter, next_try_at__isnull=True)
        old.exclude(created_at__range=(now - _KEPT, now + _KEPT)).delete()
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _probe(channel: Channel, matter: str, minute: int, now: datetime) -> Delivery:
    with translation.override(channel.language):
        title, text = _("[Test] Fenghuo"), _("Test of this channel, sent every minute. Nothing is to be done.")
    return Delivery(
        id=derived_id("delivery", matter, minute),
        channel=channel,
        who=matter,
        recipient=channel.probe_recipient,
        matter=matter,
        occasion=f"minute:{minute}",
        rank=_RANK,
        place=_RANK,
        title=title,
        text=text,
        values={"test": True},
        exercise=True,
        state=DeliveryState.WAITING,
        created_at=now,
        next_try_at=now,
    )


def server_of(channel: Channel) -> tuple[str, int] | None:
    """Host and port of a channel's other side, None where its settings name none."""
    try:
        config: dict[str, str] = json.loads(unseal(channel.sealed))
    except SealBroken:
        return None
    for value in config.values():
        if value.startswith(("http://", "https://")):
            parts = urlsplit(value)
            return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if config.get("host"):
        return config["host"], int(config.get("port") or 25)
    return None


def reach(channel: Channel) -> Sent:
    """Try the way to the channel's server.

    Raises:
        NotSent: no connection. net.Refused: the address may not be contacted.
    """
    server = server_of(channel)
    if server is None:
        raise NotSent(_("The settings of the channel do not open, or name no server."))
    try:
        with net.connect(*server, _TIMEOUT_S):
            return Sent(f"{server[0]}:{server[1]}")
    except OSError as error:
        raise NotSent(f"{server[0]}:{server[1]}: {error}") from error


def note(health: ChannelHealth, delivery: Delivery, answer: str, now: datetime, *, ok: bool) -> None:
    """Put the result of a test into a channel's health, not stored yet."""
    health.probed_at, health.probe_ok = now, ok
    health.probe_failing_since = None if ok else (health.probe_failing_since or now)
    health.probe_sent, health.probe_answer = bool(delivery.recipient), answer[:500]
