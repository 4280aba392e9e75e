"""Checklists that come with Fenghuo: data, a file each, in both languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fenghuo.respond.inspections.decide import Item, checked_items

_FOLDER = Path(__file__).with_name("lists")


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list; `sureness` "P" for our own proposal."""

    key: str
    version: str
    sureness: str
    title: Mapping[str, str]
    items: tuple[Item, ...]


@cache
def checklists() -> Mapping[str, Checklist]:
    """Key → list, of all that come with Fenghuo.

    Raises:
        Refused, KeyError: a file is wrong.
    """
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Checklist:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    items = [Item(i["number"], i["zh"], i["en"], i["basis"]) for i in data["items"]]
    return Checklist(path.stem, data["version"], data["sureness"], data["title"], tuple(checked_items(items)))
