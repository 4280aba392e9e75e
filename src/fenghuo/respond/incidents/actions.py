"""The verbs of incidents; with `command`, `reporting`, `evidence` and `alarms` the only writers of this room's tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as base_clocks
from fenghuo.base.common import clock
from fenghuo.respond.incidents import clocks, owed
from fenghuo.respond.incidents.decide import BEFORE_END, FINAL, FOUR_EYES, Stage, obstacle
from fenghuo.respond.incidents.grading import BadCase, Grade, Tables
from fenghuo.respond.incidents.models import (
    CATEGORY_OF,
    Category,
    Grading,
    Incident,
    Kind,
    LogEntry,
    LogKind,
    Origin,
    Request,
)
from fenghuo.respond.incidents.queries import facts_from_register, standing_of, tables_in_force

LONGEST = 4000
"""Characters of a reason or a line of the log that are kept."""


class CannotDo(Exception):
    """The verb is not possible as things stand. `code` is a word of a closed list that the console puts into a sentence.

    Codes of `decide.Obstacle`, and "title", "discovered", "category", "origin", "facts", "grades", "version", "second-person",
    "same-person", "request", "level", "time", "text", "done", "outcome", "items", "first", "receiver", "receipt", "holder", "size",
    "post", "address", "too-soon", "task-time",
    "no-unit", "drafted".
    `detail`: which field or item.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Reported:
    """What is told of a new incident. `facts`: as in `fenghuo incidents grade`; what the register knows fills what is not stated."""

    title: str
    discovered_at: datetime
    origin: str = Origin.UNIT
    unit_id: str = ""
    asset: str = ""
    category: str = Category.OTHER
    warning_id: str = ""
    exercise: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    reporter: str = ""
    reporter_phone: str = ""


@transaction.atomic
def report(actor: Actor, told: Reported) -> Incident:
    """Enter an incident: it gets its number, a proposed grade, and the clocks that this grade starts.

    Raises:
        CannotDo: "title", "discovered" (later than now), "category", "origin", or "facts" with the field; nothing was stored.
    """
    now = clock.now()
    if not told.title.strip():
        raise CannotDo("title")
    if told.discovered_at > now:
        raise CannotDo("discovered")
    if told.kind not in {"", *Kind.values} or told.category not in Category.values:
        raise CannotDo("category")
    if told.origin not in Origin.values:
        raise CannotDo("origin")
    tables = tables_in_force()
    incident = Incident(
        number=_next_number(now),
        title=told.title.strip()[:200],
        unit_id=told.unit_id,
        asset=told.asset[:300],
        category=CATEGORY_OF.get(told.kind, told.category) if told.category == Category.OTHER else told.category,
        kind=told.kind,
        origin=told.origin,
        reporter=told.reporter.strip()[:100],
        reporter_phone=told.reporter_phone.strip()[:40],
        warning_id=told.warning_id,
        exercise=told.exercise,
        discovered_at=told.discovered_at,
        received_at=now,
        changed=clock.now_ns(),
    )
    incident.facts = {**facts_from_register(told.unit_id, told.asset, tables), **_plain(told.facts)}
    _propose(incident, tables, now, fresh=True)
    clocks.start_triage(incident, tables)
    detail = {
        "number": incident.number,
        "unit": incident.unit_id,
        "origin": incident.origin,
        "exercise": incident.exercise,
    }
    record(actor, "incident.reported", incident.subject, detail)
    write_log(actor, incident, LogKind.STATE, Stage.REPORTED, now)
    return incident


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    own = {"id", "discovered_at", "county_knew_at", "ended_at"}
    return {name: value for name, value in facts.items() if name not in own and value is not None}


def _next_number(now: datetime) -> str:
    """The next number of the year; the lock on the last row, and for the first two the constraint, keeps two from taking the same."""
    year = f"{now:%Y}"
    last = Incident.objects.select_for_update().filter(number__startswith=f"{year}-").order_by("-number").first()
    return f"{year}-{int(last.number.partition('-')[2]) + 1 if last else 1:04d}"


def _propose(incident: Incident, tables: Tables, now: datetime, *, fresh: bool = False) -> None:
    """Grade the facts as they stand; a proposal that differs from what a person confirmed waits for a person."""
    try:
        standard, annex, detail = clocks.assessed(incident, incident.facts, tables)
    except BadCase as wrong:
        raise CannotDo("facts", ", ".join(problem.field for problem in wrong.problems)) from wrong
    before, proposed = (incident.standard_proposed, incident.annex_proposed), (standard.value, annex.value)
    incident.standard_proposed, incident.annex_proposed = proposed
    fits = proposed == (incident.standard_grade, incident.annex_grade)
    incident.grade_waits = not fits and (incident.grade_waits or proposed != before)
    incident.save(force_insert=fresh)
    _grading(incident, SYSTEM, standard, annex, detail, now)
    clocks.sync(incident, tables, now)


