"""Sentences for what can't be done with an incident, verbs of its states, and how they are drawn."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.alarms import what_of
from fenghuo.respond.incidents.decide import Stage
from fenghuo.respond.incidents.grading.scales import words
from fenghuo.respond.incidents.models import STAGES
from fenghuo.respond.incidents.words import item_names, language

_KINDS = {
    Stage.REPORTED: StateKind.WAITING,
    Stage.ENDED: StateKind.DONE,
    Stage.CLOSED: StateKind.DONE,
    Stage.VOID: StateKind.GONE,
}


def state_kind(state: str) -> str:
    """How a state is drawn."""
    return _KINDS.get(Stage(state), StateKind.WORKING).value


def sentence(error: CannotDo) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "state": _(
            "Somebody else has moved this on meanwhile, or it is not possible from here; the page shows how it stands now."
        ),
        "reason": _("Write down why: whoever reads this later must understand it."),
        "grade": _("A person has to confirm the grade first."),
        "not-reportable": _("The grade asks for no report upward; start the response instead."),
        "response-level": _("Start the response first: choose its level and who ordered it."),
        "open-tasks": _("A task is still open; finish it with its outcome first."),
        "unmet-duties": _("A report upward is still owed; enter its receipt first."),
        "open-notices": _("A notice about it is still open; it is rectified, reviewed and closed first."),
        "no-unit": _("The incident belongs to no registered unit; nobody would get the notice."),
        "drafted": _("A notice about it is open already."),
        "title": _("A name is missing."),
        "discovered": _("It can't have been found later than now."),
        "category": _("That is no kind of incident."),
        "origin": _("That is no way for an incident to come in."),
        "facts": _("These facts can't be as they are entered: %(detail)s."),
        "grades": _("Choose both grades."),
        "version": _("Somebody else has changed the incident meanwhile; look at it again first."),
        "second-person": _("This takes two persons: ask for it, and another person decides."),
        "same-person": _("You asked for it; another person has to decide."),
        "request": _("Another request waits for its decision, or this one is decided already."),
        "level": _("Choose a level from I to IV."),
        "time": _("The time lies in the future, or before the incident was found."),
        "task-time": _("The time by which the task is to be done has passed already."),
        "text": _("A text is missing: whoever reads this later must understand it."),
        "done": _("The task is done already."),
        "outcome": _("Write down what came of it."),
        "items": _("Needed, and still empty: %(detail)s."),
        "first": _("There is no report yet that this could sum up."),
        "receiver": _("The incident need not be reported there."),
        "receipt": _("Enter the channel and the receipt number."),
        "holder": _("Write who or what holds it, or where it was taken."),
        "size": _("A file must not be empty, nor larger than 64 MB."),
        "post": _("There is no such post."),
        "address": _("The contact has neither an e-mail address nor a telephone; enter one at the unit first."),
        "too-soon": _("A code was sent a moment ago. Wait for it, or call the office."),
        "code": _("That is not the code. Look at the other message."),
        "code-used-up": _("The code was tried too often. Ask for a new one."),
    }
    return texts[error.code] % {"detail": _detail(error)} if error.detail else texts[error.code]


def _detail(error: CannotDo) -> str:
    known = {**item_names(summary=True), **item_names(summary=False)}
    facts = words()
    names = [one.strip() for one in error.detail.split(",")]
    return _(", ").join(known.get(name) or (facts[name].names[language()] if name in facts else name) for name in names)


def verb_of(state: str) -> str:
    """The verb that takes an incident to a state."""
    words_of = {
        Stage.TRIAGED: _("Graded"),
        Stage.REPORTING_UP: _("Report upward"),
        Stage.RESPONDING: _("Respond"),
        Stage.CONTAINED: _("Contained"),
        Stage.ERADICATED: _("Eradicated"),
        Stage.RECOVERED: _("Recovered"),
        Stage.ENDED: _("End the response"),
        Stage.SUMMARISING: _("Sum up"),
        Stage.CLOSED: _("Close"),
        Stage.VOID: _("No incident"),
        Stage.REPORTED: _("Open again"),
    }
    return words_of[Stage(state)]


def clock_word(kind: str) -> str:
    """What a clock of an incident waits for."""
    return what_of(kind, language())


def code_word(value: str) -> str:
    """Names of states in a line of the log, in the reader's language; anything else as it is."""
    names = {code: str(name) for code, name in STAGES}
    return " ".join(names.get(part, part) for part in value.split(" "))


def counted_from(word: str) -> str:
    """Where a clock of a duty starts."""
    texts = {
        "discovery": pgettext("counted from", "discovery"),
        "receipt": pgettext("counted from", "receipt of the report"),
        "knowledge": pgettext("counted from", "knowledge of the office"),
        "end": pgettext("counted from", "end of handling"),
    }
    return texts[word]
