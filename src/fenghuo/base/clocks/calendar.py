"""The calendar of holidays and of weekend days on which offices work, as sheets. Pure but for reading the shipped ones."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from fenghuo.base.common.i18n import _

MAX_BYTES = 1024 * 1024
COLUMNS = ("day", "works", "name", "source")
_WORDS = {"yes": True, "no": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not what its weekday says, and the notice that says so."""

    day: date
    works: bool
    name: str
    source: str


class BadCalendar(Exception):
    """The sheet can't be taken: `problems` holds a sentence for each line that is wrong. Nothing was stored."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read_days(content: bytes) -> list[Day]:
    """The days of a csv sheet (UTF-8 or GBK) with the columns day, works (yes or no), name and source.

    Raises:
        BadCalendar: every line that is wrong, by its number.
    """
    if len(content) > MAX_BYTES:
        raise BadCalendar([_("The sheet is larger than 1 MB; that is no calendar.")])
    rows = csv.DictReader(StringIO(_text(content)))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or [])]
    if missing:
        raise BadCalendar([_("These columns are missing: {names}.").format(names=", ".join(missing))])
    days: dict[date, Day] = {}
    problems = []
    for number, row in enumerate(rows, 2):
        try:
            day = date.fromisoformat((row["day"] or "").strip())
            works = _WORDS[(row["works"] or "").strip().lower()]
            name, source = (row["name"] or "").strip(), (row["source"] or "").strip()
            if not name or not source or day in days:
                raise ValueError(row["day"])
        except (ValueError, KeyError):
            text = _(
                "Line {number}: a day such as 2027-02-06, yes or no, a name and the source are needed, each day once."
            )
            problems.append(text.format(number=number))
            continue
        days[day] = Day(day, works, name[:60], source[:200])
    if problems or not days:
        raise BadCalendar(problems or [_("The sheet holds no day.")])
    return list(days.values())


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCalendar([_("The sheet is neither UTF-8 nor GBK.")])


def shipped_days() -> list[Day]:
    """The days that come with Fenghuo."""
    folder = Path(__file__).parent / "days"
    return [day for file in sorted(folder.glob("*.csv")) for day in read_days(file.read_bytes())]
