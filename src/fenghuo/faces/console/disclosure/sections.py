"""One section of the document as a form, with what the rules say at its place, last year beside, and where figures come from."""

from collections.abc import Iterable
from typing import Any, get_type_hints

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.disclosure import fields
from fenghuo.faces.console.disclosure.words import section_names, sentence
from fenghuo.report.disclosure import BadData, Disclosure
from fenghuo.report.disclosure.words import problem, told
from fenghuo.report.publication import actions, queries
from fenghuo.report.publication.decide import HEAD, MONEY_SECTIONS, SECTIONS, Refused, leaves
from fenghuo.report.publication.models import Publication, PublicationState, Version


def may_edit(person: Person, section: str) -> bool:
    """Whether a person edits a section: the clerk those of money, whoever keeps the document all."""
    if person.can(Permission.EDIT_DISCLOSURE):
        return True
    return section in MONEY_SECTIONS and person.can(Permission.ENTER_MONEY)


@requires(Permission.SEE_MONEY)
def edit(request: HttpRequest, publication_id: str, section: str) -> HttpResponse:
    """The form of a section; saving makes a version."""
    publication = object_or_404(queries.publications(), id=publication_id)
    if section not in SECTIONS:
        raise Http404
    may = may_edit(person_of(request), section) and publication.state == PublicationState.DRAFT
    version = queries.newest(publication)
    problems: list[str] = []
    notes: list[tuple[str, str, str]] = []
    if request.method == "POST":
        if not may:
            return HttpResponseNotAllowed(["GET"])
        try:
            return _save(request, publication, section)
        except BadData as error:
            notes = [(path, "error", problem((path, code, value), _)) for path, code, value in error.problems]
            problems = [_("Nothing was saved: the marked places are wrong.")]
        except Refused as error:
            problems = [sentence(error)]
    nodes = _nodes(publication, queries.document(version), section)
    if request.method == "POST":
        _put_back(nodes, request.POST)
    return render(request, "disclosure/section.html", _values(request, publication, version, section, nodes, notes) | {
        "problems": problems,
        "may_edit": may,
        "why": request.POST.get("why", ""),
        "based_on": request.POST.get("based_on", version.number),
    })  # fmt: skip


def _save(request: HttpRequest, publication: Publication, section: str) -> HttpResponse:
    stated = request.POST.get("based_on", "")
    based_on = int(stated) if stated.isdecimal() else 0
    given, why = request.POST.dict(), request.POST.get("why", "")
    plain = {key: str(value) for key, value in given.items()}
    found = {name: fields.content(kind, plain, name, publication.year) for name, kind in _kinds(section).items()}
    content: Any = (
        {name: value for name, value in found.items() if value is not None} if section == "head" else found[section]
    )
    if section == "head":
        content.setdefault("preamble", [])
    actions.save_section(actor_of(request), publication.id, based_on, section, content, why)
    messages.success(request, _("Saved as a new version."))
    following = SECTIONS[(SECTIONS.index(section) + 1) % len(SECTIONS)] if "next" in request.POST else section
    return redirect("disclosure:section", publication.id, following)


def _kinds(section: str) -> dict[str, Any]:
    hints = get_type_hints(Disclosure)
    return {name: hints[name] for name in (HEAD if section == "head" else (section,))}


def _nodes(publication: Publication, document: Disclosure, section: str) -> list[fields.Node]:
    return [
        fields.node(kind, getattr(document, name), name, name, publication.year)
        for name, kind in _kinds(section).items()
    ]


def _put_back(nodes: Iterable[fields.Node], given: Any) -> None:
    """What was entered stands in the fields again after a mistake."""
    for top in nodes:
        for one in fields.walk(top):
            if isinstance(one, fields.Leaf) and one.path in given:
                one.value = given[one.path]


def _values(
    request: HttpRequest,
    publication: Publication,
    version: Version,
    section: str,
    nodes: list[fields.Node],
    notes: list[tuple[str, str, str]],
) -> dict[str, object]:
    document = queries.document(version)
    found = [(one.path, one.level.value, " ".join(told(one, _)[1:])) for one in queries.findings(document)]
    roots = HEAD if section == "head" else (section,)
    notes = notes + [one for one in found if one[0].partition(".")[0].partition("[")[0] in roots]
    _mark(nodes, notes)
    _beside(nodes, publication, document)
    _sources(nodes, version)
    names = section_names()
    counts = {name: sum(_belongs(path, name) for path, level, _t in found if level == "error") for name in SECTIONS}
    place = SECTIONS.index(section)
    return {
        "publication": publication,
        "version": version,
        "section": section,
        "title": names[section],
        "sections": [(name, names[name], counts[name]) for name in SECTIONS],
        "nodes": nodes,
        "notes": [(level, text, path) for path, level, text in notes],
        "before": SECTIONS[place - 1] if place else "",
        "after": SECTIONS[place + 1] if place + 1 < len(SECTIONS) else "",
        "here": "document",
    }


def _belongs(path: str, section: str) -> bool:
    root = path.partition(".")[0].partition("[")[0]
    return root in HEAD if section == "head" else root == section


def _mark(nodes: list[fields.Node], notes: Iterable[tuple[str, str, str]]) -> None:
    """Each note at its field, else at the nearest part around it."""
    by_path = {one.path: one for top in nodes for one in fields.walk(top)}
    for path, level, text in notes:
        at = path
        while at and at not in by_path:
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        if at:
            by_path[at].notes.append((level, text))


def _beside(nodes: list[fields.Node], publication: Publication, document: Disclosure) -> None:
    """Last year's figures at this year's fields, rows by their names."""
    last = queries.year_before(publication)
    if last is None:
        return
    known = queries.figures_by_key(last)
    keys = {leaf.path: leaf.key for leaf in leaves(document)}
    for top in nodes:
        for one in fields.walk(top):
            if isinstance(one, fields.Leaf) and one.kind == fields.AMOUNT:
                one.before = known.get(keys.get(one.path, one.path), "")


def _sources(nodes: list[fields.Node], version: Version) -> None:
    sources = {one["path"]: source_url(one["source"]) for one in version.origins}
    for top in nodes:
        for one in fields.walk(top):
            if isinstance(one, fields.Leaf):
                one.source = sources.get(one.path, "")


def source_url(source: str) -> str:
    """Where the records behind a figure can be seen."""
    kind, _colon, what = source.partition(":")
    if kind == "project":
        return reverse("performance:money", args=[what])
    return f"{reverse('disclosure:holdings')}?day={what}"
