"""The rule engine: the gravest rule that fires gives the grade; rules that nothing known speaks against name what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from fenghuo.respond.incidents.grading.scales import Grade, Value
from fenghuo.respond.incidents.grading.tables import Rule, Table


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known and could raise the grade, alone or together with others that are not known either."""

    fact: str
    could_become: Grade
    rule: Rule
    together_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade and why.

    Attributes:
        rule: the one that fired, the surest of the gravest; None for general, which is what is left when none fires.
        also: others that gave the same grade.
    """

    table: Table
    grade: Grade
    rule: Rule | None
    also: tuple[Rule, ...]
    missing: tuple[Missing, ...]

    @property
    def confirmed(self) -> bool:
        """Whether the figures that decided are confirmed; for general, all that could have decided otherwise."""
        if self.rule is not None:
            return self.rule.confirmed
        return all(rule.confirmed for rule in self.table.rules)


def grade(table: Table, known: Mapping[str, Value]) -> Graded:
    """The grade of the known facts under a table. More harm never lowers it, and what is not known never raises it."""
    fired = [rule for rule in table.rules if rule.fires(known)]
    reached = max((rule.grade for rule in fired), key=lambda g: g.rank, default=Grade.GENERAL)
    deciding = sorted((rule for rule in fired if rule.grade is reached), key=_least_doubtful)
    first, also = (deciding[0], tuple(deciding[1:])) if deciding else (None, ())
    return Graded(table, reached, first, also, _missing(table, known, reached))


def _least_doubtful(rule: Rule) -> tuple[bool, bool, int]:
    return (not rule.confirmed, rule.proposal, rule.sureness.rank)


def _missing(table: Table, known: Mapping[str, Value], reached: Grade) -> tuple[Missing, ...]:
    """Every graver rule is tried; for each fact it waits for, the gravest grade, then the fewest other facts needed, counts."""
    found: dict[str, Missing] = {}
    for rule in table.rules:
        waiting = rule.open_facts(known) if rule.grade.rank > reached.rank else ()
        for fact in waiting:
            fresh = Missing(fact, rule.grade, rule, tuple(other for other in waiting if other != fact))
            if fact not in found or _weight(fresh) > _weight(found[fact]):
                found[fact] = fresh
    return tuple(found.values())


def _weight(missing: Missing) -> tuple[int, int]:
    return (missing.could_become.rank, -len(missing.together_with))
