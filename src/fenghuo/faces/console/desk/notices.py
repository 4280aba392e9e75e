"""What of notices, formal warnings and tasks waits for the office: for the desk."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.faces.console.notices.rows import copy_rows
from fenghuo.respond.tasks.models import Task
from fenghuo.respond.tasks.queries import clocks_of, overdue, to_be_accepted
from fenghuo.warn.early_warnings.formal import VersionState
from fenghuo.warn.early_warnings.models import BulletinVersion
from fenghuo.warn.notices.decide import CopyState
from fenghuo.warn.notices.models import NoticeCopy
from fenghuo.warn.notices.queries import copies_visible_to, undelivered, waiting_for_office
from fenghuo.warn.notices.thread import unanswered

_MOST = 4
_LOOK_EVERY_S = 2.0
_OFFICE_S_TURN = (CopyState.REFUSED, CopyState.EXTENSION_ASKED, CopyState.SUBMITTED, CopyState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the office: what it is (a key of `_words`), of whom, its page, and its clock."""

    kind: str
    title: str
    url: str
    deadline: Deadline | None

    @property
    def what(self) -> str:
        """What it waits for, in the reader's language."""
        words = {
            "version": _("early warning to be reviewed"),
            "notice": _("notice to be approved or issued"),
            "undelivered": _("not delivered: call"),
            "question": _("question of a unit"),
            "copy": _("the office's turn"),
            "task": _("task to be accepted"),
            "late-task": _("task that is late"),
        }
        return words[self.kind]


class _Looked:
    """The last look: a live page is drawn many times a second, and each look asks several tables."""

    found: tuple[list[Waiting], int] = ([], 0)
    until = 0.0


def waiting(person: Person) -> tuple[list[Waiting], int]:
    """The first of what waits for the office, what is soonest late on top, and how many there are; nothing for a unit."""
    if person.unit_scope() is not None:
        return [], 0
    if time.monotonic() >= _Looked.until:
        found = sorted(_all(person), key=lambda one: one.deadline.due_at if one.deadline else clock.now())
        _Looked.found = (found[:_MOST], len(found))
        _Looked.until = time.monotonic() + _LOOK_EVERY_S
    return _Looked.found


def forget() -> None:
    """Look again at once."""
    _Looked.until = 0.0


def _all(person: Person) -> Iterator[Waiting]:
    for version in BulletinVersion.objects.filter(state=VersionState.REVIEW).select_related("bulletin")[:50]:
        bulletin = version.bulletin
        due = Deadline.objects.filter(subject=bulletin.subject, kind__startswith="review", stopped_at=None).first()
        yield Waiting("version", version.title, reverse("bulletins:show", args=[bulletin.id]), due)
    for notice in waiting_for_office(person)[:50]:
        yield Waiting("notice", notice.title, reverse("notices:show", args=[notice.id]), None)
    late = list(undelivered(person, clock.now())[:50])
    yield from _copies("undelivered", late)
    yield from _copies("question", unanswered(person))
    yield from _tasks("task", to_be_accepted(person)[:50])
    yield from _tasks("late-task", overdue(person, today())[:50])
    turns = copies_visible_to(person).filter(state__in=_OFFICE_S_TURN).order_by("issued_at")
    yield from _copies("copy", list(turns[:100]))


def _tasks(kind: str, found: Iterable[Task]) -> Iterator[Waiting]:
    rows = list(found)
    clocks = clocks_of(rows)
    for task in rows:
        yield Waiting(kind, f"{task.whose} · {task.title}", reverse("tasks:show", args=[task.id]), clocks.get(task.id))


def _copies(kind: str, found: list[NoticeCopy]) -> Iterator[Waiting]:
    for row in copy_rows(found):
        title = f"{row.copy.unit.name} · {row.copy.notice.title}"
        yield Waiting(kind, title, reverse("notices:copy", args=[row.copy.id]), row.deadline)
