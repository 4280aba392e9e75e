"""Sentences for what can't be done with a plan, and how states are drawn."""

from django.utils.translation import gettext as _

from fenghuo.faces.console.values import StateKind
from fenghuo.respond.plans.actions import CannotDo
from fenghuo.respond.plans.decide import State

_KINDS = {
    State.IN_FORCE: StateKind.DONE,
    State.REPLACED: StateKind.GONE,
    State.RETIRED: StateKind.GONE,
    State.DRAFT: StateKind.WORKING,
}


def plan_kind(state: str) -> str:
    """How the state of a version is drawn."""
    return _KINDS.get(State(state), StateKind.WAITING).value


def sentence(error: CannotDo) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "title": _("Write a title."),
        "kind": _("Choose the kind of plan."),
        "playbook": _("A comprehensive plan is for every class of incident; choose a class for a specific one only."),
        "review-days": _("Plans are looked through every 30 days to 3 years."),
        "open": _("A version is being written or waits already; go on with that one."),
        "state": _("Somebody else has moved this on meanwhile; the page shows how it stands now."),
        "why": _("Write why, or what was looked at."),
        "same-person": _("Who wrote or filed it can't accept it: another person has to."),
        "empty": _("Add the document or at least one clause before you file it."),
        "file-kind": _("Only PDF, docx and plain text are taken, without macros."),
        "file-size": _("A file must not be empty, nor larger than 10 MB."),
        "none-in-force": _("No version is in force."),
        "line-parts": _("Line %(line)s: separate the parts by |, and leave none of the first ones out."),
        "line-depth": _("Line %(line)s: nobody stands above; one dash more than the line before at most."),
        "line-double": _("Line %(line)s: this number stands twice."),
        "line-long": _("Line %(line)s is too long."),
        "line-many": _("There are too many lines, at most 300."),
    }
    text = texts[error.code]
    return text % {"line": error.detail} if "%(line)s" in text else text
