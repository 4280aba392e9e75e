"""Words of these pages: why something is refused, and how a state is drawn."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.report.training.decide import Refused, State

SESSION_KIND = {
    State.PLANNED.value: StateKind.WAITING.value,
    State.HELD.value: StateKind.DONE.value,
    State.CANCELLED.value: StateKind.GONE.value,
}


def paper_state(code: str) -> tuple[str, str]:
    """How the state of a certificate is drawn: kind and word."""
    words = {
        "valid": (StateKind.DONE.value, pgettext("certificate", "valid")),
        "ended": (StateKind.GONE.value, pgettext("certificate", "ended")),
        "revoked": (StateKind.GONE.value, pgettext("certificate", "revoked")),
    }
    return words[code]


def sentence(error: Refused) -> str:
    """Why it was refused, and what to do."""
    return {**_of_courses(), **_of_sessions(), **_of_quizzes(), **_of_papers()}[error.code] % {"detail": error.detail}


def _of_courses() -> dict[str, str]:
    return {
        "title": _("The title is missing."),
        "kind": _("The kind is missing."),
        "subject": _("Write what the course is about."),
        "hours": _("Class hours lie above 0 and up to 200, in halves."),
        "giver": _("Write who gives the course."),
        "certified": _("Choose for what a certificate is given."),
        "months": _("A certificate holds for 1 to 120 months; empty: for always."),
        "exists": _("It is there already."),
        "ended": _("It was taken off already."),
        "file-size": _("The file is empty or larger than 10 MB."),
        "file-kind": _("Only PDF, pictures, docx, xlsx and text are taken; save slides as PDF."),
        "file-number": _("At most %(detail)s files."),
        "text": _("The question is missing, too long, or holds the number of an identity card."),
        "points": _("Points are a whole number from 1 to %(detail)s."),
        "choices": _("Write 2 to %(detail)s different choices, one a line; true or false has none."),
        "right": _("Mark the right answer: letters such as AC, or 对 and 错; one where one is asked for."),
        "bank": _("A bank has at most %(detail)s questions."),
    }


def _of_sessions() -> dict[str, str]:
    return {
        "state": _("This is not possible in the state of the session. Reload the page to see what was done meanwhile."),
        "day": _("The day lies more than two years away."),
        "place": _("Write where it is held, or where it is found online."),
        "lecturer": _("Write who teaches."),
        "units": _("Choose the units that are invited."),
        "name": _("The name is missing or too long."),
        "unit": _("This unit is not invited to the session."),
        "identity": _("Take out the number of the identity card: it is not needed and not stored."),
        "persons": _("A session has at most %(detail)s participants."),
        "attendance": _("The list has changed meanwhile. Reload the page and try again."),
        "early": _("This is possible from %(detail)s on."),
        "undecided": _("Say of everybody whether they came; still open: %(detail)s."),
        "nobody": _("There is nobody for whom this could be done."),
        "papers": _("Slips or certificates were given out for this list; it stands."),
        "listed": _("Persons of %(detail)s stand on the list: take them off before the unit is taken out."),
        "why": _("Write why: who reads it later must understand it."),
    }


def _of_quizzes() -> dict[str, str]:
    return {
        "questions": _("Choose 1 to %(detail)s questions of the bank."),
        "pass": _("The pass mark lies between 1 and all points (%(detail)s)."),
        "tries": _("1 to %(detail)s tries."),
        "window": _("The quiz must end after it begins and after now, within 92 days."),
        "unheld": _("Mark who came and close the list first: slips go to those who were present."),
        "closed": _("The time of this quiz is over."),
        "given-out": _("Slips were given out: only a later end is possible now."),
        "unknown": _("This link is not that of a quiz, or was replaced by another one."),
        "over": _("No try is left on this slip."),
        "twice": _("This try was taken already; below is how it stands."),
        "unanswered": _("Question %(detail)s is not answered yet."),
        "choice": _("Choose among the answers of question %(detail)s."),
    }


def _of_papers() -> dict[str, str]:
    return {
        "agency": _("The name of the office is missing; it is entered at the first start."),
        "holder": _("The name of the holder is missing."),
        "number": _("The number is missing."),
        "issuer": _("Write who issued it."),
        "document": _("Name the document that shows it."),
        "valid": _("It has ended already."),
        "revoked": _("It is revoked already."),
    }
