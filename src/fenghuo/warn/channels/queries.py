"""What others ask of channels."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet

from fenghuo.warn.channels.models import Call, Channel, Delivery

TROUBLE_AFTER = timedelta(seconds=60)
_PROBE = "probe:"


def channels() -> QuerySet[Channel]:
    """Every channel, by name, with its health."""
    return Channel.objects.select_related("health")


def of_matter(matter: str) -> QuerySet[Delivery]:
    """Who was told of a matter, in order."""
    return Delivery.objects.filter(matter=matter).select_related("channel")


def latest() -> QuerySet[Delivery]:
    """Deliveries, the newest first, without the tests of every minute."""
    return Delivery.objects.exclude(matter__startswith=_PROBE).select_related("channel").order_by("-created_at")


def unsent(now: datetime) -> QuerySet[Delivery]:
    """What is to be sent and has not left, oldest first; the tests of every minute left out."""
    waiting = Delivery.objects.filter(next_try_at__isnull=False, created_at__lte=now)
    return waiting.exclude(matter__startswith=_PROBE).order_by("created_at")


def in_trouble(now: datetime) -> QuerySet[Delivery]:
    """Deliveries that should have gone a minute ago and have not."""
    return unsent(now).filter(created_at__lt=now - TROUBLE_AFTER).select_related("channel")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whom a person must call, and about how much."""

    who: str
    name: str
    phone: str
    rank: int
    count: int
    due_at: datetime
    made_at: datetime
    calls: list[Call]

    @property
    def gravest(self) -> Call:
        """The call that matters most."""
        return self.calls[0]


_SHOWN = 5


def calls_open() -> list[Caller]:
    """Whom to call, the soonest due first; one entry a person, however many matters wait for them."""
    rows = Call.objects.exclude(open_since=None).order_by()
    groups = rows.values("who").annotate(count=Count("id"), due=Min("due_at"), made=Min("made_at"), gravest=Min("rank"))
    found = []
    for group in groups.order_by("due")[:200]:
        calls = list(Call.objects.filter(who=group["who"]).exclude(open_since=None)[:_SHOWN])
        if calls:
            first = calls[0]
            found.append(
                Caller(
                    first.who,
                    first.name,
                    first.phone,
                    group["gravest"],
                    group["count"],
                    group["due"],
                    group["made"],
                    calls,
                )
            )
    return found


def digest_text(matter: str) -> str:
    """What the digest "digest:ID" lists; "" for any other matter."""
    if not matter.startswith("digest:"):
        return ""
    return Delivery.objects.filter(matter=matter).values_list("text", flat=True).first() or ""


def calls_done() -> QuerySet[Call]:
    """Calls that are done or that nobody need make any more, the newest first."""
    return Call.objects.filter(open_since=None).order_by("-done_at")


def export_rows() -> Iterator[dict[str, Any]]:
    """Every delivery, oldest first, for export: without secrets, and without the tests of every minute."""
    rows = Delivery.objects.exclude(matter__startswith=_PROBE).order_by("created_at", "id")
    for row in rows.values().iterator(1000):
        yield {name: value for name, value in row.items() if name not in {"sealed", "answer_hash"}}
