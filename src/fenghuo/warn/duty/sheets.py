"""The roster as a sheet, out and in: all of a sheet comes in, or nothing, with what is wrong in each row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.common.workbooks import BadWorkbook, first_grid
from fenghuo.base.papers.sheets import Sheet, to_xlsx
from fenghuo.warn.duty.actions import NewShift, add_shifts, spans_between
from fenghuo.warn.duty.decide import Span, clashes
from fenghuo.warn.duty.models import Post, Shift

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ROWS = 5000
COLUMNS = {"from": "开始", "to": "结束", "post": "岗位", "username": "账号", "name": "姓名"}
"""Column → its Chinese heading; a sheet may use either, in any order. A person is found by user name, else by a name that only one has."""
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M")
_MOST_PROBLEMS = 100


class BadSheet(Exception):
    """The sheet can't be taken: `problems` holds one sentence for each row that is wrong. Nothing was stored."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def write_roster(shifts: Iterable[Shift], *, chinese: bool) -> bytes:
    """The shifts as xlsx, a row each; `read_roster` reads it back."""
    rows = [
        (
            localtime(s.starts_at).strftime(_FORMS[0]),
            localtime(s.ends_at).strftime(_FORMS[0]),
            s.post,
            s.person.username,
            s.person.name,
        )
        for s in shifts
    ]
    head = list(COLUMNS.values() if chinese else COLUMNS)
    return to_xlsx([Sheet("值班表" if chinese else "roster", head, rows)])


def read_roster(content: bytes) -> list[NewShift]:
    """The shifts of a sheet that do not stand on the roster yet; rows that stand there already are passed over.

    Raises:
        BadSheet: what is wrong in which row, or that the sheet is none.
    """
    known = _People()
    wanted: dict[int, NewShift] = {}
    problems: list[str] = []
    for number, row in _rows(content):
        try:
            wanted[number] = _shift(row, known)
        except ValueError as error:
            problems.append(_("Row %(number)d: %(problem)s") % {"number": number, "problem": error})
    if not wanted and not problems:
        raise BadSheet([_("The sheet holds no shift.")])
    problems += _clashing(wanted) if wanted else []
    if problems:
        raise BadSheet(problems[:_MOST_PROBLEMS])
    return list(wanted.values())


def import_roster(actor: Actor, content: bytes) -> int:
    """Take up a sheet; how many shifts are new.

    Raises:
        BadSheet.
    """
    wanted = read_roster(content)
    return add_shifts(actor, wanted, "sheet") if wanted else 0


def _rows(content: bytes) -> list[tuple[int, dict[str, object]]]:
    if len(content) > MAX_BYTES:
        raise BadSheet([_("The sheet is larger than 2 MB; that is no roster.")])
    try:
        grid = first_grid(content, MAX_ROWS + 2, 20, MAX_UNPACKED)
    except BadWorkbook as error:
        raise BadSheet([str(error)]) from error
    if len(grid) > MAX_ROWS + 1:
        raise BadSheet([_("The sheet has more than %(number)d rows. Split it.") % {"number": MAX_ROWS}])
    by_heading = {title: column for column, title in COLUMNS.items()} | {column: column for column in COLUMNS}
    columns = [by_heading.get(str(cell or "").strip().lower(), "") for cell in (grid[0] if grid else [])]
    missing = [f"{name} ({COLUMNS[name]})" for name in ("from", "to", "post") if name not in columns]
    if not {"username", "name"} & set(columns):
        missing.append(f"username ({COLUMNS['username']})")
    if missing:
        raise BadSheet([_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}])
    rows: list[tuple[int, dict[str, object]]] = [
        (number, dict(zip(columns, line, strict=False))) for number, line in enumerate(grid[1:], 2)
    ]
    return [(number, row) for number, row in rows if any(str(value or "").strip() for value in row.values())]


class _People:
    """Persons who can be on duty, by user name and by name."""

    def __init__(self) -> None:
        self.by_username: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = {}
        for person in Person.objects.filter(is_active=True).prefetch_related("units"):
            if person.unit_scope() is None:
                self.by_username[person.username] = person
                self.by_name.setdefault(person.name, []).append(person)

    def find(self, username: str, name: str) -> Person:
        """The person.

        Raises:
            ValueError: none, or more than one of the name.
        """
        if username:
            found = self.by_username.get(username)
            if found is None:
                raise ValueError(_("nobody here has the user name %(name)s.") % {"name": username})
            return found
        named = self.by_name.get(name, [])
        if len(named) != 1:
            text = (
                _("%(name)s is not one person here; give the user name.") if named else _("nobody is called %(name)s.")
            )
            raise ValueError(text % {"name": name or "–"})
        return named[0]


def _shift(row: dict[str, object], known: _People) -> NewShift:
    starts, ends = _moment(row.get("from")), _moment(row.get("to"))
    if starts >= ends or (ends - starts).days > 7:
        raise ValueError(_("a shift must end after it begins, within seven days."))
    post = str(row.get("post") or "").strip().upper().removesuffix("岗").removesuffix("角")
    if post not in Post.values:
        raise ValueError(_("the post is A or B."))
    person = known.find(str(row.get("username") or "").strip(), str(row.get("name") or "").strip())
    return NewShift(person, post, starts, ends)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=get_default_timezone())
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=get_default_timezone())
    text = str(value or "").strip()
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=get_default_timezone())
        except ValueError:
            continue
    raise ValueError(_("a moment such as 2027-03-01 08:00 is needed, not “%(text)s”.") % {"text": text[:40]})


def _clashing(wanted: dict[int, NewShift]) -> list[str]:
    """What can't be together, a sentence a row; rows equal to a standing shift are taken out of `wanted`."""
    first, last = min(s.starts_at for s in wanted.values()), max(s.ends_at for s in wanted.values())
    standing = spans_between(first, last)
    spans = {number: Span(s.post, s.person.pk, s.starts_at, s.ends_at) for number, s in wanted.items()}
    for number in [number for number, span in spans.items() if span in standing]:
        del wanted[number], spans[number]
    numbers = {id(span): number for number, span in spans.items()}
    found = []
    for one, other in clashes(list(spans.values()), standing):
        number, against = numbers[id(one)], numbers.get(id(other))
        values = {"number": number, "other": against or 0}
        if one.post == other.post:
            text = _("Row %(number)d: the post is taken by row %(other)d.") if against else ""
            text = text or _("Row %(number)d: the post is taken on the standing roster.")
        else:
            text = _("Row %(number)d: the person is on the other post in row %(other)d.") if against else ""
            text = text or _("Row %(number)d: the person is on the other post on the standing roster.")
        found.append(text % values)
    return found
