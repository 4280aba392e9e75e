"""The life of a finding, when a site is screened next, and what a ledger cell says; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fenghuo.see.screening.checks.base import Severity, VerdictKind

PASSES_NEEDED = 2
BETWEEN_PASSES = timedelta(minutes=10)
REOPEN_WITHIN = timedelta(days=90)
"""A fault that comes back within so long reopens its finding; later it is a new one that points to the old."""

SCREEN_AGAIN = {
    Severity.CRITICAL: timedelta(hours=12),
    Severity.HIGH: timedelta(days=1),
    Severity.MEDIUM: timedelta(days=4),
}
CLEAN_AGAIN = timedelta(days=7)
AFTER_FAILURE = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""A site that could not be tested at all is tried again after these, the last one repeated."""


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    PASSED_ONCE = "passed-once"
    CLOSED = "closed"
    FALSE_POSITIVE = "false-positive"
    ACCEPTED = "accepted"


class ClosedWhy(StrEnum):
    """Why a finding is no longer open; a closed list."""

    TWO_PASSES = "two-passes"
    ASSET_RETIRED = "asset-retired"
    FALSE_POSITIVE = "false-positive"
    RISK_ACCEPTED = "risk-accepted"


class Step(StrEnum):
    """What a verdict did to a finding."""

    NONE = "none"
    SEEN = "seen"
    FIRST_PASS = "first-pass"  # noqa: S105
    CLOSED = "closed"
    REOPENED = "reopened"
    PASS_TOO_SOON = "pass-too-soon"  # noqa: S105
    OLDER_CHECK = "older-check"


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding as far as its life depends on it.

    Attributes:
        version: the check's version that saw it last.
        first_pass_at: the first of the passes after it was seen last, None where there was none.
        until: end of a false-positive mark or an accepted risk.
    """

    state: FindingState
    version: int
    first_pass_at: datetime | None = None
    closed_at: datetime | None = None
    closed_why: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One verdict of the finding's check over its asset.

    Attributes:
        seen: whether it failed with this very finding. whole: whether it judged whole facts (`Verdict.whole`).
    """

    kind: VerdictKind
    seen: bool
    version: int
    at: datetime
    whole: bool = True


def step(finding: Standing, observed: Observed) -> tuple[Standing, Step]:
    """What a verdict makes of a finding.

    It closes after two completed passes of the same or a later version of the check at least ten minutes apart, and never because it
    was not seen: a verdict that could not test, or does not apply, changes nothing. A fail that names other places, over whole facts, is a
    completed run that did not find this one, so it counts as a pass for it.
    """
    held = finding.state in {FindingState.FALSE_POSITIVE, FindingState.ACCEPTED}
    if held and (finding.until is None or observed.at < finding.until):
        return finding, Step.NONE
    if observed.kind is VerdictKind.FAIL and observed.seen:
        back = finding.state not in {FindingState.OPEN, FindingState.PASSED_ONCE}
        fresh = Standing(FindingState.OPEN, observed.version)
        return fresh, Step.REOPENED if back else Step.SEEN
    if observed.kind not in {VerdictKind.PASS, VerdictKind.FAIL} or finding.state is FindingState.CLOSED:
        return finding, Step.NONE
    if observed.kind is VerdictKind.FAIL and not observed.whole:
        return finding, Step.NONE
    if observed.version < finding.version:
        return finding, Step.OLDER_CHECK
    if held:
        finding = replace(finding, state=FindingState.OPEN, until=None, first_pass_at=None)
    if finding.first_pass_at is None:
        return replace(finding, state=FindingState.PASSED_ONCE, first_pass_at=observed.at), Step.FIRST_PASS
    if observed.at - finding.first_pass_at < BETWEEN_PASSES:
        return finding, Step.PASS_TOO_SOON
    closed = replace(
        finding, state=FindingState.CLOSED, closed_at=observed.at, closed_why=ClosedWhy.TWO_PASSES, first_pass_at=None
    )
    return closed, Step.CLOSED


def next_visit(last: datetime, open_severities: Iterable[Severity], passed_once: bool, failures: int = 0) -> datetime:
    """When an asset is screened next, counted from its last visit.

    By its worst open finding: critical 12 hours, high a day, medium four days, clean a week. Where a finding has passed once, after
    eleven minutes, so that it can close. After `failures` visits in a row that brought nothing, sooner.
    """
    worst = min(open_severities, key=lambda s: s.rank, default=None)
    usual = SCREEN_AGAIN.get(worst, CLEAN_AGAIN) if worst is not None else CLEAN_AGAIN
    if failures:
        return last + min(usual, AFTER_FAILURE[min(failures, len(AFTER_FAILURE)) - 1])
    return last + (BETWEEN_PASSES + timedelta(minutes=1) if passed_once else usual)


