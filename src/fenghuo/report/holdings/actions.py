"""The verbs of fixed assets: the only writer of this room's tables."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.base.units.sheets import BadSheet, Row, read_rows
from fenghuo.report.holdings.models import Holding, HoldingKind, OffReason, WriteOff
from fenghuo.report.performance.amounts import MOST_FEN, NotMoney, fen_of
from fenghuo.report.performance.decide import Refused

COLUMNS = {
    "kind": "类别",
    "name": "名称",
    "count": "数量",
    "value": "价值（元）",
    "since": "入账日期",
    "place": "存放地点",
    "document": "凭证或合同",
}
"""Column → its Chinese heading; a sheet may use either, in any order."""
REQUIRED = ("kind", "name", "count", "value", "since", "document")
KIND_WORDS = {
    HoldingKind.OFFICES: "办公用房",
    HoldingKind.BUILDINGS: "其他房屋",
    HoldingKind.VEHICLES: "车辆",
    HoldingKind.EQUIPMENT: "单价在20万元以上的设备",
    HoldingKind.OTHER: "其他固定资产",
}
_MOST_COUNT = Decimal(10) ** 9
_DEAR_FEN = 200_000 * 100


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry as it is to be. `value_fen` is that of all pieces together."""

    kind: HoldingKind
    name: str
    count: Decimal
    value_fen: int
    since: date
    place: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """What is to be written off."""

    on: date
    count: Decimal
    value_fen: int
    reason: OffReason
    document: str


def _check(taken: Taken) -> None:
    for code, text in (("name", taken.name), ("document", taken.document)):
        if not text.strip():
            raise Refused(code)
    if not 0 < taken.count <= _MOST_COUNT or taken.count != round(taken.count, 2):
        raise Refused("count")
    if not 0 <= taken.value_fen <= MOST_FEN:
        raise Refused("amount")
    if taken.since > today():
        raise Refused("day")
    if taken.kind is HoldingKind.EQUIPMENT and taken.value_fen < _DEAR_FEN * taken.count:
        raise Refused("cheap")


def _row(actor: Actor, taken: Taken, batch: str = "") -> Holding:
    return Holding(
        kind=taken.kind,
        name=taken.name.strip()[:200],
        count=taken.count,
        value_fen=taken.value_fen,
        since=taken.since,
        place=taken.place.strip()[:200],
        document=taken.document.strip()[:200],
        batch=batch,
        by=actor.name[:150],
        at=clock.now(),
    )


@transaction.atomic
def take_up(actor: Actor, taken: Taken) -> Holding:
    """Enter something that the office holds.

    Raises:
        Refused: "name", "document", "count", "amount", "day", "cheap" (equipment below 200,000 yuan a piece).
    """
    _check(taken)
    made = _row(actor, taken)
    made.save(force_insert=True)
    told = {"kind": str(made.kind), "name": made.name, "count": str(made.count), "value_fen": made.value_fen}
    record(actor, "holding.taken-up", made.subject, told)
    return made


@transaction.atomic
def write_off(actor: Actor, holding_id: str, gone: Gone) -> WriteOff:
    """Write off pieces of an entry; what is left keeps counting.

    Raises:
        Refused: "document", "day" (before it was taken up, or not come yet), "count", "amount" (more than there is, or a
            value that is left without a piece). Holding.DoesNotExist.
    """
    holding = Holding.objects.select_for_update().get(id=holding_id)
    if not gone.document.strip():
        raise Refused("document")
    if not holding.since <= gone.on <= today():
        raise Refused("day")
    before = list(holding.write_offs.all())
    left = holding.count - sum((one.count for one in before), Decimal(0))
    worth = holding.value_fen - sum(one.value_fen for one in before)
    if not 0 < gone.count <= left:
        raise Refused("count", str(left.normalize()))
    if not 0 <= gone.value_fen <= worth or (gone.count == left and gone.value_fen != worth):
        raise Refused("amount")
    made = WriteOff.objects.create(
        holding=holding,
        on=gone.on,
        count=gone.count,
        value_fen=gone.value_fen,
        reason=gone.reason,
        document=gone.document.strip()[:200],
        by=actor.name[:150],
        at=clock.now(),
    )
    told = {
        "on": gone.on.isoformat(),
        "count": str(gone.count),
        "value_fen": gone.value_fen,
        "reason": gone.reason.value,
    }
    record(actor, "holding.written-off", holding.subject, told)
    return made


@transaction.atomic
def import_sheet(actor: Actor, name: str, content: bytes) -> Sequence[Holding]:
    """Take up every row of a sheet (xlsx or csv), or none.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language.
    """
    rows = read_rows(name, content, COLUMNS, REQUIRED)
    batch = hashlib.sha256(content).hexdigest()
    if Holding.objects.filter(batch=batch).exists():
        raise BadSheet([_("This very sheet was taken already.")])
    problems: list[str] = []
    taken = [one for row in rows if (one := _read(row, problems)) is not None]
    if not rows:
        problems.append(_("The sheet holds no rows."))
    if problems:
        raise BadSheet(problems)
    made = Holding.objects.bulk_create([_row(actor, one, batch) for one in taken], batch_size=500)
    told = {"rows": len(made), "value_fen": sum(one.value_fen for one in made), "sha256": batch}
    record(actor, "holding.imported", "holding:*", told)
    return made


def _read(row: Row, problems: list[str]) -> Taken | None:
    """One row, or None with what is wrong added."""

    def wrong(column: str, text: str) -> None:
        place = {"row": row["@row"], "column": COLUMNS[column]}
        problems.append(_("Row %(row)s, %(column)s: ") % place + text)

    before = len(problems)
    kinds: dict[str, HoldingKind] = {word: kind for kind, word in KIND_WORDS.items()} | {
        k.value: k for k in HoldingKind
    }
    kind = kinds.get(row.get("kind", ""))
    if kind is None:
        wrong("kind", _("one of %(kinds)s is needed.") % {"kinds": ", ".join(KIND_WORDS.values())})
    numbers = _numbers(row, ("count", "value"), wrong)
    fen = 0
    try:
        fen = fen_of(numbers.get("value", Decimal(0)), "元")
    except NotMoney:
        wrong("value", _("no amount: at most two places after the point of a yuan."))
    since = _day(row.get("since", ""))
    if since is None:
        wrong("since", _("no day; write it as 2026-03-01."))
    if len(problems) > before or kind is None or since is None:
        return None
    taken = Taken(kind, row["name"], numbers["count"], fen, since, row.get("place", ""), row["document"])
    try:
        _check(taken)
    except Refused as error:
        column, text = _said(error)
        wrong(column, text)
        return None
    return taken


def _numbers(row: Row, columns: Iterable[str], wrong: Callable[[str, str], None]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for column in columns:
        try:
            found[column] = Decimal(row.get(column, "").replace(",", ""))
        except InvalidOperation:
            wrong(column, _("“%(text)s” is no number.") % {"text": row.get(column, "")[:40]})
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _said(error: Refused) -> tuple[str, str]:
    """Column and sentence of what `_check` refuses."""
    return {
        "name": ("name", _("it is empty.")),
        "document": ("document", _("it is empty; what shows that the office holds it?")),
        "count": ("count", _("above nought, at most two places.")),
        "amount": ("value", _("not below nought, and not more than a budget could hold.")),
        "day": ("since", _("this day has not come yet.")),
        "cheap": ("kind", _("a piece costs less than 200,000 yuan: it belongs to the other fixed assets.")),
    }[error.code]
