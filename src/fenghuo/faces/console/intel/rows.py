"""Indicators as rows of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext

from fenghuo.base.common import clock
from fenghuo.faces.console.values import StateKind
from fenghuo.see.intel.models import StoredIndicator
from fenghuo.see.intel.values import FOREVER
from fenghuo.warn.early_warnings.names import class_name


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator with its class in words, its end, and how its state is drawn and called."""

    indicator: StoredIndicator
    what: str
    begin: datetime | None
    end: datetime | None
    kind: str
    state: str


def shown(indicators: Iterable[StoredIndicator]) -> list[IndicatorRow]:
    """The rows for these indicators."""
    return [_row(found, clock.now_ns()) for found in indicators]


def _row(found: StoredIndicator, now: int) -> IndicatorRow:
    if found.withdrawn_at is not None:
        kind, state = StateKind.GONE, pgettext("indicator", "withdrawn")
    elif found.valid_until is not None and found.valid_until <= now:
        kind, state = StateKind.GONE, pgettext("indicator", "expired")
    elif found.valid_from is not None and found.valid_from > now:
        kind, state = StateKind.WAITING, pgettext("indicator", "not yet valid")
    else:
        kind, state = StateKind.DONE, pgettext("indicator", "valid")
    return IndicatorRow(
        found, class_name(found.threat_class), _moment(found.valid_from), _moment(found.valid_until), kind.value, state
    )


def _moment(nanoseconds: int | None) -> datetime | None:
    """The moment, None for none and for what lies beyond every calendar."""
    if nanoseconds is None or not 0 <= nanoseconds < FOREVER - 1:
        return None
    return clock.from_ns(nanoseconds)
