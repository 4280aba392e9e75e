"""Sentences for what can't be done, and what the desk and the duty pages say of the roster itself."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.queries import handovers_due, uncovered, unknown_years

_SHORT = "%m-%d %H:%M"
_SHOWN = 3


def sentence(error: CannotDo) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "times": _("The times do not fit: an end lies after its beginning, and not in the past."),
        "taken": _("Somebody stands there at that time already."),
        "two-posts": _("This person would be on two posts at the same time."),
        "begun": _("It is too late for that: the shift has begun or is over."),
        "holder": _("Only who holds the shift can do this; the roster may have changed."),
        "person": _("This person can't do that here."),
        "swap": _("A swap is asked for already; wait for the answer, or withdraw it."),
        "state": _("It has been dealt with meanwhile; the page shows how it stands now."),
        "text": _("A text is missing: whoever reads this later must understand it."),
        "early": _("A shift is handed over in its last hour, not before."),
        "given": _("This shift has been handed over already."),
        "taker": _("The next on the roster has to accept it."),
        "same-person": _("Who hands over can't accept it as well."),
        "nobody": _("Nobody but you is on duty now."),
        "answered": _("You have answered already."),
        "figures": _("The figures do not fit."),
        "objection": _("Who takes over can't judge an objection: ordered or approved the block, or may not."),
        "future": _("That lies in the future."),
        "right": _("One names one's own deputy; for others a leader does, and never for himself."),
    }
    text = texts[error.code]
    return (
        f"{text} ({error.detail})"
        if error.code in {"two-posts", "taker", "person", "objection"} and error.detail
        else text
    )


def stretch(starts: datetime, ends: datetime) -> str:
    """A stretch of time, short."""
    return f"{localtime(starts).strftime(_SHORT)} – {localtime(ends).strftime(_SHORT)}"


def roster_notes(now: datetime) -> list[str]:
    """What is wrong with the roster now and in the coming two days, [] where nothing is."""
    found = [
        _("Nobody is on post A: %(when)s.") % {"when": stretch(starts, ends)}
        for starts, ends in uncovered(now, days=2)[:_SHOWN]
    ]
    for shift in handovers_due(now):
        words = {"name": shift.person.name, "when": localtime(shift.ends_at).strftime(_SHORT)}
        given = getattr(shift, "handover", None) is not None
        text = (
            _("%(name)s's handover of %(when)s is not accepted yet.")
            if given
            else _("%(name)s has written no handover note for %(when)s.")
        )
        found.append(text % words)
    return found


def calendar_note(first: datetime, last: datetime) -> str:
    """A loud sentence where holidays are not known in a stretch of time, "" where they are."""
    years = unknown_years(localtime(first).date(), localtime(last).date())
    text = _(
        "The holidays of %(years)s are not known: every weekend counts as days off and nothing else. Load them first."
    )
    return text % {"years": ", ".join(map(str, years))} if years else ""


def two_weeks() -> timedelta:
    """How far the roster page looks ahead."""
    return timedelta(days=14)
