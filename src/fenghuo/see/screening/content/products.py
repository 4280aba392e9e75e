"""Which products a site is made of, by what its answers state; pure.

What a page says to its readers is no mark: an article about a product is not the product. Marks are headers, names of cookies, the meta
element `generator`, addresses on the same host, titles, the pages with which servers report errors, and icons by the SHA-256 of the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fenghuo.see.screening.content import versions
from fenghuo.see.screening.content.registry import Files, cached, files

PLACES = ("header", "cookie", "generator", "meta", "address", "title", "error-page", "script", "icon")
KINDS = ("server", "language", "framework", "cms", "oa", "middleware", "tool", "editor", "system")
_LONGEST_PATTERN = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """Something by which a product is known: where it stands, the header's name, the pattern (group `version`), or the version that it
    means by itself. A mark that is not sure never makes more than a note."""

    place: str
    name: str
    pattern: re.Pattern[str]
    sure: bool
    means: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product.

    Attributes:
        parts: how many numbers a whole version of it has; fewer tell nothing of single faults.
        distribution: versions (or branches) that distributions carry and mend by themselves, where they do not say so.
        cpe: vendor:product names of it in public lists.
    """

    id: str
    name: str
    kind: str
    link: str
    parts: int
    distribution: tuple[str, ...]
    cpe: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark that was met: where, the text, the version in it ("" for none)."""

    place: str
    text: str
    version: str
    sure: bool
    mended: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """A product on a site, with everything by which it was known."""

    product: Product
    seen: tuple[Seen, ...]

    @property
    def version(self) -> str:
        """The version as stated most exactly, by sure marks first, the oldest where they differ; "" where none states one."""
        sure = [one.version for one in self.seen if one.version and one.sure]
        stated = sure or [one.version for one in self.seen if one.version]
        exact = max(map(versions.numbers, stated), default=0)
        return min((one for one in stated if versions.numbers(one) == exact), key=versions.key, default="")

    @property
    def whole(self) -> bool:
        """Whether the version is stated exactly enough to say which faults it has."""
        return versions.numbers(self.version) >= self.product.parts

    @property
    def sure(self) -> bool:
        """Whether a sure mark names the product, and one states its version where there is one."""
        if not self.version:
            return any(one.sure for one in self.seen)
        return any(one.sure and one.version == self.version for one in self.seen)

    @property
    def confirmed(self) -> bool:
        """Whether two sure marks of different places agree: nobody has to believe a single header."""
        sure = [one for one in self.seen if one.sure]
        agreeing = versions.agree(one.version for one in sure if one.version)
        return self.sure and agreeing and len({one.place for one in sure}) > 1

    @property
    def mended(self) -> bool:
        """Whether a distribution stands behind the version, so that its number says nothing of faults."""
        if self.product.kind == "system":
            return False
        carried = any(versions.of_branch(self.version, one) for one in self.product.distribution)
        return carried or any(one.mended for one in self.seen)

    @property
    def shown(self) -> str:
        """Product and version."""
        return f"{self.product.name} {self.version}".rstrip()


Observed = Mapping[str, Iterable[tuple[str, str]]]
"""Place → (name, text) of everything that stands there; the name is the header's, else ""."""


def sightings(observed: Observed) -> list[Sighting]:
    """The products in what was observed, by id."""
    standing: dict[tuple[str, str], dict[str, None]] = {}
    for place, texts in observed.items():
        for name, text in texts:
            standing.setdefault((place, name), {})[text] = None
    found = []
    for product in products().values():
        met = (one for mark in product.marks for one in _meet(mark, standing.get((mark.place, mark.name), {})))
        seen = tuple(dict.fromkeys(met))
        if seen:
            found.append(Sighting(product, seen))
    return found


def _meet(mark: Mark, texts: Iterable[str]) -> Iterator[Seen]:
    for text in texts:
        met = mark.pattern.search(text)
        if met is None:
            continue
        version = mark.means or (met.groupdict().get("version") or "").strip(".-_ ")
        shown = (f"{mark.name}: {text}" if mark.name else text)[:200]
        yield Seen(mark.place, shown, version, mark.sure, versions.mended_by_distribution(text))
        if mark.place in {"address", "script"}:
            return  # one address of a kind says as much as a hundred


@cached()
def products() -> Mapping[str, Product]:
    """Id → product, of the pack in force."""
    return read(files("products"))


@cached()
def by_cpe() -> Mapping[str, str]:
    """vendor:product → our product id."""
    return {name: product.id for product in products().values() for name in product.cpe}


def read(content: Files) -> Mapping[str, Product]:
    """The products of a pack.

    Raises:
        ValueError, KeyError, TypeError: an entry is wrong.
    """
    found = [_product(one) for table in content.values() for one in table.get("product", ())]
    made = {one.id: one for one in found}
    if len(made) != len(found):
        raise ValueError("a product stands twice")
    return made


def _product(one: Mapping[str, Any]) -> Product:
    if one["kind"] not in KINDS:
        raise ValueError(f"{one['id']}: no such kind: {one['kind']}")
    marks = tuple(_mark(one["id"], mark) for mark in one["marks"])
    return Product(
        id=one["id"],
        name=one["name"],
        kind=one["kind"],
        link=one.get("link", ""),
        parts=int(one.get("parts", 3)),
        distribution=tuple(one.get("distribution", ())),
        cpe=tuple(one.get("cpe", ())),
        marks=marks,
    )


def _mark(product: str, one: Mapping[str, Any]) -> Mark:
    place, pattern = one["in"], one["like"]
    if place not in PLACES or len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"{product}: {place}: {pattern[:80]}")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{product}: {pattern}: {error}") from error
    return Mark(place, one.get("name", "").lower(), compiled, one.get("sure", True), one.get("means", ""))
