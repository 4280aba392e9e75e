"""Until when makers mend the branches of their products; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fenghuo.see.screening.content import versions
from fenghuo.see.screening.content.registry import Files, cached, files


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The branches of a product: branch → last day. `move_to` is what to move to, `sure` whether the days were published by the maker."""

    product: str
    move_to: str
    source: str
    sure: bool
    ends: Mapping[str, date]

    def end_of(self, version: str) -> tuple[str, date] | None:
        """The branch of a version and its last day, by the most exact branch; None where the list does not know it."""
        known = [branch for branch in self.ends if versions.of_branch(version, branch)]
        branch = max(known, key=versions.numbers, default=None)
        return (branch, self.ends[branch]) if branch is not None else None


@cached()
def lifetimes() -> Mapping[str, Lifetime]:
    """Product id → its branches, of the pack in force."""
    return read(files("end-of-life"))


def read(content: Files) -> Mapping[str, Lifetime]:
    """The lifetimes of a pack.

    Raises:
        ValueError, KeyError, TypeError: an entry is wrong.
    """
    return {
        product: _lifetime(product, one)
        for table in content.values()
        for product, one in table.items()
        if isinstance(one, dict)
    }


def _lifetime(product: str, one: Mapping[str, Any]) -> Lifetime:
    ends = {str(branch): as_date(day) for branch, day in one["ends"].items()}
    return Lifetime(product, one.get("move_to", ""), one.get("source", ""), bool(one.get("sure", True)), ends)


def as_date(value: object) -> date:
    """A day as TOML or JSON has it.

    Raises:
        ValueError: it is none.
    """
    return value if isinstance(value, date) else date.fromisoformat(str(value))
