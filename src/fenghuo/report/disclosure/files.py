"""Everything that is made of a document, by the name of its file."""

from collections.abc import Callable

from fenghuo.base.papers import Sheet, to_csv, to_docx, to_pdf, to_xlsx
from fenghuo.report.disclosure.datafile import to_json
from fenghuo.report.disclosure.layout import layout
from fenghuo.report.disclosure.model import Disclosure
from fenghuo.report.disclosure.opendata import sheets
from fenghuo.report.disclosure.page import to_html


def files(disclosure: Disclosure, draft: bool) -> dict[str, Callable[[], bytes]]:
    """Name → what makes it. A draft says so on every page. The PDF raises `NoFont` where there is no font for it."""
    document, tables = layout(disclosure, draft=draft), sheets(disclosure)

    def csv(sheet: Sheet) -> Callable[[], bytes]:
        return lambda: to_csv(sheet)

    return {
        "disclosure.json": lambda: to_json(disclosure).encode(),
        "disclosure.docx": lambda: to_docx(document),
        "disclosure.html": lambda: to_html(document).encode(),
        "disclosure.xlsx": lambda: to_xlsx(list(tables.values())),
        **{f"{name}.csv": csv(sheet) for name, sheet in tables.items()},
        "disclosure.pdf": lambda: to_pdf(document),
    }
