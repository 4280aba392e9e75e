"""The text of a page or document, whatever it calls itself: by its first bytes."""

import html
import re
import unicodedata

from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.personal_data.office_text import ole_text, zip_text
from fenghuo.see.screening.checks.personal_data.pdf_text import pdf_text
from fenghuo.see.screening.facts import Page

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAG = re.compile(r"<[^<>]*>")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a]")


def texts_of(page: Page) -> list[str]:
    """What can be read, full-width digits and the like made plain; of a page first what is seen, then its source; [] for pictures.

    Raises:
        Untested: it is a document that can't be unpacked.
    """
    return [unicodedata.normalize("NFKC", text) for text in _texts(page)]


def _texts(page: Page) -> list[str]:
    body = page.body
    if body.startswith(b"%PDF-"):
        return [pdf_text(body)]
    if body.startswith(b"PK\x03\x04"):
        text = zip_text(body)
        return [] if text is None else [text]
    if body.startswith(_OLE):
        return [ole_text(body)]
    if page.is_html:
        # what a page masks is often whole in its source: in attributes and scripts
        return [document(page).visible_text, page.text]
    return [_plain(page.text)] if _is_text(page) else []


def _is_text(page: Page) -> bool:
    if page.media_type and page.media_type.startswith(("image/", "audio/", "video/", "font/")):
        return False
    return _CONTROLS.search(page.body[:1024]) is None


def _plain(text: str) -> str:
    """Sheets are often pages or XML under a sheet's name."""
    return html.unescape(_TAG.sub(" ", text)) if text.lstrip("\ufeff \r\n").startswith("<") else text
