"""Workbooks that strangers give: bombs are refused before they are unpacked, with a sentence in the reader's language."""

import io
import struct
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from django.utils import translation

from fenghuo.base.common.workbooks import MB, BadWorkbook, first_grid, first_page

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
Opening = Callable[[bytes], object]
OPENINGS: list[Opening] = [first_page, lambda content: first_grid(content, 100, 10)]
both = pytest.mark.parametrize("opening", OPENINGS, ids=["page", "grid"])


def book(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(name: str, text: bytes) -> bytes:
    """A workbook of which one part is replaced, or which has one more."""
    source, out = zipfile.ZipFile(io.BytesIO(book(["a"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in source.namelist():
            if part != name:
                packed.writestr(part, source.read(part))
        packed.writestr(name, text)
    return out.getvalue()


def sheet(rows: bytes) -> bytes:
    return with_part(SHEET, b"<worksheet " + _MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>")


def refusal(opening: Opening, content: bytes) -> str:
    with pytest.raises(BadWorkbook) as found:
        opening(content)
    return str(found.value)


def test_a_workbook_is_read() -> None:
    content = book(["单位", "n"], ["教育局", 3])
    assert first_page(content).cell(2, 1).value == "教育局"
    assert first_grid(content, 10, 2)[:2] == [["单位", "n"], ["教育局", 3]]
    assert first_grid(book(*([n] for n in range(20))), 7, 5)[-1][0] == 6, "no row beyond those asked for"


@both
@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/media/image1.png", "note.txt"])
def test_what_is_large_unpacked_is_refused_in_both_languages(opening: Opening, name: str) -> None:
    bomb = with_part(name, b" " * (50 * MB + 1))
    assert len(bomb) < 100_000
    assert "larger than 50 MB when unpacked" in refusal(opening, bomb)
    with translation.override("zh-hans"):
        assert "解压后超过 50 MB" in refusal(opening, bomb)


def test_a_caller_may_allow_less() -> None:
    content = with_part("note.txt", b" " * (2 * MB))
    assert first_grid(content, 5, 5, 3 * MB)[0][0] == "a"
    with pytest.raises(BadWorkbook, match="larger than 2 MB"):
        first_grid(content, 5, 5, 2 * MB)


def test_a_size_that_lies_gives_no_more_than_it_says() -> None:
    content = bytearray(sheet(b"<row><c/></row>" * 100_000))
    end = content.rfind(b"PK\x05\x06")
    place = struct.unpack("<I", content[end + 16 : end + 20])[0]
    while content[place + 46 : place + 46 + len(SHEET)] != SHEET.encode():
        place = content.index(b"PK\x01\x02", place + 4)
    content[place + 24 : place + 28] = struct.pack("<I", 1000)
    assert "no xlsx file" in refusal(first_page, bytes(content))


@both
def test_cells_without_end_are_refused_though_they_are_small(opening: Opening) -> None:
    bomb = sheet(b"<row>" + b"<c/>" * 300_000 + b"</row>")
    assert "cells" in refusal(opening, bomb)
    prefixed = b"<x:worksheet " + _MAIN.replace(b"xmlns", b"xmlns:x") + b"><x:sheetData><x:row>" + b"<x:c/>" * 300_000
    assert "cells" in refusal(opening, with_part(SHEET, prefixed + b"</x:row></x:sheetData></x:worksheet>"))
    with translation.override("zh-hans"):
        assert "单元格" in refusal(opening, bomb)


@both
def test_a_style_sheet_without_end_is_refused(opening: Opening) -> None:
    styles = b"<styleSheet " + _MAIN + b"><cellXfs>" + b"<xf/>" * 300_000 + b"</cellXfs></styleSheet>"
    assert refusal(opening, with_part("xl/styles.xml", styles))


@both
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK nonsense",
        b"plain text",
        book(["a"])[:-200],
        with_part("xl/workbook.xml", b"<not closed"),
        with_part("[Content_Types].xml", b"<Types/>"),
        with_part(SHEET, b"\x00\x01"),
        with_part(
            SHEET,
            b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet ' + _MAIN + b">&b;</worksheet>",
        ),
    ],
    ids=["empty", "begins as zip", "text", "cut", "no XML", "no parts", "binary sheet", "entities"],
)
def test_what_is_no_workbook_is_refused(opening: Opening, content: bytes) -> None:
    assert "no xlsx file" in refusal(opening, content)
    with translation.override("zh-hans"):
        assert "xlsx" in refusal(opening, content)


def test_pictures_and_printer_settings_do_not_matter() -> None:
    for name in ("xl/media/image1.png", "xl/printerSettings/printerSettings1.bin"):
        assert first_page(with_part(name, b"\x89PNG\r\n\x00\xff")).cell(1, 1).value == "a"
