"""Clauses, contact trees and resources as lines of text that people type, and back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 1000
MOST_LINES = 300
Rows = list[dict[str, Any]]


class Wrong(ValueError):
    """A line is not understood; `line` is its number, `code` says why: "parts", "depth", "double", "long" or "many"."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"line {line}: {code}")
        self.code, self.line = code, line


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if number > MOST_LINES:
            raise Wrong("many", number)
        if len(line) > LONGEST_LINE:
            raise Wrong("long", number)
        if line.strip():
            yield number, [part.strip() for part in line.replace("｜", "|").split("|")]


def _rows(text: str, names: Sequence[str], least: int) -> Rows:
    rows = []
    for number, parts in _lines(text):
        if not least <= len(parts) <= len(names) or not all(parts[:least]):
            raise Wrong("parts", number)
        rows.append(dict(zip(names, [*parts, *[""] * len(names)], strict=False)))
    return rows


CLAUSE = ("number", "title", "text")
CONTACT = ("role", "name", "phone")
RESOURCE = ("name", "amount", "place", "keeper")


def read_clauses(text: str) -> Rows:
    """ "3.2 | first report | within …" a line: number, title and, where there is one, text.

    Raises:
        Wrong: "parts", "double" (a number stands twice), "long", "many".
    """
    rows, seen = _rows(text, CLAUSE, 2), set()
    for line, row in enumerate(rows, 1):
        if row["number"] in seen:
            raise Wrong("double", line)
        seen.add(row["number"])
    return rows


def read_contacts(text: str) -> Rows:
    """ "- analyst | Li | 138…" a line: one dash more for each step down the tree; role and name are needed.

    Raises:
        Wrong: "parts", "depth" (nobody stands above), "long", "many".
    """
    rows, above = _rows(text, CONTACT, 2), -1
    for line, row in enumerate(rows, 1):
        bare = row["role"].lstrip("-－—")
        row["depth"] = len(row["role"]) - len(bare)
        row["role"] = bare.strip()
        if row["depth"] > above + 1 or not row["role"]:
            raise Wrong("depth", line)
        above = row["depth"]
    return rows


def read_resources(text: str) -> Rows:
    """ "spare firewall | 2 | machine room | Zhang" a line: what, how much, where, who keeps it; the first is needed.

    Raises:
        Wrong: "parts", "long", "many".
    """
    return _rows(text, RESOURCE, 1)


def written(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """The rows as lines that are read the same."""
    lines = []
    for row in rows:
        parts = [str(row.get(name, "")) for name in names]
        while parts and not parts[-1]:
            parts.pop()
        lines.append("-" * int(row.get("depth", 0)) + (" " if row.get("depth") else "") + " | ".join(parts))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says, as people typed it."""

    changes: str = ""
    clauses: str = ""
    contacts: str = ""
    resources: str = ""
