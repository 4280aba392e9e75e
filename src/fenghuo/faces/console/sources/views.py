"""Log sources: health, and how to make something send."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common.settings import settings
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.sources.forms import SourceForm
from fenghuo.faces.console.sources.shippers import settings_for
from fenghuo.see.inventory.actions import add_source, renew_token, switch_source
from fenghuo.see.inventory.models import LogSource
from fenghuo.see.inventory.queries import sources_visible_to, unknown_senders


@requires(Permission.SEE_SOURCES)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every source with its health, and who sends without being registered."""
    person = person_of(request)
    values = {
        "sources": sources_visible_to(person)[:500],
        "unknown": unknown_senders()[:50],
        "may_edit": person.can(Permission.EDIT_SOURCES),
    }
    return render(request, "sources/list.html", values)


def _run() -> dict[str, dict[str, object]]:
    try:
        found: dict[str, dict[str, object]] = json.loads((settings().data / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _page(request: HttpRequest, source: LogSource, token: str) -> HttpResponse:
    may_edit = person_of(request).can(Permission.EDIT_SOURCES)
    shippers = settings_for(_run(), token or _("TOKEN"))
    values = {"source": source, "token": token, "shippers": shippers, "may_edit": may_edit}
    return render(request, "sources/show.html", values)


@requires(Permission.SEE_SOURCES)
def show(request: HttpRequest, source_id: str) -> HttpResponse:
    """One source."""
    return _page(request, object_or_404(sources_visible_to(person_of(request)), id=source_id), "")


@requires(Permission.EDIT_SOURCES)
def new(request: HttpRequest) -> HttpResponse:
    """Register a sender; its page follows, with the token, shown once."""
    form = SourceForm(person_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: value or "" for name, value in form.cleaned_data.items() if name not in {"unit", "kind"}}
        try:
            source, token = add_source(
                actor_of(request), form.cleaned_data["unit"], form.cleaned_data["kind"], **values
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _page(request, source, token)
    return render(request, "form.html", {"form": form, "title": _("New log source")})


@requires(Permission.EDIT_SOURCES)
@require_POST
def token(request: HttpRequest, source_id: str) -> HttpResponse:
    """A new token; the old one ends."""
    source = object_or_404(sources_visible_to(person_of(request)), id=source_id)
    return _page(request, source, renew_token(actor_of(request), source))


@requires(Permission.EDIT_SOURCES)
@require_POST
def switch(request: HttpRequest, source_id: str) -> HttpResponse:
    """Take a source in or out of use."""
    source = object_or_404(sources_visible_to(person_of(request)), id=source_id)
    switch_source(actor_of(request), source, on=not source.enabled)
    messages.success(
        request, _("Switched on.") if source.enabled else _("Switched off: its token and address no longer count.")
    )
    return redirect("sources:show", source.id)
