"""Notices and copies as rows of a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from fenghuo.base.clocks.models import Deadline
from fenghuo.faces.console.notices.words import clock_word, copy_kind, notice_kind
from fenghuo.warn.notices.decide import FINAL
from fenghuo.warn.notices.models import Notice, NoticeCopy
from fenghuo.warn.notices.steps import subject


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice, how its state is drawn, how many of its copies are done, and how many there are."""

    notice: Notice
    kind: str
    done: int
    copies: int


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy, how its state is drawn, and the clock that ends first, with what it waits for."""

    copy: NoticeCopy
    kind: str
    deadline: Deadline | None
    waits_for: str


def notice_rows(notices: Iterable[Notice], visible: Iterable[NoticeCopy]) -> list[NoticeRow]:
    """The rows for these notices; `visible` are the copies that the person may see."""
    by_notice: dict[str, list[str]] = {}
    for copy in visible:
        by_notice.setdefault(copy.notice_id, []).append(copy.state)
    rows = []
    for notice in notices:
        states = by_notice.get(notice.id, [])
        done = sum(state in FINAL for state in states)
        rows.append(NoticeRow(notice, notice_kind(notice.state), done, len(states)))
    return rows


def copy_rows(found: Iterable[NoticeCopy]) -> list[CopyRow]:
    """The rows for these copies."""
    copies = list(found)
    running = Deadline.objects.filter(subject__in=[subject(c) for c in copies], stopped_at=None).order_by("-due_at")
    first = {d.subject: d for d in running}
    rows = []
    for copy in copies:
        deadline = first.get(subject(copy))
        rows.append(CopyRow(copy, copy_kind(copy.state), deadline, clock_word(deadline.kind) if deadline else ""))
    return rows
