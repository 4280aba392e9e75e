"""What devices poll, and what the public may read: numbers by month and reason, never what was blocked."""

import base64
import binascii
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.pages import csv_response
from fenghuo.respond.blocks.models import REASONS
from fenghuo.respond.blocks.queries import Month, cells, months
from fenghuo.share.blocklists.actions import serve


@require_safe
def poll(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """The list, for devices that know nothing but an address."""
    return _answer(request, token, form)


@require_safe
def poll_by_header(request: HttpRequest, form: str) -> HttpResponse:
    """The list, for devices that can send the token as `Authorization: Bearer`, or as the password of `Basic`."""
    return _answer(request, _token(request.headers.get("Authorization", "")), form)


def _token(header: str) -> str:
    scheme, _space, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _answer(request: HttpRequest, token: str, form: str) -> HttpResponse:
    made = serve(token, form, bool(request.GET.get("comments")), request.META.get("REMOTE_ADDR", ""))
    if made is None:
        raise Http404
    response = HttpResponse(made.text, content_type="text/plain; charset=utf-8")
    # Whatever stands between must ask each time: an entry that is lifted must not live on in a cache.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = made.etag
    response["X-Fenghuo-Entries"] = str(made.lines)
    response["X-Fenghuo-Left-Out"] = str(made.left_out)
    found = get_conditional_response(request, etag=made.etag, response=response)
    return response if found is None else found


@require_safe
def numbers(request: HttpRequest) -> HttpResponseBase:
    """How many orders began and ended, by month and reason; for everybody, also as CSV."""
    found = months()
    if request.GET.get("export"):
        return _export(found)
    profile = SiteProfile.objects.filter(pk=SiteProfile.ONLY).first()
    rows = [
        (m, [(word, m.begun[key], m.lifted[key], m.expired[key]) for key, word in REASONS], sum(m.begun.values()))
        for m in found
    ]
    values = {"rows": rows, "office": profile.office if profile else "", "days": cells()["objection_workdays"]}
    return render(request, "blocks/numbers.html", values)


def _export(found: Sequence[Month]) -> HttpResponseBase:
    columns = {
        "month": _("Month"),
        "reason": pgettext("block", "Reason"),
        "begun": _("put in force"),
        "lifted": pgettext("numbers", "lifted"),
        "expired": pgettext("numbers", "expired"),
    }
    rows = (
        {"month": m.month, "reason": word, "begun": m.begun[key], "lifted": m.lifted[key], "expired": m.expired[key]}
        for m in found
        for key, word in REASONS
    )
    return csv_response("blocks-by-month", columns, rows)
