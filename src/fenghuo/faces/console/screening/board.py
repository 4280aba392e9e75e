"""The coverage board: units × classes of a period, and below it a unit's assets × checks with reasons."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min
from django.http import HttpRequest, HttpResponse

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.units.queries import units_visible_to
from fenghuo.faces.console.access import object_or_404, person_of, requires
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.forms import CellFilters
from fenghuo.faces.console.screening.nav import page, periods_of
from fenghuo.faces.console.screening.rows import OPEN
from fenghuo.faces.console.values import LedgerOutcome
from fenghuo.see.screening import queries
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import Covered
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Cell

OUTCOMES = {
    VerdictKind.PASS: LedgerOutcome.PASS,
    VerdictKind.FAIL: LedgerOutcome.FAIL,
    VerdictKind.COULD_NOT_TEST: LedgerOutcome.COULD_NOT_TEST,
    VerdictKind.NOT_APPLICABLE: LedgerOutcome.NOT_APPLICABLE,
}
_FEW = 3
"""So many assets of a unit are shown unfolded, with every result."""
_LOUD = {VerdictKind.FAIL, VerdictKind.COULD_NOT_TEST}
Sum = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ClassSum:
    """A class in a line of the board: what it is called, (outcome, how many)…, and its own coverage: covered of those it concerns."""

    value: str
    word: str
    sum: Sum
    covered: int
    concerned: int

    @property
    def percent(self) -> float | None:
        """Coverage in the class, None where it concerns nothing."""
        return round(100 * self.covered / self.concerned, 1) if self.concerned else None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the board."""

    unit_id: str
    name: str
    sums: Sequence[ClassSum]
    covered: Covered


def sum_of(counted: Counter[VerdictKind]) -> Sum:
    """(outcome, how many), what failed first; not applicable only where there is nothing else."""
    order = (VerdictKind.FAIL, VerdictKind.COULD_NOT_TEST, VerdictKind.PASS)
    found = [(OUTCOMES[kind].value, counted[kind]) for kind in order if counted[kind]]
    return found or [(LedgerOutcome.NOT_APPLICABLE.value, 0)]


def _line(board: queries.Board, unit_id: str, name: str, rows: Sequence[queries.Row]) -> UnitLine:
    kinds: dict[str, Counter[VerdictKind]] = defaultdict(Counter)
    for row in rows:
        for check_class, found in board.cells.get(row.asset_id, {}).items():
            kinds[check_class].update(found)
    sums = [
        ClassSum(name, words.class_word(name), sum_of(kinds[name]), *board.of_class(name, rows))
        for name in board.classes
    ]
    return UnitLine(unit_id, name, sums, board.total(rows))


def _lines(board: queries.Board) -> list[UnitLine]:
    """The units with at least one asset that a check concerns, those with the least coverage first."""
    by_unit: dict[str, list[queries.Row]] = defaultdict(list)
    for row in board.rows:
        by_unit[row.unit_id].append(row)
    lines = [_line(board, unit_id, rows[0].unit_name, rows) for unit_id, rows in by_unit.items()]
    return sorted(
        (line for line in lines if line.covered.registered), key=lambda line: (line.covered.percent or 0, line.name)
    )


def in_order(board: queries.Board) -> queries.Board:
    """The board with its classes in the order in which people read them."""
    order = [c.value for c in (CheckClass.VISIT, CheckClass.CONTENT, *CheckClass)]
    classes = sorted(board.classes, key=lambda name: order.index(name) if name in order else len(order))
    return queries.Board(board.period, board.rows, board.cells, tuple(classes))


