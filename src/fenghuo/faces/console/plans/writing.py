"""Writing, filing and deciding on versions of plans."""

from collections.abc import Callable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.plans.forms import ContentForm, PlanForm, typed
from fenghuo.faces.console.plans.words import sentence
from fenghuo.respond.plans import actions
from fenghuo.respond.plans.actions import CannotDo
from fenghuo.respond.plans.decide import EDITABLE, State
from fenghuo.respond.plans.queries import plans_visible_to, versions_visible_to


@requires(Permission.FILE_PLANS)
def new(request: HttpRequest) -> HttpResponse:
    """A new plan: the office's own, or a unit's."""
    form = PlanForm(person_of(request), request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            made = actions.add_plan(
                actor_of(request), v["kind"], v["title"], v["unit"], v["playbook"], v["review_days"]
            )
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("plans:write", made.pk)
    return render(request, "form.html", {"form": form, "title": _("New plan")})


@requires(Permission.FILE_PLANS)
def write(request: HttpRequest, version_id: int) -> HttpResponse:
    """What a draft or returned version says, and its document."""
    version = object_or_404(versions_visible_to(person_of(request)), id=version_id)
    if State(version.state) not in EDITABLE:
        return redirect("plans:version", version.pk)
    form = ContentForm(request.POST or None, request.FILES or None, initial=typed(version), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, version.pk, form)
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("plans:version", version.pk)
    title = _("%(plan)s, version %(number)s") % {"plan": version.plan.title, "number": version.number}
    return render(request, "form.html", {"form": form, "title": title, "files": True})


@transaction.atomic
def _save(request: HttpRequest, version_id: int, form: ContentForm) -> None:
    actor, document = actor_of(request), form.cleaned_data["document"]
    actions.write(actor, version_id, form.content())
    if isinstance(document, UploadedFile):
        actions.attach(actor, version_id, document.name or "", document.read())


@requires(Permission.FILE_PLANS)
@require_POST
def file(request: HttpRequest, version_id: int) -> HttpResponse:
    """File a version."""
    version = object_or_404(versions_visible_to(person_of(request)), id=version_id)
    return _done(request, version.pk, lambda: actions.file_version(actor_of(request), version.pk))


@requires(Permission.APPROVE_PLANS)
@require_POST
def decide(request: HttpRequest, version_id: int) -> HttpResponse:
    """Accept, return or retire a version."""
    version = object_or_404(versions_visible_to(person_of(request)), id=version_id)
    actor, why, number = actor_of(request), request.POST.get("why", ""), version.pk
    does: dict[str, Callable[[], object]] = {
        "accept": lambda: actions.accept(actor, number),
        "return": lambda: actions.give_back(actor, number, why),
        "retire": lambda: actions.retire(actor, number, why),
    }
    return _done(request, number, does.get(request.POST.get("verb", ""), lambda: None))


def _done(request: HttpRequest, version_id: int, does: Callable[[], object]) -> HttpResponse:
    try:
        does()
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("plans:version", version_id)


@requires(Permission.FILE_PLANS)
@require_POST
def review(request: HttpRequest, plan_id: str) -> HttpResponse:
    """State that the version in force still holds."""
    plan = object_or_404(plans_visible_to(person_of(request)), id=plan_id)
    try:
        actions.review(actor_of(request), plan.id, request.POST.get("note", ""))
    except CannotDo as error:
        messages.error(request, sentence(error))
    return redirect("plans:show", plan.id)


@requires(Permission.FILE_PLANS)
@require_POST
def new_version(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Begin a new version."""
    plan = object_or_404(plans_visible_to(person_of(request)), id=plan_id)
    try:
        made = actions.new_version(actor_of(request), plan.id)
    except CannotDo as error:
        messages.error(request, sentence(error))
        return redirect("plans:show", plan.id)
    return redirect("plans:write", made.pk)
