"""The rule engine: the gravest rule that fires gives the grade; rules that nothing known speaks against name what is missing."""

from collections.abc import Iterable, Mapping
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
    reached = _gravest(fired)
    deciding = sorted((rule for rule in fired if rule.grade is reached), key=_least_doubtful)
    first, also = (deciding[0], tuple(deciding[1:])) if deciding else (None, ())
    return Graded(table, reached, first, also, _missing(table, known, reached))


def _least_doubtful(rule: Rule) -> tuple[bool, bool, int]:
    return (not rule.confirmed, rule.proposal, rule.sureness.rank)


def _gravest(fired: Iterable[Rule]) -> Grade:
    return max((rule.grade for rule in fired), key=lambda g: g.rank, default=Grade.GENERAL)


def _missing(table: Table, known: Mapping[str, Value], reached: Grade) -> tuple[Missing, ...]:
    """Every graver rule is tried with the facts that it waits for; those without which its grade would not be reached are missing.

    Of several rules that wait for a fact the gravest, then the one that needs the fewest others, counts.
    """
    found: dict[str, Missing] = {}
    for rule in table.rules:
        waiting = rule.open_facts(known) if rule.grade.rank > reached.rank else ()
        for fact in waiting:
            others = {c.fact: c.least for c in rule.conditions if c.fact in waiting and c.fact != fact}
            fresh = Missing(fact, rule.grade, rule, tuple(others))
            better = fact not in found or _weight(fresh) > _weight(found[fact])
            if better and not _reaches(table, {**known, **others}, rule.grade):
                found[fact] = fresh
    return tuple(found.values())


def _reaches(table: Table, known: Mapping[str, Value], wanted: Grade) -> bool:
    return any(rule.fires(known) for rule in table.rules if rule.grade.rank >= wanted.rank)


def _weight(missing: Missing) -> tuple[int, int]:
    return (missing.could_become.rank, -len(missing.together_with))
