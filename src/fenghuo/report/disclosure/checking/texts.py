"""Rules of texts and years: sections that are missing or empty, years, leftovers, and what must not be published."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from fenghuo.report.disclosure.amounts import shown
from fenghuo.report.disclosure.checking.base import Gatherer
from fenghuo.report.disclosure.model import Disclosure
from fenghuo.report.disclosure.opendata import amounts
from fenghuo.report.disclosure.structure import foreign_terms, sections

_FIELD_CODE = re.compile(r"\\[A-Za-z*]|\b(?:HYPERLINK|PAGEREF|MERGEFIELD|TOC|NUMPAGES)\b")
_DOUBLED = re.compile(r"([\u4e00-\u9fff]{2,6})\1")
_TITLE = re.compile("《[^》]*》")
_BLANK = re.compile("[Xx×]{2,}|[_＿]{2,}|〔\\s*〕|待填|待定")
_GARBLED = re.compile("\ufffd|锟斤拷|\\?{3,}")
_BUDGET_YEAR = re.compile(r"(\d{4})年(?:度)?(?:部门)?预算")
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PROSE = re.compile(
    r"preamble\[|duties\.(?:items|introduction|organisation)\[|overview\.introduction\[|performance\.(?:overall|goals|measures)\[|"
    r"\.(?:use|goal|note|meaning)$|other\["
)
_SENTENCE = re.compile("[，；。]")
_ENDS = tuple("。！？；：…”）)》")
_YEARS = (
    *("overview.income.year", "overview.spending.year", "overview.changes.year"),
    *("operating_cost.year", "public_cost.year", "procurement.year"),
)
_LAST_YEARS = ("overview.changes.last_year", "public_cost.last_year")


def check_texts(disclosure: Disclosure, gather: Gatherer) -> None:
    """All rules of this file."""
    _sections(disclosure, gather)
    _years(disclosure, gather)
    for path, amount in amounts(disclosure):
        if amount < 0:
            gather.error("negative", path, "≥ 0", shown(amount))
    terms = foreign_terms(disclosure.office)
    for path, text in texts(disclosure):
        _text(path, text, terms, gather)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the model with its path, in order."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from texts(one, f"{path}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)


def _at(disclosure: Disclosure, path: str) -> Any:
    value: Any = disclosure
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


_MUST_HAVE = ("overview.income", "overview.spending", "overview.changes")
_MAY_NOT_BE_EMPTY = (
    *(
        "preamble",
        "duties.items",
        "performance.overall",
        "performance.goals",
        "performance.measures",
        "glossary",
        "other",
    ),
    *("overview.income.parts", "overview.changes.parts", "assets.rows", "operating_cost.use"),
)


def _sections(disclosure: Disclosure, gather: Gatherer) -> None:
    for one in sections():
        if getattr(disclosure, one.key) is None:
            if one.key == "tables":
                gather.warn("tables-missing", one.key)
            else:
                gather.error("section-missing", one.key)
    for path in _MUST_HAVE:
        if disclosure.overview is not None and _at(disclosure, path) is None:
            gather.error("section-missing", path)
    for path in _MAY_NOT_BE_EMPTY:
        if _at(disclosure, path) in ((), ""):
            gather.warn("empty", path)
    duties = disclosure.duties
    if duties is not None and not duties.organisation and not duties.bodies:
        gather.warn("empty", "duties.organisation")


def _years(disclosure: Disclosure, gather: Gatherer) -> None:
    for paths, wanted in ((_YEARS, disclosure.year), (_LAST_YEARS, disclosure.year - 1)):
        for path in paths:
            stated = _at(disclosure, path)
            if stated is not None and stated != wanted:
                gather.error("year", path, str(wanted), str(stated), ["year"])
    as_of = _at(disclosure, "assets.as_of")
    if as_of is not None and as_of != f"{disclosure.year - 1}-12-31":
        gather.error("as-of", "assets.as_of", f"{disclosure.year - 1}-12-31", as_of, ["year"])
    for number, text in enumerate(disclosure.preamble):
        for found in _BUDGET_YEAR.finditer(text):
            if int(found[1]) != disclosure.year:
                gather.error("year", f"preamble[{number}]", str(disclosure.year), found[1], ["year"])


def _text(path: str, text: str, terms: list[str], gather: Gatherer) -> None:
    if path.endswith((".code", ".catalogue")):
        return  # numbers of projects and catalogues look like anything
    for pattern, rule in ((_ID_NUMBER, "personal-data"), (_MOBILE, "personal-data")):
        for found in pattern.finditer(text):
            gather.error(rule, path, "", f"{found[0][:3]}…{found[0][-2:]}")
    for pattern, rule in (
        (_FIELD_CODE, "field-code"),
        (_DOUBLED, "doubled"),
        (_BLANK, "placeholder"),
        (_GARBLED, "garbled"),
    ):
        found_one = pattern.search(text)
        if found_one:
            start = max(0, found_one.start() - 6)
            gather.warn(rule, path, "", text[start : found_one.end() + 6])
    plain = _TITLE.sub("", text)
    for term in terms:
        if term in plain:
            gather.warn("foreign-term", path, "", term)
    last = text.rstrip()
    if _PROSE.search(path) and len(last) > 20 and _SENTENCE.search(last) and not last.endswith(_ENDS):
        gather.warn("cut-off", path, "", f"…{last[-12:]}")
