"""Sentences for what can't be done with a task, and how states are drawn."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.respond.tasks.actions import CannotDo
from fenghuo.respond.tasks.decide import State

_KINDS = {State.ACCEPTED: StateKind.DONE, State.WITHDRAWN: StateKind.GONE, State.WORKING: StateKind.WORKING}


def task_kind(state: str) -> str:
    """How the state of a task is drawn."""
    return _KINDS.get(State(state), StateKind.WAITING).value


def sentence(error: CannotDo) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "title": _("Write a title."),
        "what": _("Write what is to be done and what counts as proof."),
        "document": _("Name the paper or meeting that decided it."),
        "source": _("Choose where the task comes from."),
        "decided": _("It can't have been decided later than today."),
        "due": _("The last day must be later than the one that stands, not past, and at most five years ahead."),
        "owner": _("Choose either a unit or a person of the office, not both."),
        "state": _("Somebody else has moved this on meanwhile; the page shows how it stands now."),
        "words": _("Write what was done, what is wrong, or why."),
        "same-person": _("Who handed it in can't accept or return it: another person has to."),
        "file-kind": _("Only PDF, PNG, JPG, docx, xlsx and plain text are taken, without macros."),
        "file-size": _("A file must not be empty, nor larger than 10 MB."),
        "no-unit": pgettext("task", "A letter goes to a unit; this task is the office's own."),
        "in-time": pgettext("task", "The task is not late."),
        "drafted": pgettext("task", "A letter about it is being written or stands already; go on with that one."),
    }
    return texts[error.code]
