"""What a warning is, and what may be done with it. Pure."""

from fenghuo.base.common.severity import Harm, SigmaLevel, WarningLevel
from fenghuo.see.detection.threat_classes import ThreatClass, class_of, harm_of
from fenghuo.see.events import Hit

ACKNOWLEDGE = "acknowledge"
"""The clock that runs until somebody takes a warning on."""
LOWEST = SigmaLevel.MEDIUM
"""Hits of rules below this level stay hits."""

JOINED = "joined"
FINAL = frozenset({"false-positive", "closed", JOINED})
"""What waits for nobody any more: a warning that became part of another waits there."""
TAKEN_IN = frozenset({"open", "acknowledged"})
"""Warnings in these states become part of the warning of a chain that their hits are in; what somebody decided about stands by itself."""
TRANSITIONS: dict[str, frozenset[str]] = {
    "open": frozenset({"acknowledged", "triaged", "false-positive", "closed"}),
    "acknowledged": frozenset({"triaged", "false-positive", "closed"}),
    "triaged": frozenset({"closed", "false-positive"}),
    "false-positive": frozenset(),
    "closed": frozenset(),
    JOINED: frozenset(),
}
NEEDS_REASON = frozenset({"triaged", "false-positive", "closed"})


class CannotDo(Exception):
    """The warning is not in a state for this verb, or a reason is missing. `code` is "state" or "reason"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def becomes_warning(hit: Hit) -> bool:
    """Whether a hit counts for a warning at all."""
    return SigmaLevel(hit.rule_level).rank >= LOWEST.rank


def classify(hit: Hit) -> tuple[ThreatClass, Harm]:
    """Technical class and possible harm of a hit: what its rule states, else by ATT&CK tag and level."""
    return class_of(hit.tags, hit.threat_class), harm_of(SigmaLevel(hit.rule_level), hit.harm)


def raised_to(level: WarningLevel, hit: Hit) -> WarningLevel:
    """The level of a hit where the table gives `level`: no lower than its rule states, as for a chain that ends in a break-in."""
    return min(level, WarningLevel(hit.at_least), key=lambda one: one.rank) if hit.at_least else level


def may_become(state: str, wanted: str) -> bool:
    """Whether the transition is in the table."""
    return wanted in TRANSITIONS[state]
