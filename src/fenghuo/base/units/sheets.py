"""Units and assets as sheets (xlsx, csv): all of a sheet comes in, or nothing, with what is wrong in each row."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.common.cells import harmless
from fenghuo.base.common.severity import Importance
from fenghuo.base.common.workbooks import BadWorkbook, first_grid
from fenghuo.base.units.actions import save_asset, save_unit, set_contact
from fenghuo.base.units.models import Asset, AssetKind, Unit, UnitKind, UnitLevel

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
COLUMNS = {
    "unit_code": "单位代码",
    "unit_name": "单位名称",
    "unit_kind": "单位类型",
    "unit_level": "单位级别",
    "unit_importance": "单位重要程度",
    "asset_kind": "资产类型",
    "asset_name": "资产名称",
    "asset_value": "资产地址",
    "asset_importance": "资产重要程度",
    "owner": "责任人",
    "protection_level": "等保级别",
    "critical": "关键信息基础设施",
    "icp": "ICP备案号",
    "police_filing": "公安备案号",
    "registrar": "域名注册商",
    "provider": "接入商",
    "domain_expires": "域名到期",
    "contact": "联络员",
    "contact_phone": "联络员电话",
    "contact_email": "联络员邮箱",
    "deputy": "副联络员",
    "deputy_phone": "副联络员电话",
    "deputy_email": "副联络员邮箱",
}
"""Column → its Chinese heading; a sheet may use either, in any order. Only the first two are required."""
_RETIRED = {"screening_permit", "检测授权至"}
"""Columns of older sheets: taken where they are empty."""
_YES = {"1", "yes", "true", "y", "是"}
_NO = {"", "0", "no", "false", "n", "否"}

Grid = Sequence[Sequence[object]]
Row = dict[str, str]


class BadSheet(Exception):
    """A sheet can't be taken: `problems` holds one sentence for each row or column that is wrong. Nothing was stored."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many units and assets a sheet brought or changed."""

    units: int
    assets: int


def read_sheet(name: str, content: bytes) -> list[Row]:
    """Rows of a sheet of units and assets by column, with "@row", the row's number in the file.

    Raises:
        BadSheet: neither xlsx nor csv, too large, or columns that are not known or missing.
    """
    return read_rows(name, content, COLUMNS, ("unit_code", "unit_name"))


def read_rows(name: str, content: bytes, known: Mapping[str, str], required: Sequence[str]) -> list[Row]:
    """Rows of an xlsx or csv file by column, with "@row", the row's number in the file; rows that are all empty are left out.

    Args:
        known: column → its Chinese heading; the file may use either, in any order.

    Raises:
        BadSheet: neither format, too large, or columns that are not known or missing.
    """
    if len(content) > MAX_BYTES:
        raise BadSheet([_("%(name)s: larger than 20 MB. Split the sheet.") % {"name": name}])
    grid = _xlsx(name, content) if content[:2] == b"PK" else _csv(name, content)
    if len(grid) > MAX_ROWS:
        raise BadSheet([_("%(name)s: more than %(rows)d rows. Split the sheet.") % {"name": name, "rows": MAX_ROWS}])
    head = [str(cell or "").strip() for cell in (grid[0] if grid else [])]
    by_heading = {heading: column for column, heading in known.items()} | {column: column for column in known}
    problems = [
        _("%(name)s: column %(column)r is not known. Known: %(known)s.")
        % {"name": name, "column": title, "known": ", ".join(known)}
        for title in head
        if title and title not in by_heading and title not in _RETIRED
    ]
    problems += _retired(name, head, grid[1:])
    columns = [by_heading.get(title, "") for title in head]
    problems += [
        _("%(name)s: column %(column)s (%(heading)s) is missing.")
        % {"name": name, "column": needed, "heading": known[needed]}
        for needed in required
        if needed not in columns
    ]
    if problems:
        raise BadSheet(problems)
    rows = []
    for number, line in enumerate(grid[1:], 2):
        values = {c: _text(v) for c, v in zip(columns, line, strict=False) if c}
        if any(values.values()):
            rows.append({**values, "@row": str(number)})
    return rows


def _retired(name: str, head: Sequence[str], lines: Grid) -> list[str]:
    """A date that nobody asked a unit for must not look like its consent."""
    return [
        _(
            "%(name)s: empty the column %(column)s. Who may be screened, and until when, is entered under Screening, Authorisations."
        )
        % {"name": name, "column": title}
        for place, title in enumerate(head)
        if title in _RETIRED and any(_text(line[place]) for line in lines if len(line) > place)
    ]


def _xlsx(name: str, content: bytes) -> Grid:
    try:
        return first_grid(content, MAX_ROWS + 1, 60)
    except BadWorkbook as error:
        raise BadSheet([f"{name}: {error}"]) from error


def _csv(name: str, content: bytes) -> Grid:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [list(row) for row in csv.reader(io.StringIO(content.decode(encoding)))]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise BadSheet([_("%(name)s: neither xlsx nor csv in UTF-8 or GBK.") % {"name": name}])


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip().removeprefix("'")


