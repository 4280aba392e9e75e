"""Script libraries: how a file shows which one it is, and which versions have known faults; pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fenghuo.see.screening.content import versions
from fenghuo.see.screening.content.lifetimes import as_date
from fenghuo.see.screening.content.registry import Files, cached, files

_LONGEST_PATTERN = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """A known fault of some versions."""

    id: str
    affected: tuple[versions.Range, ...]

    def fixed_in(self, version: str) -> str | None:
        """As `exploited.Exploited.fixed_in`."""
        return next((bounds[1] for bounds in self.affected if versions.within(version, bounds)), None)


@dataclass(frozen=True, slots=True)
class Library:
    """A library: patterns of its own text (`texts`) and of addresses of its files (`addresses`), each with a group `version`.

    `words` all stand in its text, lower case, whatever a minifier does; patterns are tried only then, since files are long.
    `ends` is branch → the day after which its makers mended it no more.
    """

    id: str
    name: str
    link: str
    move_to: str
    words: tuple[str, ...]
    texts: tuple[re.Pattern[str], ...]
    addresses: tuple[re.Pattern[str], ...]
    faults: tuple[Fault, ...]
    ends: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Found:
    """A library in a file: its version, and the text that shows it."""

    library: Library
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Id → library, and SHA-256 of released files → (library id, version)."""

    libraries: Mapping[str, Library]
    released: Mapping[str, tuple[str, str]]


@cached()
def catalogue() -> Catalogue:
    """The libraries of the pack in force."""
    return read(files("script-libraries"))


def in_text(text: str) -> Iterator[Found]:
    """The libraries whose own words stand in a script, each version once."""
    told: set[tuple[str, str]] = set()
    plain = text.lower()
    for library in catalogue().libraries.values():
        if not all(word in plain for word in library.words):
            continue
        for pattern in library.texts:
            for met in pattern.finditer(text):
                if (library.id, met["version"]) not in told:
                    told.add((library.id, met["version"]))
                    yield Found(library, met["version"], " ".join(met[0].split())[:120])


def in_address(address: str) -> Found | None:
    """The library and version that an address (path and query) states."""
    for library in catalogue().libraries.values():
        for pattern in library.addresses:
            met = pattern.search(address)
            if met:
                return Found(library, met["version"], address[:200])
    return None


def released(digest: str) -> Found | None:
    """The released file of this SHA-256."""
    name, version = catalogue().released.get(digest, ("", ""))
    return Found(catalogue().libraries[name], version, f"sha256 {digest[:16]}…") if name else None


def read(content: Files) -> Catalogue:
    """The libraries of a pack.

    Raises:
        ValueError, KeyError, TypeError: an entry is wrong.
    """
    libraries = {one["id"]: _library(one) for table in content.values() for one in table.get("library", ())}
    known = {
        str(one["sha256"]): (str(one["library"]), str(one["version"]))
        for table in content.values()
        for one in table.get("file", ())
    }
    strange = {name for name, _version in known.values()} - set(libraries)
    if strange:
        raise ValueError(f"files of unknown libraries: {sorted(strange)}")
    return Catalogue(libraries, known)


def _library(one: Mapping[str, Any]) -> Library:
    return Library(
        id=one["id"],
        name=one["name"],
        link=one.get("link", ""),
        move_to=one.get("move_to", ""),
        words=tuple(str(word).lower() for word in one.get("words", ())),
        texts=tuple(_pattern(p) for p in one.get("texts", ())),
        addresses=tuple(_pattern(p) for p in one.get("addresses", ())),
        faults=tuple(
            Fault(str(f["id"]), tuple((str(a), str(b)) for a, b in f["affected"])) for f in one.get("faults", ())
        ),
        ends={str(branch): as_date(day) for branch, day in one.get("ends", {}).items()},
    )


def _pattern(text: str) -> re.Pattern[str]:
    if len(text) > _LONGEST_PATTERN:
        raise ValueError(f"{text[:80]}: too long")
    try:
        found = re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{text}: {error}") from error
    if "version" not in found.groupindex:
        raise ValueError(f"{text}: no group version")
    return found
