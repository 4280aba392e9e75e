"""Drafts of formal warnings: by hand, out of a matter at the desk, or passed on from a higher level by form or as a STIX bundle."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.bulletins.forms import ReceiveForm, RelayForm, VersionForm
from fenghuo.faces.console.bulletins.words import sentence
from fenghuo.faces.console.notices.drafting import letterhead
from fenghuo.share.stix import actions as stix
from fenghuo.share.stix.names import fault_of_file, refusal
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.bulletins import Refused
from fenghuo.warn.early_warnings.formal import Origin, VersionState
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.early_warnings.queries import bulletins_visible_to, warnings_visible_to
from fenghuo.warn.notices.publishing import draft_from_warning

_OF_WARNING = ("relayed_from", "relayed_number", "relayed_on", "tlp")


def _initial() -> dict[str, Any]:
    head = letterhead()
    values = {"agency": head.agency, "code": head.code, "contact": head.contact, "copies_to": head.copies_to}
    return {**values, "starts_at": clock.now(), "level": "yellow"}


@requires(Permission.EDIT_NOTICES)
def new(request: HttpRequest) -> HttpResponse:
    """A formal warning by hand."""
    return _draft(request, VersionForm(request.POST or None, initial=_initial()), _("New early warning"), Origin.OWN)


@requires(Permission.EDIT_NOTICES)
def relay(request: HttpRequest) -> HttpResponse:
    """A warning of a higher level, to be passed on."""
    form = RelayForm(request.POST or None, initial=_initial())
    return _draft(request, form, _relay_title(), Origin.RELAYED)


def _relay_title() -> str:
    return _("Pass a warning of a higher level on")


def _draft(request: HttpRequest, form: VersionForm, title: str, origin: Origin) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            values = {**_values(form), "origin": origin}
            made = bulletins.draft(actor_of(request), values, list(form.cleaned_data["to"]))
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("bulletins:show", made.bulletin_id)
    receive = ReceiveForm() if origin == Origin.RELAYED else None
    return render(request, "bulletins/edit.html", {"form": form, "title": title, "receive": receive})


@requires(Permission.EDIT_NOTICES)
def receive(request: HttpRequest) -> HttpResponse:
    """A warning of a higher level out of a STIX bundle: its draft, or why there is none."""
    if request.method != "POST":
        return redirect("bulletins:relay")
    form, stands = ReceiveForm(request.POST, request.FILES), ""
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            made = stix.receive(actor_of(request), sent.name, sent.read(), letterhead(), form.cleaned_data["level"])
        except stix.NotAWarning as error:
            form.add_error("file", fault_of_file(error))
        except stix.Refused as error:
            form.add_error("level" if error.code == "level" else "file", refusal(error))
            stands = error.bulletin_id
        else:
            messages.success(request, _("Received as a draft: look it through, and choose the units."))
            return redirect("bulletins:show", made.bulletin_id)
    values = {"form": RelayForm(initial=_initial()), "title": _relay_title(), "receive": form}
    found = bulletins_visible_to(person_of(request)).filter(id=stands).first() if stands else None
    version = found.versions.order_by("-number").first() if found is not None else None
    return render(
        request, "bulletins/edit.html", {**values, "stands": found, "stands_title": version and version.title}
    )


def _values(form: VersionForm) -> dict[str, Any]:
    names = (*bulletins.EDITABLE, *_OF_WARNING, "exercise")
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}


@requires(Permission.EDIT_NOTICES)
@require_POST
def from_warning(request: HttpRequest, warning_id: str) -> HttpResponse:
    """A formal warning out of a matter at the desk."""
    warning = object_or_404(warnings_visible_to(person_of(request)), id=warning_id)
    made = draft_from_warning(actor_of(request), letterhead(), warning)
    return redirect("bulletins:edit", made.bulletin_id)


@requires(Permission.EDIT_NOTICES)
def edit(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """Change the draft that stands."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    version = open_version(bulletin)
    if version is None or version.state != VersionState.DRAFT:
        messages.error(request, _("No draft of this warning stands."))
        return redirect("bulletins:show", bulletin.id)
    kind = RelayForm if bulletin.origin == Origin.RELAYED else VersionForm
    initial: dict[str, Any] = {"to": list(version.units.all()), "exercise": bulletin.exercise}
    initial |= {"revision": version.revision, **{name: getattr(bulletin, name) for name in _OF_WARNING}}
    form = kind(request.POST or None, instance=version, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            units, revision = list(form.cleaned_data["to"]), form.cleaned_data["revision"]
            bulletins.edit(actor_of(request), version.pk, revision, _values(form), units)
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("bulletins:show", bulletin.id)
    return render(request, "bulletins/edit.html", {"form": form, "title": version.title})


def open_version(bulletin: Bulletin) -> BulletinVersion | None:
    """The version that is being worked on."""
    return bulletin.versions.filter(state__in=[VersionState.DRAFT, VersionState.REVIEW]).first()


def version_or_404(bulletin: Bulletin, number: int) -> BulletinVersion:
    """A version by its number."""
    found = bulletin.versions.filter(number=number).first()
    if found is None:
        raise Http404
    return found
