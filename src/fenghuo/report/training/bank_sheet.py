"""A bank of questions as a sheet (xlsx), in and out: all of its rows are right, or each error is named with its row."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from fenghuo.base.papers.taken import BadSheet, head_of, in_row, open_sheet, plain, rows_of
from fenghuo.report.training.decide import LETTERS, MOST_CHOICES, MOST_POINTS, Asked, Kind, Refused, checked

COLUMNS = {"kind": "题型", "text": "题目", "points": "分值", "right": "答案"}
COLUMNS |= {letter.lower(): f"选项{letter}" for letter in LETTERS}
REQUIRED = ("kind", "text", "points", "right")
MOST_BANK = 500
_WORDS = {Kind.SINGLE: "单选", Kind.MULTIPLE: "多选", Kind.JUDGE: "判断"}
_KINDS = {word: kind for kind, word in _WORDS.items()} | {f"{word}题": kind for kind, word in _WORDS.items()}
_KINDS |= {"single": Kind.SINGLE, "multiple": Kind.MULTIPLE, "judge": Kind.JUDGE, "true/false": Kind.JUDGE}
_TRUE, _FALSE = {"对", "正确", "√", "true"}, {"错", "错误", "×", "false"}


def read(content: bytes, standing: frozenset[str]) -> list[Asked]:
    """The questions of a sheet.

    Args:
        standing: texts of questions that are in the bank already.

    Raises:
        BadSheet: everything that is wrong with it.
    """
    page = open_sheet(content)
    columns = head_of(page, COLUMNS, REQUIRED)
    problems: list[str] = []
    found: list[Asked] = []
    first_rows: dict[str, int] = {}
    for number, cells, wrong in rows_of(page, columns):
        asked = None if wrong else _row(cells, wrong)
        if asked is not None:
            first = first_rows.setdefault(asked.text, number)
            if asked.text in standing:
                wrong.append(_("this question is in the bank already"))
            elif first != number:
                wrong.append(_("this question stands in row %(row)s already") % {"row": first})
        problems += in_row(number, wrong)
        if asked is not None and not wrong:
            found.append(asked)
    if not found and not problems:
        problems.append(_("The sheet holds no questions."))
    if len(found) + len(standing) > MOST_BANK:
        problems.append(_("A bank has at most %(most)s questions.") % {"most": MOST_BANK})
    if problems:
        raise BadSheet(problems)
    return found


def _row(cells: Mapping[str, object], wrong: list[str]) -> Asked | None:
    """One row, or None with what is wrong added to `wrong`."""
    texts = {name: plain(cells.get(name)) for name in COLUMNS}
    kind = _KINDS.get(texts["kind"].lower())
    if kind is None:
        wrong.append(_("the kind is none of 单选, 多选, 判断: “%(text)s”") % {"text": texts["kind"][:40]})
        return None
    choices = [texts[letter.lower()] for letter in LETTERS]
    while choices and not choices[-1]:
        choices.pop()
    points = int(texts["points"]) if texts["points"].isascii() and texts["points"].isdecimal() else 0
    try:
        right = places(kind, texts["right"])
        return checked(Asked(kind, texts["text"], points, right, tuple(choices)))
    except Refused as error:
        wrong.append(problem(error))
    return None


def places(kind: Kind, text: str) -> frozenset[int]:
    """The places of the right choices.

    Raises:
        Refused: "right".
    """
    if kind is Kind.JUDGE:
        known = text.lower()
        if known not in _TRUE | _FALSE:
            raise Refused("right")
        return frozenset({0 if known in _TRUE else 1})
    letters = [one for one in text.upper() if one not in " ,，、;；/"]
    if not letters or len(set(letters)) != len(letters) or not set(letters) <= set(LETTERS):
        raise Refused("right")
    return frozenset(LETTERS.index(one) for one in letters)


def problem(error: Refused) -> str:
    """What is wrong with a question, to be said of its row."""
    texts = {
        "text": _("the question is empty, longer than 500 characters, or holds the number of an identity card"),
        "points": _("the points are no whole number from 1 to %(most)s") % {"most": MOST_POINTS},
        "choices": _("it needs 2 to %(most)s different choices, without a gap; true or false has none")
        % {"most": MOST_CHOICES},
        "right": _(
            "the answer names no choice that is there: letters such as AC, or 对 and 错; one where one is asked for"
        ),
    }
    return texts[error.code]


def letters(kind: Kind, right: Iterable[int]) -> str:
    """The right answer as a sheet writes it."""
    if kind is Kind.JUDGE:
        return "对" if set(right) == {0} else "错"
    return "".join(LETTERS[place] for place in sorted(right))


def rows(questions: Iterable[Asked]) -> list[tuple[str | int, ...]]:
    """Questions as rows that `read` takes back; headings are the values of `COLUMNS`."""
    made: list[tuple[str | int, ...]] = []
    for one in questions:
        empty = ("",) * (len(LETTERS) - len(one.choices))
        made.append((_WORDS[one.kind], one.text, one.points, letters(one.kind, one.right), *one.choices, *empty))
    return made
