"""The verbs of tasks; the only writer of this room's tables."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import end_of, today
from fenghuo.base.common import clock, filestore
from fenghuo.base.units.models import Unit
from fenghuo.respond.tasks import letters
from fenghuo.respond.tasks.decide import FINAL, TRANSITIONS, Source, State, Verb, obstacle
from fenghuo.respond.tasks.models import Step, Task
from fenghuo.warn.notices import drafts
from fenghuo.warn.notices.decide import NOTICE_FINAL, Kind
from fenghuo.warn.notices.models import Notice

DUE = "task"
MOST_TEXT = 4000
_YEARS = 5


class CannotDo(Exception):
    """The verb is not possible. `code`: "title", "what", "document", "source", "decided", "due", "owner", "state", "words",
    "same-person", "file-size", "file-kind", "no-unit", "in-time" or "drafted"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task as it is to be; exactly one of `unit` and `owner`."""

    source: str
    document: str
    decided_on: date
    title: str
    what: str
    due_on: date
    unit: Unit | None = None
    owner: Person | None = None
    helpers: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A file as it was brought: its name and its bytes."""

    name: str
    content: bytes


@transaction.atomic
def assign(actor: Actor, wanted: Wanted) -> Task:
    """Write a task down and start its clock.

    Raises:
        CannotDo: "title", "what", "document", "source", "decided" (later than today), "due" (past, or more than 5 years ahead), "owner".
    """
    now, day = clock.now(), today()
    wrongs = (
        (not wanted.title.strip(), "title"),
        (not wanted.what.strip(), "what"),
        (not wanted.document.strip(), "document"),
        (wanted.source not in set(Source), "source"),
        (wanted.decided_on > day, "decided"),
        (not _fits(wanted.due_on, day), "due"),
        ((wanted.unit is None) == (wanted.owner is None), "owner"),
    )
    for wrong, code in wrongs:
        if wrong:
            raise CannotDo(code)
    made = Task.objects.create(
        source=wanted.source,
        document=wanted.document.strip()[:200],
        decided_on=wanted.decided_on,
        title=wanted.title.strip()[:200],
        what=wanted.what.strip()[:MOST_TEXT],
        unit=wanted.unit,
        owner=wanted.owner,
        helpers=wanted.helpers.strip()[:300],
        due_on=wanted.due_on,
        first_due_on=wanted.due_on,
        made_by=actor.name[:150],
        made_at=now,
    )
    clocks.start_all({made.subject: end_of(made.due_on)}, DUE, now)
    who = made.unit_id or (made.owner.username if made.owner else "")
    record(actor, "task.assigned", made.subject, {"title": made.title, "to": who, "due": made.due_on.isoformat()})
    return made


def _fits(due_on: date, day: date) -> bool:
    return day <= due_on <= day + timedelta(days=366 * _YEARS)


@transaction.atomic
def step(actor: Actor, task_id: str, verb: Verb, words: str = "", proof: Proof | None = None) -> Task:
    """Begin a task, tell of its progress, hand it in, accept it, return it or withdraw it; a proof may come with each.

    Raises:
        CannotDo: an `Obstacle`, "file-size", "file-kind". Task.DoesNotExist.
    """
    return _step(actor, _locked(task_id), verb, words, proof, None)


@transaction.atomic
def extend(actor: Actor, task_id: str, due_on: date, why: str) -> Task:
    """Give a task more time; lateness that has happened stays written down.

    Raises:
        CannotDo: an `Obstacle`; "due": not later than its last day, past, or too far. Task.DoesNotExist.
    """
    task = _locked(task_id)
    if due_on <= task.due_on or not _fits(due_on, today()):
        raise CannotDo("due")
    return _step(actor, task, Verb.EXTEND, why, None, due_on)


def _locked(task_id: str) -> Task:
    return Task.objects.select_for_update(of=("self",)).get(id=task_id)


def _step(actor: Actor, task: Task, verb: Verb, words: str, proof: Proof | None, due_on: date | None) -> Task:
    found = obstacle(State(task.state), verb, words=words, same_person=task.handed_in_by_id == actor.id[:40])
    if found is not None:
        raise CannotDo(found.value)
    now, before = clock.now(), task.state
    values = _kept(proof) if proof is not None else {}
    made = Step.objects.create(
        task=task, verb=verb.value, text=words.strip()[:MOST_TEXT], due_on=due_on, by=actor.name[:150], at=now, **values
    )
    task.state = TRANSITIONS[State(before), verb].value
    if verb is Verb.HAND_IN:
        task.handed_in_by_id = actor.id[:40]
    if due_on is not None:
        # Stopping first writes lateness down, which starting anew would hide.
        clocks.stop(task.subject, now, DUE)
        clocks.start_all({task.subject: end_of(due_on)}, DUE, now)
        task.due_on = due_on
    if State(task.state) in FINAL:
        task.ended_at = now
        clocks.stop(task.subject, now, DUE)
    task.save()
    told = {"from": before, "words": made.text[:500], "file": made.file_sha256}
    record(actor, f"task.{verb.value}", task.subject, told)
    return task


def _kept(proof: Proof) -> dict[str, object]:
    try:
        file = filestore.take(proof.name, proof.content)
    except filestore.NotTaken as error:
        raise CannotDo(error.code) from error
    return {f"file_{name}": value for name, value in asdict(file).items()}


@transaction.atomic
def supervise(actor: Actor, task_id: str, letterhead: drafts.Letterhead) -> Notice:
    """Draft a 督办函 to the unit of a task that is late; it is approved and issued as every notice.

    Raises:
        CannotDo: "no-unit" (it is a task of the office), "in-time", "state" (it has ended), "drafted" (one is open already).
        notices' CannotDo: the letterhead is empty. Task.DoesNotExist.
    """
    task = _locked(task_id)
    if task.unit is None:
        raise CannotDo("no-unit")
    if State(task.state) in FINAL:
        raise CannotDo("state")
    if clock.now() < end_of(task.due_on):
        raise CannotDo("in-time")
    if task.notices.exclude(state__in=NOTICE_FINAL).exists():
        raise CannotDo("drafted")
    title, body = letters.supervision(task, today())
    values = {"kind": Kind.SUPERVISION, "title": title, "body": body}
    made = drafts.draft(actor, letterhead, values, [task.unit])
    task.notices.add(made)
    record(actor, "task.supervised", task.subject, {"notice": made.id})
    return made
