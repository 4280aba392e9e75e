"""What others ask of the lists: who polls, who fell silent, and how long protection took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from fenghuo.respond.blocks.decide import Protection
from fenghuo.respond.blocks.models import Block
from fenghuo.share.blocklists.models import Consumer, FirstFetch

_MISSED = 3
"""Polls that a device may miss before it counts as silent."""


def consumers() -> QuerySet[Consumer]:
    """The devices, closed ones last."""
    return Consumer.objects.order_by("closed_at", "name", "id")


def is_silent(consumer: Consumer, now: datetime) -> bool:
    """Whether a device that should poll does not."""
    since = consumer.last_poll_at or consumer.added_at
    return consumer.closed_at is None and now - since > timedelta(seconds=_MISSED * consumer.every_s)


@dataclass(frozen=True, slots=True)
class Reach:
    """An order, how long it took to protect, and how many of the open devices have it."""

    block: Block
    protection: Protection
    devices: int
    of: int


def reaches(blocks: Iterable[Block]) -> Sequence[Reach]:
    """The same for each of these orders, in their order."""
    found = list(blocks)
    rows = FirstFetch.objects.filter(block__in=found)
    first = dict(rows.values("block_id").annotate(first=Min("at")).values_list("block_id", "first"))
    open_ids = {
        flag: set(Consumer.objects.filter(closed_at=None, exercise=flag).values_list("id", flat=True))
        for flag in (False, True)
    }
    have: dict[str, int] = {}
    for block_id, consumer_id in rows.values_list("block_id", "consumer_id"):
        have[block_id] = have.get(block_id, 0) + (consumer_id in open_ids[False] | open_ids[True])
    return [Reach(b, _protection(b, first.get(b.id)), have.get(b.id, 0), len(open_ids[b.exercise])) for b in found]


def _protection(block: Block, fetched: datetime | None) -> Protection:
    return Protection(
        block.confirmed_at or block.ordered_at, block.confirmed_at is not None, block.approved_at, fetched
    )


def of_incident(incident_id: str) -> Sequence[Reach]:
    """The orders of an incident."""
    return reaches(Block.objects.filter(incident_id=incident_id).order_by("ordered_at", "id"))
