"""A sheet of participants (xlsx), in and out: all of its rows are right, or each error is named with its row, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fenghuo.base.papers.taken import BadSheet, head_of, in_row, open_sheet, plain, rows_of
from fenghuo.base.units.models import Unit
from fenghuo.report.training.decide import MOST_PERSONS, names_identity
from fenghuo.report.training.models import Attendance, Participant

COLUMNS = {"unit": "单位", "name": "姓名", "post": "职务", "registered": "报名", "attendance": "到场"}
REQUIRED = ("unit", "name")
_PERSONAL = ("身份证", "证件号", "电话", "手机", "住址", "出生", "identity", "phone", "birth", "address")
"""Words of headings of columns that are not taken: what this room does not need it does not hold."""
_YES, _NO = {"是", "已报名", "yes", "1"}, {"否", "未报名", "no", "0"}
_WORDS = {Attendance.PRESENT: "到场", Attendance.EXCUSED: "请假", Attendance.ABSENT: "缺席"}
_ATTENDANCE = {word: one.value for one, word in _WORDS.items()} | {one.value: one.value for one in _WORDS}
_LONGEST = {"name": 100, "post": 100}


@dataclass(frozen=True, slots=True)
class Entered:
    """A person as a sheet or a form has them; `attendance` is an `Attendance`, "" where nobody said."""

    unit_id: str
    name: str
    post: str = ""
    registered: bool = True
    attendance: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """By which a person of a session is known."""
        return (self.unit_id, self.name, self.post)


def read(content: bytes, units: Sequence[Unit], standing: frozenset[tuple[str, str, str]]) -> list[Entered]:
    """The persons of a sheet.

    Args:
        units: who is invited; a row names one by name or code. standing: keys of who is on the list already.

    Raises:
        BadSheet: everything that is wrong with it.
    """
    page = open_sheet(content)
    columns = head_of(page, COLUMNS, REQUIRED)
    problems = [
        _("Row 1: take the column “%(column)s” out; only name, unit and post of a person are stored.")
        % {"column": text}
        for text in (plain(page.cell(1, column).value) for column in range(1, page.max_column + 1))
        if any(word in text.lower() for word in _PERSONAL)
    ]
    by_name = {name: one.id for one in units for name in (one.name, one.code)}
    found: list[Entered] = []
    first_rows: dict[tuple[str, str, str], int] = {}
    for number, cells, wrong in rows_of(page, columns):
        entered = None if wrong else _row(cells, by_name, wrong)
        if entered is not None:
            first = first_rows.setdefault(entered.key, number)
            if first != number:
                wrong.append(_("“%(name)s” stands in row %(row)s already") % {"name": entered.name, "row": first})
        problems += in_row(number, wrong)
        if entered is not None and not wrong:
            found.append(entered)
    if not found and not problems:
        problems.append(_("The sheet holds no persons."))
    if len(standing | {one.key for one in found}) > MOST_PERSONS:
        problems.append(_("A session has at most %(most)s participants.") % {"most": MOST_PERSONS})
    if problems:
        raise BadSheet(problems)
    return found


def _row(cells: Mapping[str, object], by_name: Mapping[str, str], wrong: list[str]) -> Entered | None:
    """One row, or None with what is wrong added to `wrong`."""
    texts = {name: plain(cells.get(name)) for name in COLUMNS}
    for name, most in _LONGEST.items():
        words = {"column": COLUMNS[name], "most": most}
        if name in REQUIRED and not texts[name]:
            wrong.append(_("“%(column)s” is empty") % words)
        elif len(texts[name]) > most:
            wrong.append(_("“%(column)s” is longer than %(most)s characters") % words)
        if names_identity(texts[name]):
            wrong.append(_("“%(column)s” holds the number of an identity card; take it out") % words)
    unit_id = by_name.get(texts["unit"], "")
    if not unit_id:
        wrong.append(_("“%(unit)s” is not invited to this session") % {"unit": texts["unit"][:60]})
    registered, came = texts["registered"].lower(), texts["attendance"].lower()
    if registered and registered not in _YES | _NO:
        wrong.append(_("“%(column)s” is neither 是 nor 否: “%(text)s”") % _told("registered", registered))
    if came and came not in _ATTENDANCE:
        wrong.append(_("“%(column)s” is none of 到场, 请假, 缺席: “%(text)s”") % _told("attendance", came))
    if wrong:
        return None
    return Entered(unit_id, texts["name"], texts["post"], registered not in _NO, _ATTENDANCE.get(came, ""))


def _told(column: str, text: str) -> dict[str, str]:
    return {"column": COLUMNS[column], "text": text[:40]}


def rows(people: Iterable[Participant]) -> list[tuple[str, ...]]:
    """The list as rows that `read` takes back; headings are the values of `COLUMNS`."""
    return [
        (
            one.unit.name,
            one.name,
            one.post,
            "是" if one.registered else "否",
            _WORDS.get(Attendance(one.attendance), ""),
        )
        for one in people
    ]
