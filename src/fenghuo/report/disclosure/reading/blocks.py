"""A document as paragraphs and table rows in their order, from plain text or docx."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

LARGEST = 20 * 1024 * 1024
_MOST_UNPACKED = 200 * 1024 * 1024
_CHANGES = (qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo"))


class BadDocument(Exception):
    """The file can't be read. `code`: size, docx (no Word file), changes (tracked changes: which text is meant nobody can say)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that is not blank; line counts from 1 (in a docx: the number of the paragraph or table row)."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]
    line: int


Block = Paragraph | Row


def text_blocks(text: str) -> list[Block]:
    """Blocks of plain text. Each cell of a table stands on a line of its own behind a tab, and a blank line ends a row; or
    a row is one line with tabs between its cells."""
    made: list[Block] = []
    cells: list[str] = []
    start = 0
    for number, raw in enumerate([*text.replace("\r\n", "\n").split("\n"), ""], 1):
        whole_row = "\t" in (raw[1:].strip() if raw.startswith("\t") else raw)
        if raw.startswith("\t") and not whole_row:
            start = start if cells else number
            cells.append(raw.strip())
            continue
        if cells:
            made.append(Row(tuple(cells), start))
            cells = []
        if whole_row:
            made.append(Row(tuple(cell.strip() for cell in raw.split("\t")), number))
        elif raw.strip():
            made.append(Paragraph(raw.strip(), number))
    return [block for block in made if isinstance(block, Paragraph) or any(block.cells)]


def docx_blocks(body: bytes) -> list[Block]:
    """Blocks of a docx; merged cells count once.

    Raises:
        BadDocument: too large, no docx, or with tracked changes.
    """
    if len(body) > LARGEST:
        raise BadDocument("size")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                raise BadDocument("size")
        document = docx.Document(io.BytesIO(body))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise BadDocument("docx") from error
    if next(document.element.body.iter(*_CHANGES), None) is not None:
        raise BadDocument("changes")
    return [block for block in _word(document) if isinstance(block, Paragraph) or any(block.cells)]


def _word(document: Any) -> Iterator[Block]:
    number = 0
    for item in document.iter_inner_content():
        if isinstance(item, WordParagraph):
            number += 1
            if item.text.strip():
                yield Paragraph(item.text.strip(), number)
        elif isinstance(item, WordTable):
            for row in item.rows:
                number += 1
                yield Row(tuple(_cells(row)), number)


def _cells(row: Any) -> Iterator[str]:
    before = None
    for cell in row.cells:
        if cell._tc is not before:
            yield cell.text.strip()
        before = cell._tc
