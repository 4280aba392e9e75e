"""Papers of notices as downloads."""

from urllib.parse import quote

from django.http import Http404, HttpResponse

from fenghuo.warn.notices.document import annex_of, docx_of, pdf_of
from fenghuo.warn.notices.files import CONTENT_TYPES
from fenghuo.warn.notices.models import Notice, NoticeCopy

_MAKE = {"pdf": pdf_of, "docx": docx_of, "xlsx": annex_of}


def paper_response(notice: Notice, copy: NoticeCopy | None, form: str) -> HttpResponse:
    """The paper as "pdf" or "docx", the list of findings as "xlsx".

    Raises:
        Http404: another form. NoFont: no PDF can be made here.
    """
    if form not in _MAKE:
        raise Http404
    number = notice.number.text if notice.number else notice.id[:8]
    return download(_MAKE[form](notice, copy), form, f"{number}.{form}")


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to be kept, never shown in place: what units upload is not ours to vouch for."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename=\"notice.{kind}\"; filename*=UTF-8''{quote(name)}"
    return response