@transaction.atomic
def import_rows(actor: Actor, rows: Iterable[dict[str, str]]) -> Imported:
    """Store every row, or none; a unit is known by its code, an asset by kind and value.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language.
    """
    problems: list[str] = []
    units: set[str] = set()
    assets = 0
    for row in rows:
        try:
            with transaction.atomic():
                unit = _unit(actor, row)
                units.add(unit.id)
                _contacts(actor, unit, row)
                if row.get("asset_value"):
                    _asset(actor, unit, row)
                    assets += 1
        except ValidationError as error:
            for field, texts in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
                place = f" {field}" if field else ""
                problems.append(_("Row %(row)s%(place)s: ") % {"row": row["@row"], "place": place} + " ".join(texts))
    if problems:
        raise BadSheet(problems)
    return Imported(len(units), assets)


def _unit(actor: Actor, row: dict[str, str]) -> Unit:
    code = row.get("unit_code", "")
    unit = Unit.objects.filter(code=code).first() or Unit(code=code)
    before = (unit.name, unit.kind, unit.level, unit.importance)
    unit.name = row.get("unit_name") or unit.name
    if row.get("unit_kind"):
        unit.kind = _choice("unit_kind", row["unit_kind"], UnitKind.choices)
    if row.get("unit_level"):
        unit.level = _choice("unit_level", row["unit_level"], UnitLevel.choices)
    if row.get("unit_importance"):
        unit.importance = _importance("unit_importance", row["unit_importance"])
    if unit.created_at is not None and before == (unit.name, unit.kind, unit.level, unit.importance):
        return unit
    return save_unit(actor, unit)


def _asset(actor: Actor, unit: Unit, row: dict[str, str]) -> Asset:
    kind = _choice("asset_kind", row.get("asset_kind") or AssetKind.WEBSITE.value, AssetKind.choices)
    value = row["asset_value"].lower()
    asset = Asset.objects.filter(kind=kind, value=value).first() or Asset(kind=kind, value=value)
    if asset.pk and asset.unit_id != unit.id:
        raise ValidationError({"asset_value": _("%(value)s belongs to another unit.") % {"value": value}})
    asset.unit = unit
    asset.name = row.get("asset_name") or asset.name or value
    if row.get("asset_importance"):
        asset.importance = _importance("asset_importance", row["asset_importance"])
    if row.get("protection_level"):
        asset.protection_level = _level(row["protection_level"])
    if "critical" in row:
        asset.critical = _yes_no(row["critical"])
    for name in ("owner", "icp", "police_filing", "registrar", "provider"):
        if row.get(name):
            setattr(asset, name, row[name])
    if row.get("domain_expires"):
        asset.domain_expires = _date("domain_expires", row["domain_expires"])
    return save_asset(actor, asset)


def _contacts(actor: Actor, unit: Unit, row: dict[str, str]) -> None:
    for column, deputy in (("contact", False), ("deputy", True)):
        if row.get(column):
            phone, email = row.get(f"{column}_phone", ""), row.get(f"{column}_email", "")
            set_contact(actor, unit, row[column], phone, email, deputy=deputy)


def _choice(column: str, text: str, choices: Sequence[tuple[str, object]]) -> str:
    from django.utils import translation

    wanted = text.strip().lower()
    for value, label in choices:
        names = {value}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                names.add(str(label).lower())
        if wanted in names:
            return value
    known = ", ".join(value for value, _label in choices)
    raise ValidationError({column: _("%(text)r is not known. Known: %(known)s.") % {"text": text, "known": known}})


def _importance(column: str, text: str) -> str:
    from fenghuo.base.units.models import IMPORTANCES

    return Importance(_choice(column, text, [(value, label) for value, label in IMPORTANCES])).value


def _level(text: str) -> int:
    digits = text.strip().removesuffix("级").translate(str.maketrans("一二三四五", "12345")).removeprefix("第")
    if digits not in {"1", "2", "3", "4", "5"}:
        raise ValidationError({"protection_level": _("A level from 1 to 5 is needed.")})
    return int(digits)


def _yes_no(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValidationError({"critical": _("Write yes or no.")})


def _date(column: str, text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise ValidationError({column: _("A date such as 2027-03-01 is needed.")}) from error


def export_rows() -> list[list[str]]:
    """The whole register as a grid, headings first, that `read_sheet` reads back."""
    grid = [list(COLUMNS)]
    for unit in Unit.objects.prefetch_related("assets", "contacts"):
        start = [unit.code, unit.name, unit.kind, unit.level, unit.importance]
        persons = {contact.deputy: contact for contact in unit.contacts.all()}
        end = []
        for deputy in (False, True):
            person = persons.get(deputy)
            end += [person.name, person.phone, person.email] if person else ["", "", ""]
        lines = [
            [
                *(
                    a.kind,
                    a.name,
                    a.value,
                    a.importance,
                    a.owner,
                    _text(a.protection_level),
                    "yes" if a.critical else "no",
                ),
                *(a.icp, a.police_filing, a.registrar, a.provider, _text(a.domain_expires)),
            ]
            for a in unit.assets.all()
        ]
        grid += [[*start, *line, *end] for line in lines] or [[*start, *[""] * (len(COLUMNS) - 11), *end]]
    return grid


def write_sheet(path: Path, grid: Sequence[Sequence[str]]) -> None:
    """Write a grid as xlsx or csv, by the ending of the name; no cell acts as a formula."""
    safe = [[harmless(cell) for cell in row] for row in grid]
    if path.suffix.lower() == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("units")
        for row in safe:
            sheet.append(row)
        book.save(path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(safe)
