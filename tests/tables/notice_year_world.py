"""A simulated year of notices, and an independent, straightforward calculation of every deadline and every escalation in it.

The terms and the holidays are written down here once more, from the reference and from the State Council's notices, and counted in
another way than the product counts.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from fenghuo.base.accounts.actions import add_person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE, Actor
from fenghuo.base.clocks.actions import mark_late, sync_shipped_days
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_unit, set_contact
from fenghuo.base.units.models import Unit
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices import copies, drafts, due, issue, review
from fenghuo.warn.notices.decide import CopyState, CopyVerb, Kind, after, states_of
from fenghuo.warn.notices.models import CopyStep, NoticeCopy
from fenghuo.warn.notices.steps import Hand, subject

ZONE = ZoneInfo("Asia/Shanghai")
OFF = (
    *("2024-01-01", "2024-02-10..2024-02-17", "2024-04-04..2024-04-06", "2024-05-01..2024-05-05", "2024-06-10"),
    *("2024-09-15..2024-09-17", "2024-10-01..2024-10-07"),
    *("2025-01-01", "2025-01-28..2025-02-04", "2025-04-04..2025-04-06", "2025-05-01..2025-05-05"),
    *("2025-05-31..2025-06-02", "2025-10-01..2025-10-08"),
    *("2026-01-01..2026-01-03", "2026-02-15..2026-02-23", "2026-04-04..2026-04-06", "2026-05-01..2026-05-05"),
    *("2026-06-19..2026-06-21", "2026-09-25..2026-09-27", "2026-10-01..2026-10-07"),
)
ON = (
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"),
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
)
MINUTE, HOUR = 60, 3600
SIGN = {"extra-urgent": 30 * MINUTE, "urgent": 2 * HOUR, "plain": "1"}
FEEDBACK = {"extra-urgent": 4 * HOUR, "urgent": "1", "plain": "3"}
DELIVER = {"extra-urgent": 5 * MINUTE, "urgent": 10 * MINUTE, "plain": 10 * MINUTE}
MEASURES = {"red": 2 * HOUR, "orange": 4 * HOUR, "yellow": 24 * HOUR, "blue": 72 * HOUR}
RECTIFY = {"critical": "3", "high": "7", "medium": "15", "low": "30"}
CLIMB = {"extra-urgent": (10, 20, 30), "urgent": (30, 60, 90), "plain": (540, 900, 1980)}
"""Seconds of natural time, or a text for so many working days; minutes until deputy, head and leader."""


def working_days() -> list[date]:
    """Every working day from 2024 on, in order, as a plain list."""
    off: set[date] = set()
    for span in OFF:
        first, _dots, last = span.partition("..")
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last or first):
            off.add(day)
            day += timedelta(days=1)
    on = set(map(date.fromisoformat, ON))
    days = (date(2024, 1, 1) + timedelta(days=n) for n in range(366 * 5))
    return [day for day in days if day in on or (day.isoweekday() not in (6, 7) and day not in off)]


WORKING = working_days()


def end(started: datetime, term: int | str) -> datetime:
    """When a term ends: the last second of the n-th working day after the day of the start, or so many seconds later."""
    if isinstance(term, int):
        return started + timedelta(seconds=term)
    later = [day for day in WORKING if day > started.astimezone(ZONE).date()]
    last = later[int(term) - 1]
    return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=ZONE)


@dataclass
class Expected:
    """A clock as it must be, and when it was stopped."""

    name: str
    started: datetime
    due: datetime
    stopped: datetime | None = None


@dataclass
class Book:
    """The clocks of one copy, kept by hand beside the product."""

    urgency: str
    clocks: list[Expected] = field(default_factory=list)

    def start(self, kind: str, term: int | str, now: datetime) -> Expected:
        number = sum(c.name.split("-")[0] == kind for c in self.clocks) + 1
        made = Expected(kind if number == 1 else f"{kind}-{number}", now, end(now, term))
        self.clocks.append(made)
        return made

    def stop(self, now: datetime, *kinds: str) -> None:
        for one in self.clocks:
            if one.stopped is None and (not kinds or one.name.split("-")[0] in kinds):
                one.stopped = now

    def marks(self, one: Expected) -> Iterator[tuple[str, datetime]]:
        """What must happen beside a clock, and when, unless it is stopped before."""
        kind, span = one.name.split("-")[0], one.due - one.started
        if kind == "deliver":
            yield from (("remind-100", one.due), ("office", one.due + span))
            return
        yield from ((f"remind-{p}", one.started + span * p / 100) for p in (50, 80, 100))
        steps = [timedelta(minutes=m) for m in CLIMB[self.urgency]]
        if kind == "review":
            yield "office", one.due + steps[0]
            return
        yield from zip(("deputy", "head", "office"), (one.due + s for s in steps), strict=True)
        if kind == "rectify":
            yield from (("supervise", end(one.due, "1")), ("criticise", end(one.due, "5")))


class Year:
    """Units, notices and time; every event sets the next one of its copy."""

    def __init__(self, seed: int, first: datetime, units: list[Unit]) -> None:
        self.chance, self.now, self.units = random.Random(seed), first, units
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.books: dict[str, Book] = {}
        self.office = [Actor("ann", "安"), Actor("bo", "薄"), Actor("chen", "陈")]
        self.unit = Hand(Actor("unit", "李四"), "link")
        self.did: Counter[str] = Counter()
        self.looked = first
        self.gone: set[str] = set()

    def at(self, moment: datetime, does: Callable[[], None]) -> None:
        heapq.heappush(self.events, (moment, next(self.order), does))

    def soon(self, does: Callable[[], None], *, hours: float) -> None:
        """After a time of chance around so many hours, now and then much longer."""
        far = 6 if self.chance.random() < 0.15 else 1
        self.at(self.now + timedelta(hours=self.chance.uniform(0.05, hours) * far), does)

    def run(self) -> None:
        while self.events:
            self.now, _number, does = heapq.heappop(self.events)
            does()

    def look(self) -> None:
        """What the platform does each second: here up to a minute late."""
        self.looked = self.now
        mark_late(self.now)
        if gone := due.track_due():  # from the end: the table grows, and what was written just now stands last
            steps = CopyStep.objects.filter(verb="sent", at=self.now).order_by("-id")[:gone]
            for copy_id in steps.values_list("copy_id", flat=True):
                self.books[copy_id].stop(self.now, "deliver")
        if self.gone:
            assert not NoticeCopy.objects.filter(id__in=self.gone, state=CopyState.QUEUED), "seen with the next look"
            self.gone.clear()
        due.remind_due()
        due.escalate_due()

    def clock(self, book: Book, kind: str, term: int | str) -> None:
        made = book.start(kind, term, self.now)
        for _mark, moment in book.marks(made):
            self.look_before(moment)
            self.look_after(moment)

    def look_before(self, moment: datetime) -> None:
        """A look within the minute before a moment, unless there was one: it finds what comes too early."""
        before = moment - timedelta(seconds=self.chance.uniform(1, 59))
        if before > self.now:
            self.at(before, lambda: self.look() if self.looked < moment - timedelta(minutes=1) else None)

    def look_after(self, moment: datetime) -> None:
        """A look within a minute after a moment, unless there was one meanwhile."""
        later = moment + timedelta(seconds=self.chance.uniform(0, 59))
        self.at(later, lambda: self.look() if self.looked <= moment else None)

    def issue(self) -> None:
        pick = self.chance.choice
        kind = pick(
            ["hazard", "hazard", "hazard", "incident", "warning", "warning", "situation", "drill", "supervision"]
        )
        values: dict[str, Any] = {"kind": kind, "urgency": pick(list(SIGN)), "severity": pick(list(RECTIFY))}
        values |= {"title": "t", "body": "b"}
        values |= {"level": pick(list(MEASURES)), "approval": "市网信办"} if kind == "warning" else {}
        chosen = self.chance.sample(self.units, 2 if self.chance.random() < 0.05 else 1)
        made = drafts.draft(self.office[0], drafts.Letterhead("办", "办"), values, chosen)
        drafts.submit(self.office[0], made.id)
        drafts.approve(self.office[1], made.id)
        for copy in issue.issue(self.office[2], made.id).copies.all():
            self.books[copy.id] = Book(values["urgency"])
            self.begin(copy.id, values)

    def begin(self, copy_id: str, values: dict[str, Any]) -> None:
        kind, urgency = values["kind"], values["urgency"]
        book = self.books[copy_id]
        self.clock(book, "deliver", DELIVER[urgency])
        self.clock(book, "sign", SIGN[urgency])
        if kind != "situation":
            self.clock(book, "feedback", MEASURES[values["level"]] if kind == "warning" else FEEDBACK[urgency])
        if kind in {"hazard", "incident", "supervision"}:
            self.clock(book, "rectify", RECTIFY[values["severity"]])
            if values["severity"] == "critical":
                self.clock(book, "mitigate", 24 * HOUR)
        self.soon(lambda: self.left(copy_id), hours=0.2)
        self.soon(lambda: self.answer(copy_id, values), hours=20)

    def left(self, copy_id: str) -> None:
        """The mail server took the first message; where there is nobody to write to, the officer calls."""
        if Delivery.objects.filter(matter=f"notice-copy:{copy_id}", occasion__startswith="issued").update(state="sent"):
            self.gone.add(copy_id)
            self.look_after(self.now)
        elif NoticeCopy.objects.get(id=copy_id).state == CopyState.QUEUED:
            copies.delivered(copy_id, Hand(self.office[0], "phone"), "电话")
            self.books[copy_id].stop(self.now, "deliver")

    def answer(self, copy_id: str, values: dict[str, Any]) -> None:
        self.did["answer"] += 1
        book, kind = self.books[copy_id], values["kind"]
        if self.chance.random() < 0.04:
            copies.refuse(copy_id, self.unit, "不属于本单位")
            book.stop(self.now)
            self.clock(book, "review", "2")
            self.soon(lambda: self.again(copy_id, values), hours=40)
            return
        copies.sign(copy_id, self.unit, "李四", code_checked=True)
        book.stop(self.now, "deliver", "sign")
        if kind != "situation":
            self.soon(lambda: self.feedback(copy_id, values), hours=60)

    def again(self, copy_id: str, values: dict[str, Any]) -> None:
        self.did["resend"] += 1
        review.resend(copy_id, Hand(self.office[0]), "确属你单位")
        self.books[copy_id].stop(self.now, "review")
        self.begin(copy_id, values)

    def feedback(self, copy_id: str, values: dict[str, Any]) -> None:
        book = self.books[copy_id]
        copies.feedback(copy_id, self.unit, "计划", "李四", "已处置")
        book.stop(self.now, "feedback", "mitigate")
        if values["kind"] in {"warning", "drill"}:
            self.clock(book, "review", "2")
            self.soon(lambda: self.judge(copy_id, values), hours=50)
        elif self.chance.random() < 0.2:
            self.soon(lambda: self.extend(copy_id, values), hours=20)
        else:
            self.soon(lambda: self.rectified(copy_id, values), hours=24 * 2 * int(RECTIFY[values["severity"]]))

    def extend(self, copy_id: str, values: dict[str, Any]) -> None:
        self.did["extension"] += 1
        until = self.now + timedelta(days=self.chance.randint(4, 25))
        copies.ask_extension(copy_id, self.unit, "等待厂商", "已限制访问", until)
        self.soon(lambda: self.extended(copy_id, values, until), hours=10)

    def extended(self, copy_id: str, values: dict[str, Any], until: datetime) -> None:
        grant, book = self.chance.random() < 0.6, self.books[copy_id]
        review.decide_extension(copy_id, Hand(self.office[1]), grant=grant, why="研究")
        if grant:
            book.stop(self.now, "rectify")
            self.clock(book, "rectify", int((until - self.now).total_seconds()))
        self.soon(lambda: self.rectified(copy_id, values), hours=24 * 20)

    def rectified(self, copy_id: str, values: dict[str, Any]) -> None:
        copies.rectified(copy_id, self.unit, "已整改")
        book = self.books[copy_id]
        book.stop(self.now, "feedback", "mitigate", "rectify")
        self.clock(book, "review", "2")
        self.soon(lambda: self.judge(copy_id, values), hours=50)

    def judge(self, copy_id: str, values: dict[str, Any]) -> None:
        review.take_up(copy_id, Hand(self.office[0]))
        book, draw = self.books[copy_id], self.chance.random()
        if draw < 0.15:
            self.did["return"] += 1
            review.return_copy(copy_id, Hand(self.office[1]), "证据不足")
            book.stop(self.now, "review")
            rectifies = values["kind"] not in {"warning", "drill"}
            self.clock(book, "rectify" if rectifies else "feedback", "3")
            next_step = self.rectified if rectifies else self.feedback
            self.soon(lambda: next_step(copy_id, values), hours=90)
        elif draw < 0.18:
            review.propose(copy_id, Hand(self.office[0]), CopyVerb.VOID, "并入他案")
            review.confirm(copy_id, Hand(self.office[1]))
            book.stop(self.now)
        else:
            review.pass_review(copy_id, Hand(self.office[1]), "已查看")
            book.stop(self.now)


def check(year: Year) -> tuple[int, int]:
    """Every copy in a legal state, every deadline as calculated, every mark within a minute and none too many; (clocks, marks)."""
    clocks = marks = 0
    rows: dict[str, dict[str, Deadline]] = {}
    for row in Deadline.objects.filter(subject__startswith="notice-copy:"):
        rows.setdefault(row.subject, {})[row.kind] = row
    for copy in NoticeCopy.objects.filter(id__in=year.books).select_related("notice").prefetch_related("steps"):
        kind, state = Kind(copy.notice.kind), CopyState.QUEUED
        steps = list(copy.steps.all())
        for step in steps:
            if step.before != step.after:
                assert after(kind, CopyState(step.before), CopyVerb(step.verb)) == step.after
                assert step.before == state
                state = CopyState(step.after)
        assert copy.state == state
        assert state in states_of(kind)
        book, stored = year.books[copy.id], rows.pop(subject(copy))
        assert {c.name: c.due for c in book.clocks} == {k: d.due_at for k, d in stored.items()}, copy.id
        done = {(s.text.partition(" ")[0], s.verb): s.at for s in steps if " → " in s.text}
        wanted = {}
        for one in book.clocks:
            stopped = stored[one.name].stopped_at
            assert stopped == one.stopped, (one.name, stopped, one.stopped)
            assert (stored[one.name].late_at is not None) == (one.stopped is None or one.stopped > one.due), one.name
            wanted |= {(one.name, m): at for m, at in book.marks(one) if one.stopped is None or at <= one.stopped}
        for key, moment in wanted.items():
            ended = next(c.stopped for c in book.clocks if c.name == key[0])
            if key not in done:  # it was stopped in the minute in which the platform had not looked yet
                assert ended is not None, key
                assert timedelta(0) <= ended - moment <= timedelta(seconds=60), key
                continue
            assert timedelta(0) <= done.pop(key) - moment <= timedelta(seconds=60), key
            marks += 1
        assert not done, "nobody was told too early or for nothing"
        clocks += len(book.clocks)
    assert not rows
    return clocks, marks


def simulate(units: int, notices: int, first: datetime) -> Year:
    """Let a year pass in which so many notices go to so many units, and what follows from them."""
    sync_shipped_days()
    for name, role in (("leader", Role.LEADER), ("duty", Role.DUTY_OFFICER)):
        add_person(COMMAND_LINE, name, name, [role], email=f"{name}@office.example", password="correct horse battery")
    add_channel(COMMAND_LINE, "m", "email", {"host": "192.0.2.25", "sender": "f@o.example"}, [], "blue", "zh-hans")
    made = [
        save_unit(COMMAND_LINE, Unit(code=f"u{n}", name=f"单位{n}", head_email="h@u.example")) for n in range(units)
    ]
    for unit in made[: -max(1, units // 12)]:
        set_contact(COMMAND_LINE, unit, "李四", "1", f"li@{unit.code}.example", deputy=False)
    year = Year(2026, first, made)
    for _ in range(notices):
        year.at(first + timedelta(seconds=year.chance.uniform(0, 365 * 86400)), year.issue)
    with clock.moved(lambda: clock.to_ns(year.now)):
        year.run()
    return year
