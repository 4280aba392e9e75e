"""Which content is in force: for each pack the newest that is installed or comes with the program.

The process states the folder of installed packs once (`use`); nothing is read before it is asked for, and then once. Checks read through
`files` and keep what they make of it with `cached`, so that it is made afresh when the content changes (`refresh`).
"""

import hashlib
import json
import logging
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from fenghuo.see.screening.content import versions

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Files = Mapping[str, Mapping[str, Any]]
"""File name → what it holds."""

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
LOCAL = "local-"
"""Folders of what the office imported itself begin with this; it is laid over the pack, and signed by nobody."""
_HERE = "fenghuo.see.screening"


@dataclass(frozen=True, slots=True)
class Kind:
    """A pack that the program knows: the files that come with it (package folder, pattern), and the checks that judge by it."""

    folder: str
    pattern: str
    checks: tuple[str, ...]


PACKS: Mapping[str, Kind] = {
    "products": Kind("content/builtin/products", ".toml", ("known-exploited-version", "end-of-life-product")),
    "known-exploited": Kind("content/builtin/known-exploited", ".toml", ("known-exploited-version",)),
    "end-of-life": Kind("content/builtin/end-of-life", ".toml", ("end-of-life-product",)),
    "script-libraries": Kind("content/builtin/script-libraries", ".toml", ("vulnerable-script-library",)),
    "dark-link-words": Kind("checks/dark_link", "words.toml", ("dark-link", "hijacked-title", "cloaking")),
    "risky-ports": Kind("checks/risky_ports", "ports.toml", ("risky-ports",)),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A pack in force: `origin` is "built-in", "signed" or "local" (laid over one of the others)."""

    name: str
    version: str
    date: str
    origin: str
    files: Files

    @property
    def order(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        """What decides which of two is newer: the date, then the version."""
        return self.date, versions.key(self.version)


_folder: Path | None = None
_forget: list[Callable[[], None]] = []


def use(folder: Path | None) -> None:
    """State where installed packs lie: folder/name/version/; None for only those that come with the program."""
    global _folder  # noqa: PLW0603
    _folder = folder
    forget()


def forget() -> None:
    """Read everything afresh when it is asked for next."""
    for one in _forget:
        one()


def cached(most: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `functools.lru_cache`, until the content changes."""

    def kept(function: Callable[P, R]) -> Callable[P, R]:
        keeping = lru_cache(maxsize=most)(function)
        _forget.append(keeping.cache_clear)
        return cast(Callable[P, R], keeping)

    return kept


@cached()
def standing(name: str) -> tuple[Standing, ...]:
    """What is in force for a pack: the newest that is built in or signed, then what the office laid over it, if anything."""
    signed, local = _installed(name)
    newest = max([built_in(name), *signed], key=lambda one: one.order)
    return (newest, *sorted(local, key=lambda one: one.order)[-1:])


def files(name: str) -> Files:
    """The files in force of a pack; what the office laid over it comes last."""
    return {file: content for one in standing(name) for file, content in one.files.items()}


def file(name: str, file_name: str) -> Mapping[str, Any]:
    """One file in force of a pack."""
    return files(name)[file_name]


def version(name: str) -> str:
    """What is in force for a pack, in one word: "2026.11.25", "2026.11.25+local-2026.11.26"."""
    return "+".join(f"{LOCAL if one.origin == 'local' else ''}{one.version}" for one in standing(name))


def version_of_all() -> dict[str, str]:
    """Pack → what is in force for it, with a mark of its text, so that a changed file is another version."""
    return {name: f"{version(name)} {_mark(name)}" for name in PACKS}


def refresh() -> dict[str, str]:
    """Look again at what is installed; pack → what is in force for it now."""
    forget()
    return version_of_all()


def _mark(name: str) -> str:
    text = json.dumps([one.files for one in standing(name)], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def parsed(name: str, text: bytes) -> Mapping[str, Any]:
    """A file of a pack.

    Raises:
        ValueError: it can't be read, or is nested too deeply.
    """
    try:
        found: Any = json.loads(text) if name.endswith(".json") else tomllib.loads(text.decode("utf-8"))
    except RecursionError as error:
        raise ValueError(f"{name}: nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError(f"{name}: no table")
    return found


@cache
def built_in(name: str) -> Standing:
    """What comes with the program."""
    kind = PACKS[name]
    found = {file.name: parsed(file.name, file.read_bytes()) for file in _shipped(kind)}
    stated = [(str(one["date"]), str(one["version"])) for one in found.values()]
    date, newest = max(stated, key=lambda one: (one[0], versions.key(one[1])))
    return Standing(name, newest, date, "built-in", found)


def _shipped(kind: Kind) -> Iterable[Traversable]:
    folder = resources.files(_HERE).joinpath(*kind.folder.split("/"))
    return sorted((f for f in folder.iterdir() if f.name.endswith(kind.pattern)), key=lambda f: f.name)


def _installed(name: str) -> tuple[list[Standing], list[Standing]]:
    """Signed ones and the office's own; a damaged folder is passed over, and said."""
    signed: list[Standing] = []
    local: list[Standing] = []
    for folder in sorted((_folder / name).glob("*/")) if _folder is not None else ():
        if folder.name.startswith("."):
            continue
        try:
            one = read_folder(name, folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.error("content pack %s is damaged and not used: %s", folder, error)
            continue
        (local if one.origin == "local" else signed).append(one)
    return signed, local


def read_folder(name: str, folder: Path) -> Standing:
    """An installed pack, its files as the manifest has them.

    Raises:
        ValueError, KeyError, OSError: it is damaged.
    """
    manifest = json.loads((folder / MANIFEST).read_bytes())
    found: dict[str, Mapping[str, Any]] = {}
    for file_name, wanted in manifest["files"].items():
        if Path(file_name).name != file_name:
            raise ValueError(f"{file_name}: no plain name")
        content = (folder / file_name).read_bytes()
        if hashlib.sha256(content).hexdigest() != wanted:
            raise ValueError(f"{file_name}: changed after it was installed")
        found[file_name] = parsed(file_name, content)
    origin = "local" if folder.name.startswith(LOCAL) else "signed"
    return Standing(name, str(manifest["version"]), str(manifest["date"]), origin, found)
