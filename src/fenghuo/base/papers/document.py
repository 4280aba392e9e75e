"""A document as a value: what it says, without how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `style` is "text", "hint" (small) or "code" (kept as it is, in a fixed width); `strong` is set bold before the text."""

    text: str
    style: str = "text"
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered or not."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heading cells, rows, relative widths of the columns (() for equal ones), columns whose cells stand at the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures beside each other, each with its caption: (PNG, caption)."""

    images: Sequence[tuple[bytes, str]]


Part = Heading | Paragraph | Items | Table | Pictures


@dataclass(frozen=True, slots=True)
class Document:
    """A document: title, a line below it, parts, and what stands at the foot of each page."""

    title: str
    parts: Sequence[Part]
    subtitle: str = ""
    foot: str = ""
    language: str = "zh"
    properties: dict[str, str] = field(default_factory=dict)
