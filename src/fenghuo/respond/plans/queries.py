"""What others ask of plans; rows for a person come through `…_visible_to` only."""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.plans.actions import REVIEW
from fenghuo.respond.plans.decide import State
from fenghuo.respond.plans.models import Plan, PlanVersion


def plans_visible_to(viewer: Viewer) -> QuerySet[Plan]:
    """The plans that the person may see: a unit sees its own."""
    scope = viewer.unit_scope()
    found = Plan.objects.select_related("unit")
    return found if scope is None else found.filter(unit_id__in=scope)


def versions_visible_to(viewer: Viewer) -> QuerySet[PlanVersion]:
    """The versions of the plans that the person may see."""
    return PlanVersion.objects.select_related("plan", "plan__unit").filter(plan__in=plans_visible_to(viewer))


def with_versions(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """The plans with their versions at hand, the latest first."""
    return plans.prefetch_related(Prefetch("versions", PlanVersion.objects.order_by("-number")))


def review_clocks(plans: Sequence[Plan]) -> Mapping[str, Deadline]:
    """Plan id → its running review clock."""
    rows = Deadline.objects.filter(subject__in=[plan.subject for plan in plans], kind=REVIEW, stopped_at=None)
    return {row.subject.partition(":")[2]: row for row in rows}


def in_force_of(plan: Plan) -> PlanVersion | None:
    """The version in force."""
    return next((version for version in plan.versions.all() if version.state == State.IN_FORCE), None)


def clause(version: PlanVersion, number: str) -> Mapping[str, str] | None:
    """A clause by its number, for drills that test it."""
    return next((row for row in version.clauses if row["number"] == number), None)


def plans_for(playbook: str, unit_id: str) -> QuerySet[PlanVersion]:
    """Versions in force that fit an incident: of its unit and the office's own, for its class and for every class."""
    rows = PlanVersion.objects.select_related("plan", "plan__unit").filter(state=State.IN_FORCE)
    mine = rows.filter(plan__unit_id=unit_id) if unit_id else rows.none()
    found = mine | rows.filter(plan__unit=None)
    return found.filter(plan__playbook__in=["", playbook]).order_by("-plan__playbook", "plan__title")