@requires(Permission.SEE_SCREENING)
def coverage(request: HttpRequest) -> HttpResponse:
    """Units × classes of a period, with a line for all."""
    person = person_of(request)
    period = periods_of(request, person)
    board = in_order(queries.board(period.chosen, person))
    findings = queries.findings_visible_to(person).filter(state__in=OPEN)
    lines = _lines(board)
    values = {
        "period": period,
        "classes": [(name, words.class_word(name)) for name in board.classes],
        "lines": lines,
        "total": _line(board, "", "", board.rows),
        "excluded": sum(bool(row.excluded) for row in board.rows),
        "open": findings.count(),
        "overdue": findings.filter(due_at__lte=clock.now()).count(),
        "since": None if lines else _since(),
    }
    return page(request, "coverage", "coverage", values)


def _since() -> datetime | None:
    """When the first verdict of all was written down."""
    first: datetime | None = Cell.objects.aggregate(first=Min("at"))["first"]
    return first


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One asset and check of a period, in words."""

    cell: Cell
    title: str
    outcome: str
    word: str
    class_word: str
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class AssetCells:
    """An asset of the register of a period, with its cells; `more` that need nobody are left out of a long page."""

    row: queries.Row
    covered: bool
    sum: Sum
    lines: Sequence[CheckLine]
    more: int


def line_of(cell: Cell) -> CheckLine:
    """A cell of the ledger in words."""
    reason = words.reason_word(cell.reason)
    return CheckLine(
        cell,
        words.check_title(cell.check_id),
        OUTCOMES[VerdictKind(cell.verdict)].value,
        words.verdict_word(cell.verdict),
        words.class_word(cell.check_class),
        f"{reason} · {cell.detail}" if reason and cell.detail else reason,
        words.origin_word(cell.origin),
    )


def in_order_of_checks(cells: Iterable[Cell]) -> list[Cell]:
    """The cells as checks are numbered: what failed first, then what could not be tested."""
    weight = {VerdictKind.FAIL: 0, VerdictKind.COULD_NOT_TEST: 1, VerdictKind.PASS: 2, VerdictKind.NOT_APPLICABLE: 3}
    number = {check_id: place for place, check_id in enumerate(all_checks())}
    return sorted(cells, key=lambda c: (weight[VerdictKind(c.verdict)], number.get(c.check_id, len(number))))


@requires(Permission.SEE_SCREENING)
def unit_cells(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A unit's assets × checks of a period, with the reason of each that did not finish."""
    person = person_of(request)
    unit = object_or_404(units_visible_to(person), id=unit_id)
    period = periods_of(request, person)
    form = CellFilters(request.GET)
    wanted = form.asked()
    board = queries.board(period.chosen, person, unit.id)
    filtered, few = any(wanted.values()), len(board.rows) <= _FEW
    cells = queries.cells_visible_to(person, period.chosen).filter(unit_id=unit.id)
    by_asset: dict[int, list[Cell]] = defaultdict(list)
    for cell in _filtered(cells, wanted):
        by_asset[cell.asset_id].append(cell)
    assets = [_asset_cells(board, row, by_asset.get(row.asset_id, []), few or filtered) for row in board.rows]
    values = {
        "unit": unit,
        "period": period,
        "form": form,
        "filtered": filtered,
        "assets": [a for a in assets if a.lines or not filtered],
        "unfold": few,
        "total": board.total(),
    }
    return page(request, "unit", "coverage", values)


def _filtered(cells: Iterable[Cell], wanted: Mapping[str, str]) -> list[Cell]:
    kept = [c for c in cells if wanted["cls"] in {"", c.check_class} and wanted["verdict"] in {"", c.verdict}]
    return in_order_of_checks(kept)


def _asset_cells(board: queries.Board, row: queries.Row, cells: Sequence[Cell], every: bool) -> AssetCells:
    kinds: Counter[VerdictKind] = Counter()
    for found in board.cells.get(row.asset_id, {}).values():
        kinds.update(found)
    shown = [cell for cell in cells if every or VerdictKind(cell.verdict) in _LOUD]
    lines = [line_of(cell) for cell in shown]
    return AssetCells(row, board.covered(row), sum_of(kinds), lines, len(cells) - len(shown))
