"""What others ask the clocks."""

from datetime import datetime

from django.db.models import Avg, F, QuerySet

from fenghuo.base.clocks.models import Deadline, SpecialDay


def running() -> QuerySet[Deadline]:
    """Clocks that run, the one that ends soonest first."""
    return Deadline.objects.filter(stopped_at=None).order_by("due_at")


def mean_minutes(kind: str, since: datetime) -> float | None:
    """How long it took on average, in minutes, from start to stop of the clocks of a kind stopped since; None for none."""
    stopped = Deadline.objects.filter(kind=kind, stopped_at__gte=since)
    mean = stopped.aggregate(mean=Avg(F("stopped_at") - F("started_at")))["mean"]
    return None if mean is None else mean.total_seconds() / 60


def year_without_calendar(now: datetime) -> int | None:
    """This year, or in December the next, where no holiday of it is known: until then the weekday alone decides."""
    known = set(SpecialDay.objects.values_list("day__year", flat=True))
    years = [now.year, now.year + 1] if now.month == 12 else [now.year]
    return next((year for year in years if year not in known), None)
