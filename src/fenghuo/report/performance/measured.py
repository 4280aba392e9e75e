"""What a measure says: a value, what it is made of, and every record that it counted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fenghuo.base.common.settings import settings
from fenghuo.report.performance.models import Project
from fenghuo.report.performance.targets import parse_target

NO_RECORDS, NO_UNIT, NOT_REACHED = "no-records", "no-unit", "not-reached"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a number.

    Attributes:
        kind: "round", "asset", "activity", "platform", "survey", "training", "unit", "payment", "incident", "notice", "notice-copy" or
            "entry".
        id: of it in its room.
        when: ISO moment or day, "" for none. part: what it gives to the number ("counted", "not-covered", seconds, an amount …).
    """

    kind: str
    id: str
    when: str
    text: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measure says. `none` is why there is no value: NO_RECORDS, NO_UNIT or NOT_REACHED, "" where there is one."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    beside: tuple[tuple[str, str], ...] = ()
    rows: tuple[Record, ...] = ()
    none: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The time whose records count: from the first moment of the year until, but not including, another."""

    begins: datetime
    until: datetime

    @property
    def days(self) -> tuple[date, date]:
        """First and last day in the office's time zone."""
        zone = ZoneInfo(settings().time_zone)
        return self.begins.astimezone(zone).date(), (self.until - timedelta(microseconds=1)).astimezone(zone).date()


def promised(project: Project, measure: str) -> int:
    """How many the table promises of what another measure counts; one where it says no number."""
    found = project.indicators.filter(measure=measure).first()
    number = parse_target(found.target).number if found is not None else None
    return max(1, int(number or 1))


def percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    """A share in per cent, to six places."""
    return (_HUNDRED * numerator / denominator).quantize(Decimal("0.000001"))