_WEIGHT = {
    VerdictKind.FAIL: 3,
    VerdictKind.PASS: 3,
    VerdictKind.NOT_APPLICABLE: 2,
    VerdictKind.COULD_NOT_TEST: 1,
}


def cell_after(present: VerdictKind | None, verdict: VerdictKind) -> VerdictKind:
    """What a cell of the ledger says after a further verdict of its period: the latest finished one; what could not be tested never
    takes the place of what was."""
    if present is None or _WEIGHT[verdict] >= 2 or _WEIGHT[present] <= _WEIGHT[verdict]:
        return verdict
    return present


@dataclass(frozen=True, slots=True)
class Covered:
    """Coverage of a period by the design's definition, and what stands beside it."""

    registered: int
    covered: int
    not_authorised: int
    could_not_test: int

    @property
    def percent(self) -> float | None:
        """Assets with a finished verdict in every applicable class, of all registered ones, in percent; None without assets."""
        return round(100 * self.covered / self.registered, 1) if self.registered else None


def is_covered(classes: Iterable[Iterable[VerdictKind]]) -> bool:
    """Whether an asset counts: in each class that concerns it at least one check ended in pass or fail.

    A class in which no check applies asks for nothing. An asset that no check of any class concerns is not covered.
    """
    applicable = [[v for v in cells if v is not VerdictKind.NOT_APPLICABLE] for cells in classes]
    asked = [cells for cells in applicable if cells]
    return bool(asked) and all(any(v in {VerdictKind.PASS, VerdictKind.FAIL} for v in cells) for cells in asked)


class Up(StrEnum):
    """Availability of a site."""

    UP = "up"
    PENDING = "pending"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNWATCHED = "unwatched"


TRIES = 3
"""A site is down when it did not answer so many times in a row."""
TRY_AGAIN = timedelta(seconds=20)
WATCH_EVERY = timedelta(seconds=60)
HOME_EVERY = timedelta(minutes=5)
_SHARE = 2
"""Watching takes at most every second turn of an address, so that screening has the others."""


def up_after(before: Up, in_row: int, failed: bool, maintenance: bool) -> Up:
    """State of a site after a visit; `in_row` counts failed visits in a row, this one included."""
    if not failed:
        return Up.UP
    if maintenance:
        return Up.MAINTENANCE
    return Up.DOWN if before is Up.DOWN or in_row >= TRIES else Up.PENDING


def watch_interval(sites_there: int) -> timedelta:
    """How often each of so many sites on one address can be watched: each minute, or less where the address allows less."""
    return max(WATCH_EVERY, timedelta(seconds=sites_there * _SHARE))


@dataclass(frozen=True, slots=True)
class Uptime:
    """Availability over a time, in seconds: maintenance and what nobody watched are counted apart, never as up."""

    up: float
    down: float
    maintenance: float
    unwatched: float

    @property
    def percent(self) -> float | None:
        """Up of what was watched outside maintenance, in percent; None where nothing was."""
        watched = self.up + self.down
        return round(100 * self.up / watched, 3) if watched else None


def uptime(spans: Iterable[tuple[Up, datetime, datetime]], begins: datetime, ends: datetime) -> Uptime:
    """Uptime between two moments, of spans (state, begins, ends). Gaps between spans are unwatched; pending counts as up, since a site
    is down only after three tries and a span that ends in down is down from its first failure."""
    sums = dict.fromkeys(Up, 0.0)
    for state, start, end in spans:
        inside = (min(end, ends) - max(start, begins)).total_seconds()
        sums[state] += max(0.0, inside)
    return uptime_of(sums, (ends - begins).total_seconds())


def uptime_of(sums: Mapping[Up, float], total: float) -> Uptime:
    """Uptime of a time that is `total` seconds long, of the seconds in each state."""
    up, down, maintenance = (sums.get(s, 0.0) for s in (Up.UP, Up.DOWN, Up.MAINTENANCE))
    up += sums.get(Up.PENDING, 0.0)
    return Uptime(up, down, maintenance, max(0.0, total - up - down - maintenance))


def mean_uptime(sites: Iterable[Uptime]) -> float | None:
    """Uptime of several sites in percent, each second of watching counting the same; None where nothing was watched."""
    found = list(sites)
    up, watched = sum(site.up for site in found), sum(site.up + site.down for site in found)
    return round(100 * up / watched, 3) if watched else None
