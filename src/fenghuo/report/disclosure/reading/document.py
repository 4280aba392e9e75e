"""The whole document, section by section."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fenghuo.report.disclosure.model import (
    Assets,
    Body,
    Disclosure,
    Duties,
    OperatingCost,
    Overview,
    Performance,
    Procurement,
    ProjectGoal,
    PublicCost,
    Tables,
    Term,
)
from fenghuo.report.disclosure.reading import grids, sentences
from fenghuo.report.disclosure.reading.blocks import Block, Paragraph, Row
from fenghuo.report.disclosure.reading.notes import Notes, Unplaced
from fenghuo.report.disclosure.structure import sections

_TITLE = re.compile(r"(?P<office>.*?)(?P<year>\d{4})年(?:度)?(?:部门)?预算.*(?:说明|公开)")
_LONGEST_TITLE = 200
_HEADING = re.compile(r"[一二三四五六七八九十]+、(?P<name>.{1,40})")
_ITEM = re.compile(r"（[一二三四五六七八九十]+）\s*(?P<text>.+)")
_NUMBERED = re.compile(r"\d{1,2}[.、．]\s*(?P<text>.+)", re.DOTALL)
_SENTENCE = re.compile("[。；，]")
_PROCUREMENT = re.compile(
    rf"(?P<year>\d{{4}})年,?(?:我单位|我部门|本单位|本部门)?(?P<planned>没有安排|未安排|安排)政府采购预算(?P<amount>{sentences.AMOUNT})?"
    r"。?(?P<note>.*)"
)
_ASSETS = re.compile(rf"(?P<owner>.*?)上年末固定资产金额为?(?P<amount>{sentences.AMOUNT})[,。]?(?P<note>.*)")
_AS_OF = re.compile(r"截止(?:时间|日期)：\s*(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})日?")
_TABLES = {"收入": "income", "支出": "spending", "基本支出": "basic", "项目支出": "projects"}
_ANNEX = re.compile(
    r"附表[一二三四五六七八九十]+\s*(?:部门预算)?(?:收支总表（(?P<sum>收入|支出)）|(?P<kind>基本支出|项目支出)表)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the document (None where not even office and year were found), lines by path, and what was not placed."""

    disclosure: Disclosure | None
    lines: dict[str, int]
    unplaced: tuple[Unplaced, ...]


def read(blocks: Sequence[Block]) -> Reading:
    """Read the structure of a document; a piece that fits nowhere is listed, never guessed."""
    notes = Notes()
    head, parts = _split(blocks, notes)
    office, year, preamble = _head(head, notes)
    if not office or not year:
        return Reading(None, notes.lines, tuple(notes.unplaced))
    values: dict[str, Any] = {}
    for key, inner in parts.items():
        values[key] = _READERS[key](inner, notes, office)
    return Reading(Disclosure(office, year, preamble, **values), notes.lines, tuple(notes.unplaced))


def _split(blocks: Sequence[Block], notes: Notes) -> tuple[list[Block], dict[str, list[Block]]]:
    """What stands before the first heading, and the blocks of each section."""
    head: list[Block] = []
    parts: dict[str, list[Block]] = {}
    current: list[Block] | None = head
    for block in blocks:
        name = _heading(block)
        key = None if name is None else _section_of(name)
        if key is not None and key not in parts:
            notes.at(key, block)
            current = parts.setdefault(key, [])
        elif name is not None:
            notes.lost(block)
            current = None
        elif current is None:
            notes.lost(block)
        else:
            current.append(block)
    return head, parts


def _heading(block: Block) -> str | None:
    """The words of a heading of the first level: numbered, or one of the known ones where Word numbers by itself."""
    if not isinstance(block, Paragraph):
        return None
    found = _HEADING.fullmatch(block.text)
    if found and not _SENTENCE.search(found["name"]):
        return found["name"]
    return block.text if any(block.text == one.heading for one in sections()) else None


def _section_of(name: str) -> str | None:
    return next((one.key for one in sections() if any(mark in name for mark in one.marks)), None)


def _head(blocks: Sequence[Block], notes: Notes) -> tuple[str, int, tuple[str, ...]]:
    office, year, rest = "", 0, list(blocks)
    for number, block in enumerate(blocks[:6]):
        if not isinstance(block, Paragraph) or len(block.text) > _LONGEST_TITLE:
            continue
        if title := _TITLE.fullmatch(block.text):
            before = "".join(one.text for one in blocks[:number] if isinstance(one, Paragraph))
            office, year, rest = before + title["office"], int(title["year"]), list(blocks[number + 1 :])
            notes.at("office", block)
            notes.at("year", block)
            break
    return office, year, tuple(_paragraphs(rest, "preamble", notes))


def _paragraphs(blocks: Sequence[Block], path: str, notes: Notes) -> Iterator[str]:
    number = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.startswith("【草稿】"):
                continue
            notes.at(f"{path}[{number}]", block)
            number += 1
            yield block.text
        else:
            notes.lost(block)


