"""Papers of notices as downloads."""

from django.http import Http404, HttpResponse

from fenghuo.faces.console.files import download
from fenghuo.warn.notices.document import annex_of, docx_of, pdf_of
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
