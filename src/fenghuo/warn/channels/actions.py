"""The verbs of channels; with the files that it names the only writer of their tables."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.warn.channels.answers import take_call
from fenghuo.warn.channels.configured import add_channel, switch_channel
from fenghuo.warn.channels.ladder import call_done, digests_due, ladder_due, note_receipt, wipe_old
from fenghuo.warn.channels.lanes import LEASE, channels_due, deliver_channel, deliver_once
from fenghuo.warn.channels.models import Channel, Road, Vital
from fenghuo.warn.channels.outbox import enqueue, enqueue_all
from fenghuo.warn.channels.probes import probe_due
from fenghuo.warn.channels.receipts import ask, channels_awaiting

__all__ = [
    "LEASE",
    "add_channel",
    "ask",
    "call_done",
    "channels_awaiting",
    "channels_due",
    "deliver_channel",
    "deliver_once",
    "digests_due",
    "enqueue",
    "enqueue_all",
    "ladder_due",
    "note_receipt",
    "note_vital",
    "probe_due",
    "set_limits",
    "set_roads",
    "switch_channel",
    "take_call",
    "wipe_old",
]

LIMITS = ("position", "rate", "burst", "patience_s", "confirm_within_s", "parallel", "digests", "probe_recipient")
"""What of a channel says how much it bears, and how it is used."""


@transaction.atomic
def set_limits(actor: Actor, channel: Channel, **limits: object) -> None:
    """Set some of `LIMITS` of a channel.

    Raises:
        ValidationError: a value can't be what it is; nothing was stored.
    """
    before = {name: getattr(channel, name) for name in limits}
    for name, value in limits.items():
        if name not in LIMITS:
            raise ValidationError({name: _("There is no such limit.")})
        setattr(channel, name, value)
    channel.full_clean()
    if not 1 <= channel.parallel <= 16:
        raise ValidationError({"parallel": _("Choose 1 to 16.")})
    channel.save(update_fields=list(limits))
    record(actor, "channel.limits-set", f"channel:{channel.id}", {"before": before, "after": dict(limits)})


@transaction.atomic
def set_roads(actor: Actor, who: str, roads: Sequence[tuple[Channel, str]]) -> None:
    """Set by which roads a person is reached, in order; none means the order of the channels.

    Raises:
        ValidationError: a road has no address; nothing was stored.
    """
    if any(not address.strip() for _channel, address in roads):
        raise ValidationError(_("Every road needs an address."))
    Road.objects.filter(who=who).delete()
    Road.objects.bulk_create(
        Road(who=who, channel=channel, address=address.strip(), position=number)
        for number, (channel, address) in enumerate(roads)
    )
    detail = {"roads": [channel.name for channel, _address in roads]}
    record(actor, "roads.set", f"recipient:{who}"[:200], detail)


def note_vital(name: str, now: datetime, **detail: object) -> None:
    """Write a sign of life of the platform down."""
    Vital.objects.update_or_create(name=name, defaults={"at": now, "detail": detail})
