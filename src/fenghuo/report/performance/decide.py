"""What follows from a value: met or not, deviation, score; when a stage may be fixed; when somebody is told. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, localcontext

from fenghuo.report.performance.targets import AT_MOST, LESS, Target

PLAN = ((3, "25"), (6, "50"), (10, "75"), (12, "100"))
"""End of which month, and how many percent of the budget are planned to be spent by then, where the office says nothing else."""
REMIND_DAYS = (30, 14, 3, 0)
"""Days before the end of its month on which somebody is told that an indicator is not there yet; (P)."""
_HUNDREDTH = Decimal("0.01")


class Refused(Exception):
    """Something can not be done. `code` names why; `detail` belongs to it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a value against its target: whether it is met, by how much it misses or exceeds it (same unit), and the score of its weight."""

    met: bool | None
    deviation: Decimal | None
    score: Decimal | None


def outcome(target: Target, value: Decimal | None, weight: Decimal | None) -> Outcome:
    """The outcome of a value. Without a value, or for words, all is None: a person says it.

    The score is the weight where the target is met. Else a floor gives its share (value ÷ target), a ceiling gives target ÷ value,
    and a month that was missed gives nothing. (P): offices replace it by a judgement.
    """
    met = None if value is None else target.met(value)
    if value is None or target.number is None or met is None:
        return Outcome(None, None, None)
    score = None if weight is None else _share(target, value, met, weight)
    return Outcome(met, value - target.number, score)


def _share(target: Target, value: Decimal, met: bool, weight: Decimal) -> Decimal:
    number = target.number or Decimal(0)
    if met:
        return weight
    if target.is_month or value < 0:
        return Decimal(0)
    high, low = (number, value) if target.sign in {AT_MOST, LESS} else (value, number)
    if not low:
        return Decimal(0)
    with localcontext() as exact:
        exact.prec = 40
        return min(weight, (weight * high / low)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def year_begins(year: int, zone: tzinfo) -> datetime:
    """The first moment of a budget year."""
    return datetime(year, 1, 1, tzinfo=zone)


def month_ends(year: int, month: int, zone: tzinfo) -> datetime:
    """The first moment after a month."""
    return datetime.combine(month_last_day(year, month) + timedelta(days=1), time.min, zone)


def stage_until(year: int, month: int, now: datetime, zone: tzinfo) -> datetime:
    """Up to when records count for a stage; month 0 is that of declaration and self-assessment.

    Raises:
        Refused: "early": the month is not over.
    """
    ends = month_ends(year, month or 12, zone)
    if month and now < ends:
        raise Refused("early", f"{year}-{month:02}")
    return min(now, ends)


def reached(due: datetime, now: datetime) -> int | None:
    """The nearest of `REMIND_DAYS` that has come, None for none."""
    return min((days for days in REMIND_DAYS if now >= due - timedelta(days=days)), default=None)


def month_last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def is_operated(sign: date | None, due: date, within_days: int) -> bool:
    """Whether a platform shows life on a day: a post, or a page that was up, at most so many days before."""
    return sign is not None and 0 <= (due - sign).days <= within_days
