"""What others ask the clocks."""

from datetime import datetime

from django.db.models import Avg, F, QuerySet

from fenghuo.base.clocks.models import Deadline


def running() -> QuerySet[Deadline]:
    """Clocks that run, the one that ends soonest first."""
    return Deadline.objects.filter(stopped_at=None).order_by("due_at")


def mean_minutes(kind: str, since: datetime) -> float | None:
    """How long it took on average, in minutes, from start to stop of the clocks of a kind stopped since; None for none."""
    stopped = Deadline.objects.filter(kind=kind, stopped_at__gte=since)
    mean = stopped.aggregate(mean=Avg(F("stopped_at") - F("started_at")))["mean"]
    return None if mean is None else mean.total_seconds() / 60
