"""Rosters from a pattern, hours that nobody covers, and who would stand in two places. Pure."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fenghuo.base.clocks.workdays import is_workday

MOST_DAYS = 400
_NIGHT_BEGINS, _NIGHT_ENDS = time(22), time(6)


class CannotDo(Exception):
    """The verb is not possible as things stand. `code` is a word of a closed list that pages put into a sentence.

    "times", "taken", "two-posts", "begun", "holder", "person", "swap", "state", "text", "early", "given", "taker", "same-person",
    "nobody", "answered", "period", "figures", "future", "right", "objection".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


class Turn(StrEnum):
    """When the next person's turn comes."""

    SHIFT = "shift"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a roster goes on.

    Attributes:
        first, last: days on which shifts begin, both included.
        changes: times of day at which the shift changes, ascending; one for shifts of 24 hours.
        queues: post → persons in their order.
        turn: when the next one's turn comes.
        apart: days off (weekends and holidays that are no working days) are dealt out in a turn of their own, day by day.
        zone: of the office.
    """

    first: date
    last: date
    changes: tuple[time, ...]
    queues: Mapping[str, Sequence[int]]
    turn: Turn
    apart: bool
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Planned:
    """One shift that a pattern gives; `rest`: it begins on a day off."""

    post: str
    person: int
    starts_at: datetime
    ends_at: datetime
    rest: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A shift as far as overlaps are asked for."""

    post: str
    person: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one person: shifts, hours, shifts on days off, shifts that hold a part of the night (22 to 6 o'clock)."""

    person: int
    shifts: int
    hours: float
    rest: int
    nights: int


def plan(pattern: Pattern, special: Mapping[date, bool]) -> list[Planned]:
    """The shifts of a pattern in order of time; `special` is the holiday calendar.

    Raises:
        CannotDo: "times" where days, times or queues make no roster.
    """
    days = (pattern.last - pattern.first).days + 1
    changes = pattern.changes
    if not 1 <= days <= MOST_DAYS or not changes or list(changes) != sorted(set(changes)):
        raise CannotDo("times")
    if not any(pattern.queues.values()):
        raise CannotDo("person")
    found = []
    work_turn, rest_turn = 0, 0
    for number in range(days):
        day = pattern.first + timedelta(days=number)
        rest = not is_workday(day, special)
        aside = pattern.apart and rest
        if pattern.turn == Turn.WEEK and number and day.weekday() == 0:
            work_turn += 1
        for place in range(len(changes)):
            turn = rest_turn if aside else work_turn
            starts, ends = _bounds(day, place, changes, pattern.zone)
            found += [
                Planned(post, queue[turn % len(queue)], starts, ends, rest)
                for post, queue in sorted(pattern.queues.items())
                if queue
            ]
            if pattern.turn == Turn.SHIFT:
                rest_turn, work_turn = (rest_turn + 1, work_turn) if aside else (rest_turn, work_turn + 1)
        if aside and pattern.turn != Turn.SHIFT:
            rest_turn += 1
        elif not aside and pattern.turn == Turn.DAY:
            work_turn += 1
    return found


def _bounds(day: date, place: int, changes: Sequence[time], zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = place == len(changes) - 1
    until = day + timedelta(days=1) if last else day
    ends = changes[0] if last else changes[place + 1]
    return datetime.combine(day, changes[place], zone), datetime.combine(until, ends, zone)


def clashes(planned: Sequence[Span], standing: Iterable[Span] = ()) -> list[tuple[Span, Span]]:
    """Pairs that cannot both be: one post held twice, or one person on two posts, at the same time. The first is of `planned`."""
    found = []
    running: list[tuple[Span, bool]] = []
    everything = [(span, True) for span in planned] + [(span, False) for span in standing]
    for one, new in sorted(everything, key=lambda pair: (pair[0].starts_at, pair[0].post)):
        running = [(span, fresh) for span, fresh in running if span.ends_at > one.starts_at]
        for other, fresh in running:
            if (new or fresh) and (one.post == other.post or one.person == other.person):
                found.append((one, other) if new else (other, one))
        running.append((one, new))
    return found


def shares(planned: Iterable[Planned], zone: ZoneInfo) -> list[Share]:
    """What falls to each person, the one with most hours first, so that an unfair pattern is seen before it is saved."""
    sums: dict[int, list[float]] = {}
    for one in planned:
        mine = sums.setdefault(one.person, [0, 0.0, 0, 0])
        mine[0] += 1
        mine[1] += (one.ends_at - one.starts_at).total_seconds() / 3600
        mine[2] += one.rest
        mine[3] += _at_night(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone))
    rows = [Share(person, int(s[0]), s[1], int(s[2]), int(s[3])) for person, s in sums.items()]
    return sorted(rows, key=lambda row: (-row.hours, row.person))


def _at_night(starts: datetime, ends: datetime) -> bool:
    day = starts.date() - timedelta(days=1)
    while day <= ends.date():
        begins = datetime.combine(day, _NIGHT_BEGINS, starts.tzinfo)
        over = datetime.combine(day + timedelta(days=1), _NIGHT_ENDS, starts.tzinfo)
        if starts < over and begins < ends:
            return True
        day += timedelta(days=1)
    return False


def gaps(
    spans: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The stretches between two moments that no span covers."""
    found, covered = [], since
    for starts, ends in sorted(spans):
        if starts >= until:
            break
        if starts > covered:
            found.append((covered, starts))
        covered = max(covered, ends)
    if covered < until:
        found.append((covered, until))
    return found


def raised(rungs: Sequence[Sequence[int]], at_once: int) -> list[list[int]]:
    """The ladder with so many of its first rungs made one; nobody is on it twice in one rung."""
    if at_once <= 1 or len(rungs) < 2:
        return [list(rung) for rung in rungs]
    first = list(dict.fromkeys(person for rung in rungs[:at_once] for person in rung))
    return [first, *(list(rung) for rung in rungs[at_once:])]


def chance_seconds(key: bytes, day: date, count: int) -> list[int]:
    """Seconds after midnight of the roll-calls of a day: the same each time for who has the key, and a guess for who has not."""
    drawn = (hmac.new(key, f"roll-call|{day.isoformat()}|{n}".encode(), hashlib.sha256).digest() for n in range(count))
    return sorted(int.from_bytes(one[:8]) % 86_400 for one in drawn)
