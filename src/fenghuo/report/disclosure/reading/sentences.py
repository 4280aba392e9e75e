"""The sentences of the document that state figures, taken apart; None where a sentence is built otherwise."""

import re
from decimal import Decimal

from fenghuo.report.disclosure.amounts import WAN, YUAN, amount_of, in_wan, narrow
from fenghuo.report.disclosure.model import (
    DECREASE,
    INCREASE,
    LEVEL,
    Change,
    Changes,
    Income,
    Line,
    OperatingCost,
    PublicCost,
    PublicItem,
    Spending,
)

_PUNCTUATION = str.maketrans(":;()", "：；（）")
_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
AMOUNT = rf"\s*{_NUMBER}\s*(?:{WAN}|{YUAN})"
_WHO = r"(?:我单位|我部门|本单位|本部门)?"
_LONGEST = (
    3_000  # a sentence of figures has some hundred characters; a longer one may only be made to keep a pattern busy
)
_EVEN = "持平|无增减(?:变化)?|无变化"
_REASON = r"(?:,主要(?:原因)?[是为](?P<{0}_reason>.*?))?"


def _stated(name: str) -> str:
    return rf"(?P<{name}>{AMOUNT})"


def _delta(name: str, last: bool = True) -> str:
    before = rf"(?:,?[较比与]上年(?:预算)?{_stated(name + '_last')}?)?" if last else ""
    # 增加 and 减少 need an amount, 持平 needs none, and a part may leave out the word of its whole, but never both.
    word = rf"(?=[增减持无\s\d-])(?P<{name}_word>(?:增加|减少)(?={AMOUNT})|{_EVEN})?"
    percent = rf"(?:[（,](?:增长|增加|上升|下降|降低|减少)?\s*(?P<{name}_percent>{_NUMBER})\s*%）?)?"
    return f"{before}{word}{_stated(name + '_change')}?{percent}"


_PART = re.compile(rf"(?P<name>.+?)为?{_stated('amount')}")
_INCOME = re.compile(
    rf"(?P<introduction>.*?)(?P<year>\d{{4}})年(?:部门)?(?:预算收入|收入预算)(?:为|共计|合计)?{_stated('total')}"
    r"(?:,其中：(?P<parts>.+?))?。?"
)
_SPENDING = re.compile(
    rf"(?P<introduction>.*?)(?P<year>\d{{4}})年(?:部门)?(?:支出预算|预算支出)(?:为|共计|合计)?{_stated('total')}"
    rf",其中：?基本支出{_stated('basic')},包括人员经费{_stated('personnel')}[和、,](?:日常)?公用经费{_stated('operating')}"
    rf"；项目支出{_stated('projects')}(?:,(?P<note>[^；]*?))?(?P<others>(?:；[^；]+?)*)。?"
)
_CHANGES = re.compile(
    rf"(?P<year>\d{{4}})年(?:部门)?预算收支安排{_stated('amount')},较(?P<last_year>\d{{4}})年预算{_stated('c_last')}?"
    + _delta("c", last=False)
    + _REASON.format("c")
    + r"(?:,其中：(?P<parts>.+?))?。?"
)
_CHANGE = re.compile(r"(?P<name>[^；,。]{2,30}?)" + _delta("c") + _REASON.format("c"))
_NEXT_CHANGE = re.compile(
    rf"；(?=[^；,。]{{2,30}}?(?:,?[较比与]上年(?:预算)?(?:{AMOUNT})?)?(?:(?:增加|减少){AMOUNT}|{_EVEN}))"
)
_OPERATING = re.compile(
    rf"(?P<year>\d{{4}})年,?{_WHO}机关运行经费(?:共计|预算)?安排{_stated('amount')}(?:,主要用于(?P<use>.+?))?。?"
)
_RUNNING = "公务用车运行?维护?费"
_VEHICLES = "公务用车购置及运行?维护?费"
_PUBLIC = re.compile(
    rf"(?P<year>\d{{4}})年,?{_WHO}(?:财政拨款)?[“\"]?三公[”\"]?经费(?:财政拨款)?预算(?:共计)?安排{_stated('total')}[。,；]其中[,：]?"
    rf"因公出国（境）费用?为?{_stated('abroad')}[；,]{_VEHICLES}为?{_stated('vehicles')}"
    rf"（其中：公务用车购置费为?{_stated('purchase')}[,；]{_RUNNING}为?{_stated('running')}）[；,]公务接待费为?{_stated('reception')}[。；]?"
    rf"(?:与(?P<last_year>\d{{4}})年{_stated('t_last')}?相比,?"
    + _delta("t", last=False)
    + _REASON.format("t")
    + r",其中[,：]?因公出国（境）费用?"
    + _delta("a")
    + _REASON.format("a")
    + rf"；{_VEHICLES}"
    + _delta("v")
    + "（其中：公务用车购置费为?"
    + _delta("p")
    + rf"[,；]{_RUNNING}为?"
    + _delta("r")
    + "）"
    + _REASON.format("v")
    + "；公务接待费"
    + _delta("c")
    + _REASON.format("c")
    + ")?。?"
)
_ITEMS = {"total": "t", "abroad": "a", "vehicles": "v", "purchase": "p", "running": "r", "reception": "c"}
NAMES = {
    "total": "“三公”经费",
    "abroad": "因公出国（境）费",
    "vehicles": "公务用车购置及运维费",
    "purchase": "公务用车购置费",
    "running": "公务用车运维费",
    "reception": "公务接待费",
}


