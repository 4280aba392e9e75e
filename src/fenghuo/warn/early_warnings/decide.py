"""What a warning is, and what may be done with it. Pure."""

from fenghuo.base.common.severity import Harm, SigmaLevel, WarningLevel
from fenghuo.see.detection.threat_classes import ThreatClass, class_of, harm_of
from fenghuo.see.events import Hit

LOWEST = SigmaLevel.MEDIUM
"""Hits of rules below this level stay hits."""

FINAL = frozenset({"false-positive", "closed"})
TRANSITIONS: dict[str, frozenset[str]] = {
    "open": frozenset({"acknowledged", "triaged", "false-positive", "closed"}),
    "acknowledged": frozenset({"triaged", "false-positive", "closed"}),
    "triaged": frozenset({"closed", "false-positive"}),
    "false-positive": frozenset(),
    "closed": frozenset(),
}
NEEDS_REASON = frozenset({"triaged", "false-positive", "closed"})


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
