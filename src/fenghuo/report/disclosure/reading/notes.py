"""What a reading gathers on its way: where each part stood, and what could not be placed."""

from dataclasses import dataclass, field

from fenghuo.report.disclosure.reading.blocks import Block, Paragraph


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A piece of the document that fits nowhere; it is not in the data file."""

    line: int
    text: str


@dataclass(slots=True)
class Notes:
    """Lines by path of the data file, and unplaced pieces."""

    lines: dict[str, int] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)

    def at(self, path: str, block: Block) -> None:
        """Remember where a part stood."""
        self.lines.setdefault(path, block.line)

    def lost(self, block: Block, text: str = "") -> None:
        """A block, or a piece of it, that could not be placed."""
        whole = block.text if isinstance(block, Paragraph) else " | ".join(block.cells)
        self.unplaced.append(Unplaced(block.line, text or whole))
