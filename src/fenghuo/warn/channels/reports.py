"""What channels learn later of messages that the other side took. Pure.

A folder of a kind that can ask for such reports has a `receive.py` with `receive(config, awaited) -> list[Report]`: one look, within
half a minute, over the same one door. It raises `NotSent` where the other side was not reached or refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_LEAST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message of which something may still be learnt, by the number that the other side gave it.

    Attributes:
        told: it is known already that it arrived; only an answer of the person is awaited.
        asks: it asks for an answer.
    """

    receipt: str
    recipient: str
    sent_at: datetime
    told: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message: it arrived, or it did not and why.

    Attributes:
        reply: what the person answered; an answer proves as well that the message arrived.
    """

    receipt: str
    arrived: bool
    answer: str
    reply: str = ""


def known(reports: Sequence[Report], awaited: Sequence[Awaited]) -> list[Report]:
    """Those about awaited messages, each once, the last word last."""
    receipts = {one.receipt for one in awaited}
    return list({(one.receipt, one.reply): one for one in reports if one.receipt in receipts}.values())


def replied(number: str, text: str, awaited: Sequence[Awaited], at: datetime | None = None) -> list[Report]:
    """A person's answer, as a report about the newest message that the number got before it; [] where there is none. One that asks for an
    answer comes before others: after it the person's code may have come, or that a code was wrong.

    Args:
        number: of the person, with or without country and plus.
        at: when the answer was given, None where nobody says.
    """
    digits = "".join(filter(str.isdigit, number))
    theirs = [one for one in awaited if one.recipient.endswith(digits) or digits.endswith(one.recipient.lstrip("+"))]
    before = [one for one in theirs if at is None or one.sent_at <= at]
    if len(digits) < _LEAST_DIGITS or not before:
        return []
    newest = max(before, key=lambda one: (one.asks, one.sent_at))
    return [Report(newest.receipt, True, "reply", text[:200])]
