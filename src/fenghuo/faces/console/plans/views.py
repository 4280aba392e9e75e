"""Emergency plans: the library, a version with its clauses, contact tree and resources, and its document."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.faces.console.access import object_or_404, person_of, requires
from fenghuo.faces.console.files import kept_file
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.plans.forms import Filters
from fenghuo.faces.console.plans.nav import nav
from fenghuo.faces.console.plans.words import plan_kind
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.plans.decide import EDITABLE, OPEN, State
from fenghuo.respond.plans.models import Plan, PlanVersion
from fenghuo.respond.plans.playbook import playbooks
from fenghuo.respond.plans.queries import (
    in_force_of,
    plans_visible_to,
    review_clocks,
    versions_visible_to,
    with_versions,
)


@requires(Permission.SEE_PLANS)
def list_all(request: HttpRequest) -> HttpResponse:
    """The library; above it what waits to be looked at."""
    person = person_of(request)
    form, rows = Filters(person, request.GET), plans_visible_to(person)
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("state"):
        rows = rows.filter(Exists(PlanVersion.objects.filter(plan=OuterRef("pk"), state=wanted["state"])))
    if wanted.get("unit"):
        rows = rows.filter(unit=None) if wanted["unit"] == "office" else rows.filter(unit=wanted["unit"])
    for word in wanted.get("q", "").split():
        rows = rows.filter(title__icontains=word)
    page = list_page(request, with_versions(rows), ("-made_at", "id"))
    clocks = review_clocks(page.rows)
    values = {
        "form": form,
        "page": page,
        "rows": [_row(plan) | {"deadline": clocks.get(plan.id)} for plan in page.rows],
        "waiting": versions_visible_to(person).filter(state=State.FILED).count(),
        "may_write": person.can(Permission.FILE_PLANS),
        "nav": nav("plans"),
    }
    return render(request, "plans/list.html", values)


def _row(plan: Plan) -> dict[str, object]:
    last = plan.versions.all()[0]
    return {
        "plan": plan,
        "last": last,
        "kind": plan_kind(last.state),
        "in_force": in_force_of(plan),
        "about": _class_of(plan),
    }


def _class_of(plan: Plan) -> str:
    found = playbooks().get(plan.playbook)
    return found.title[language()] if found is not None else ""


@requires(Permission.SEE_PLANS)
def latest(request: HttpRequest, plan_id: str) -> HttpResponse:
    """Lead to the version in force, else to the last one."""
    plan = object_or_404(plans_visible_to(person_of(request)), id=plan_id)
    found = in_force_of(plan) or plan.versions.first()
    assert found is not None
    return redirect("plans:version", found.pk)


@requires(Permission.SEE_PLANS)
def show(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version."""
    person = person_of(request)
    version = object_or_404(versions_visible_to(person), id=version_id)
    plan, state = version.plan, State(version.state)
    others = list(plan.versions.all())
    wrote_it = str(person.pk) in version.writers
    values = {
        "version": version,
        "plan": plan,
        "about": _class_of(plan),
        "kind": plan_kind(version.state),
        "versions": [(v, plan_kind(v.state)) for v in others],
        "deadline": review_clocks([plan]).get(plan.id),
        "may_write": person.can(Permission.FILE_PLANS),
        "editable": state in EDITABLE,
        "filed": state is State.FILED,
        "stands": state is State.IN_FORCE,
        "none_open": not any(State(v.state) in OPEN for v in others),
        "may_decide": person.can(Permission.APPROVE_PLANS),
        "wrote_it": wrote_it,
        "contacts": [(row, range(int(row["depth"]))) for row in version.contacts],
        "nav": nav("plans"),
    }
    return render(request, "plans/show.html", values)


@requires(Permission.SEE_PLANS)
def document(request: HttpRequest, version_id: int) -> HttpResponse:
    """The document of a version, checked against its hash."""
    version = object_or_404(versions_visible_to(person_of(request)), id=version_id)
    act = Act("plan.document-taken", version.plan.subject, {"version": version.number})
    found = kept_file(request, version.file_sha256, version.file_kind, version.file_name, act)
    return found or redirect("plans:version", version.pk)
