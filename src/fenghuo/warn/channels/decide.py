"""When a message takes another road, waits for a digest, or becomes a call; and what a channel bears. Pure.

All figures are the project's own proposals; those of a channel can be set on the channel.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

_S = timedelta(seconds=1)
PATIENCE = {1: 20 * _S, 2: 45 * _S}
"""How long a road has before the next one is taken, by rank; `ELSE_PATIENCE` for the others."""
ELSE_PATIENCE = 60 * _S
CALL_AFTER = {1: 60 * _S, 2: 180 * _S}
"""How long the last road has before a person must call."""
ELSE_CALL_AFTER = 600 * _S
CALL_DUE = {1: 300 * _S, 2: 900 * _S}
"""Within what time the call is to be made."""
ELSE_CALL_DUE = 3600 * _S

WINDOW = timedelta(minutes=30)
"""What one person gets in this time: `SINGLE` messages, `RESERVE` more of the red ones, and digests."""
SINGLE = 8
RESERVE = 4
DIGEST_FIRST = 60 * _S
"""How long the first digest waits; while the storm lasts the next ones wait `DIGEST_NEXT`."""
DIGEST_NEXT = 300 * _S

DEAD_AFTER = 3
"""Failed sends in a row, none good between them, after which a road is passed over for new messages."""
DEAD_FOR = timedelta(minutes=5)
FAILING_FOR = timedelta(minutes=3)
"""How long a channel may fail before the platform is not ready any more."""
LONGEST_WAIT = timedelta(minutes=20)
"""Nothing is ever set further ahead than this; what stands further ahead was set before the clock went back."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A channel's allowance: how much is left, and since when it grows again."""

    left: float
    at: datetime | None


def limit_of(rate: float | None, burst: float | None, per_minute: int) -> tuple[float, float] | None:
    """(messages a minute, burst) of a channel, None for no limit: its own figures, else those of its kind.

    Rate and burst of a kind together stay within what its other side takes in any one minute.
    """
    if rate:
        return rate, max(1.0, burst or rate / 4)
    if per_minute:
        first = max(1.0, per_minute // 4)
        return max(1.0, per_minute - first), first
    return None


def poured(bucket: Bucket, limit: tuple[float, float], now: datetime) -> Bucket:
    """The allowance now. A clock that went back gives nothing and takes nothing."""
    rate, burst = limit
    if bucket.at is None:
        return Bucket(burst, now)
    grown = max(0.0, (now - bucket.at).total_seconds()) * rate / 60
    return Bucket(min(burst, bucket.left + grown), now)


def patience(rank: int, own_s: int | None) -> timedelta:
    """How long a road has, by the channel's own figure or the rank."""
    return own_s * _S if own_s else PATIENCE.get(rank, ELSE_PATIENCE)


def call_after(rank: int) -> timedelta:
    """How long the last road has."""
    return CALL_AFTER.get(rank, ELSE_CALL_AFTER)


def call_due(rank: int) -> timedelta:
    """Within what time a person must call."""
    return CALL_DUE.get(rank, ELSE_CALL_DUE)


@dataclass(slots=True)
class Budget:
    """What a person got in the window: single messages, and how many of them were red. `take` counts on."""

    single: int = 0
    red: int = 0

    def take(self, rank: int) -> bool:
        """Whether one more message of this rank goes by itself; it is counted then. The first red always goes."""
        if rank == 1 and (self.red == 0 or self.single < SINGLE + RESERVE):
            self.red += 1
        elif self.single >= SINGLE:
            return False
        self.single += 1
        return True


def digest_due(oldest: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether what waits since `oldest` is told now, `last` being the digest before; a clock that jumped holds nothing back."""
    if oldest > now + LONGEST_WAIT or (last is not None and last > now + LONGEST_WAIT):
        return True
    if last is not None and now - last < 2 * DIGEST_NEXT:
        return now - last >= DIGEST_NEXT
    return now - oldest >= DIGEST_FIRST


def is_dead(fails_in_row: int, failed_at: datetime | None, now: datetime) -> bool:
    """Whether a road is passed over. After a while the next message tries it again: nobody else would find that it is mended."""
    return fails_in_row >= DEAD_AFTER and failed_at is not None and abs(now - failed_at) < DEAD_FOR
