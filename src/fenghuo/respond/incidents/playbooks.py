"""Playbooks of an incident: started and ticked, each step written to its situation log too."""

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.respond.incidents.actions import CannotDo, locked, touch, write_log
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.models import Incident, LogKind
from fenghuo.respond.plans import runs
from fenghuo.respond.plans.models import PlaybookRun, StepMark, StepOutcome
from fenghuo.respond.plans.playbook import playbooks


@transaction.atomic
def start_playbook(actor: Actor, incident_id: str, key: str) -> PlaybookRun:
    """Start a playbook for an incident.

    Raises:
        CannotDo: "state" (the incident is closed). runs.CannotDo: what `runs.start` says. Incident.DoesNotExist.
    """
    incident = _open(incident_id)
    run = runs.start(actor, incident.subject, key)
    _log(
        actor, incident, LogKind.ORDER, _("Playbook started: %(title)s") % {"title": playbooks()[key].title[language()]}
    )
    return run


@transaction.atomic
def mark_step(actor: Actor, incident_id: str, run_id: int, key: str, outcome: str, note: str = "") -> StepMark:
    """Tick a step of an incident's playbook, or take the tick back.

    Raises:
        CannotDo: "state". runs.CannotDo: what `runs.mark` says. Incident.DoesNotExist, PlaybookRun.DoesNotExist: also a run of another.
    """
    incident = _open(incident_id)
    run = PlaybookRun.objects.get(id=run_id, subject=incident.subject)
    made = runs.mark(actor, run.pk, key, outcome, note)
    step = next(step for step in run.steps if step["key"] == key)
    words = {"outcome": StepOutcome(outcome).label, "step": step[language()], "note": made.note}
    text = _("%(outcome)s: %(step)s %(note)s") % words
    _log(actor, incident, LogKind.MEASURE, text.strip())
    return made


def runs_of(incident: Incident) -> list[PlaybookRun]:
    """The playbooks that were started for an incident."""
    return list(PlaybookRun.objects.filter(subject=incident.subject).prefetch_related("marks"))


def language() -> str:
    """Key of the texts of playbooks for the reader's language."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def _open(incident_id: str) -> Incident:
    incident = locked(incident_id)
    if incident.state in FINAL:
        raise CannotDo("state")
    return incident


def _log(actor: Actor, incident: Incident, kind: LogKind, text: str) -> None:
    write_log(actor, incident, kind, text, clock.now())
    touch(incident)
