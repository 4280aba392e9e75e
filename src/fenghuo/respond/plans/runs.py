"""Playbooks at work: started for something, ticked step by step. Whoever calls (the incidents, a room above) writes its own log too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.respond.plans.models import PlaybookRun, StepMark, StepOutcome
from fenghuo.respond.plans.playbook import playbooks

MOST_NOTE = 2000


class CannotDo(Exception):
    """The verb is not possible: "playbook", "running", "step", "outcome", "note", "unchanged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def start(actor: Actor, subject: str, key: str) -> PlaybookRun:
    """Start a playbook for something; the steps are kept as they are now.

    Raises:
        CannotDo: "playbook" (there is none of this class), "running" (it runs for this already).
    """
    found = playbooks().get(key)
    if found is None:
        raise CannotDo("playbook")
    steps = [{"key": s.key, "role": s.role.value, "by": s.by, **s.text} for s in found.steps]
    values = {"version": found.version, "steps": steps, "started_by": actor.name[:150], "started_at": clock.now()}
    try:
        with transaction.atomic():
            made = PlaybookRun.objects.create(subject=subject, playbook=key, **values)
    except IntegrityError as error:
        raise CannotDo("running") from error
    record(actor, "playbook.started", subject, {"playbook": key, "version": found.version, "run": made.pk})
    return made


@transaction.atomic
def mark(actor: Actor, run_id: int, key: str, outcome: str, note: str = "") -> StepMark:
    """Tick a step, state that it is not needed here, or open it again; the last two with a reason.

    Raises:
        CannotDo: "step", "outcome", "note", "unchanged" (it is so already). PlaybookRun.DoesNotExist.
    """
    run = PlaybookRun.objects.select_for_update().get(id=run_id)
    if all(step["key"] != key for step in run.steps):
        raise CannotDo("step")
    if outcome not in StepOutcome.values:
        raise CannotDo("outcome")
    if outcome != StepOutcome.DONE and not note.strip():
        raise CannotDo("note")
    last = run.marks.filter(key=key).last()
    before = last.outcome if last is not None else StepOutcome.REOPENED.value
    if before == outcome:
        raise CannotDo("unchanged")
    values = {"note": note.strip()[:MOST_NOTE], "by": actor.name[:150], "at": clock.now()}
    made = StepMark.objects.create(run=run, key=key, outcome=outcome, **values)
    told = {"playbook": run.playbook, "step": key, "outcome": outcome, "note": made.note}
    record(actor, "playbook.step-marked", run.subject, told)
    return made


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it stands: what is to do, until when, and its last mark, None while nobody touched it."""

    key: str
    role: str
    due_at: datetime
    text: dict[str, str]
    mark: StepMark | None

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.mark is None or self.mark.outcome == StepOutcome.REOPENED


def steps_of(run: PlaybookRun) -> list[StepView]:
    """The steps of a run, in their order."""
    last = {mark.key: mark for mark in run.marks.all()}
    return [_view(run, step, last.get(step["key"])) for step in run.steps]


def _view(run: PlaybookRun, step: dict[str, Any], mark: StepMark | None) -> StepView:
    due = run.started_at + timedelta(minutes=step["by"])
    return StepView(step["key"], step["role"], due, {"zh": step["zh"], "en": step["en"]}, mark)
