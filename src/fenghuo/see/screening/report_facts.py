"""What the report of a unit is made of, read from the tables."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer
from fenghuo.see.screening import availability, queries
from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.exports import Exported, exported
from fenghuo.see.screening.fetch.chromium import NoPicture
from fenghuo.see.screening.models import Round, Shot, StoredFinding
from fenghuo.see.screening.report import AssetFacts, ReportFacts
from fenghuo.see.screening.report_pages import Look, Looks, PageCount
from fenghuo.see.screening.words import NO_PICTURE, reason_word

_ROUND = "round:"
_MOST_PICTURED = 12
_OPEN = (FindingState.OPEN, FindingState.PASSED_ONCE)


def bounds(period: str, now: datetime) -> tuple[datetime, datetime]:
    """When a period begins and ends; the present one ends now.

    Raises:
        Round.DoesNotExist: it is of a round that is gone.
    """
    if period.startswith(_ROUND):
        found = Round.objects.get(id=period.removeprefix(_ROUND))
        return found.started_at or found.begins, min(found.done_at or found.ends, now)
    zone = ZoneInfo(settings().time_zone)
    year, month = map(int, period.split("-"))
    begins = datetime.combine(datetime(year, month, 1, tzinfo=zone).date(), time.min, zone)
    after = datetime.combine((begins + timedelta(days=32)).date().replace(day=1), time.min, zone)
    return begins, min(after, now)


def facts_of(
    viewer: Viewer, unit: Unit, period: str, title: str, office: str, now: datetime, language: str
) -> ReportFacts:
    """The facts of a unit's report of a period; `title` is the period's name, `language` "zh" or "en"."""
    begins, ends = bounds(period, now)
    zone = ZoneInfo(settings().time_zone)
    board = queries.board(period, viewer, unit.id)
    rows = list(board.rows)
    found = queries.findings_visible_to(viewer).filter(unit=unit)
    within = found.filter(state=FindingState.CLOSED, closed_at__gte=begins, closed_at__lt=ends)
    return ReportFacts(
        unit=unit.name,
        office=office,
        period=title,
        made_at=now.astimezone(zone),
        language=language,
        zone=settings().time_zone,
        covered=board.total(rows),
        assets=_assets(board, rows, begins, ends, now),
        new=[_local(f, language, zone) for f in found.filter(first_seen__gte=begins, first_seen__lt=ends)],
        closed=[_local(f, language, zone) for f in within],
        open=[_local(f, language, zone) for f in found.filter(state__in=_OPEN)],
        looks=_looks(found.filter(state__in=_OPEN), zone),
        untested=_untested(viewer, unit, period, {row.asset_id: row.value for row in rows}, language),
    )


def _local(found: StoredFinding, language: str, zone: ZoneInfo) -> Exported:
    """The finding with its days in the office's time zone."""
    found.first_seen, found.due_at = found.first_seen.astimezone(zone), found.due_at.astimezone(zone)
    return exported(found, language)


def _looks(findings: QuerySet[StoredFinding], zone: ZoneInfo) -> dict[str, Looks]:
    """The pictures of these findings; a report holds so many at most."""
    shots = list(queries.pictures_of(findings.values_list("id", flat=True)).items())[:_MOST_PICTURED]
    return {key: Looks(_look(shot.before, zone) if shot.before else None, _look(shot, zone)) for key, shot in shots}


def _look(shot: Shot, zone: ZoneInfo) -> Look:
    missing = _(NO_PICTURE[NoPicture(shot.reason)]) if shot.reason else ""
    return Look(shot.at.astimezone(zone), bytes(shot.image or b""), shot.sha256, missing)


def _assets(
    board: queries.Board, rows: list[queries.Row], begins: datetime, ends: datetime, now: datetime
) -> list[AssetFacts]:
    pages = queries.page_coverage([row.asset_id for row in rows], now)
    spans = availability.spans_of([row.asset_id for row in rows], begins, ends)
    return [
        AssetFacts(
            row.name,
            row.value,
            board.covered(row),
            row.authorised,
            bool(row.excluded),
            availability.over(spans[row.asset_id], begins, ends) if row.asset_id in spans else None,
            _count(pages.get(row.asset_id)),
        )
        for row in rows
    ]


def _count(found: queries.PageCoverage | None) -> PageCount | None:
    return PageCount(found.known, found.day, found.week, found.never) if found is not None else None


def _untested(
    viewer: Viewer, unit: Unit, period: str, values: dict[int, str], language: str
) -> dict[tuple[str, str], list[str]]:
    cells = queries.cells_visible_to(viewer, period).filter(unit_id=unit.id, verdict=VerdictKind.COULD_NOT_TEST.value)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in cells.order_by("asset_id", "check_id"):
        if cell.asset_id in values and cell.check_id in all_checks():
            title = next(iter(advice.all_advice(cell.check_id, language).values())).check_title
            found[values[cell.asset_id], _(reason_word(cell.reason))].append(title)
    return found