def _grading(
    incident: Incident, actor: Actor, standard: Grade, annex: Grade, detail: dict[str, Any], now: datetime, **more: Any
) -> None:
    number = incident.gradings.count() + 1
    values = {"confirmed": False, "by": actor.name[:150], "at": now, "facts": incident.facts, "detail": detail, **more}
    Grading.objects.create(incident=incident, number=number, standard=standard, annex=annex, **values)


def locked(incident_id: str, version: int | None = None) -> Incident:
    """The incident, locked for the rest of the transaction.

    Raises:
        CannotDo: "version": it is not the version any more that the caller looked at. Incident.DoesNotExist.
    """
    incident = Incident.objects.select_for_update().get(id=incident_id)
    if version is not None and incident.version != version:
        raise CannotDo("version")
    return incident


def touch(incident: Incident) -> None:
    """Store an incident that changed."""
    incident.version += 1
    incident.changed = clock.now_ns()
    incident.save()


@transaction.atomic
def set_facts(actor: Actor, incident_id: str, facts: Mapping[str, Any], version: int | None = None) -> Incident:
    """Enter what is known now (all of it): graded anew, clocks brought in line; a person confirms.

    Raises:
        CannotDo: "facts" with the fields, "version", "state" (closed or void: open it again first). Incident.DoesNotExist.
    """
    incident = locked(incident_id, version)
    if incident.state in FINAL:
        raise CannotDo("state")
    before, incident.facts = incident.facts, _plain(facts)
    _propose(incident, tables_in_force(), clock.now())
    touch(incident)
    changed = sorted(n for n in {*before, *incident.facts} if before.get(n) != incident.facts.get(n))
    detail = {"changed": changed, "standard": incident.standard_proposed, "annex": incident.annex_proposed}
    record(actor, "incident.facts-set", incident.subject, detail)
    return incident


@transaction.atomic
def confirm_grades(
    actor: Actor, incident_id: str, standard: str, annex: str, reason: str = "", version: int | None = None
) -> Incident:
    """A person decides both grades; the first time this ends the triage. A grade below the proposed or the confirmed one takes two persons.

    Raises:
        CannotDo: "grades", "reason" (it differs from what is proposed), "second-person", "state", "version". Incident.DoesNotExist.
    """
    incident = locked(incident_id, version)
    _check_grades(incident, standard, annex, reason)
    if _lowers(incident, standard, annex):
        raise CannotDo("second-person")
    _take_grades(actor, incident, standard, annex, reason)
    return incident


def _check_grades(incident: Incident, standard: str, annex: str, reason: str) -> None:
    if incident.state in FINAL:
        raise CannotDo("state")
    if standard not in set(Grade) or annex not in set(Grade):
        raise CannotDo("grades")
    if (standard, annex) != (incident.standard_proposed, incident.annex_proposed) and not reason.strip():
        raise CannotDo("reason")


def _lowers(incident: Incident, standard: str, annex: str) -> bool:
    told = [(standard, incident.standard_proposed), (annex, incident.annex_proposed)]
    told += [(standard, incident.standard_grade), (annex, incident.annex_grade)]
    return any(before and Grade(wanted).rank < Grade(before).rank for wanted, before in told)


def _take_grades(actor: Actor, incident: Incident, standard: str, annex: str, reason: str) -> None:
    now, tables = clock.now(), tables_in_force()
    before = {"standard": incident.standard_grade, "annex": incident.annex_grade}
    incident.standard_grade, incident.annex_grade, incident.grade_waits = standard, annex, False
    _, _, detail = clocks.assessed(incident, incident.facts, tables)
    _grading(
        incident, actor, Grade(standard), Grade(annex), detail, now, confirmed=True, reason=reason.strip()[:LONGEST]
    )
    told = {"standard": standard, "annex": annex, "before": before, "reason": reason.strip()[:2000]}
    record(actor, "incident.graded", incident.subject, told)
    base_clocks.stop(incident.subject, now, clocks.TRIAGE)
    touch(incident)
    clocks.sync(incident, tables, now)
    if incident.state == Stage.REPORTED:
        _enter(actor, incident, Stage.TRIAGED, reason)
    owed.tell_unit(incident, now)


@transaction.atomic
def move(actor: Actor, incident_id: str, wanted: str, reason: str = "", version: int | None = None) -> Incident:
    """Take an incident to another state of the table.

    Raises:
        CannotDo: an `Obstacle`, "second-person" (closing and cancelling are asked for and decided), "version". Incident.DoesNotExist.
    """
    incident = locked(incident_id, version)
    if wanted in FOUR_EYES:
        raise CannotDo("second-person")
    _check_move(incident, wanted, reason)
    _enter(actor, incident, Stage(wanted), reason)
    return incident


def _check_move(incident: Incident, wanted: str, reason: str) -> None:
    if wanted not in set(Stage):
        raise CannotDo("state")
    found = obstacle(standing_of(incident), Stage(wanted), reason)
    if found is not None:
        raise CannotDo(found.value)


