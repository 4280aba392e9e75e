"""A grading table from its data: items, each with a cell for a grade, each cell a rule over facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fenghuo.respond.incidents.grading.scales import EXACT, Grade, Sureness, Value, degree, words


class BadTable(Exception):
    """The table can't be used; `problems` says where and why, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact and what it must reach ("以上" includes the number itself); kinds must be this one."""

    fact: str
    least: Value

    def holds(self, value: Value) -> bool:
        """Whether a known value meets it."""
        if self.fact in EXACT:
            return value == self.least
        return degree(self.fact, value) >= degree(self.fact, self.least)


@dataclass(frozen=True, slots=True)
class Rule:
    """A cell: where all conditions hold, the incident has at least this grade.

    Attributes:
        id: "item.grade", with a number where an item has several cells of a grade.
        names: language → what the item is about.
        confirmed: whether the figure was read in the text, or an administrator has confirmed the table.
        proposal: ours, not the law's.
    """

    id: str
    grade: Grade
    conditions: tuple[Condition, ...]
    names: Mapping[str, str]
    article: str
    sureness: Sureness
    confirmed: bool
    proposal: bool

    def fires(self, known: Mapping[str, Value]) -> bool:
        """Whether every condition is known to hold; what is not known holds nothing."""
        return all(c.fact in known and c.holds(known[c.fact]) for c in self.conditions)

    def open_facts(self, known: Mapping[str, Value]) -> tuple[str, ...]:
        """The facts on which it hangs whether the rule fires; none where it fires, or where a known fact speaks against it."""
        if any(c.fact in known and not c.holds(known[c.fact]) for c in self.conditions):
            return ()
        return tuple(c.fact for c in self.conditions if c.fact not in known)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rules, and where they come from. `sources`: language → the instrument."""

    name: str
    version: str
    sources: Mapping[str, str]
    confirmed_by: str
    rules: tuple[Rule, ...]
    importance_of_protection_level: Mapping[int, str]


def read_table(stated: Mapping[str, Any]) -> Table:
    """A table from its data (the form of `annex.toml`).

    Raises:
        BadTable: a grade, fact, value or mark that is none, or an item without name or cells.
    """
    problems = list(_head_problems(stated))
    rules: list[Rule] = []
    for item in stated.get("item", ()):
        try:
            rules += _rules_of(item, bool(stated.get("confirmed_by")))
        except (KeyError, ValueError, TypeError) as error:
            problems.append(f"item {item.get('key', '?')}: {error}")
    ids = [rule.id for rule in rules]
    problems += [f"{name}: stands twice" for name in sorted({i for i in ids if ids.count(i) > 1})]
    if problems or not rules:
        raise BadTable(problems or ["there is no item"])
    levels = {int(level): value for level, value in stated.get("importance_of_protection_level", {}).items()}
    return Table(
        stated["name"], str(stated["version"]), stated["source"], stated.get("confirmed_by", ""), tuple(rules), levels
    )


def _head_problems(stated: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "version", "date", "source"):
        if not stated.get(name):
            yield f"{name} is missing"


def _rules_of(item: Mapping[str, Any], table_confirmed: bool) -> Iterator[Rule]:
    names = {"zh": item["zh"], "en": item["en"]}
    seen: dict[Grade, int] = {}
    for cell in item["cells"]:
        grade, sureness = Grade(cell["grade"]), Sureness(cell["sureness"])
        seen[grade] = seen.get(grade, 0) + 1
        yield Rule(
            id=f"{item['key']}.{grade}" + (f".{seen[grade]}" if seen[grade] > 1 else ""),
            grade=grade,
            conditions=tuple(_conditions(cell["when"])),
            names=names,
            article=cell["article"],
            sureness=sureness,
            confirmed=table_confirmed or (sureness is Sureness.READ and not item.get("proposal", False)),
            proposal=item.get("proposal", False),
        )


def _conditions(when: Mapping[str, Value]) -> Iterator[Condition]:
    if not when:
        raise ValueError("a cell without a condition would always fire")
    for fact, least in when.items():
        if fact not in words():
            raise ValueError(f"{fact}: there is no such fact")
        if degree(fact, least) < 0:
            raise ValueError(f"{fact}: {least} is negative")
        yield Condition(fact, least)
