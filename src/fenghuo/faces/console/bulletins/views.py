"""Formal early warnings: the list, one with its versions, units and reports, and the verbs."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import filestore
from fenghuo.faces.console.access import actor_of, away_of, kept_by, may, object_or_404, person_of, requires
from fenghuo.faces.console.bulletins.bundles import shown
from fenghuo.faces.console.bulletins.drafting import open_version, version_or_404
from fenghuo.faces.console.bulletins.forms import Filters
from fenghuo.faces.console.bulletins.words import bulletin_kind, course, field_words, said, sentence
from fenghuo.faces.console.files import kept_file
from fenghuo.faces.console.notices.rows import copy_rows
from fenghuo.faces.console.pages import list_page
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.bulletins import Refused
from fenghuo.warn.early_warnings.formal import BulletinState, Change, Difference, VersionState, differences
from fenghuo.warn.early_warnings.late import clock_word
from fenghuo.warn.early_warnings.models import LEVELS, Bulletin, BulletinVersion
from fenghuo.warn.early_warnings.queries import bulletins_visible_to
from fenghuo.warn.notices.publishing import publish
from fenghuo.warn.notices.queries import copies_visible_to


@requires(Permission.SEE_NOTICES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every formal warning that the person may see, the latest first."""
    person = person_of(request)
    form = Filters(request.GET)
    rows, wanted = bulletins_visible_to(person), form.cleaned_data if form.is_valid() else {}
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("level"):
        rows = rows.filter(versions__level=wanted["level"]).distinct()
    for word in wanted.get("q", "").split():
        rows = rows.filter(versions__title__icontains=word).distinct()
    page = list_page(request, rows, ("-created_at", "id"))
    office = person.unit_scope() is None
    listed = [(b, _leading(b, office), bulletin_kind(b.state)) for b in page.rows]
    values = {"form": form, "page": page, "rows": listed, "may_edit": person.can(Permission.EDIT_NOTICES)}
    return render(request, "bulletins/list.html", values)


def _leading(bulletin: Bulletin, office: bool) -> BulletinVersion | None:
    """The version in force; before there is one, the draft, which only the office sees."""
    return bulletins.in_force_of(bulletin) or (bulletin.versions.order_by("-number").first() if office else None)


