"""Playbooks: what is done in the first hour of an incident of a class, by whom, until which minute. Data, a file a class."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("playbooks")


class PartRole(StrEnum):
    """Who does a step."""

    COMMANDER = "commander"
    DUTY_OFFICER = "duty-officer"
    ANALYST = "analyst"
    UNIT_TECHNICIAN = "unit-technician"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: `by` is in minutes from the start; `text` is by language, "zh" and "en"."""

    key: str
    role: PartRole
    by: int
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Playbook:
    """The steps of one class of incident, in the order in which they are due.

    Attributes:
        sureness: "P": our own proposal.
    """

    key: str
    version: str
    sureness: str
    title: Mapping[str, str]
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step | None:
        """The step of this key."""
        return next((step for step in self.steps if step.key == key), None)


@cache
def playbooks() -> Mapping[str, Playbook]:
    """Class → playbook, of all that come with Fenghuo.

    Raises:
        ValueError, KeyError: a file is wrong.
    """
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Playbook:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = tuple(
        Step(s["key"], PartRole(s["role"]), int(s["by"]), {"zh": s["zh"], "en": s["en"]}) for s in data["steps"]
    )
    if len({step.key for step in steps}) < len(steps):
        raise ValueError(f"{path.name}: two steps have the same key")
    return Playbook(path.stem, data["version"], data["sureness"], data["title"], steps)
