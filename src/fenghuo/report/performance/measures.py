"""The queries behind indicators: each gives a value, what it is made of, and every record that it counted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.report.performance.amounts import amount_in
from fenghuo.report.performance.measured import (
    NO_RECORDS,
    NO_UNIT,
    NOT_REACHED,
    Measured,
    Record,
    Span,
    percent,
    promised,
)
from fenghuo.report.performance.models import Activity, Indicator, Project
from fenghuo.report.performance.operating import platform_month, platforms, platforms_operated
from fenghuo.report.performance.trained import pass_rate, trained_persons, trainings, units_trained
from fenghuo.report.surveys.decide import SMALL_BELOW
from fenghuo.report.surveys.models import Survey
from fenghuo.report.surveys.queries import result as survey_result
from fenghuo.respond.incidents.models import Incident
from fenghuo.see.screening.availability import WATCHED_KINDS, sums_of
from fenghuo.see.screening.ledger import round_period
from fenghuo.see.screening.models import Round, RoundKind, RoundState
from fenghuo.see.screening.queries import board
from fenghuo.warn.notices.models import Notice, NoticeCopy

VERSION = 1
"""Grows when what a measure counts changes; it stands beside each frozen value."""
ENTRY = "entry"
Measure = Callable[[Project, Span], Measured]


class _Office:
    """Who asks when the platform counts: it sees every unit."""

    def unit_scope(self) -> None:
        """No limit."""


def _month(moment: datetime) -> Decimal:
    return Decimal(moment.astimezone(ZoneInfo(settings().time_zone)).month)


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
    found, needed = _closed_rounds(span), promised(project, "rounds")
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
    return Measured(percent(numerator, denominator), numerator, denominator, beside, tuple(rows))


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
    return Measured(percent(up, whole), up, whole, beside, rows)


def _held(project: Project, span: Span) -> list[Activity]:
    return list(project.activities.filter(on__range=span.days, withdrawal=None))


def _activity_records(found: list[Activity], base: str = "invited") -> tuple[Record, ...]:
    made = []
    for one in found:
        whole = getattr(one, base)
        part = "" if one.present is None else f"{one.present}/{'–' if whole is None else whole}"
        made.append(Record("activity", str(one.pk), one.on.isoformat(), one.name, part))
    return tuple(made)


def activities(project: Project, span: Span) -> Measured:
    """Activities that were held."""
    found = _held(project, span)
    if not found:
        return Measured(none=NO_RECORDS)
    return Measured(Decimal(len(found)), rows=_activity_records(found))


def participation(project: Project, span: Span) -> Measured:
    """Persons present, of persons invited, over the activities that counted both."""
    return _participation(project, span, "invited")


def participation_registered(project: Project, span: Span) -> Measured:
    """Persons present, of persons registered, over the activities that counted both."""
    return _participation(project, span, "registered")


def _participation(project: Project, span: Span, base: str) -> Measured:
    found = _held(project, span)
    counted = [one for one in found if getattr(one, base) and one.present is not None]
    beside = (("left-out", str(len(found) - len(counted))),)
    if not counted:
        return Measured(none=NO_RECORDS, beside=beside, rows=_activity_records(found, base))
    present = Decimal(sum(one.present or 0 for one in counted))
    whole = Decimal(sum(getattr(one, base) for one in counted))
    return Measured(percent(present, whole), present, whole, beside, _activity_records(counted, base))


def activity_month(project: Project, span: Span) -> Measured:
    """The month in which activities reached their target number."""
    found, zone = _held(project, span), ZoneInfo(settings().time_zone)
    moments = [datetime(a.on.year, a.on.month, a.on.day, tzinfo=zone) for a in found]
    return _month_of(moments, promised(project, "activities"), _activity_records(found))


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
    return Measured(percent(numerator, denominator), numerator, denominator, (), rows)


def _no_room(project: Project, span: Span) -> Measured:
    """Records that no room of this platform writes yet."""
    return Measured(none=NO_RECORDS)


def satisfaction(_project: Project, span: Span) -> Measured:
    """Answers of 4 and 5, of all answers on a scale, of the surveys that ended in the span and have enough answers to be shown.

    The rows are surveys with their sums: nobody can open a single answer.
    """
    ended = [
        (one, survey_result(one)) for one in Survey.objects.filter(closed_at__gte=span.begins, closed_at__lt=span.until)
    ]
    counted = [(one, found) for one, found in ended if not found.hidden]
    happy = sum(found.satisfied[0] for _one, found in counted)
    total = sum(found.satisfied[1] for _one, found in counted)
    if not total:
        return Measured(none=NO_RECORDS)
    rows = tuple(
        Record(
            "survey",
            one.id,
            one.closed_at.isoformat() if one.closed_at else "",
            one.title,
            "/".join(map(str, found.satisfied)),
        )
        for one, found in counted
    )
    answers = sum(found.answers for _one, found in counted)
    small = (("small-sample", str(answers)),) if answers < SMALL_BELOW else (("survey-answers", str(answers)),)
    return Measured(percent(Decimal(happy), Decimal(total)), Decimal(happy), Decimal(total), small, rows)


MEASURES: Mapping[str, Measure] = {
    "rounds": rounds,
    "round-month": round_month,
    "coverage": coverage,
    "uptime": uptime,
    "activities": activities,
    "participation": participation,
    "participation-registered": participation_registered,
    "activity-month": activity_month,
    "platforms": platforms,
    "platform-month": platform_month,
    "platforms-operated": platforms_operated,
    "satisfaction": satisfaction,
    "trainings": trainings,
    "trained-persons": trained_persons,
    "units-trained": units_trained,
    "pass-rate": pass_rate,
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
