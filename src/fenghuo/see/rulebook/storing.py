"""Correlations of the office because of which hits are stored that are only counted otherwise.

A rule is counted in passing only where all correlations that refer to it say so (docs/detection.md). One of the office's that does not
makes rows of what comes a thousand times a second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fenghuo.base.common.settings import settings
from fenghuo.see.detection import Correlation
from fenghuo.see.rulebook.actions import OFFICE
from fenghuo.see.rulebook.correlating import correlations_in_force
from fenghuo.see.rulebook.models import RuleStatus, StoredRule
from fenghuo.see.rulebook.queries import rules_in_force

RuleKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Storing:
    """A correlation of the office, and the titles of the rules whose hits are all stored because of it; `number` 0: not saved yet."""

    number: int
    rule_id: str
    title: str
    of: list[str]


def storing(correlations: Iterable[Correlation]) -> list[Storing]:
    """Those among these correlations."""
    every = list(correlations)
    users: dict[RuleKey, list[Correlation]] = {}
    for correlation in every:
        if correlation.draft.pack != OFFICE:
            for key in _refers_to(correlation):
                users.setdefault(key, []).append(correlation)
    counted = {key for key, others in users.items() if all(other.draft.passing for other in others)}
    found = [(c, sorted(_refers_to(c) & counted)) for c in every if c.draft.pack == OFFICE and not c.passing]
    numbers = dict(StoredRule.objects.filter(pack_id=OFFICE).values_list("rule_id", "pk"))
    return [Storing(numbers.get(c.draft.id, 0), c.draft.id, c.draft.title, _titles(keys)) for c, keys in found if keys]


def storing_now() -> list[Storing]:
    """Those in force; nothing is compiled where the office has no correlation."""
    own = StoredRule.objects.filter(pack_id=OFFICE, status=RuleStatus.OK)
    if not any("correlation" in logsource for logsource in own.values_list("logsource", flat=True)):
        return []
    return storing(correlations_in_force(rules_in_force(), settings().data))


def _refers_to(correlation: Correlation) -> set[RuleKey]:
    return {key for position in correlation.positions for key in position.rules}


def _titles(keys: Sequence[RuleKey]) -> list[str]:
    rows = StoredRule.objects.filter(rule_id__in=[rule_id for _, rule_id in keys])
    titles = {(row.pack_id, row.rule_id): row.title for row in rows}
    return [titles.get(key, key[1]) for key in keys]
