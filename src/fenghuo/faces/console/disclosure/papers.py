"""Versions of the document: what changed, and everything that can be made of one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.papers import NoFont
from fenghuo.faces.console.access import actor_of, object_or_404, requires
from fenghuo.faces.console.disclosure.words import place, what_name
from fenghuo.report.disclosure.files import files
from fenghuo.report.publication import queries
from fenghuo.report.publication.decide import differences

_TYPES = {
    "json": "application/json; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


@requires(Permission.SEE_MONEY)
def version(request: HttpRequest, publication_id: str, version_number: int) -> HttpResponse:
    """A version: what differs from another one (the one before, or ?against=), and its files."""
    publication = object_or_404(queries.publications(), id=publication_id)
    shown = object_or_404(publication.versions.all(), number=version_number)
    wanted = request.GET.get("against", "")
    against = publication.versions.filter(number=int(wanted) if wanted.isdecimal() else version_number - 1).first()
    changes = differences(queries.leaves_of(against), queries.leaves_of(shown)) if against else []
    document = queries.document(shown)
    return render(request, "disclosure/version.html", {
        "publication": publication,
        "version": shown,
        "what": what_name(shown.what),
        "against": against,
        "others": [one for one in publication.versions.all() if one.number != version_number],
        "changes": [(place(one.path), one) for one in changes],
        "releases": shown.releases.all(),
        "overtyped": [(place(one["path"]), one) for one in shown.overtyped],
        "files": list(files(document, draft=not shown.releases.exists())),
        "here": "document",
    })  # fmt: skip


@requires(Permission.SEE_MONEY)
def download(request: HttpRequest, publication_id: str, version_number: int, paper: str) -> HttpResponse:
    """A file made of a version; one that was never published says on every page that it is a draft."""
    publication = object_or_404(queries.publications(), id=publication_id)
    shown = object_or_404(publication.versions.all(), number=version_number)
    made = files(queries.document(shown), draft=not shown.releases.exists())
    if paper not in made:
        raise Http404
    try:
        content = made[paper]()
    except NoFont as error:
        raise Http404 from error
    record(actor_of(request), "publication.downloaded", publication.subject, {"version": version_number, "file": paper})
    answer = HttpResponse(content, content_type=_TYPES[paper.rpartition(".")[2]])
    stem, _dot, ending = paper.partition(".")
    answer["Content-Disposition"] = f'attachment; filename="{stem}-{publication.year}-v{version_number}.{ending}"'
    return answer
