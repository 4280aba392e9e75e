"""The one place where a workbook (xlsx) that somebody gives us is opened: never more than a stated size and number of cells unpacked.

A workbook is a zip archive of XML: a few kilobytes can hold gigabytes, and each cell costs openpyxl a kilobyte. What an entry says of
its unpacked size is believed, because `zipfile` never hands out more of an entry than that. A parser that keeps nothing counts elements.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

MB = 1024 * 1024
MOST_UNPACKED = 50 * MB
MOST_CELLS = 250_000
"""Of a workbook that is held in memory as a whole; empty cells that only have a format count too."""
_MOST_PARTS = 2000
_MOST_OTHER_ELEMENTS = 200_000
"""Styles, relations and whatever else stands beside pages and texts."""
_PIECE = 64 * 1024

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, expat.ExpatError),
    *(SyntaxError, InvalidFileException, KeyError, ValueError, IndexError, TypeError, AttributeError),
)
"""What zipfile, the XML parsers and openpyxl raise for broken, encrypted or made up files."""


class BadWorkbook(Exception):
    """A workbook that was not opened; its text is a sentence for who gave it, in the reader's language."""


def first_page(content: bytes, most_unpacked: int = MOST_UNPACKED) -> Worksheet:
    """The first page, whole in memory; for small sheets whose merged cells matter.

    Raises:
        BadWorkbook: larger than `most_unpacked` bytes when unpacked, more cells than `MOST_CELLS`, or no workbook.
    """
    with _sentences():
        _look(content, most_unpacked, MOST_CELLS)
        page: Worksheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
        return page


def first_grid(content: bytes, rows: int, columns: int, most_unpacked: int = MOST_UNPACKED) -> list[list[object]]:
    """The values of the first page, at most so many rows and columns, read as a stream.

    Raises:
        BadWorkbook: larger than `most_unpacked` bytes when unpacked, more cells than those rows and columns have, or no workbook.
    """
    with _sentences():
        _look(content, most_unpacked, rows * columns)
        page = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return [list(row) for row in page.iter_rows(max_row=rows, max_col=columns, values_only=True)]


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise BadWorkbook(_("This is no xlsx file that can be read.")) from error


def _look(content: bytes, most_unpacked: int, most_cells: int) -> None:
    """Refuse by what the archive says of itself, and by a count, before anything of it is kept."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > most_unpacked:
            text = _(
                "The file is larger than %(size)d MB when unpacked. Delete pages, pictures and empty rows, or split it."
            )
            raise BadWorkbook(text % {"size": most_unpacked // MB})
        count = _Count(most_cells)
        for part in parts:
            count.take(packed, part)


class _Count:
    """Counts cells, and elements of any name, of all parts of a workbook together."""

    def __init__(self, most_cells: int) -> None:
        self._most = {True: 4 * most_cells + _MOST_OTHER_ELEMENTS, False: _MOST_OTHER_ELEMENTS}
        self._most_cells, self._cells = most_cells, 0
        self._elements = {True: 0, False: 0}
        self._rows = False

    def take(self, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Count a part. What is no XML (pictures, printer settings) ends at its first byte; named as XML it has to be XML."""
        self._rows = part.filename.startswith(("xl/worksheets/", "xl/sharedStrings"))
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        parser.EntityDeclHandler = self._entity
        try:
            with packed.open(part) as file:
                while piece := file.read(_PIECE):
                    parser.Parse(piece)
        except expat.ExpatError:
            if part.filename.endswith((".xml", ".rels")):
                raise

    def _element(self, name: str, _attributes: object) -> None:
        self._elements[self._rows] += 1
        self._cells += name.endswith(" c")
        if self._cells > self._most_cells or self._elements[self._rows] > self._most[self._rows]:
            text = _(
                "The file has more than %(cells)d cells, empty ones with a format among them. Delete empty rows and columns, or split it."
            )
            raise BadWorkbook(text % {"cells": self._most_cells})

    def _entity(self, *_declared: object) -> None:
        raise BadWorkbook(_("This is no xlsx file that can be read."))  # no office program declares entities
