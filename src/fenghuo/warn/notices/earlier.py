"""Notices and incidents of earlier years out of the office's own lists (xlsx or csv): all of a list comes in, or nothing."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import local
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer
from fenghuo.base.units.sheets import BadSheet, Row, read_rows
from fenghuo.warn.notices.models import EarlierLabel, EarlierMatter

COLUMNS = {
    "what": "类别",
    "number": "文号或编号",
    "title": "标题",
    "unit": "单位",
    "grade": "等级",
    "began_on": "发出或发生日期",
    "due_on": "整改期限",
    "closed_on": "办结日期",
    "outcome": "办理结果",
}
"""Column → its Chinese heading; a list may use either, in any order."""
REQUIRED = ("what", "number", "title", "unit", "began_on")
_LENGTHS = {"number": 100, "title": 300, "grade": 60, "outcome": 500}


def read(name: str, content: bytes) -> list[Row]:
    """Rows of a list by column, with "@row".

    Raises:
        BadSheet: no xlsx or csv, too large, or columns that are not known or missing.
    """
    return read_rows(name, content, COLUMNS, REQUIRED)


@transaction.atomic
def import_matters(actor: Actor, rows: Iterable[Row]) -> int:
    """Store every row, or none; how many.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language.
    """
    units: dict[str, Unit] = {}
    for unit in Unit.objects.all():
        units |= {unit.name: unit, unit.code: unit}
    known = set(EarlierMatter.objects.values_list("what", "number", "unit_id"))
    problems, made, now = [], [], clock.now()
    for row in rows:
        try:
            matter = _matter(row, units)
            key = (matter.what, matter.number, matter.unit_id)
            if key in known:
                raise ValidationError(
                    {"number": _("%(number)s stands there for this unit already.") % {"number": key[1]}}
                )
            known.add(key)
        except ValidationError as error:
            for column, texts in error.message_dict.items():
                place = {"row": row["@row"], "column": COLUMNS[column]}
                problems.append(_("Row %(row)s, %(column)s: ") % place + " ".join(texts))
            continue
        matter.imported_by, matter.imported_at = actor.name[:150], now
        made.append(matter)
    if problems:
        raise BadSheet(problems)
    EarlierMatter.objects.bulk_create(made, batch_size=500)
    years = sorted({m.began_on.year for m in made})
    record(actor, "earlier-matters.imported", "earlier-matters", {"rows": len(made), "years": years})
    return len(made)


def _matter(row: Row, units: dict[str, Unit]) -> EarlierMatter:
    """One row as a matter.

    Raises:
        ValidationError: with every column that is wrong.
    """
    wrong: dict[str, str] = {}
    for column in REQUIRED:
        if not row.get(column):
            wrong[column] = _("A value is needed.")
    for column, most in _LENGTHS.items():
        if len(row.get(column, "")) > most:
            wrong[column] = _("At most %(number)d characters.") % {"number": most}
    what = _what(row.get("what", ""))
    if row.get("what") and not what:
        wrong["what"] = _("%(text)r is neither a notice (通报) nor an incident (事件).") % {"text": row["what"]}
    unit = units.get(row.get("unit", ""))
    if row.get("unit") and unit is None:
        wrong["unit"] = _("%(text)r is no registered unit: use its name or code.") % {"text": row["unit"]}
    days = {column: _day(row, column, wrong) for column in ("began_on", "due_on", "closed_on")}
    began, closed = days["began_on"], days["closed_on"]
    if began is not None and began > local(clock.now()).date():
        wrong["began_on"] = _("The day lies ahead.")
    if began is not None and closed is not None and closed < began:
        wrong["closed_on"] = _("It ended before it began.")
    if wrong or unit is None or began is None:
        raise ValidationError({column: [text] for column, text in wrong.items()})
    words = {column: row.get(column, "") for column in _LENGTHS}
    return EarlierMatter(what=what, unit=unit, began_on=began, due_on=days["due_on"], closed_on=closed, **words)


def _what(text: str) -> str:
    wanted = text.strip().lower()
    for value, label in EarlierLabel.choices:
        names = {value}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                names.add(str(label).lower())
        if wanted in names:
            return str(value)
    return ""


def _day(row: Row, column: str, wrong: dict[str, str]) -> date | None:
    text = row.get(column, "").replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").rstrip("日")
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        wrong[column] = _("A date such as 2024-03-01 is needed.")
        return None


def matters_visible_to(viewer: Viewer) -> QuerySet[EarlierMatter]:
    """The matters of earlier years that the person may see: a unit sees its own only."""
    scope = viewer.unit_scope()
    found = EarlierMatter.objects.select_related("unit")
    return found if scope is None else found.filter(unit_id__in=scope)
