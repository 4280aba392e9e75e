"""A delivery on the ladder of who was told, the same on every page."""

from datetime import datetime

from fenghuo.faces.console.values import DeliveryResult, Rung
from fenghuo.warn.channels.models import ARRIVED, Delivery, DeliveryState

_DONE = {*ARRIVED, DeliveryState.DIGESTED, DeliveryState.CALLED}
_PLAIN = {DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.LEASED}


def rung_of(delivery: Delivery) -> Rung:
    """What the page shows of a delivery."""
    waiting = DeliveryResult.WAITING if delivery.tries == 0 else DeliveryResult.FAILED
    result = DeliveryResult.DONE if delivery.state in _DONE else waiting
    tried: datetime | None = delivery.sent_at or (delivery.created_at if delivery.tries else None)
    state = "" if delivery.state in _PLAIN else str(delivery.get_state_display())
    detail = " · ".join(text for text in (state, delivery.answer) if text)
    whom = delivery.who_name if delivery.who_name and not delivery.who.startswith("channel:") else delivery.recipient
    return Rung(delivery.channel.name, whom or delivery.recipient, tried, result, detail, delivery.possible_double)
