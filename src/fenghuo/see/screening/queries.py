"""What others ask of screening; rows for a person come through `…_visible_to` only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import Viewer
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.decide import Covered, Up, Uptime, is_covered, uptime
from fenghuo.see.screening.facts import Failure
from fenghuo.see.screening.facts.site import Baseline, Visits
from fenghuo.see.screening.fetch.tour import is_watched
from fenghuo.see.screening.ledger import learning_of
from fenghuo.see.screening.models import (
    Authorisation,
    Cell,
    KnownPage,
    RegisterDay,
    Round,
    RoundAsset,
    SeenHost,
    Shot,
    SiteState,
    StoredFinding,
    UpDay,
    UpSpan,
    VerdictSpan,
)

_ROUND = "round:"
Row = RegisterDay | RoundAsset


def findings_visible_to(viewer: Viewer) -> QuerySet[StoredFinding]:
    """The findings that the person may see."""
    scope = viewer.unit_scope()
    found = StoredFinding.objects.select_related("unit", "asset")
    return found if scope is None else found.filter(unit_id__in=scope)


def authorisations_visible_to(viewer: Viewer) -> QuerySet[Authorisation]:
    """The authorisations that the person may see."""
    scope = viewer.unit_scope()
    found = Authorisation.objects.select_related("asset", "asset__unit")
    return found if scope is None else found.filter(asset__unit_id__in=scope)


def cells_visible_to(viewer: Viewer, period: str) -> QuerySet[Cell]:
    """The cells of a period that the person may see."""
    scope = viewer.unit_scope()
    found = Cell.objects.filter(period=period)
    return found if scope is None else found.filter(unit_id__in=scope)


def verdicts_visible_to(viewer: Viewer) -> QuerySet[VerdictSpan]:
    """The history of verdicts that the person may see."""
    scope = viewer.unit_scope()
    found = VerdictSpan.objects.select_related("asset")
    return found if scope is None else found.filter(asset__unit_id__in=scope)


def seen_hosts_visible_to(viewer: Viewer) -> QuerySet[SeenHost]:
    """Hosts that were seen and are not registered, on sites that the person may see."""
    scope = viewer.unit_scope()
    found = SeenHost.objects.select_related("seen_on", "seen_on__unit")
    return found if scope is None else found.filter(seen_on__unit_id__in=scope)


def rounds_visible_to(viewer: Viewer) -> QuerySet[Round]:
    """The rounds that concern an asset that the person may see."""
    scope = viewer.unit_scope()
    found = Round.objects.all()
    if scope is None:
        return found
    return found.filter(id__in=RoundAsset.objects.filter(unit_id__in=scope).values("round_id"))


def round_assets_visible_to(viewer: Viewer, round_id: str) -> QuerySet[RoundAsset]:
    """The assets of a round that the person may see."""
    scope = viewer.unit_scope()
    found = RoundAsset.objects.filter(round_id=round_id)
    return found if scope is None else found.filter(unit_id__in=scope)


def due_assets(now: datetime, most: int) -> list[Asset]:
    """Assets whose visit is due, those asked for by a person first, then critical information infrastructure, then the longest due."""
    rows = SiteState.objects.filter(next_at__lte=now).select_related("asset", "asset__unit").defer("facts", "learning")
    ordered = sorted(rows, key=lambda s: (not s.asked_by, not s.asset.critical, s.next_at))
    return [state.asset for state in ordered[:most]]


def register_of(period: str, viewer: Viewer) -> list[Row]:
    """The assets that a period counts, as the register had them: of a round on its day, of a month on its last day written down."""
    rows: QuerySet[RoundAsset] | QuerySet[RegisterDay]
    if period.startswith(_ROUND):
        rows = RoundAsset.objects.filter(round_id=period.removeprefix(_ROUND))
    else:
        year, month = map(int, period.split("-"))
        first = date(year, month, 1)
        after = (first + timedelta(days=32)).replace(day=1)
        last = RegisterDay.objects.filter(day__gte=first, day__lt=after).order_by("-day").values_list("day", flat=True)
        rows = RegisterDay.objects.filter(day=last[0]) if last else RegisterDay.objects.none()
    scope = viewer.unit_scope()
    return list(rows if scope is None else rows.filter(unit_id__in=scope))


@dataclass(frozen=True, slots=True)
class Board:
    """Coverage of a period: rows of the register with the verdicts of each class.

    Attributes:
        rows: assets of the register. cells: asset id → class → verdict kind → how many.
        classes: classes that stand in any cell, in a fixed order.
    """

    period: str
    rows: tuple[Row, ...]
    cells: Mapping[int, Mapping[str, Mapping[VerdictKind, int]]]
    classes: tuple[str, ...]

    def covered(self, row: Row) -> bool:
        """Whether the asset counts as covered."""
        return not row.excluded and is_covered(self.cells.get(row.asset_id, {}).values())

    def of_class(self, check_class: str, rows: Iterable[Row]) -> tuple[int, int]:
        """Of these rows, how many are covered in a class, and how many it concerns."""
        found = [self.cells.get(row.asset_id, {}).get(check_class, {}) for row in rows if not row.excluded]
        concerned = [kinds for kinds in found if any(kind is not VerdictKind.NOT_APPLICABLE for kind in kinds)]
        return sum(is_covered([kinds]) for kinds in concerned), len(concerned)

    def total(self, rows: Iterable[Row] | None = None) -> Covered:
        """Coverage of these rows, or of all. Assets that no check concerns are excluded, with their reason, and stand in no denominator."""
        due = [row for row in (self.rows if rows is None else rows) if not row.excluded]
        open_cells = [
            row
            for row in due
            if any(VerdictKind.COULD_NOT_TEST in kinds for kinds in self.cells.get(row.asset_id, {}).values())
        ]
        return Covered(
            registered=len(due),
            covered=sum(self.covered(row) for row in due),
            not_authorised=sum(not row.authorised for row in due),
            could_not_test=len(open_cells),
        )


def board(period: str, viewer: Viewer, unit_id: str = "") -> Board:
    """The coverage board of a period; of one unit where one is named."""
    seen, rows = cells_visible_to(viewer, period), register_of(period, viewer)
    if unit_id:
        seen, rows = seen.filter(unit_id=unit_id), [row for row in rows if row.unit_id == unit_id]
    kinds = {kind.value: kind for kind in VerdictKind}
    cells: dict[int, dict[str, dict[VerdictKind, int]]] = defaultdict(lambda: defaultdict(dict))
    summed = seen.values("asset_id", "check_class", "verdict").annotate(number=Count("id"))
    for asset_id, check_class, verdict, number in summed.values_list("asset_id", "check_class", "verdict", "number"):
        cells[asset_id][check_class][kinds[verdict]] = number
    classes = sorted({check_class for by_class in cells.values() for check_class in by_class})
    return Board(period, tuple(rows), cells, tuple(classes))


def periods(present: str) -> list[str]:
    """Every month from the first of which there are cells up to the present one, youngest first.

    The tables are asked for the first one alone: to list those that occur they would go through every cell of every year.
    """
    first = (
        Cell.objects.filter(period__lt=_ROUND).order_by("period").values_list("period", flat=True).first() or present
    )
    year, month = map(int, present.split("-"))
    found = [present]
    while found[-1] > first:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(f"{year}-{month:02}")
    return found


def watched_since(asset_id: int) -> datetime | None:
    """When somebody first looked whether a site answers, None where nobody did."""
    return UpSpan.objects.filter(asset_id=asset_id).order_by("begins").values_list("begins", flat=True).first()


def up_spans(asset_id: int, begins: datetime, ends: datetime) -> list[UpSpan]:
    """Availability spans of an asset that touch a time, oldest first."""
    return list(UpSpan.objects.filter(asset_id=asset_id, ends__gt=begins, begins__lt=ends).order_by("begins"))


def uptime_of(asset_id: int, begins: datetime, ends: datetime) -> Uptime:
    """Uptime of an asset between two moments."""
    spans = [(Up(s.state), s.begins, s.ends) for s in up_spans(asset_id, begins, ends)]
    return uptime(spans, begins, ends)


def visits_of(asset: Asset, now: datetime) -> Visits:
    """The availability visits of the last seven days, as a fact for checks."""
    first = now.astimezone(ZoneInfo(settings().time_zone)).date() - timedelta(days=6)
    days = UpDay.objects.filter(asset=asset, day__gte=first).values_list("visits", "failed")
    span = UpSpan.objects.filter(asset=asset).first()
    down = span is not None and span.state == Up.DOWN
    recent = [span.stage] * min(span.visits, 5) if span is not None and span.state in {Up.DOWN, Up.PENDING} else [""]
    return Visits(
        all=sum(visits for visits, _failed in days),
        failed=sum(failed for _visits, failed in days),
        last=tuple(recent) if days else (),
        down_since=span.begins if down and span is not None else None,
    )


@dataclass(frozen=True, slots=True)
class PageCoverage:
    """Coverage of a site by page: pages behind its home page that are known, and how many of them were seen.

    Attributes:
        day, week: seen within the last day, the last seven days. never: not seen yet. failed: did not come when last asked for.
        toured_at: when all that were due were last gone through.
    """

    known: int
    day: int
    week: int
    never: int
    failed: int
    toured_at: datetime | None


def page_coverage(assets: Iterable[int], now: datetime) -> dict[int, PageCoverage]:
    """Coverage by page of those of these assets of which pages are known."""
    wanted = list(assets)
    rows: dict[int, list[tuple[datetime | None, str]]] = defaultdict(list)
    found = KnownPage.objects.filter(asset_id__in=wanted).values_list("asset_id", "place", "seen_at", "reason")
    for number, place, seen, reason in found:
        if is_watched(place):
            rows[number].append((seen, reason))
    toured = dict(SiteState.objects.filter(asset_id__in=wanted).values_list("asset_id", "toured_at"))
    return {number: _coverage(each, now, toured.get(number)) for number, each in rows.items()}


def _coverage(rows: list[tuple[datetime | None, str]], now: datetime, toured: datetime | None) -> PageCoverage:
    seen = [at for at, _reason in rows if at is not None]
    return PageCoverage(
        known=len(rows),
        day=sum(at > now - timedelta(days=1) for at in seen),
        week=sum(at > now - timedelta(days=7) for at in seen),
        never=len(rows) - len(seen),
        failed=sum(bool(reason) for _at, reason in rows),
        toured_at=toured,
    )


def pages_of(asset: Asset) -> list[KnownPage]:
    """The pages that are known of an asset: those that did not come first, then those never seen, then the longest unseen."""
    rows = [row for row in KnownPage.objects.filter(asset=asset).defer("learning") if is_watched(row.place)]
    return sorted(rows, key=lambda r: (not r.reason, r.seen_at.timestamp() if r.seen_at else 0.0, r.level, r.place))


def pictures_of(findings: Iterable[str]) -> dict[str, Shot]:
    """Finding id → its picture, with the one before it."""
    found = (
        Shot.objects.filter(finding_id__in=list(findings))
        .select_related("before")
        .defer("image", "before__image")
        .order_by("at")
    )
    return {shot.finding_id: shot for shot in found if shot.finding_id is not None}


def shots_visible_to(viewer: Viewer) -> QuerySet[Shot]:
    """The pictures that the person may see."""
    scope = viewer.unit_scope()
    found = Shot.objects.exclude(sha256="")
    return found if scope is None else found.filter(asset__unit_id__in=scope)


def baseline_of(asset: Asset) -> Baseline | Failure | None:
    """What is usual on the asset's home page, as a fact for checks; None where learning has not begun."""
    state = SiteState.objects.filter(asset=asset).first()
    known = learning_of(state) if state is not None else None
    return known.fact if known is not None else None
