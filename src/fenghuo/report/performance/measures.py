"""The queries behind indicators: each gives a value, what it is made of, and every record that it counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.report.performance.amounts import amount_in
from fenghuo.report.performance.models import Activity, Indicator, Project
from fenghuo.report.performance.targets import parse_target
from fenghuo.respond.incidents.models import Incident
from fenghuo.see.screening.availability import WATCHED_KINDS, sums_of
from fenghuo.see.screening.ledger import round_period
from fenghuo.see.screening.models import Round, RoundKind, RoundState
from fenghuo.see.screening.queries import board
from fenghuo.warn.notices.models import Notice, NoticeCopy

VERSION = 1
"""Grows when what a measure counts changes; it stands beside each frozen value."""
ENTRY = "entry"
NO_RECORDS, NO_UNIT, NOT_REACHED = "no-records", "no-unit", "not-reached"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a number.

    Attributes:
        kind: "round", "asset", "activity", "payment", "incident", "notice", "notice-copy" or "entry". id: of it in its room.
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


Measure = Callable[[Project, Span], Measured]


class _Office:
    """Who asks when the platform counts: it sees every unit."""

    def unit_scope(self) -> None:
        """No limit."""


def _month(moment: datetime) -> Decimal:
    return Decimal(moment.astimezone(ZoneInfo(settings().time_zone)).month)


def _needed(project: Project, measure: str) -> int:
    """How many the table promises of what another measure counts; one where it says no number."""
    found = project.indicators.filter(measure=measure).first()
    number = parse_target(found.target).number if found is not None else None
    return max(1, int(number or 1))


def _percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    return (_HUNDRED * numerator / denominator).quantize(Decimal("0.000001"))


def _closed_rounds(span: Span) -> list[Round]:
    done = Round.objects.filter(kind=RoundKind.COMPREHENSIVE, state__in=[RoundState.DONE, RoundState.REPORTED])
    return list(done.filter(done_at__gte=span.begins, done_at__lt=span.until).order_by("done_at", "id"))


def _round_records(found: list[Round]) -> tuple[Record, ...]:
    return tuple(Record("round", r.id, r.done_at.isoformat() if r.done_at else "", r.name, "counted") for r in found)


def rounds(project: Project, span: Span) -> Measured:
    """Comprehensive rounds that were completed. Nought is a number where a round was begun or planned for the time."""
    found = _closed_rounds(span)
    known = Round.objects.filter(kind=RoundKind.COMPREHENSIVE, begins__lt=span.until, ends__gte=span.begins)
    if not found and not known.exists():
        return Measured(none=NO_RECORDS)
    return Measured(Decimal(len(found)), rows=_round_records(found))


def round_month(project: Project, span: Span) -> Measured:
    """The month in which completed rounds reached their target number."""
    found, needed = _closed_rounds(span), _needed(project, "rounds")
    return _month_of([r.done_at for r in found if r.done_at], needed, _round_records(found))


def _month_of(moments: list[datetime], needed: int, rows: tuple[Record, ...]) -> Measured:
    beside = (("needed", str(needed)), ("done", str(len(moments))))
    if len(moments) < needed:
        return Measured(none=NOT_REACHED if moments else NO_RECORDS, beside=beside, rows=rows)
    return Measured(_month(moments[needed - 1]), beside=beside, rows=rows)


def coverage(project: Project, span: Span) -> Measured:
    """Coverage of the latest completed comprehensive round, as the ledger has it."""
    found = _closed_rounds(span)
    if not found:
        return Measured(none=NO_RECORDS)
    latest = found[-1]
    seen = board(round_period(latest.id), _Office())
    total = seen.total()
    if not total.registered:
        return Measured(none=NO_RECORDS)
    rows = [*_round_records([latest])]
    for row in seen.rows:
        part = "excluded" if row.excluded else "counted" if seen.covered(row) else "not-covered"
        rows.append(Record("asset", str(row.asset_id), "", f"{row.unit_name} · {row.name} · {row.value}", part))
    beside = (("could-not-test", str(total.could_not_test)), ("not-authorised", str(total.not_authorised)))
    numerator, denominator = Decimal(total.covered), Decimal(total.registered)
    return Measured(_percent(numerator, denominator), numerator, denominator, beside, tuple(rows))


def uptime(project: Project, span: Span) -> Measured:
    """Availability of the office's own sites and applications; maintenance and unwatched time stand beside it."""
    if project.unit is None:
        return Measured(none=NO_UNIT)
    assets = {a.pk: a for a in Asset.objects.filter(unit=project.unit, kind__in=WATCHED_KINDS).order_by("value")}
    sums = sums_of(list(assets), span.begins, span.until)
    watched = {number: one for number, one in sums.items() if one.up + one.down}
    apart = {name: sum(round(getattr(one, name)) for one in sums.values()) for name in ("maintenance", "unwatched")}
    beside = tuple((f"{name}-seconds", str(seconds)) for name, seconds in apart.items())
    if not watched:
        return Measured(none=NO_RECORDS, beside=beside)
    rows = tuple(
        Record(
            "asset", str(n), "", f"{assets[n].name} · {assets[n].value}", f"{round(one.up)}/{round(one.up + one.down)}"
        )
        for n, one in watched.items()
    )
    up = Decimal(sum(round(one.up) for one in watched.values()))
    whole = Decimal(sum(round(one.up + one.down) for one in watched.values()))
    return Measured(_percent(up, whole), up, whole, beside, rows)