@requires(Permission.SEE_NOTICES)
def show(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """One formal warning."""
    person = person_of(request)
    bulletin = object_or_404(bulletins_visible_to(person), id=bulletin_id)
    office = person.unit_scope() is None
    version, opened = _leading(bulletin, office), open_version(bulletin) if office else None
    if version is None:
        raise Http404
    copies = copies_visible_to(person).filter(notice__publishes__bulletin=bulletin)
    known = bulletin.versions.all() if office else bulletin.versions.filter(state=VersionState.PUBLISHED)
    clocks = Deadline.objects.filter(subject=bulletin.subject).order_by("-due_at")[:6] if office else []
    may_issue = may(person, Permission.ISSUE_NOTICES)
    values = {
        "bulletin": bulletin,
        "kind": bulletin_kind(bulletin.state),
        "version": version,
        "facts": _facts(version, office),
        "opened": opened,
        "opened_facts": _facts(opened, office) if opened is not None and opened != version else [],
        "in_review": opened is not None and opened.state == VersionState.REVIEW,
        "is_draft": opened is not None and opened.state == VersionState.DRAFT,
        "author": kept_by(person, Permission.ISSUE_NOTICES, opened.authors) if opened is not None else None,
        "versions": known,
        "compared": _compared(request, known) if known.count() > 1 else None,
        "rounds": [
            (v, copy_rows(copies.filter(notice__publishes=v))) for v in known.order_by("-number") if v.published_at
        ],
        "clocks": [(clock_word(d.kind), d) for d in clocks],
        "reports": bulletin.reports.all() if office else [],
        "warnings": bulletin.warnings.all() if office else [],
        "timeline": list(course(bulletin)) if office else [],
        "approvals": [(v, v.graded.partition(" ")[0]) for v in dict.fromkeys((opened or version, version))],
        "office": office,
        "may_edit": office and person.can(Permission.EDIT_NOTICES),
        "may_issue": office and may_issue,
        "in_force": bulletin.state == BulletinState.PUBLISHED,
        "lifted": bulletin.state == BulletinState.LIFTED,
        "levels": LEVELS,
        "may_import": office and person.can(Permission.EDIT_INTEL),
        **shown(bulletin, office),
    }
    return render(request, "bulletins/show.html", values)


def _facts(version: BulletinVersion, office: bool) -> list[tuple[str, str]]:
    names, values = field_words(), said(version)
    shown = [n for n in names if n not in {"title", "level"} and (office or n != "units")]
    return [(names[n], values[n]) for n in shown if values[n]]


def _compared(request: HttpRequest, known: object) -> tuple[int, int, list[tuple[str, Difference]]]:
    """The two versions that the address names, else the last two, and what they say otherwise."""
    by_number = {v.number: v for v in known}  # type: ignore[attr-defined]
    numbers = sorted(by_number)
    asked = [request.GET.get(name, "") for name in ("old", "new")]
    chosen = [int(text) for text in asked if text.isdecimal() and int(text) in by_number]
    old, new = chosen if len(chosen) == 2 else numbers[-2:]
    names = field_words()
    found = differences(said(by_number[old]), said(by_number[new]))
    office = person_of(request).unit_scope() is None
    return old, new, [(names[d.field], d) for d in found if office or d.field != "units"]


@requires(Permission.EDIT_NOTICES)
@require_POST
def do(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """Submit, throw away, add the proof; begin a change; report; summarise."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    actor, text, version = actor_of(request), request.POST.get("text", ""), open_version(bulletin)
    verb = request.POST.get("verb", "")
    changes = {c.value for c in Change} - {Change.FIRST}
    does: dict[str, Callable[[], object]] = {
        "report": lambda: bulletins.report(actor, bulletin.id, text),
        "summarise": lambda: bulletins.summarise(actor, bulletin.id, text),
    }
    if version is not None:
        does |= {
            "submit": lambda: bulletins.submit(actor, version.pk),
            "discard": lambda: bulletins.discard(actor, version.pk, text),
            "approval": lambda: _attach(request, version),
        }
    if verb in changes:
        level = request.POST.get("level", "")
        does[verb] = lambda: bulletins.begin_change(actor, bulletin.id, Change(verb), text, level)
    done = _done(request, bulletin, does, verb)
    return redirect("bulletins:edit", bulletin.id) if done and verb in changes - {Change.LIFT} else _back(bulletin)


def _attach(request: HttpRequest, version: BulletinVersion) -> None:
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > filestore.MOST_BYTES:
        raise Refused("file-size")
    bulletins.attach_approval(actor_of(request), version.pk, given.name or "file", given.read())


@requires(Permission.ISSUE_NOTICES)
@require_POST
def decide(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """Publish what others wrote, or give it back."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    actor, version, away = actor_of(request), open_version(bulletin), away_of(request)
    if version is not None and away is not None and str(away.pk) in version.authors:
        messages.error(request, sentence(Refused("same-person")))
        return _back(bulletin)
    does: dict[str, Callable[[], object]] = {}
    if version is not None:
        does = {
            "publish": lambda: publish(actor, version.pk),
            "reject": lambda: bulletins.reject(actor, version.pk, request.POST.get("text", "")),
        }
    _done(request, bulletin, does, request.POST.get("verb", ""))
    return _back(bulletin)


def _done(request: HttpRequest, bulletin: Bulletin, does: dict[str, Callable[[], object]], verb: str) -> bool:
    if verb not in does:
        return False
    try:
        does[verb]()
    except Refused as error:
        messages.error(request, sentence(error))
        return False
    return True


def _back(bulletin: Bulletin) -> HttpResponse:
    return redirect("bulletins:show", bulletin.id)


@requires(Permission.EDIT_NOTICES)
def approval(request: HttpRequest, bulletin_id: str, version: int) -> HttpResponse:
    """The file that proves the approval, checked against its hash."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    found = version_or_404(bulletin, version)
    if not found.approval_sha256:
        messages.error(request, _("No file was added to this version."))
        return _back(bulletin)
    act = Act("bulletin.approval-taken", bulletin.subject, {"sha256": found.approval_sha256})
    return kept_file(request, found.approval_sha256, found.approval_kind, found.approval_file, act) or _back(bulletin)
