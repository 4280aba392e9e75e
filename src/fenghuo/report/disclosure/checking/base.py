"""What the rules share: findings, and the hands that gather them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fenghuo.report.disclosure.amounts import same, shown

_MOST_TERMS = 8


class Level(StrEnum):
    """An error keeps the document from being published; a warning is kept as it is written and shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: which rule, where (a path of the data file), what was meant, what stands there.

    `related`: the other places that it was compared with; which of them is wrong only the office knows.
    `slip`: the two differ by exactly 10,000, so that 元 probably stands for 万元 or the other way round.
    """

    rule: str
    level: Level
    path: str
    expected: str = ""
    found: str = ""
    related: tuple[str, ...] = ()
    slip: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount with its place."""

    path: str
    amount: Decimal


class Gatherer:
    """Holds findings and knows the few shapes that most rules have."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def error(self, rule: str, path: str, expected: str = "", found: str = "", related: Sequence[str] = ()) -> None:
        """Something is wrong."""
        self.findings.append(Finding(rule, Level.ERROR, path, expected, found, tuple(related)))

    def warn(self, rule: str, path: str, expected: str = "", found: str = "", related: Sequence[str] = ()) -> None:
        """Something looks wrong."""
        self.findings.append(Finding(rule, Level.WARNING, path, expected, found, tuple(related)))

    def sums(self, rule: str, stated: Stated, parts: Sequence[Stated]) -> None:
        """The parts must add up to what is stated, to 0.01."""
        total = sum((part.amount for part in parts), Decimal(0))
        if not same(total, stated.amount):
            terms = [shown(part.amount) for part in parts if part.amount][:_MOST_TERMS]
            more = " + …" if len([part for part in parts if part.amount]) > _MOST_TERMS else ""
            written = f"{' + '.join(terms)}{more} = {shown(total)}" if len(terms) > 1 else shown(total)
            self._unequal(rule, stated, total, written, [part.path for part in parts])

    def equal(self, rule: str, stated: Stated, other: Stated) -> None:
        """Two places state one figure and must agree to 0.01."""
        if not same(stated.amount, other.amount):
            self._unequal(rule, stated, other.amount, shown(other.amount), [other.path])

    def _unequal(self, rule: str, stated: Stated, wanted: Decimal, written: str, related: Sequence[str]) -> None:
        slip = bool(wanted) and stated.amount in (wanted * 10_000, wanted / 10_000)
        found = shown(stated.amount)
        self.findings.append(Finding(rule, Level.ERROR, stated.path, written, found, tuple(related), slip))