def even(text: str) -> str:
    """The text with digits, commas and brackets of one form each, as long as before, so that places stay."""
    return narrow(text).translate(_PUNCTUATION)


class Match:
    """A sentence that fits a pattern; texts are given as they were written."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._text = text
        self._found = pattern.fullmatch(even(text)) if len(text) <= _LONGEST else None

    def __bool__(self) -> bool:
        return self._found is not None

    def text(self, name: str) -> str:
        """What a group holds, as it was written; "" where it is not there."""
        assert self._found is not None
        start, end = self._found.span(name)
        return self._text[start:end].strip() if start >= 0 else ""

    def year(self, name: str = "year") -> int:
        """A year."""
        return int(even(self.text(name)))

    def amount(self, name: str) -> Decimal:
        """An amount in 万元; nought where the sentence leaves it out."""
        return self.maybe(name) or Decimal(0)

    def maybe(self, name: str) -> Decimal | None:
        """An amount in 万元, or None."""
        return stated_amount(self.text(name))


def stated_amount(text: str) -> Decimal | None:
    """The amount in 万元 of a text such as 70万元 or 700,000元; None where there is none."""
    plain = even(text).strip()
    unit = WAN if plain.endswith(WAN) else YUAN
    number = amount_of(plain.removesuffix(unit)) if plain.endswith(unit) else None
    return None if number is None else in_wan(number, unit)


def lines_of(text: str) -> tuple[tuple[Line, ...], list[str]]:
    """The named amounts of an enumeration, and the pieces of it that are none."""
    placed, left = [], []
    for piece in _pieces(text, re.compile("[,；]")):
        match = Match(_PART, piece)
        if match:
            placed.append(Line(match.text("name"), match.amount("amount")))
        else:
            left.append(piece)
    return tuple(placed), left


def _pieces(text: str, separator: re.Pattern[str]) -> list[str]:
    """The text cut at a separator that is looked for in its even form."""
    cuts = [0, *(place for found in separator.finditer(even(text)) for place in found.span()), len(text)]
    pieces = [text[start:end].strip() for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    return [piece for piece in pieces if piece]


def _change(match: Match, group: str, name: str, reason: bool = True) -> Change:
    percent = match.text(f"{group}_percent")
    word = match.text(f"{group}_word")
    return Change(
        name,
        word if word in (INCREASE, DECREASE, "") else LEVEL,
        match.amount(f"{group}_change"),
        match.maybe(f"{group}_last"),
        amount_of(percent) if percent else None,
        match.text(f"{group}_reason") if reason else "",
    )


def income(text: str) -> tuple[Income, list[str]] | None:
    """收入说明, and pieces that could not be placed."""
    match = Match(_INCOME, text)
    if not match:
        return None
    parts, left = lines_of(match.text("parts"))
    return Income(match.year(), match.amount("total"), parts, match.text("introduction")), left


def spending(text: str) -> tuple[Spending, list[str]] | None:
    """支出说明, and pieces that could not be placed."""
    match = Match(_SPENDING, text)
    if not match:
        return None
    others, left = lines_of(match.text("others"))
    made = Spending(
        match.year(),
        total=match.amount("total"),
        basic=match.amount("basic"),
        personnel=match.amount("personnel"),
        operating=match.amount("operating"),
        projects=match.amount("projects"),
        projects_note=match.text("note"),
        others=others,
        introduction=match.text("introduction"),
    )
    return made, left


def changes(text: str) -> tuple[Changes, list[str]] | None:
    """比上年增减情况, and pieces that could not be placed."""
    match = Match(_CHANGES, text)
    if not match:
        return None
    parts, left = [], []
    for piece in _pieces(match.text("parts"), _NEXT_CHANGE):
        part = Match(_CHANGE, piece)
        if part and part.text("c_word"):
            parts.append(_change(part, "c", part.text("name")))
        else:
            left.append(piece)
    total = _change(match, "c", "预算收支")
    return Changes(match.year(), match.year("last_year"), match.amount("amount"), total, tuple(parts)), left


def operating_cost(text: str) -> OperatingCost | None:
    """机关运行经费."""
    match = Match(_OPERATING, text)
    return OperatingCost(match.year(), match.amount("amount"), match.text("use")) if match else None


def public_cost(text: str) -> PublicCost | None:
    """“三公”经费 with its changes, where they are stated."""
    match = Match(_PUBLIC, text)
    if not match:
        return None
    compared = bool(match.text("last_year"))
    items = {}
    for name, group in _ITEMS.items():
        change = _change(match, group, NAMES[name], group not in "pr") if compared else None
        items[name] = PublicItem(match.amount(name), change)
    return PublicCost(match.year(), **items, last_year=match.year("last_year") if compared else None)
