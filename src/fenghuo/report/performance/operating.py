"""Which of the office's platforms are operated, month by month, and what the table of indicators counts of that."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from fenghuo.base.common.settings import settings
from fenghuo.report.performance.decide import is_operated, month_last_day
from fenghuo.report.performance.measured import (
    NO_RECORDS,
    NOT_REACHED,
    Measured,
    Record,
    Span,
    percent,
    promised,
)
from fenghuo.report.performance.models import Project
from fenghuo.report.performance.presence import Platform, PlatformPost
from fenghuo.see.screening.availability import spans_of
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.models import UpSpan

PAGE, POST = "page", "post"


@dataclass(frozen=True, slots=True)
class Month:
    """A platform in a month.

    Attributes:
        due: the day for which it is asked: the last of the month, or that of the span.
        sign: the last day that shows operation; None where there is none. by: POST or PAGE, "" for none. address: of the post.
    """

    platform: Platform
    month: int
    due: date
    sign: date | None
    by: str
    address: str

    @property
    def operated(self) -> bool:
        """Whether the sign is near enough."""
        return is_operated(self.sign, self.due, self.platform.within_days)


def posts() -> QuerySet[PlatformPost]:
    """Posts that stand."""
    return PlatformPost.objects.filter(withdrawal=None)


def months(platforms: Sequence[Platform], span: Span) -> list[Month]:
    """Every month of a span in which a platform was to be operated, platform by platform.

    A month counts where the platform began by its last day and had not ended before that.
    """
    zone, (first, last) = ZoneInfo(settings().time_zone), span.days
    if last < first:  # the year has not begun
        return []
    longest = max((one.within_days for one in platforms), default=0)
    posted: dict[int, list[PlatformPost]] = defaultdict(list)
    for post in posts().filter(platform__in=platforms, on__range=(first - timedelta(days=longest), last)):
        posted[post.platform_id].append(post)
    begins = datetime.combine(first - timedelta(days=longest), time.min, zone)
    assets = [one.asset_id for one in platforms if one.asset_id is not None]
    up = {
        asset: [s for s in found if s.state == Up.UP.value]
        for asset, found in spans_of(assets, begins, span.until).items()
    }
    made = []
    for platform in platforms:
        for month in range(1, last.month + 1):
            due = min(month_last_day(first.year, month), last)
            if platform.since <= due and (platform.ended is None or platform.ended >= due):
                seen = _seen_up(up.get(platform.asset_id or 0, []), min(_after(due, zone), span.until), zone)
                made.append(_month(platform, month, due, posted[platform.pk], seen))
    return made


def _after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone)


def _seen_up(spans: Sequence[UpSpan], until: datetime, zone: ZoneInfo) -> date | None:
    """The last day before a moment on which a site was up."""
    ends = [min(span.ends, until - timedelta(microseconds=1)) for span in spans if span.begins < until]
    return max(ends).astimezone(zone).date() if ends else None


def _month(platform: Platform, month: int, due: date, posted: Sequence[PlatformPost], seen: date | None) -> Month:
    post = max((one for one in posted if one.on <= due), key=lambda one: one.on, default=None)
    if post is not None and (seen is None or post.on >= seen):
        return Month(platform, month, due, post.on, POST, post.address)
    return Month(platform, month, due, seen, PAGE if seen else "", "")


def _known(span: Span) -> list[Platform]:
    """Platforms that there were before the end of a span."""
    return list(Platform.objects.filter(since__lte=span.days[1]))


def _record(one: Month) -> Record:
    words = [one.platform.name, one.due.strftime("%Y-%m"), one.address]
    return Record(
        "platform",
        str(one.platform.pk),
        one.sign.isoformat() if one.sign else "",
        " · ".join(word for word in words if word),
        "counted" if one.operated else "not-counted",
    )


def platforms_operated(project: Project, span: Span) -> Measured:
    """Months in which platforms were operated, of the months in which they were to be."""
    found = months(_known(span), span)
    if not found:
        return Measured(none=NO_RECORDS)
    numerator, denominator = Decimal(sum(one.operated for one in found)), Decimal(len(found))
    return Measured(percent(numerator, denominator), numerator, denominator, (), tuple(map(_record, found)))


def platforms(project: Project, span: Span) -> Measured:
    """Platforms that are operated at the end of a span."""
    found = [one for one in months(_known(span), span) if one.due == span.days[1]]
    if not found:
        return Measured(none=NO_RECORDS)
    return Measured(Decimal(sum(one.operated for one in found)), rows=tuple(map(_record, found)))


def platform_month(project: Project, span: Span) -> Measured:
    """The first month at whose end as many platforms were operated as the table promises."""
    wanted, by_month = promised(project, "platforms"), defaultdict(list)
    for one in months(_known(span), span):
        by_month[one.month].append(one)
    counts = {month: sum(one.operated for one in found) for month, found in by_month.items()}
    beside = (("needed", str(wanted)), ("done", str(max(counts.values(), default=0))))
    reached = next((month for month, count in sorted(counts.items()) if count >= wanted), None)
    if reached is None:
        rows = tuple(_record(one) for one in by_month[max(counts)]) if counts else ()
        return Measured(none=NOT_REACHED if any(counts.values()) else NO_RECORDS, beside=beside, rows=rows)
    return Measured(Decimal(reached), beside=beside, rows=tuple(map(_record, by_month[reached])))
