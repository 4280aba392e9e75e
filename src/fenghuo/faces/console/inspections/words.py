"""Sentences for what can't be done with an inspection, and how states are drawn."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.respond.inspections.decide import Answer, CampaignState, CheckState, Refused, Seen

_CAMPAIGNS = {
    CampaignState.OPEN: StateKind.WORKING,
    CampaignState.CLOSED: StateKind.GONE,
    CampaignState.DROPPED: StateKind.GONE,
}
_CHECKS = {CheckState.SUBMITTED: StateKind.DONE}


def campaign_kind(state: str) -> str:
    """How the state of a campaign is drawn."""
    return _CAMPAIGNS.get(CampaignState(state), StateKind.WAITING).value


def check_kind(state: str) -> str:
    """How the state of a self-check is drawn."""
    return _CHECKS.get(CheckState(state), StateKind.WAITING).value


def answer_word(answer: str) -> str:
    """What a unit says of an item, "–" where it says nothing."""
    words = {
        Answer.YES: pgettext("self-check", "met"),
        Answer.NO: pgettext("self-check", "not met"),
        Answer.NOT_APPLICABLE: pgettext("self-check", "does not apply"),
    }
    return words[Answer(answer)] if answer else "–"


def seen_word(seen: str) -> str:
    """What inspectors say of an item."""
    words = {
        Seen.CONFORMS: pgettext("inspection", "conforms"),
        Seen.DEFECT: pgettext("inspection", "defect"),
        Seen.NOT_SEEN: pgettext("inspection", "not seen"),
    }
    return words[Seen(seen)]


def sentence(error: Refused) -> str:
    """Why something was refused, and what would help; of an item or line, with its number."""
    item = {
        "item": _("Item %(n)s is not in the list; load the page again."),
        "answer": _("Item %(n)s: choose one of the answers."),
        "note": _("Item %(n)s: write what is wrong, or why it does not apply."),
        "long": _("This is too long; at most %(n)s characters."),
        "long-note": _("Item %(n)s: the note is too long; at most 1000 characters, the rest belongs into a file."),
        "unanswered": _("Item %(n)s has no answer yet."),
        "taken": _("Item %(n)s stands in a notice already; go on with that one."),
        "line": _("Line %(n)s: write number | requirement | basis; the basis may be left out."),
        "double": _("The number %(n)s stands twice."),
        "many": _("There are too many items, at most %(n)s."),
        "file-kind": _("Item %(n)s: only PDF, PNG, JPG, docx, xlsx and plain text are taken, without macros."),
        "file-size": _("Item %(n)s: a file must not be empty, nor larger than 10 MB."),
        "file-number": _("There are too many files, at most %(n)s for one unit."),
    }
    texts = {
        "title": _("Write a title."),
        "basis": _("Write which paper orders the inspection."),
        "list": _("Choose a checklist, or write the items."),
        "days": _("The last day must not be past, and at most a year ahead."),
        "period": _("Write both ends of the period, or none; the last day of the self-checks lies in it."),
        "units": _("Choose at least one unit that is not asked yet."),
        "state": _("Somebody else has moved this on meanwhile; the page shows how it stands now."),
        "why": _("Write it down: it stands in the record."),
        "inspectors": _("An inspection is made by two different persons."),
        "day": _("The visit must lie between the opening of the inspection and today."),
        "nothing-seen": _("Nothing was looked at: mark at least one item."),
        "defects": _("Choose at least one defect."),
    }
    return item[error.code] % {"n": error.detail} if error.code in item and error.detail else texts.get(error.code, "")
