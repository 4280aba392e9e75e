"""Text of office documents, as far as numbers and names need it: xlsx, docx, and the old xls and doc.

No XML parser: entities and nesting of a stranger's file are never expanded; sizes are limited before and while unpacking.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from fenghuo.see.screening.facts import Failure, Untested, Why

MOST = 30_000_000
"""Bytes that a document may have unpacked."""
# patterns stop at the next "<", and blocks are split at their ends: a hostile file must not cost more than its length
_TAG = re.compile(r"<[^<>]*>")
_PHONETIC = re.compile(r"<rPh\b[^<>]*>(?:<t\b[^<>]*>[^<]*</t>|<t/>)*</rPh>")
_VALUE = re.compile(r"<v\b[^<>]*>([^<]*)</v>")
_SHARED = re.compile(r"""\bt=["']s["']""")
_WIDE = rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f])"
_RUNS = re.compile(rb"(" + _WIDE + rb"{2,})|([\x20-\x7e]{6,})")


def zip_text(body: bytes) -> str | None:
    """Text of an xlsx or docx, None for any other archive.

    Raises:
        Untested: it is broken, or too large when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return _docx(_read(archive, "word/document.xml", MOST))
            if "xl/workbook.xml" in names:
                return _xlsx(archive, names)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, KeyError) as error:
        raise Untested(Failure(Why.UNREADABLE, type(error).__name__)) from error
    return None


def _read(archive: zipfile.ZipFile, name: str, most: int) -> str:
    with archive.open(name) as member:
        raw = member.read(most + 1)
    if len(raw) > most:
        raise Untested(Failure(Why.INCOMPLETE, f"{name}: larger than {most:,} B"))
    return raw.decode("utf-8", errors="replace")


def _docx(xml: str) -> str:
    # runs split words anywhere, so that only cells, tabs, lines and paragraphs part them
    for end, apart in (("</w:tc>", " "), ("<w:tab/>", " "), ("<w:br/>", "\n"), ("</w:p>", " "), ("</w:tr>", "\n")):
        xml = xml.replace(end, apart)
    return html.unescape(_TAG.sub("", xml))


def _xlsx(archive: zipfile.ZipFile, names: set[str]) -> str:
    left = MOST
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        xml = _read(archive, "xl/sharedStrings.xml", left)
        left -= len(xml)
        shared = list(_strings(xml))
    lines: list[str] = []
    for name in sorted(n for n in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)):
        xml = _read(archive, name, left)
        left -= len(xml)
        lines.extend(" ".join(_cells(row, shared)) for row in xml.split("</row>"))
    return "\n".join(lines)


def _strings(xml: str) -> Iterator[str]:
    for block in xml.replace("<si/>", "<si></si>").split("</si>")[:-1]:
        yield html.unescape(_TAG.sub("", _PHONETIC.sub("", block[block.rfind("<si") :])))


def _cells(row: str, shared: list[str]) -> Iterator[str]:
    for cell in row.replace("<c>", "<c >").split("<c ")[1:]:
        attributes, _, rest = cell.partition(">")
        inside = "" if attributes.endswith("/") else rest.partition("</c>")[0]
        value = _VALUE.search(inside)
        if value is None:
            text = html.unescape(_TAG.sub("", inside))
        elif _SHARED.search(attributes):
            at = int(value.group(1)) if re.fullmatch("[0-9]{1,9}", value.group(1)) else len(shared)
            text = shared[at] if at < len(shared) else ""
        else:
            text = _plain(html.unescape(value.group(1)))
        if text:
            yield text


def _plain(number: str) -> str:
    """1.3800138E+10 as it is shown; other values as they are."""
    if re.fullmatch(r"\d\.\d+E\+?1\d", number):
        return str(int(float(number)))
    return number


def ole_text(body: bytes) -> str:
    """Runs of text in an old xls or doc, in order. Numbers that are kept as binary floats are not among them."""
    parts = []
    for match in _RUNS.finditer(body):
        wide, narrow = match.groups()
        parts.append(wide.decode("utf-16-le", errors="replace") if wide else narrow.decode("ascii"))
    return "\n".join(parts)
