"""What stands at a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fenghuo.report.holdings.models import Holding, HoldingKind


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an entry counts at a day: count and value in fen after what was written off."""

    holding: Holding
    count: Decimal
    value_fen: int


@dataclass(frozen=True, slots=True)
class KindSum:
    """Count and value in fen of a kind at a day."""

    kind: HoldingKind
    count: Decimal
    value_fen: int


def standing_at(day: date) -> list[Standing]:
    """Every entry that counts at the end of a day."""
    found = []
    for holding in Holding.objects.filter(since__lte=day).prefetch_related("write_offs"):
        gone = [one for one in holding.write_offs.all() if one.on <= day]
        count = holding.count - sum((one.count for one in gone), Decimal(0))
        value = holding.value_fen - sum(one.value_fen for one in gone)
        if count or value:
            found.append(Standing(holding, count, value))
    return found


def sums_of(standing: Sequence[Standing]) -> list[KindSum]:
    """The sums by kind, in the order of the table; a kind of which there is nothing is nought."""
    sums = []
    for kind in HoldingKind:
        own = [one for one in standing if one.holding.kind == kind]
        sums.append(KindSum(kind, sum((one.count for one in own), Decimal(0)), sum(one.value_fen for one in own)))
    return sums
