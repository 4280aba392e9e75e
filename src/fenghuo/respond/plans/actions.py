"""The verbs of emergency plans; the only writer of plans and their versions."""

from datetime import datetime

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.common import clock, filestore
from fenghuo.base.units.models import Unit
from fenghuo.respond.plans import lines
from fenghuo.respond.plans.decide import EDITABLE, TRANSITIONS, PlanKind, State, Verb, obstacle
from fenghuo.respond.plans.models import Plan, PlanVersion
from fenghuo.respond.plans.playbook import playbooks

REVIEW = "review"
MOST_TEXT = 4000
FILE_KINDS = frozenset({"pdf", "docx", "txt"})
_DAYS = range(30, 3 * 366)


class CannotDo(Exception):
    """The verb is not possible. `code` is a word of a closed list; `detail` the number of a line where a text is wrong.

    "title", "kind", "playbook", "review-days", "open" (a version is open already), "state", "why", "same-person", "empty",
    "file-kind", "file-size", "none-in-force", and "line-…" with a code of `lines.Wrong`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@transaction.atomic
def add_plan(
    actor: Actor, kind: str, title: str, unit: Unit | None = None, playbook: str = "", review_days: int = 365
) -> PlanVersion:
    """A new plan with an empty first version; `unit` None for the office's own.

    Raises:
        CannotDo: "title", "kind", "playbook", "review-days".
    """
    wrongs = (
        (not title.strip(), "title"),
        (kind not in set(PlanKind), "kind"),
        (bool(playbook) and (playbook not in playbooks() or kind == PlanKind.COMPREHENSIVE), "playbook"),
        (review_days not in _DAYS, "review-days"),
    )
    for wrong, code in wrongs:
        if wrong:
            raise CannotDo(code)
    values = {"playbook": playbook, "review_days": review_days, "made_by": actor.name[:150], "made_at": clock.now()}
    plan = Plan.objects.create(unit=unit, kind=kind, title=title.strip()[:200], **values)
    made = PlanVersion.objects.create(plan=plan, number=1, writers=[actor.id[:40]], **_made(actor))
    record(actor, "plan.added", plan.subject, {"title": plan.title, "kind": kind, "unit": unit.id if unit else ""})
    return made


def _made(actor: Actor) -> dict[str, object]:
    return {"made_by": actor.name[:150], "made_at": clock.now()}


@transaction.atomic
def new_version(actor: Actor, plan_id: str) -> PlanVersion:
    """A draft that begins with what the last version says, its document left out: a new version has a new one.

    Raises:
        CannotDo: "open". Plan.DoesNotExist.
    """
    plan = Plan.objects.select_for_update(of=("self",)).get(id=plan_id)
    last = plan.versions.first()
    copied = {name: getattr(last, name) for name in ("clauses", "contacts", "resources")} if last else {}
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            made = PlanVersion.objects.create(
                plan=plan, number=number, writers=[actor.id[:40]], **copied, **_made(actor)
            )
    except IntegrityError as error:
        raise CannotDo("open") from error
    record(actor, "plan.version-begun", plan.subject, {"version": number})
    return made


def _locked(version_id: int) -> PlanVersion:
    plan_id = PlanVersion.objects.values_list("plan_id", flat=True).get(id=version_id)
    Plan.objects.select_for_update(of=("self",)).get(id=plan_id)
    return PlanVersion.objects.select_related("plan").get(id=version_id)


def _editable(version_id: int, actor: Actor) -> PlanVersion:
    version = _locked(version_id)
    if State(version.state) not in EDITABLE:
        raise CannotDo("state")
    version.writers = sorted({*version.writers, actor.id[:40]})
    return version


@transaction.atomic
def write(actor: Actor, version_id: int, content: lines.Content) -> PlanVersion:
    """Write what a draft or a returned version says.

    Raises:
        CannotDo: "state", "line-…". PlanVersion.DoesNotExist.
    """
    version = _editable(version_id, actor)
    try:
        version.clauses = lines.read_clauses(content.clauses)
        version.contacts = lines.read_contacts(content.contacts)
        version.resources = lines.read_resources(content.resources)
    except lines.Wrong as error:
        raise CannotDo(f"line-{error.code}", str(error.line)) from error
    version.changes = content.changes.strip()[:MOST_TEXT]
    version.save()
    counts = {"clauses": len(version.clauses), "contacts": len(version.contacts), "resources": len(version.resources)}
    record(actor, "plan.written", version.plan.subject, {"version": version.number, **counts})
    return version


@transaction.atomic
def attach(actor: Actor, version_id: int, name: str, content: bytes) -> PlanVersion:
    """Put the document to a draft or a returned version, in place of one that was there.

    Raises:
        CannotDo: "state", "file-size", "file-kind". PlanVersion.DoesNotExist.
    """
    try:
        file = filestore.take(name, content, FILE_KINDS)
    except filestore.NotTaken as error:
        raise CannotDo(error.code) from error
    version = _editable(version_id, actor)
    version.file_name, version.file_kind = file.name, file.kind
    version.file_size, version.file_sha256 = file.size, file.sha256
    version.save()
    told = {"version": version.number, "name": file.name, "sha256": file.sha256}
    record(actor, "plan.document-added", version.plan.subject, told)
    return version


def file_version(actor: Actor, version_id: int) -> PlanVersion:
    """File a version: a unit's with the office, the office's own for a second person.

    Raises:
        CannotDo: an `Obstacle`. PlanVersion.DoesNotExist.
    """
    return _step(actor, version_id, Verb.FILE, "")


def accept(actor: Actor, version_id: int) -> PlanVersion:
    """Accept a filed version: it is in force, replaces the one before, and its review clock starts.

    Raises:
        CannotDo: an `Obstacle`. PlanVersion.DoesNotExist.
    """
    return _step(actor, version_id, Verb.ACCEPT, "")


def give_back(actor: Actor, version_id: int, why: str) -> PlanVersion:
    """Return a filed version with what is wrong with it.

    Raises:
        CannotDo: an `Obstacle`. PlanVersion.DoesNotExist.
    """
    return _step(actor, version_id, Verb.RETURN, why)


def retire(actor: Actor, version_id: int, why: str) -> PlanVersion:
    """Take a version out of force without another one in its place.

    Raises:
        CannotDo: an `Obstacle`. PlanVersion.DoesNotExist.
    """
    return _step(actor, version_id, Verb.RETIRE, why)


@transaction.atomic
def _step(actor: Actor, version_id: int, verb: Verb, why: str) -> PlanVersion:
    version, now = _locked(version_id), clock.now()
    found = obstacle(
        State(version.state),
        verb,
        why=why,
        same_person=actor.id[:40] in version.writers,
        has_content=bool(version.file_sha256 or version.clauses),
    )
    if found is not None:
        raise CannotDo(found.value)
    if verb is Verb.ACCEPT:
        for before in version.plan.versions.filter(state=State.IN_FORCE):
            before.state = TRANSITIONS[State.IN_FORCE, Verb.REPLACE].value
            before.save(update_fields=["state"])
            record(actor, "plan.replaced", version.plan.subject, {"version": before.number})
        _start_review(version.plan, now)
    if verb is Verb.RETIRE:
        clocks.stop(version.plan.subject, now, REVIEW)
    _enter(actor, version, verb, why, now)
    return version


def _enter(actor: Actor, version: PlanVersion, verb: Verb, why: str, now: datetime) -> None:
    version.state = TRANSITIONS[State(version.state), verb].value
    if verb is Verb.FILE:
        version.filed_by, version.filed_at = actor.name[:150], now
        version.writers = sorted({*version.writers, actor.id[:40]})
    else:
        version.decided_by, version.decided_at, version.why = actor.name[:150], now, why.strip()[:MOST_TEXT]
    version.save()
    told = {"version": version.number, "why": version.why} if why else {"version": version.number}
    record(actor, f"plan.{version.state}", version.plan.subject, told)


def _start_review(plan: Plan, now: datetime) -> None:
    clocks.start(plan.subject, REVIEW, now, clocks.Limit(seconds=plan.review_days * 86_400))


@transaction.atomic
def review(actor: Actor, plan_id: str, note: str) -> Plan:
    """State that the version in force was looked through and still holds; the clock starts anew.

    Raises:
        CannotDo: "why" (nothing is said of what was looked at), "none-in-force". Plan.DoesNotExist.
    """
    plan = Plan.objects.select_for_update(of=("self",)).get(id=plan_id)
    if not note.strip():
        raise CannotDo("why")
    version = plan.versions.filter(state=State.IN_FORCE).first()
    if version is None:
        raise CannotDo("none-in-force")
    now = clock.now()
    # Stopping first writes lateness down, which starting anew would hide.
    clocks.stop(plan.subject, now, REVIEW)
    _start_review(plan, now)
    record(actor, "plan.reviewed", plan.subject, {"version": version.number, "why": note.strip()[:MOST_TEXT]})
    return plan
