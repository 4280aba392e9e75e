"""What others ask the clocks."""

from django.db.models import QuerySet

from fenghuo.base.clocks.models import Deadline


def running() -> QuerySet[Deadline]:
    """Clocks that run, the one that ends soonest first."""
    return Deadline.objects.filter(stopped_at=None).order_by("due_at")
