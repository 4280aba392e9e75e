"""Sentences for what can't be done with a formal warning, names of its fields, its course, and how its states are drawn."""

import json
from collections.abc import Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.audit.queries import of_subject
from fenghuo.faces.console.values import StateKind, TimelineEntry
from fenghuo.warn.early_warnings.bulletins import Refused
from fenghuo.warn.early_warnings.formal import BulletinState
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.early_warnings.names import class_name

_KINDS = {
    BulletinState.DRAFT: StateKind.WAITING,
    BulletinState.PUBLISHED: StateKind.WORKING,
    BulletinState.LIFTED: StateKind.DONE,
    BulletinState.ARCHIVED: StateKind.DONE,
    BulletinState.DISCARDED: StateKind.GONE,
}


def bulletin_kind(state: str) -> str:
    """How the state of a formal warning is drawn."""
    return _KINDS[BulletinState(state)].value


def field_words() -> dict[str, str]:
    """Field of a version → its name, in the order of the page."""
    return {
        "title": _("Title"),
        "level": _("Level"),
        "threat_class": _("Class of the event"),
        "starts_at": _("Begins at"),
        "scope": _("Who may be affected"),
        "matter": _("What to beware of"),
        "measures": _("Measures asked for, and by when"),
        "agency": _("Issuing body"),
        "units": _("To these units"),
    }


def said(version: BulletinVersion) -> dict[str, str]:
    """What a version says, field by field, in the reader's language."""
    values = {name: str(getattr(version, name, "")) for name in field_words()}
    values |= {
        "level": str(version.get_level_display()),
        "threat_class": class_name(version.threat_class),
        "starts_at": localtime(version.starts_at).strftime("%Y-%m-%d %H:%M"),
        "units": "、".join(version.units.order_by("name").values_list("name", flat=True)),
    }
    return values


def sentence(error: Refused) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "state": _("Somebody else has moved this on meanwhile; the page shows how it stands now."),
        "revision": _("Somebody else has changed this draft meanwhile; look at it again before you change it."),
        "level": _("Raising needs a higher level, lowering a lower one; else the level stays."),
        "same-person": _("Another person must publish it: not one of those who wrote it."),
        "text": _("A text is missing: whoever reads this later must understand it."),
        "open-version": _("A change of this warning is under way; finish it or throw it away first."),
        "file-kind": _("Only PDF, PNG, JPG, docx, xlsx and plain text are taken, without macros."),
        "file-size": _("A file must not be empty, nor larger than 10 MB."),
        "tlp": _("Who issued it said how far it may go; here its marking can be made narrower, not wider."),
    }
    if error.code != "missing":
        return texts[error.code]
    others = {
        "approval": _("the proof that the level above approved it: who, on which day, and a number or a file"),
        "consent": _(
            "the consent of its issuing body that it goes to units, which its TLP marking does not allow: who, on which day, and a number "
            "or a file"
        ),
        "relayed": _("from whom it comes, and its number there"),
        "level_why": _("why the level is another than the matrix gives"),
        "why": _("the reason of the change"),
    }
    names = {**field_words(), **others}
    lacking = pgettext("between items", ", ").join(names.get(name, name) for name in error.detail.split(","))
    return _("Still missing: %(what)s.") % {"what": lacking}


def course(bulletin: Bulletin) -> Iterator[TimelineEntry]:
    """What happened to a formal warning."""
    words = {
        "bulletin.drafted": _("Drafted"),
        "bulletin.received": _("Received as a STIX bundle"),
        "bulletin.bundle-taken": _("Bundle as it came opened"),
        "bulletin.given": _("Taken as a STIX bundle"),
        "bulletin.changed": _("Draft changed"),
        "bulletin.approval-attached": _("Proof of the approval added"),
        "bulletin.approval-taken": _("Proof of the approval opened"),
        "bulletin.submitted": _("Submitted for review"),
        "approval.asked": _("Told who may decide"),
        "bulletin.rejected": _("Given back"),
        "bulletin.discarded": _("Thrown away"),
        "bulletin.change-begun": _("Change begun"),
        "bulletin.published": _("Published"),
        "bulletin.reported": _("Situation reported"),
        "bulletin.summarised": _("Summary written"),
        "bulletin.archived": _("Archived"),
        "bulletin.clock-late": _("A clock ran out"),
    }
    for entry in of_subject(bulletin.subject):
        detail = json.loads(entry.detail)
        number = f" · v{detail['version']}" if "version" in detail else ""
        who = "" if entry.actor_id == "system" else entry.actor_name
        what = words.get(entry.verb, entry.verb) + number
        yield TimelineEntry(entry.at, who, what, detail.get("reason") or detail.get("text", ""))