def _under(blocks: Sequence[Block], heading: Callable[[str], str | None]) -> dict[str, list[Block]]:
    """Blocks by the sub-heading that they stand under; "" for those in front of the first."""
    parts: dict[str, list[Block]] = {"": []}
    current = parts[""]
    for block in blocks:
        key = heading(block.text) if isinstance(block, Paragraph) else None
        if key is not None:
            current = parts.setdefault(key, [])
        else:
            current.append(block)
    return parts


def _items(blocks: Sequence[Block], pattern: re.Pattern[str], path: str, notes: Notes) -> tuple[str, ...]:
    made: list[str] = []
    for block in blocks:
        found = isinstance(block, Paragraph) and pattern.fullmatch(
            block.text.replace("(", "（", 1).replace(")", "）", 1)
        )
        if found and isinstance(block, Paragraph):
            notes.at(f"{path}[{len(made)}]", block)
            made.append(block.text[found.start("text") :])
        else:
            notes.lost(block)
    return tuple(made)


def _duties(blocks: Sequence[Block], notes: Notes, _office: str) -> Duties:
    parts = _under(blocks, lambda text: text.rstrip("：:") if text.rstrip("：:") in ("部门职责", "机构设置") else None)
    duties = [*parts[""], *parts.get("部门职责", [])]
    first = next((n for n, b in enumerate(duties) if isinstance(b, Paragraph) and b.text[:1] in "（("), len(duties))
    organisation = parts.get("机构设置", [])
    bodies: list[Body] = []
    for row in (block for block in organisation if isinstance(block, Row)):
        if row.cells[0] == "单位名称":
            continue
        if len(row.cells) <= 4:
            notes.at(f"duties.bodies[{len(bodies)}]", row)
            bodies.append(Body(*row.cells))
        else:
            notes.lost(row)
    texts = [block for block in organisation if isinstance(block, Paragraph)]
    return Duties(
        tuple(_paragraphs(duties[:first], "duties.introduction", notes)),
        _items(duties[first:], _ITEM, "duties.items", notes),
        tuple(_paragraphs(texts, "duties.organisation", notes)),
        tuple(bodies),
    )


_OVERVIEW = {"收入": "income", "支出": "spending", "增减": "changes"}


def _overview(blocks: Sequence[Block], notes: Notes, _office: str) -> Overview:
    def heading(text: str) -> str | None:
        found = _NUMBERED.fullmatch(text) is not None or text in ("收入说明", "支出说明", "比上年增减情况")
        short = found and len(text) <= 20 and not _SENTENCE.search(text)
        return next((key for word, key in _OVERVIEW.items() if short and word in text), None)

    parts = _under(blocks, heading)
    values: dict[str, Any] = {"introduction": tuple(_paragraphs(parts[""], "overview.introduction", notes))}
    readers: dict[str, Callable[[str], Any]] = {
        "income": sentences.income,
        "spending": sentences.spending,
        "changes": sentences.changes,
    }
    for key, reader in readers.items():
        for block in parts.get(key, []):
            made = reader(block.text) if isinstance(block, Paragraph) and key not in values else None
            if made is None:
                notes.lost(block)
                continue
            values[key], left = made
            notes.at(f"overview.{key}", block)
            for piece in left:
                notes.lost(block, piece)
    return Overview(**values)


def _operating(blocks: Sequence[Block], notes: Notes, _office: str) -> OperatingCost | None:
    made: OperatingCost | None = _sentence(blocks, sentences.operating_cost, "operating_cost", notes)
    return made


def _public(blocks: Sequence[Block], notes: Notes, _office: str) -> PublicCost | None:
    made: PublicCost | None = _sentence(blocks, sentences.public_cost, "public_cost", notes)
    return made


def _sentence(blocks: Sequence[Block], reader: Callable[[str], Any], path: str, notes: Notes) -> Any:
    made = None
    for block in blocks:
        found = reader(block.text) if isinstance(block, Paragraph) and made is None else None
        if found is None:
            notes.lost(block)
        else:
            made = found
            notes.lines[path] = block.line
    return made


_GOALS = {"总体绩效目标": "overall", "分项绩效目标": "goals", "工作保障措施": "measures"}


def _performance(blocks: Sequence[Block], notes: Notes, _office: str) -> Performance:
    def heading(text: str) -> str | None:
        if re.match("第[一二]部分", text) and len(text) < 30:
            return "projects" if "第二" in text else ""
        found = _ITEM.fullmatch(text.replace("(", "（", 1).replace(")", "）", 1))
        return next((key for word, key in _GOALS.items() if found and len(text) < 20 and word in text), None)

    parts = _under(blocks, heading)
    for block in parts[""]:
        notes.lost(block)
    return Performance(
        tuple(_paragraphs(parts.get("overall", []), "performance.overall", notes)),
        _items(parts.get("goals", []), _NUMBERED, "performance.goals", notes),
        _items(parts.get("measures", []), _NUMBERED, "performance.measures", notes),
        tuple(_projects(parts.get("projects", []), notes)),
    )


