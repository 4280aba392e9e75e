"""Certificates: those of the office, those that others issued, a paper, and what is revoked."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act, record
from fenghuo.base.clocks.office import today
from fenghuo.base.papers import NoFont
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.addresses import whole_address
from fenghuo.faces.console.files import download, kept_file
from fenghuo.faces.console.notices.drafting import letterhead
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.training.forms import CredentialForm
from fenghuo.faces.console.training.views import session_of
from fenghuo.faces.console.training.words import paper_state, sentence
from fenghuo.report.training import certificates, queries
from fenghuo.report.training import paper as papers
from fenghuo.report.training.decide import REMIND_DAYS, Refused

_MAKERS = {"docx": papers.docx, "pdf": papers.pdf}


@requires(Permission.SEE_TRAINING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Certificates of the office, the youngest first; `?state=ends` leaves those that end soon."""
    person, day = person_of(request), today()
    rows = queries.certificates_visible_to(person)
    ends = request.GET.get("state") == "ends"
    if ends:
        soon = day + timedelta(days=max(REMIND_DAYS))
        rows = rows.filter(revocation=None, valid_until__gte=day, valid_until__lte=soon)
    page = list_page(request, rows, ("-issued_on", "-text", "id"))
    values = {
        "page": page,
        "rows": [(one, *paper_state(queries.state_of(one, day))) for one in page.rows],
        "ends": ends,
        "soon": max(REMIND_DAYS),
        "may_edit": person.can(Permission.EDIT_TRAINING),
        "check_url": _check_url(request),
        "here": "certificates",
    }
    return render(request, "training/certificates.html", values)


def _check_url(request: HttpRequest) -> str:
    return whole_address(request, reverse("certificate:check"))


@requires(Permission.EDIT_TRAINING)
@require_POST
def issue(request: HttpRequest, session_id: str) -> HttpResponse:
    """Issue a certificate to everybody of a session who has earned one, or another one to whose was revoked."""
    session = session_of(request, session_id)
    try:
        again = [int(text) for text in request.POST.getlist("again") if text.isdecimal() and len(text) < 10]
        many = len(certificates.issue(actor_of(request), session.id, letterhead().agency, again))
        text = ngettext("%(n)s certificate was issued.", "%(n)s certificates were issued.", many)
        messages.success(request, text % {"n": many})
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("training:session", session.id)


@requires(Permission.SEE_TRAINING)
def paper(request: HttpRequest, certificate_id: str, form: str) -> HttpResponse:
    """The certificate as docx or PDF; one that is revoked makes no paper."""
    row = object_or_404(queries.certificates_visible_to(person_of(request)), id=certificate_id)
    if form not in _MAKERS or hasattr(row, "revocation"):
        messages.error(request, _("There is no such paper: a certificate that is revoked is not printed."))
        return redirect("training:certificates")
    try:
        content = _MAKERS[form](row, _check_url(request))
    except NoFont:
        messages.error(request, _("This machine has no font with Chinese characters; take the docx."))
        return redirect("training:certificates")
    record(actor_of(request), "certificate.printed", row.subject, {"form": form})
    return download(content, form, f"{row.text}.{form}")


@requires(Permission.EDIT_TRAINING)
@require_POST
def revoke(request: HttpRequest, certificate_id: str) -> HttpResponse:
    """Say that a certificate holds no more."""
    row = object_or_404(queries.certificates_visible_to(person_of(request)), id=certificate_id)
    try:
        certificates.revoke(actor_of(request), row, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("training:certificates")


@requires(Permission.SEE_TRAINING)
def credentials(request: HttpRequest) -> HttpResponse:
    """Certificates that others issued."""
    person, day = person_of(request), today()
    page = list_page(request, queries.credentials_visible_to(person), ("kind", "holder", "id"))
    values = {
        "page": page,
        "rows": [(one, *paper_state(queries.state_of(one, day))) for one in page.rows],
        "may_edit": person.can(Permission.EDIT_TRAINING),
        "here": "credentials",
    }
    return render(request, "training/credentials.html", values)


@requires(Permission.EDIT_TRAINING)
def new_credential(request: HttpRequest) -> HttpResponse:
    """Record a certificate that somebody else issued."""
    form = CredentialForm(person_of(request), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            certificates.add_credential(actor_of(request), form.given())
            return redirect("training:credentials")
        except Refused as error:
            field = {"valid": "valid_until", "exists": "number", "file-size": "copy", "file-kind": "copy"}
            form.add_error(field.get(error.code), sentence(error))
    title = _("Record a certificate of another body")
    return render(request, "training/form.html", {"form": form, "title": title, "here": "credentials", "files": True})


@requires(Permission.SEE_TRAINING)
def document(request: HttpRequest, credential_id: str) -> HttpResponse:
    """The copy of a certificate of others, checked against its hash."""
    row = object_or_404(queries.credentials_visible_to(person_of(request)), id=credential_id)
    act = Act("credential.document-taken", row.subject, {"sha256": row.file_sha256})
    found = kept_file(request, row.file_sha256, row.file_kind, row.file_name, act)
    return found or redirect("training:credentials")


@requires(Permission.EDIT_TRAINING)
@require_POST
def revoke_credential(request: HttpRequest, credential_id: str) -> HttpResponse:
    """Say that a certificate of others holds no more, or was entered by mistake."""
    row = object_or_404(queries.credentials_visible_to(person_of(request)), id=credential_id)
    try:
        certificates.revoke(actor_of(request), row, request.POST.get("why", ""))
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("training:credentials")
