"""What others ask of channels."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from fenghuo.warn.channels.models import Channel, Delivery, DeliveryState

TROUBLE_AFTER = timedelta(seconds=60)


def channels() -> QuerySet[Channel]:
    """Every channel, by name."""
    return Channel.objects.all()


def of_matter(matter: str) -> QuerySet[Delivery]:
    """Who was told of a matter, in order."""
    return Delivery.objects.filter(matter=matter).select_related("channel")


def in_trouble(now: datetime) -> QuerySet[Delivery]:
    """Deliveries that should have gone a minute ago and have not."""
    late = Delivery.objects.exclude(state=DeliveryState.SENT).filter(created_at__lt=now - TROUBLE_AFTER)
    return late.select_related("channel")


def export_rows() -> Iterator[dict[str, Any]]:
    """Every delivery, oldest first, for export."""
    for row in Delivery.objects.order_by("created_at", "id").values().iterator(1000):
        yield dict(row)
