"""Files as downloads: what is made here, and what people brought."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fenghuo.base.audit.actions import Act, record
from fenghuo.base.common.filestore import CONTENT_TYPES, content_of
from fenghuo.faces.console.access import actor_of


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to be kept, never shown in place: what units upload is not ours to vouch for."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename=\"notice.{kind}\"; filename*=UTF-8''{quote(name)}"
    return response


def kept_file(request: HttpRequest, sha256: str, kind: str, name: str, act: Act) -> HttpResponse | None:
    """What was brought, checked against its hash, and written down as taken; None, with a sentence for the next page, where it is gone."""
    try:
        content = content_of(sha256) if sha256 else None
    except OSError:
        content = None
    if content is None:
        messages.error(request, _("The file is gone or was changed after it was added; it is not shown."))
        return None
    record(actor_of(request), act.verb, act.subject, act.detail)
    return download(content, kind, name)
