"""What the parts of a page are given: small frozen values, so that a page cannot pass half of one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StateKind(StrEnum):
    """How a state is drawn: by ink and weight, never by a colour of the warning levels."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    GONE = "gone"


class DeliveryResult(StrEnum):
    """How one attempt to reach somebody ended."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class LedgerOutcome(StrEnum):
    """Outcome of one asset, check and period (verdict of screening)."""

    PASS = "pass"  # noqa: S105 -- an outcome
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_TEST = "could_not_test"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of a matter's life.

    Attributes:
        when: aware moment.
        who: name of the person, "" for the system.
        what: what was done, in the reader's language.
        why: the reason given, "" where none.
    """

    when: datetime
    who: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One attempt on the delivery ladder.

    Attributes:
        channel: name of the channel, e.g. "e-mail".
        recipient: whom it was meant for.
        tried: aware moment of the last attempt, None before the first.
        result: how it ended.
        detail: what the channel answered, "" where nothing.
        repeated: True where the message may have arrived twice.
    """

    channel: str
    recipient: str
    tried: datetime | None
    result: DeliveryResult
    detail: str = ""
    repeated: bool = False
