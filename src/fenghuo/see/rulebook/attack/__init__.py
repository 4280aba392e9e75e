"""MITRE ATT&CK as far as pages need it: tactics in order with names in both languages, techniques with the tactics they serve.

`techniques.csv`: number, tactics joined by spaces, English name ("" where we do not know it surely). Tactics are those of the
version that SigmaHQ's rules use now, with "defense-evasion" beside them for older rules.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tactic:
    """A tactic: its tag, and its names."""

    id: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique, e.g. T1190; sub-techniques count with it. `name` is "" where it is not known."""

    id: str
    tactics: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Covered:
    """One cell of the matrix: how many rules name the technique, in which packs."""

    technique: Technique
    rules: int
    packs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One tactic: its rules, its techniques with rules, the most first, and the listed ones without any."""

    tactic: Tactic
    rules: int
    covered: tuple[Covered, ...]
    gaps: tuple[Technique, ...]


@cache
def tactics() -> tuple[Tactic, ...]:
    """The tactics in the order of an attack."""
    with (_HERE / "tactics.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Tactic(*row) for row in csv.reader(file))


@cache
def techniques() -> dict[str, Technique]:
    """Technique number in lower case → technique."""
    with (_HERE / "techniques.csv").open(encoding="utf-8", newline="") as file:
        return {row[0].lower(): Technique(row[0], tuple(row[1].split()), row[2]) for row in csv.reader(file)}


def matrix(rules: Iterable[tuple[str, str]]) -> list[Column]:
    """The matrix of rules, each given as (pack, its ATT&CK names in lower case joined by spaces).

    A technique stands under those of its tactics that the rule names too; under all of its own where the rule names none.
    Tactics without any rule and without listed techniques are left out.
    """
    order = {tactic.id: tactic for tactic in tactics()}
    counts: dict[str, dict[str, dict[str, int]]] = {tactic: {} for tactic in order}
    totals = dict.fromkeys(order, 0)
    for pack, text in rules:
        names = text.split()
        named = [name for name in names if name in order]
        for tactic in set(named):
            totals[tactic] += 1
        for number in {name.partition(".")[0] for name in names if name[:1] == "t" and name[1:5].isdigit()}:
            for tactic in _places(number, named):
                packs = counts[tactic].setdefault(number, {})
                packs[pack] = packs.get(pack, 0) + 1
    columns = [_column(tactic, totals[tactic.id], counts[tactic.id]) for tactic in order.values()]
    return [column for column in columns if column.rules or column.covered or column.gaps]


def _places(number: str, named: list[str]) -> list[str]:
    known = techniques().get(number)
    own = list(known.tactics) if known else []
    both = [tactic for tactic in own if tactic in named]
    older = ["defense-evasion"] if "defense-evasion" in named and not both else []
    return both or older or own or sorted(set(named))


def _column(tactic: Tactic, rules: int, counts: dict[str, dict[str, int]]) -> Column:
    listed = techniques()
    covered = [
        Covered(
            listed.get(number) or Technique(number.upper(), (tactic.id,), ""),
            sum(packs.values()),
            tuple(sorted(packs.items(), key=lambda pair: -pair[1])),
        )
        for number, packs in counts.items()
    ]
    covered.sort(key=lambda cell: (-cell.rules, cell.technique.id))
    gaps = [t for number, t in listed.items() if tactic.id in t.tactics and number not in counts]
    return Column(tactic, rules, tuple(covered), tuple(gaps))
