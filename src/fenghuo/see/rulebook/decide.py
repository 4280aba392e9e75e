"""Which hits are held back, and how long what was decided may stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fenghuo.see.events import Hit

LONGEST_SILENCE = timedelta(days=90)
"""Nothing is silenced for ever: whoever wants more says so again."""
LONGEST_TRIAL = timedelta(days=60)
SOON = timedelta(days=3)
"""A silence that runs out within this time is shown as such."""
MOST_NEEDED = 10_000
LONGEST_WINDOW_S = 7 * 86_400
ASSET_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Rest:
    """A silence in force. `hits` 0: nothing is raised; else nothing below so many hits within `within_s` seconds."""

    id: int
    rule_id: str
    unit_id: str
    asset: str
    hits: int
    within_s: int


def covers(rest: Rest, hit: Hit) -> bool:
    """Whether the silence is about the hit."""
    return (
        rest.rule_id == hit.rule_id
        and rest.unit_id in {"", hit.unit_id}
        and rest.asset in {"", hit.asset[:ASSET_LENGTH]}
    )


def rest_for(hit: Hit, rests: Sequence[Rest]) -> Rest | None:
    """The silence that a hit falls under: one that raises nothing before a threshold, the narrower before the wider."""
    found = [rest for rest in rests if covers(rest, hit)]
    return min(found, key=lambda r: (r.hits > 0, not r.asset, not r.unit_id, r.id), default=None)


def over_threshold(times: Sequence[int], need: int, within_ns: int) -> list[bool]:
    """Which hits count, given the event times of one unit and asset in order.

    A hit counts when it belongs to `need` hits or more that came within `within_ns`, so that the warning shows all of them
    and not only the last.
    """
    counts = [False] * len(times)
    first = 0
    marked = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - within_ns:
            first += 1
        if last - first + 1 >= need:
            start = max(first, marked)
            counts[start : last + 1] = [True] * (last + 1 - start)
            marked = last + 1
    return counts
