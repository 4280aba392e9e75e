"""Drafts: by hand, from findings of several units at once, from a warning; with the paper beside the form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.notices.forms import DraftForm
from fenghuo.faces.console.notices.words import sentence
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.queries import findings_visible_to
from fenghuo.warn.notices import drafts
from fenghuo.warn.notices.decide import FINAL, NOTICE_FINAL
from fenghuo.warn.notices.document import paper_of
from fenghuo.warn.notices.models import Notice, NoticeFinding
from fenghuo.warn.notices.queries import notices_visible_to
from fenghuo.warn.notices.steps import CannotDo
from fenghuo.warn.notices.texts import finding_words

_MOST_FINDINGS = 200


def letterhead() -> drafts.Letterhead:
    """Who issues, as the office wrote it at the first start; the last notice's contact and copies stand for the next one."""
    profile = SiteProfile.objects.filter(pk=SiteProfile.ONLY).first()
    last = Notice.objects.order_by("-drafted_at").first()
    agency = (profile.office if profile else "") or (last.agency if last else "")
    code = (profile.document_code if profile else "") or (last.code if last else "")
    return drafts.Letterhead(agency, code or agency[:20], last.contact if last else "", last.copies_to if last else "")


@requires(Permission.EDIT_NOTICES)
def new(request: HttpRequest) -> HttpResponse:
    """A notice by hand."""
    head = letterhead()
    initial = {"agency": head.agency, "code": head.code, "contact": head.contact, "copies_to": head.copies_to}
    form = DraftForm(request.POST or None, initial={**initial, "kind": "situation"}, label_suffix="")
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        values = {name: form.cleaned_data[name] for name in drafts.EDITABLE}
        try:
            made = drafts.draft(actor_of(request), head, values, list(form.cleaned_data["to"]))
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("notices:show", made.id)
    return render(request, "notices/edit.html", {"form": form, "title": _("New notice")})


@requires(Permission.EDIT_NOTICES)
def edit(request: HttpRequest, notice_id: str) -> HttpResponse:
    """Change a draft; "preview" sets the paper beside the form without saving."""
    notice = object_or_404(notices_visible_to(person_of(request)), id=notice_id)
    initial = {"to": list(notice.units.all()), "version": notice.version}
    form = DraftForm(request.POST or None, instance=notice, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        values = {name: form.cleaned_data[name] for name in drafts.EDITABLE}
        try:
            units = list(form.cleaned_data["to"])
            drafts.edit(actor_of(request), notice.id, form.cleaned_data["version"], values, units)
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("notices:show", notice.id)
    return render(request, "notices/edit.html", {"form": form, "title": notice.title, "paper": paper_of(notice)})


@requires(Permission.EDIT_NOTICES)
def from_findings(request: HttpRequest) -> HttpResponse:
    """Choose open findings, of several units at once; those that stand in a notice already are left out."""
    person = person_of(request)
    noticed = NoticeFinding.objects.exclude(notice__state__in=NOTICE_FINAL).exclude(copy__state__in=FINAL)
    rows = findings_visible_to(person).filter(state__in=[FindingState.OPEN, FindingState.PASSED_ONCE])
    rows = rows.exclude(id__in=noticed.values("finding_id")).order_by("rank", "unit__name", "asset__value")
    if request.method == "POST":
        wanted = set(request.POST.getlist("finding"))
        try:
            made = drafts.draft_from_findings(actor_of(request), letterhead(), [f.id for f in rows if f.id in wanted])
        except CannotDo as error:
            messages.error(request, sentence(error))
        else:
            return redirect("notices:edit", made.id)
    shown = [(finding, finding_words(finding)[0]) for finding in rows[:_MOST_FINDINGS]]
    return render(request, "notices/findings.html", {"rows": shown, "more": max(0, rows.count() - len(shown))})
