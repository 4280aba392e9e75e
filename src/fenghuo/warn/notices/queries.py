"""What others ask of notices; rows for a person come through `…_visible_to` only."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from fenghuo.base.accounts.models import Person
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import Viewer
from fenghuo.warn.notices.decide import FINAL, CopyState, NoticeState
from fenghuo.warn.notices.models import Notice, NoticeCopy, NoticeFinding, Proposal, Recheck
from fenghuo.warn.notices.steps import subject


def notices_visible_to(viewer: Viewer) -> QuerySet[Notice]:
    """The notices that the person may see; a unit sees what was issued to it."""
    scope = viewer.unit_scope()
    found = Notice.objects.select_related("number")
    if scope is None:
        return found
    own = NoticeCopy.objects.filter(unit_id__in=scope).values("notice_id")
    return found.filter(id__in=own)


def copies_visible_to(viewer: Viewer) -> QuerySet[NoticeCopy]:
    """The copies that the person may see: a unit sees its own only."""
    scope = viewer.unit_scope()
    found = NoticeCopy.objects.select_related("notice", "notice__number", "unit")
    return found if scope is None else found.filter(unit_id__in=scope)


def clocks_of(copy: NoticeCopy) -> Sequence[Deadline]:
    """The clocks of a copy, in the order in which they end."""
    return list(Deadline.objects.filter(subject=subject(copy)).order_by("due_at", "id"))


def proposal_for(about: str) -> Proposal | None:
    """What waits for a second person's confirmation."""
    return Proposal.objects.filter(subject=about).first()


def proposed_by(about: str, person: Person | None) -> bool:
    """Whether this person made the proposal that stands: nobody confirms it in their name either."""
    return person is not None and Proposal.objects.filter(subject=about, by_id=str(person.pk)).exists()


def undelivered(viewer: Viewer, now: datetime) -> QuerySet[NoticeCopy]:
    """The 未送达 wall: copies for which no message has left, and those that nobody of the unit can get."""
    late = Deadline.objects.filter(kind__startswith="deliver", stopped_at=None, due_at__lte=now)
    ids = [name.partition(":")[2] for name in late.values_list("subject", flat=True)]
    return copies_visible_to(viewer).filter(Q(unreached=True) | Q(id__in=ids), state=CopyState.QUEUED)


def waiting_for_office(viewer: Viewer) -> QuerySet[Notice]:
    """Notices to be approved or issued."""
    return notices_visible_to(viewer).filter(state=NoticeState.REVIEW)


def open_copies(viewer: Viewer) -> QuerySet[NoticeCopy]:
    """Copies that are not done."""
    return copies_visible_to(viewer).exclude(state__in=FINAL)


def earlier(finding_id: str, before: Notice) -> QuerySet[NoticeFinding]:
    """Earlier notices about the same finding: it came back (复发)."""
    rows = NoticeFinding.objects.filter(finding_id=finding_id, copy__isnull=False).exclude(notice=before)
    return rows.select_related("notice", "notice__number", "copy")


def to_look_at(viewer: Viewer) -> QuerySet[Recheck]:
    """Closed copies whose look is due and not known yet, the one that waits longest first."""
    rows = Recheck.objects.filter(outcome="", copy__in=copies_visible_to(viewer)).exclude(asked_at=None)
    return rows.select_related("copy", "copy__unit", "copy__notice").order_by("due_at", "id")


def came_back(viewer: Viewer) -> QuerySet[NoticeFinding]:
    """Findings of closed copies that screening sees again and that no new notice is about, the latest first."""
    again = NoticeFinding.objects.filter(finding=OuterRef("finding"), id__gt=OuterRef("id"))
    again = again.exclude(notice__state=NoticeState.VOID)
    rows = NoticeFinding.objects.filter(copy__in=copies_visible_to(viewer), finding__state__in=["open", "passed-once"])
    rows = rows.exclude(recurred_at=None).filter(~Exists(again))
    return rows.select_related("copy", "copy__unit", "notice").order_by("-recurred_at", "id")
