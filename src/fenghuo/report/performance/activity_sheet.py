"""A sheet of activities (xlsx): all of its rows are right, or each error is named with its row, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from fenghuo.base.papers.taken import head_of
from fenghuo.report.performance.cells import BadSheet, day, in_row, open_sheet, plain, rows_of

COLUMNS = {"on": "日期", "name": "活动名称", "group": "对象", "invited": "邀请人数", "registered": "报名人数"}
COLUMNS |= {"present": "到场人数", "document": "材料"}
REQUIRED = ("on", "name", "document")
COUNTS = ("invited", "registered", "present")
MOST_PERSONS = 10_000_000
_ENGLISH = {"day": "on", "activity": "name", "for whom": "group"}
_LONGEST = {"name": 200, "group": 200, "document": 200}


@dataclass(frozen=True, slots=True)
class Held:
    """An event that was held; a count is None where nobody counted."""

    on: date
    name: str
    document: str
    group: str = ""
    invited: int | None = None
    registered: int | None = None
    present: int | None = None


@dataclass(frozen=True, slots=True)
class KnownActivities:
    """What a sheet is read against: year, today, (day, name) of what is stored."""

    year: int
    today: date
    stored: frozenset[tuple[date, str]]


def too_many(held: Held) -> bool:
    """Whether more were present than invited, or than registered."""
    return any(whole is not None and (held.present or 0) > whole for whole in (held.invited, held.registered))


def read(content: bytes, known: KnownActivities) -> list[Held]:
    """The activities of a sheet.

    Raises:
        BadSheet: everything that is wrong with it.
    """
    page = open_sheet(content)
    columns = head_of(page, COLUMNS, REQUIRED, _ENGLISH)
    problems: list[str] = []
    found: list[Held] = []
    first_rows: dict[tuple[date, str], int] = {}
    for number, cells, wrong in rows_of(page, columns):
        held = None if wrong else _row(cells, known, wrong)
        if held is not None:
            wrong.extend(_doubles(held, number, first_rows, known))
        problems += in_row(number, wrong)
        if held is not None and not wrong:
            found.append(held)
    if not found and not problems:
        problems.append(_("The sheet holds no activities."))
    if problems:
        raise BadSheet(problems)
    return found


def _row(cells: Mapping[str, object], known: KnownActivities, wrong: list[str]) -> Held | None:
    """One row, or None with what is wrong added to `wrong`."""
    texts = {name: plain(cells.get(name)) for name in _LONGEST}
    for name, most in _LONGEST.items():
        if name in REQUIRED and not texts[name]:
            wrong.append(_("“%(column)s” is empty") % {"column": COLUMNS[name]})
        elif len(texts[name]) > most:
            words = {"column": COLUMNS[name], "most": most}
            wrong.append(_("“%(column)s” is longer than %(most)s characters") % words)
    on = day(cells.get("on"), COLUMNS["on"], known.year, known.today, wrong)
    counts = {name: _count(name, cells.get(name), wrong) for name in COUNTS}
    if wrong or on is None:
        return None
    invited, registered, present = (counts[name] for name in COUNTS)
    held = Held(on, texts["name"], texts["document"], texts["group"], invited, registered, present)
    if too_many(held):
        wrong.append(_("more were present than invited or registered"))
        return None
    return held


def _count(name: str, value: object, wrong: list[str]) -> int | None:
    if value is None or value == "":
        return None
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= MOST_PERSONS
        and value == int(value)
    ):
        return int(value)
    words = {"column": COLUMNS[name], "text": str(value)[:40]}
    wrong.append(_("“%(column)s” is no whole number of persons: “%(text)s”") % words)
    return None


def _doubles(held: Held, number: int, first_rows: dict[tuple[date, str], int], known: KnownActivities) -> list[str]:
    key = (held.on, held.name)
    words = {"name": held.name, "day": held.on.isoformat()}
    if key in known.stored:
        return [_("“%(name)s” of %(day)s is entered already") % words]
    first = first_rows.setdefault(key, number)
    if first != number:
        return [_("“%(name)s” of %(day)s stands in row %(row)s already") % {**words, "row": first}]
    return []
