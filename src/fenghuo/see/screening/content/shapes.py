"""Whether the tables of a pack are what the checks that read them expect; pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fenghuo.see.screening.content import exploited, libraries, lifetimes, products
from fenghuo.see.screening.content.registry import PACKS, Files, built_in

_DEEPEST = 12


class BadContent(Exception):
    """A table is not what the checks expect; the message says where."""


def check_content(name: str, content: Files) -> None:
    """That a pack of this name can be used.

    Raises:
        BadContent: it can't.
    """
    if not content:
        raise BadContent(f"{name}: no table")
    for file, table in content.items():
        if _depth(table) > _DEEPEST:
            raise BadContent(f"{file}: nested too deeply")
    try:
        _READERS[name](content)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadContent(f"{name}: {type(error).__name__}: {error}") from error


def _depth(value: object) -> int:
    """How deeply tables and lists lie in each other, found without recursion."""
    deepest, left = 0, [(value, 1)]
    while left:
        one, level = left.pop()
        deepest = max(deepest, level)
        inner = one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        if level <= _DEEPEST:
            left.extend((each, level + 1) for each in inner)
    return deepest


def _words(content: Files) -> None:
    """Classes can't be added by a pack: they stand for technical kinds of illegal promotion, and for nothing that people think."""
    (table,) = (content[file] for file in built_in("dark-link-words").files)
    known = {each["name"] for each in built_in("dark-link-words").files["words.toml"]["classes"]}
    strange = {each["name"] for each in table["classes"]} - known
    if strange:
        raise ValueError(f"classes can't be added: {sorted(strange)}")
    _texts(table["warning"])
    _texts(table["legitimate"])
    for each in table["classes"]:
        _texts(each["strong"])
        _texts(each["weak"])


def _texts(words: object) -> None:
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise ValueError("a list of words is needed")


def _ports(content: Files) -> None:
    known = {port["outcome"] for port in _port_rows(built_in("risky-ports").files)}
    for port in _port_rows(content):
        if not 0 < int(port["number"]) < 65_536 or port["outcome"] not in known:
            raise ValueError(f"{port['number']}: {port['outcome']}")
        _texts([port["zh"], port["en"]])
    for banner in content["ports.toml"]["banners"]:
        _texts([banner["begins"], banner["outcome"]])


def _port_rows(content: Files) -> Iterator[Mapping[str, Any]]:
    yield from content["ports.toml"]["ports"]


_READERS: Mapping[str, Callable[[Files], object]] = {
    "products": products.read,
    "known-exploited": exploited.read,
    "end-of-life": lifetimes.read,
    "script-libraries": libraries.read,
    "dark-link-words": _words,
    "risky-ports": _ports,
}
assert set(_READERS) == set(PACKS)
