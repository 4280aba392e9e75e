"""A file that somebody brings, as a document: a data file, or a text or docx that is read."""

from fenghuo.report.disclosure.datafile import from_json
from fenghuo.report.disclosure.model import Disclosure
from fenghuo.report.disclosure.reading import BadDocument, Reading, docx_blocks, read, text_blocks


def open_document(name: str, content: bytes) -> tuple[Disclosure, Reading | None]:
    """The document of a data file (.json), or of a text or docx with where its parts stood and what was not placed.

    Raises:
        BadData: the data file can't be used; every fault.
        BadDocument: "size", "docx", "changes", "encoding" (neither UTF-8 nor GB 18030) or "title" (no office and year found).
    """
    ending = name.lower().rpartition(".")[2]
    if ending == "json":
        return from_json(decoded(content)), None
    reading = read(docx_blocks(content) if ending == "docx" else text_blocks(decoded(content)))
    if reading.disclosure is None:
        raise BadDocument("title")
    return reading.disclosure, reading


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises:
        BadDocument: "encoding".
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadDocument("encoding")