def _held(project: Project, span: Span) -> list[Activity]:
    return list(project.activities.filter(on__range=span.days))


def _activity_records(found: list[Activity]) -> tuple[Record, ...]:
    return tuple(
        Record(
            "activity",
            str(a.pk),
            a.on.isoformat(),
            a.name,
            "" if a.present is None else f"{a.present}/{a.invited or '–'}",
        )
        for a in found
    )


def activities(project: Project, span: Span) -> Measured:
    """Activities that were held."""
    found = _held(project, span)
    if not found:
        return Measured(none=NO_RECORDS)
    return Measured(Decimal(len(found)), rows=_activity_records(found))


def participation(project: Project, span: Span) -> Measured:
    """Persons present, of persons invited, over the activities that counted both."""
    found = _held(project, span)
    counted = [a for a in found if a.invited and a.present is not None]
    beside = (("left-out", str(len(found) - len(counted))),)
    if not counted:
        return Measured(none=NO_RECORDS, beside=beside, rows=_activity_records(found))
    present = Decimal(sum(a.present or 0 for a in counted))
    invited = Decimal(sum(a.invited or 0 for a in counted))
    return Measured(_percent(present, invited), present, invited, beside, _activity_records(counted))


def activity_month(project: Project, span: Span) -> Measured:
    """The month in which activities reached their target number."""
    found, zone = _held(project, span), ZoneInfo(settings().time_zone)
    moments = [datetime(a.on.year, a.on.month, a.on.day, tzinfo=zone) for a in found]
    return _month_of(moments, _needed(project, "activities"), _activity_records(found))


def paid(project: Project, span: Span) -> Measured:
    """Money paid, in 万元, exactly."""
    found = list(project.payments.filter(paid_on__range=span.days))
    if not found:
        return Measured(none=NO_RECORDS)
    rows = tuple(
        Record(
            "payment",
            str(p.pk),
            p.paid_on.isoformat(),
            f"{p.voucher} · {p.payee}",
            str(amount_in(p.amount_fen, "万元")),
        )
        for p in found
    )
    return Measured(amount_in(sum(p.amount_fen for p in found), "万元"), rows=rows)


def incidents(project: Project, span: Span) -> Measured:
    """Incidents that the office learned of; exercises do not count."""
    found = list(Incident.objects.filter(exercise=False, received_at__gte=span.begins, received_at__lt=span.until))
    if not found:
        return Measured(none=NO_RECORDS)
    rows = tuple(Record("incident", i.id, i.received_at.isoformat(), i.title, "counted") for i in found)
    return Measured(Decimal(len(found)), rows=rows)


def notices(project: Project, span: Span) -> Measured:
    """Notices that were issued; exercises do not count."""
    found = list(Notice.objects.filter(exercise=False, issued_at__gte=span.begins, issued_at__lt=span.until))
    if not found:
        return Measured(none=NO_RECORDS)
    rows = tuple(
        Record("notice", n.id, n.issued_at.isoformat() if n.issued_at else "", n.title, "counted") for n in found
    )
    return Measured(Decimal(len(found)), rows=rows)


def notices_signed(project: Project, span: Span) -> Measured:
    """Copies that units signed, of copies issued; exercises do not count."""
    copies = NoticeCopy.objects.filter(notice__exercise=False, issued_at__gte=span.begins, issued_at__lt=span.until)
    found = list(copies.select_related("notice", "unit").order_by("issued_at", "id"))
    if not found:
        return Measured(none=NO_RECORDS)
    signed = {c.id for c in found if c.signed_at is not None and c.signed_at < span.until}
    rows = tuple(
        Record(
            "notice-copy",
            c.id,
            c.issued_at.isoformat(),
            f"{c.unit.name} · {c.notice.title}",
            "counted" if c.id in signed else "not-counted",
        )
        for c in found
    )
    numerator, denominator = Decimal(len(signed)), Decimal(len(found))
    return Measured(_percent(numerator, denominator), numerator, denominator, (), rows)


def _no_room(project: Project, span: Span) -> Measured:
    """Records that no room of this platform writes yet."""
    return Measured(none=NO_RECORDS)


MEASURES: Mapping[str, Measure] = {
    "rounds": rounds,
    "round-month": round_month,
    "coverage": coverage,
    "uptime": uptime,
    "activities": activities,
    "participation": participation,
    "activity-month": activity_month,
    "paid": paid,
    "incidents": incidents,
    "notices": notices,
    "notices-signed": notices_signed,
    "drills": _no_room,
    "drill-completion": _no_room,
    "drill-month": _no_room,
}
"""Key → query. `ENTRY` is none of them."""


def is_computed(key: str) -> bool:
    """Whether records of this platform say the value; an entry is then refused."""
    return key != ENTRY and MEASURES[key] is not _no_room


def measure(indicator: Indicator, span: Span) -> Measured:
    """The value of an indicator. Where no record says it, the latest entry of a person does; an entry never replaces a computed number."""
    if is_computed(indicator.measure):
        return MEASURES[indicator.measure](indicator.project, span)
    stated = indicator.entries.filter(on__range=span.days).first()
    if stated is None:
        return Measured(none=NO_RECORDS)
    text = f"{stated.said_by} · {stated.document}"
    return Measured(
        stated.number, rows=(Record(ENTRY, str(stated.pk), stated.on.isoformat(), text),), words=stated.words
    )
