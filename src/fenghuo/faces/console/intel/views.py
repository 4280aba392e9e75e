"""Indicators: what is known to be bad, where it comes from, what was refused and why."""

import json
import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.queries import of_subject
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.intel.forms import FeedForm, Filters, ImportForm, IndicatorForm
from fenghuo.faces.console.intel.rows import shown
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.faces.console.warnings.lines import lines_of
from fenghuo.see.intel import actions, queries
from fenghuo.see.intel.hits import identity_of
from fenghuo.see.intel.models import Feed, ImportRun, StoredIndicator
from fenghuo.see.intel.names import sentence
from fenghuo.see.intel.normal import Refused
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.rulebook.models import StoredHit

_EVIDENCE = 20
_ROWS = 500


@requires(Permission.SEE_INTEL)
def list_all(request: HttpRequest) -> HttpResponse:
    """Feeds, and indicators by what is asked for."""
    feeds = list(queries.feeds())
    form = Filters([feed.name for feed in feeds], request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.indicators(*(asked.get(name, "") for name in ("q", "kind", "feed", "tlp", "state")))
    page = list_page(request, found, ("-id",))
    values = {
        "form": form,
        "feeds": feeds,
        "number": sum(feed.number for feed in feeds),
        "last": max((feed.imported_at for feed in feeds if feed.imported_at), default=None),
        "page": page,
        "rows": shown(page.rows),
        "may_edit": person_of(request).can(Permission.EDIT_INTEL),
    }
    return render(request, "intel/list.html", values)


@requires(Permission.SEE_INTEL)
def show(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """One indicator: what it is, who put it there, what met it."""
    found = object_or_404(StoredIndicator.objects.select_related("feed"), pk=indicator_id)
    identity = identity_of(queries.as_value(found))
    hits = StoredHit.objects.filter(rule_id=f"indicator:{found.kind}", rule_hash=identity).order_by("-event_time")
    evidence = lines_of(list(hits[:_EVIDENCE]), names_open=False)
    values = {
        "row": shown([found])[0],
        "others": queries.of_value_and_kind(found).exclude(pk=found.pk),
        "evidence": evidence,
        "timeline": [
            TimelineEntry(
                row.at, row.actor_name, _verbs().get(row.verb, row.verb), json.loads(row.detail).get("reason", "")
            )
            for row in of_subject(f"indicator:{found.pk}")
        ],
        "may_edit": person_of(request).can(Permission.EDIT_INTEL),
    }
    return render(request, "intel/show.html", values)


def _verbs() -> dict[str, str]:
    return {
        "indicator.added": _("added"),
        "indicator.confirmed": _("confirmed"),
        "indicator.expired": _("ended"),
        "indicator.withdrawn": _("withdrawn"),
    }


@requires(Permission.EDIT_INTEL)
def new(request: HttpRequest) -> HttpResponse:
    """Add one indicator."""
    form = IndicatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.add_one(actor_of(request), form.row(), form.cleaned_data["feed"])
        except Refused as error:
            form.add_error("value", sentence(error.reason))
        except ValidationError as error:
            form.add_error("feed", error.messages)
        else:
            messages.success(request, _("Added: it counts within a second."))
            return redirect("intel:show", found.pk)
    return render(request, "form.html", {"form": form, "title": _("New indicator")})


@requires(Permission.EDIT_INTEL)
@require_POST
def end(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """Let an indicator end now, or withdraw it with a reason."""
    found = object_or_404(StoredIndicator.objects.all(), pk=indicator_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Write down why: whoever reads this later must understand it."))
    elif request.POST.get("verb") == "withdraw":
        actions.withdraw(actor_of(request), found.pk, reason)
        messages.success(request, _("Withdrawn: no event meets it any more, and no list brings it back."))
    else:
        actions.expire(actor_of(request), found.pk, reason=reason)
        messages.success(request, _("Ended: events from now on do not meet it."))
    return redirect("intel:show", found.pk)


@requires(Permission.EDIT_INTEL)
def take(request: HttpRequest) -> HttpResponse:
    """Import a list; its page says what came of it."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent, actor = form.cleaned_data["file"], actor_of(request)
        try:
            feed = actions.feed_of(actor, form.cleaned_data["feed"].strip())
        except ValidationError as error:
            form.add_error("feed", error.messages)
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "list"
                with path.open("wb") as file:
                    for part in sent.chunks():
                        file.write(part)
                run = actions.import_file(actor, path, form.cleaned_data["format"], feed, name=sent.name)
            return redirect("intel:show-import", run.pk)
    return render(request, "form.html", {"form": form, "title": _("Import indicators"), "files": True})


@requires(Permission.SEE_INTEL)
def imports(request: HttpRequest) -> HttpResponse:
    """Imports, the latest first."""
    page = list_page(request, queries.imports(), ("-id",))
    return render(request, "intel/imports.html", {"page": page})


@requires(Permission.SEE_INTEL)
def show_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """One import: numbers, and what was refused and why; what is ours comes first."""
    run = object_or_404(ImportRun.objects.select_related("feed"), pk=run_id)
    numbers = sorted(run.refused.items(), key=lambda item: (item[0] != Reason.OWN_ASSET, -item[1]))
    groups = [
        {
            "why": sentence(reason),
            "number": number,
            "rows": run.rows.filter(reason=reason)[:_ROWS],
            "own": reason == Reason.OWN_ASSET,
        }
        for reason, number in numbers
    ]
    return render(
        request, "intel/show_import.html", {"run": run, "groups": groups, "refused": sum(run.refused.values())}
    )


@requires(Permission.EDIT_INTEL)
def feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """What holds for the rows of a feed that do not say it themselves."""
    found = object_or_404(Feed.objects.all(), pk=feed_id)
    form = FeedForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_feed(actor_of(request), form.instance)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("intel:list")
    return render(request, "form.html", {"form": form, "title": _("Feed %(name)s") % {"name": found.name}})
