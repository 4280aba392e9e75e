"""Public documents: the list, a new one, and one with its state, clock, findings, versions and verbs."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import zone
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.disclosure.forms import ApprovalForm, BeginForm, FillForm, ReleaseForm, ReplaceForm
from fenghuo.faces.console.disclosure.sections import may_edit
from fenghuo.faces.console.disclosure.words import place, section_names, sentence, state_of, what_name
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.disclosure import BadData, Disclosure, Level
from fenghuo.report.disclosure.opening import open_document
from fenghuo.report.disclosure.reading import BadDocument, Reading
from fenghuo.report.disclosure.reading.blocks import LARGEST
from fenghuo.report.disclosure.words import bad_document, problem, told
from fenghuo.report.publication import actions, queries
from fenghuo.report.publication.decide import SECTIONS, Refused
from fenghuo.report.publication.models import Publication, PublicationState

_MOST_SHOWN = 200


@requires(Permission.SEE_MONEY)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every document with its state, clock and release."""
    rows = [(one, state_of(one.state), queries.clock_of(one), queries.released(one)) for one in queries.publications()]
    may = person_of(request).can(Permission.EDIT_DISCLOSURE)
    return render(request, "disclosure/list.html", {"rows": rows, "may_edit": may, "here": "list"})


@requires(Permission.EDIT_DISCLOSURE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin the document of a year."""
    site = SiteProfile.objects.first()
    year = clock.now().astimezone(zone()).year
    initial = {"year": year, "office": site.office if site else "", "source": "blank"}
    form = BeginForm(request.POST or None, request.FILES or None, initial=initial)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            found, unplaced = _begun_with(form)
            made = actions.begin(actor_of(request), found, form.cleaned_data["source"])
            _say_unplaced(request, unplaced)
            return redirect("disclosure:show", made.id)
        except Refused as error:
            form.add_error(None, sentence(error))
        except _Unusable as error:
            problems = error.problems
    values = {"form": form, "title": _("New public document"), "problems": problems, "here": "list"}
    return render(request, "disclosure/form.html", values)


class _Unusable(Exception):
    """A file that is no document; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _begun_with(form: BeginForm) -> tuple[Disclosure, Reading | None]:
    given = form.cleaned_data
    if given["source"] == "file":
        return _opened(given["file"])
    if given["source"] == "last-year":
        before = queries.publications().filter(year=given["year"] - 1).first()
        if before is None:
            raise _Unusable([_("There is no document of %(year)s to begin with.") % {"year": given["year"] - 1}])
        return actions.after_last_year(queries.document(queries.newest(before))), None
    return actions.blank(given["office"].strip(), given["year"]), None


def _opened(file: object) -> tuple[Disclosure, Reading | None]:
    if not file:
        raise _Unusable([_("Choose a file.")])
    name, content = str(getattr(file, "name", "")), getattr(file, "read")(LARGEST + 1)  # noqa: B009
    try:
        if len(content) > LARGEST:
            raise BadDocument("size")
        return open_document(name, content)
    except BadData as error:
        raise _Unusable([problem(one, _) for one in error.problems[:_MOST_SHOWN]]) from error
    except BadDocument as error:
        raise _Unusable([bad_document(error.code, _)]) from error


def _say_unplaced(request: HttpRequest, reading: Reading | None) -> None:
    for piece in (reading.unplaced if reading else ())[:_MOST_SHOWN]:
        text = _("Not placed, and not in the document: line %(line)s: %(text)s")
        messages.warning(request, text % {"line": piece.line, "text": piece.text[:200]})


@requires(Permission.SEE_MONEY)
def show(request: HttpRequest, publication_id: str) -> HttpResponse:
    """One document: sections with what the rules find, state, clock, versions and releases."""
    publication = object_or_404(queries.publications(), id=publication_id)
    return _page(request, publication)


def _page(request: HttpRequest, publication: Publication, **more: object) -> HttpResponse:
    person = person_of(request)
    version = queries.newest(publication)
    document = queries.document(version)
    found = queries.findings(document)
    names, release = section_names(), queries.released(publication)
    rows = []
    for key in SECTIONS:
        own = [one for one in found if _section_of(one.path) == key]
        errors = sum(one.level is Level.ERROR for one in own)
        there = key == "head" or getattr(document, key) is not None
        rows.append((key, names[key], there, errors, len(own) - errors, may_edit(person, key)))
    draft = publication.state == PublicationState.DRAFT
    fill = FillForm(publication.year, initial={"based_on": version.number}) if draft else None
    values = {
        "publication": publication,
        "version": version,
        "state": state_of(publication.state),
        "clock": queries.clock_of(publication),
        "rows": rows,
        "errors": sum(one.level is Level.ERROR for one in found),
        "findings": [(one.level.value, _section_of(one.path), place(one.path), told(one, _)) for one in found],
        "release": release,
        "releases": publication.releases.select_related("version"),
        "versions": [(one, what_name(one.what), names.get(one.section, "")) for one in publication.versions.all()[:20]],
        "may_edit": person.can(Permission.EDIT_DISCLOSURE),
        "may_fill": person.can(Permission.EDIT_DISCLOSURE) or person.can(Permission.ENTER_MONEY),
        "may_release": person.can(Permission.RELEASE_DISCLOSURE),
        "is_asker": publication.asked_by == str(person.pk),
        "fill": fill,
        "approval": ApprovalForm(),
        "releasing": ReleaseForm(),
        "replacing": ReplaceForm(initial={"based_on": version.number}),
        "here": "document",
    }
    return render(request, "disclosure/show.html", values | more)


def _section_of(path: str) -> str:
    root = path.partition(".")[0].partition("[")[0]
    return root if root in SECTIONS else "head"


def _fill(request: HttpRequest, publication: Publication) -> None:
    form = FillForm(publication.year, request.POST)
    if not form.is_valid():
        raise Refused("nothing")
    given = form.cleaned_data
    projects = list(given["projects"])
    if projects and not person_of(request).can(Permission.EDIT_DISCLOSURE):
        raise Refused("nothing")
    actions.fill_from_records(actor_of(request), publication.id, given["based_on"], projects, given["assets_at"])
    messages.success(request, _("Taken from the records as a new version."))


def _replace(request: HttpRequest, publication: Publication) -> None:
    form = ReplaceForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("why")
    given = form.cleaned_data
    found, reading = _opened(given["file"])
    actions.replace_all(actor_of(request), publication.id, given["based_on"], found, given["why"])
    _say_unplaced(request, reading)


def _approval(request: HttpRequest, publication: Publication) -> None:
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        raise Refused("day")
    actions.set_approval(actor_of(request), publication.id, form.cleaned_data["on"], form.cleaned_data["paper"])


def _ask(request: HttpRequest, publication: Publication) -> None:
    based_on = request.POST.get("based_on", "")
    actions.ask(actor_of(request), publication.id, int(based_on) if based_on.isdecimal() else 0)


def _back(request: HttpRequest, publication: Publication) -> None:
    actions.send_back(actor_of(request), publication.id, request.POST.get("why", ""))


def _correct(request: HttpRequest, publication: Publication) -> None:
    actions.correct(actor_of(request), publication.id, request.POST.get("why", ""))


def _release(request: HttpRequest, publication: Publication) -> None:
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        raise Refused("address" if "address" in form.errors else "day")
    given = form.cleaned_data
    actions.release(actor_of(request), publication.id, given["on"], given["address"], given["why"])
    messages.success(request, _("The release is written down; the version is frozen."))


_VERBS: dict[str, tuple[tuple[Permission, ...], Callable[[HttpRequest, Publication], None]]] = {
    "fill": ((Permission.EDIT_DISCLOSURE, Permission.ENTER_MONEY), _fill),
    "replace": ((Permission.EDIT_DISCLOSURE,), _replace),
    "approval": ((Permission.EDIT_DISCLOSURE, Permission.ENTER_MONEY), _approval),
    "ask": ((Permission.EDIT_DISCLOSURE,), _ask),
    "back": ((Permission.EDIT_DISCLOSURE, Permission.RELEASE_DISCLOSURE), _back),
    "correct": ((Permission.EDIT_DISCLOSURE,), _correct),
    "release": ((Permission.RELEASE_DISCLOSURE,), _release),
}
"""Verb → who may (any of these), and what it does."""


@requires(Permission.SEE_MONEY)
def do(request: HttpRequest, publication_id: str, verb: str) -> HttpResponse:
    """Do something with a document; what is refused is said on its page."""
    publication = object_or_404(queries.publications(), id=publication_id)
    if verb not in _VERBS:
        raise Http404
    if request.method != "POST":
        return redirect("disclosure:show", publication.id)
    permissions, act = _VERBS[verb]
    person: Person = person_of(request)
    if not any(person.can(one) for one in permissions):
        return HttpResponseNotAllowed(["GET"])
    try:
        act(request, publication)
    except Refused as error:
        return _page(request, publication, problems=[sentence(error)])
    except _Unusable as error:
        return _page(request, publication, problems=error.problems)
    return redirect("disclosure:show", publication.id)