def _projects(blocks: Sequence[Block], notes: Notes) -> Iterator[ProjectGoal]:
    titles: list[tuple[int, str]] = []
    for number, block in enumerate(blocks):
        found = _NUMBERED.fullmatch(block.text) if isinstance(block, Paragraph) else None
        if found and len(block.text if isinstance(block, Paragraph) else "") < 120 and "绩效目标表" in found["text"]:
            titles.append((number, found["text"]))
    for block in blocks[: titles[0][0] if titles else len(blocks)]:
        notes.lost(block)
    ends = [*(number for number, _title in titles), len(blocks)][1:]
    for index, ((start, title), end) in enumerate(zip(titles, ends, strict=True)):
        path = f"performance.projects[{index}]"
        notes.at(path, blocks[start])
        yield grids.project_goal(title, blocks[start + 1 : end], path, notes)


def _procurement(blocks: Sequence[Block], notes: Notes, _office: str) -> Procurement | None:
    match, place = None, None
    for number, block in enumerate(blocks):
        found = sentences.Match(_PROCUREMENT, block.text) if isinstance(block, Paragraph) else None
        if found:
            match, place = found, number
            notes.lines["procurement"] = block.line
            break
    if match is None:  # whether anything is planned is not said, so that the table has no place either
        for block in blocks:
            notes.lost(block)
        return None
    rest = [block for number, block in enumerate(blocks) if number != place]
    rows, total = grids.purchases(rest, notes)
    return Procurement(match.year(), match.amount("amount"), match.text("note"), rows, total)


def _assets(blocks: Sequence[Block], notes: Notes, office: str) -> Assets | None:
    texts: dict[str, Any] = {}
    rows: list[Row] = []
    for block in blocks:
        line = block.text if isinstance(block, Paragraph) else " ".join(filter(None, block.cells))
        found = sentences.Match(_ASSETS, line) if isinstance(block, Paragraph) else None
        if found and "amount" not in texts:
            notes.lines["assets"] = block.line
            texts |= {"amount": found.amount("amount"), "note": found.text("note")}
            if found.text("owner") not in ("", office, "我部门", "我单位", "本部门", "本单位"):
                notes.lost(block, found.text("owner"))
        elif "as_of" not in texts and (as_of := _AS_OF.search(line)):
            texts |= {
                "as_of": _iso(as_of),
                "owner": line[: as_of.start()].strip(" \u3000").removeprefix("编制部门：").strip(),
            }
            notes.at("assets.as_of", block)
        elif "title" not in texts and len(line) < 40 and line.endswith("情况表"):
            texts["title"] = line
        elif isinstance(block, Row):
            if re.sub(r"\s", "", block.cells[0]) != "项目":
                rows.append(block)
        else:
            notes.lost(block)
    if "amount" not in texts:
        for row in rows:
            notes.lost(row)
        return None
    total, kinds = grids.assets(rows, notes)
    return Assets(total=total.value, total_count=total.count, rows=kinds, **{"as_of": "", **texts})


def _iso(found: re.Match[str]) -> str:
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return "-".join(found.groups())


def _glossary(blocks: Sequence[Block], notes: Notes, _office: str) -> tuple[Term, ...]:
    made: list[Term] = []
    for block in blocks:
        found = _NUMBERED.fullmatch(block.text) if isinstance(block, Paragraph) else None
        term, colon, meaning = re.sub(":", "：", found["text"], count=1).partition("：") if found else ("", "", "")
        if colon:
            notes.at(f"glossary[{len(made)}]", block)
            made.append(Term(term, meaning))
        else:
            notes.lost(block)
    return tuple(made)


def _other(blocks: Sequence[Block], notes: Notes, _office: str) -> tuple[str, ...]:
    return tuple(_paragraphs(blocks, "other", notes))


def _tables(blocks: Sequence[Block], notes: Notes, _office: str) -> Tables:
    def heading(text: str) -> str | None:
        found = _ANNEX.fullmatch(text)
        return _TABLES[found["sum"] or found["kind"]] if found else None

    parts = _under(blocks, heading)
    for block in parts.pop(""):
        notes.lost(block)
    return Tables(**{name: grids.coded_table(name, inner, notes) for name, inner in parts.items()})


_READERS: dict[str, Callable[[Sequence[Block], Notes, str], Any]] = {
    "duties": _duties,
    "overview": _overview,
    "operating_cost": _operating,
    "public_cost": _public,
    "performance": _performance,
    "procurement": _procurement,
    "assets": _assets,
    "glossary": _glossary,
    "other": _other,
    "tables": _tables,
}
