"""Questions and answers between a unit and the office about one copy. They are steps of its history: nobody changes or removes them."""

from django.db import transaction
from django.db.models import OuterRef, Subquery

from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.warn.notices.messages import first_of_duty, persons_of, send_link, tell_office
from fenghuo.warn.notices.models import CopyStep, NoticeCopy
from fenghuo.warn.notices.queries import copies_visible_to
from fenghuo.warn.notices.steps import CannotDo, Hand, locked, note

FROM_UNIT, FROM_OFFICE = "unit-asks", "office-writes"
THREAD = (FROM_UNIT, FROM_OFFICE)
MOST_OPEN = 20


def thread_of(copy: NoticeCopy) -> list[CopyStep]:
    """What was asked and answered, the oldest first."""
    return list(copy.steps.filter(verb__in=THREAD))


def unanswered(viewer: Viewer) -> "list[NoticeCopy]":
    """Copies whose last word is the unit's, the one that waits longest first."""
    last = CopyStep.objects.filter(copy=OuterRef("pk"), verb__in=THREAD).order_by("-id")
    found = copies_visible_to(viewer).filter(id__in=CopyStep.objects.filter(verb=FROM_UNIT).values("copy_id"))
    found = found.annotate(last=Subquery(last.values("verb")[:1]), asked=Subquery(last.values("at")[:1]))
    return list(found.filter(last=FROM_UNIT).order_by("asked")[:50])


@transaction.atomic
def ask(copy_id: str, hand: Hand, text: str) -> None:
    """A unit writes to the office; whoever is on duty is told.

    Raises:
        CannotDo: "text"; "thread" where so many questions wait for an answer that a link may be in wrong hands.
    """
    copy = locked(copy_id)
    if not text.strip():
        raise CannotDo("text")
    words = thread_of(copy)
    waiting = 0
    for step in reversed(words):
        if step.verb == FROM_OFFICE:
            break
        waiting += 1
    if waiting >= MOST_OPEN:
        raise CannotDo("thread")
    step = note(copy, FROM_UNIT, hand, text)
    now = clock.now()
    tell_office(copy, f"question:{step.pk}", "question", first_of_duty(now), now)


@transaction.atomic
def write(copy_id: str, hand: Hand, text: str) -> None:
    """The office answers or asks; the unit's contact is told by its link, without the words.

    Raises:
        CannotDo: "text".
    """
    copy = locked(copy_id)
    if not text.strip():
        raise CannotDo("text")
    step = note(copy, FROM_OFFICE, hand, text)
    if persons_of(copy.unit):
        send_link(copy, f"answer:{step.pk}", clock.now())