def _enter(actor: Actor, incident: Incident, wanted: Stage, reason: str) -> None:
    now, tables = clock.now(), tables_in_force()
    before, incident.state = Stage(incident.state), wanted.value
    if wanted is Stage.ENDED:
        incident.ended_at, incident.response_level = now, ""
        base_clocks.stop(incident.subject, now, clocks.SITUATION)
    elif wanted in {Stage.RESPONDING, Stage.REPORTED}:
        incident.ended_at = incident.closed_at = None
    elif wanted in FINAL:
        incident.closed_at, incident.outcome = now, reason.strip()[:LONGEST]
        incident.reporter = incident.reporter_phone = (
            ""  # contact data of who reported is kept no longer than the matter
        )
    touch(incident)
    if wanted is Stage.VOID:
        for row in incident.duties.filter(met_at=None, withdrawn_at=None):
            clocks.withdraw(incident, row, now)
    if wanted in FINAL:
        clocks.stop_all(incident, now)
    else:
        clocks.sync(incident, tables, now)
    if wanted is Stage.ENDED:
        owed.tell_unit(incident, now)
    if wanted is Stage.RESPONDING and before not in BEFORE_END:
        clocks.next_situation_report(incident, tables, now)
    if wanted is Stage.REPORTED:
        clocks.start_triage(incident, tables)
        for task in incident.tasks.filter(done_at=None).select_related("incident"):
            clocks.start_task(task, now)
    write_log(actor, incident, LogKind.STATE, f"{before} → {wanted} {reason.strip()[:LONGEST]}".strip(), now)
    record(actor, f"incident.{wanted}", incident.subject, {"from": before, "reason": reason.strip()[:2000]})


@transaction.atomic
def ask(actor: Actor, incident_id: str, wanted: Mapping[str, str], reason: str) -> Request:
    """Ask a second person for what takes two: {"state": "closed" or "void"}, or {"standard": …, "annex": …} with a lower grade.

    Raises:
        CannotDo: what stands in the way of it, "request" (another one is open, or it needs no second person). Incident.DoesNotExist.
    """
    incident = locked(incident_id)
    if not reason.strip():
        raise CannotDo("reason")
    if incident.requests.filter(accepted=None).exists():
        raise CannotDo("request")
    if set(wanted) == {"state"} and wanted["state"] in FOUR_EYES:
        _check_move(incident, wanted["state"], reason)
    elif set(wanted) == {"standard", "annex"}:
        _check_grades(incident, wanted["standard"], wanted["annex"], reason)
    else:
        raise CannotDo("request")
    now = clock.now()
    values = {"reason": reason.strip()[:LONGEST], "by_id": actor.id[:40], "by": actor.name[:150], "at": now}
    made = Request.objects.create(incident=incident, wanted=dict(wanted), **values)
    touch(incident)
    record(actor, "incident.asked", incident.subject, {"wanted": dict(wanted), "reason": reason.strip()[:2000]})
    return made


@transaction.atomic
def decide(actor: Actor, request_id: int, accept: bool, why: str = "") -> Incident:
    """Decide what another person asked for; a refusal needs its reason.

    Raises:
        CannotDo: "same-person", "request" (decided already), "reason", or what stands in the way by now. Request.DoesNotExist.
    """
    incident = locked(Request.objects.values_list("incident_id", flat=True).get(id=request_id))
    asked = Request.objects.select_for_update().get(id=request_id)
    if asked.accepted is not None:
        raise CannotDo("request")
    if asked.by_id == actor.id[:40]:
        raise CannotDo("same-person")
    if not accept and not why.strip():
        raise CannotDo("reason")
    asked.accepted, asked.decided_by, asked.decided_at = accept, actor.name[:150], clock.now()
    asked.decided_why = why.strip()[:LONGEST]
    asked.save()
    verb = "incident.request-accepted" if accept else "incident.request-refused"
    record(
        actor,
        verb,
        incident.subject,
        {"wanted": asked.wanted, "asked_by": asked.by, "reason": asked.decided_why[:2000]},
    )
    if not accept:
        touch(incident)
    elif "state" in asked.wanted:
        _check_move(incident, asked.wanted["state"], asked.reason)
        _enter(actor, incident, Stage(asked.wanted["state"]), asked.reason)
    else:
        _check_grades(incident, asked.wanted["standard"], asked.wanted["annex"], asked.reason)
        _take_grades(actor, incident, asked.wanted["standard"], asked.wanted["annex"], asked.reason)
    return incident


def write_log(actor: Actor, incident: Incident, kind: str, text: str, happened_at: datetime) -> LogEntry:
    """Add a line to the situation log, inside the caller's transaction."""
    values = {"kind": kind, "text": text, "happened_at": happened_at, "by": actor.name[:150], "at": clock.now()}
    return LogEntry.objects.create(incident=incident, **values)
