"""What channels learn later of messages that the other side took. Pure.

A folder of a kind that can ask for such reports has a `receive.py` with `receive(config, awaited) -> list[Report]`: one look, within
half a minute, over the same one door. It raises `NotSent` where the other side was not reached or refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message of which no report came yet, by the number that the other side gave it."""

    receipt: str
    recipient: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message: it arrived, or it did not and why."""

    receipt: str
    arrived: bool
    answer: str


def known(reports: Sequence[Report], awaited: Sequence[Awaited]) -> list[Report]:
    """Those about awaited messages, each once, the last word last."""
    receipts = {one.receipt for one in awaited}
    return list({report.receipt: report for report in reports if report.receipt in receipts}.values())
