"""How sending does: what the desk and `/health` show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fenghuo.base.common.settings import settings
from fenghuo.warn.channels.decide import FAILING_FOR
from fenghuo.warn.channels.models import Call, Channel, ChannelHealth, Vital
from fenghuo.warn.channels.queries import unsent

SILENT_AFTER = timedelta(seconds=30)
UNSENT_AFTER = timedelta(minutes=5)
SKEW_S = 5.0
LEAST_FREE = 200 * 1024 * 1024
HEARTBEAT_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Failing:
    """A channel whose sends or tests fail, since when, and what was answered last."""

    channel: Channel
    since: datetime
    answer: str
    only_test: bool


@dataclass(frozen=True, slots=True)
class Health:
    """The platform's own state.

    Attributes:
        ready: False where somebody who must be told may not be: a channel fails, messages lie, the sender or the disk is gone.
        why: names of what makes it not ready: "silent", "failing", "unsent", "disk".
        oldest: since when the oldest message waits that has not left, None for none; `waiting` is how many do.
        pulse_at: last sign of life of the sending process, None before the first.
        skew_s: how far our clock is ahead of those that answered us (behind: negative), None where nobody told.
        free_bytes: free disk, None where nothing was written yet.
        heartbeat: None where no outside watcher is set, else whether it heard us lately.
        calls: persons whom somebody must call.
    """

    ready: bool
    why: tuple[str, ...]
    oldest: datetime | None
    waiting: int
    failing: tuple[Failing, ...]
    pulse_at: datetime | None
    skew_s: float | None
    witnesses: int
    free_bytes: int | None
    heartbeat: bool | None
    calls: int


def state(now: datetime) -> Health:
    """The state at a moment."""
    vitals = {vital.name: vital for vital in Vital.objects.all()}
    pulse, clocks, beat = (vitals.get(name) for name in ("deliver", "clock", "heartbeat"))
    rows = unsent(now)
    first = rows.values_list("created_at", flat=True).first()
    failing = tuple(_failing())
    free = pulse.detail.get("free_bytes") if pulse else None
    why = []
    # A clock that was set back leaves signs of life in the future: they are no older for that.
    if pulse is None or abs(now - pulse.at) > SILENT_AFTER:
        why.append("silent")
    if any(now - one.since >= FAILING_FOR for one in failing):
        why.append("failing")
    if first is not None and now - first >= UNSENT_AFTER:
        why.append("unsent")
    if free is not None and free < LEAST_FREE:
        why.append("disk")
    heard = None
    if settings().heartbeat_url:
        heard = beat is not None and bool(beat.detail.get("ok")) and abs(now - beat.at) < HEARTBEAT_AFTER
    return Health(
        ready=not why,
        why=tuple(why),
        oldest=first,
        waiting=rows.count() if first is not None else 0,
        failing=failing,
        pulse_at=pulse.at if pulse else None,
        skew_s=clocks.detail.get("skew_s") if clocks else None,
        witnesses=clocks.detail.get("witnesses", 0) if clocks else 0,
        free_bytes=free,
        heartbeat=heard,
        calls=Call.objects.exclude(open_since=None).values("who").distinct().count(),
    )


def _failing() -> Iterator[Failing]:
    rows = ChannelHealth.objects.filter(channel__enabled=True).select_related("channel")
    for health in rows:
        if health.failing_since is not None:
            yield Failing(health.channel, health.failing_since, health.answer, False)
        elif health.probe_failing_since is not None:
            yield Failing(health.channel, health.probe_failing_since, health.probe_answer, True)
