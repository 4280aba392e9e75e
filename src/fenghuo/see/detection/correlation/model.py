"""What the parser makes of a correlation document, and what the engine says of it."""

from dataclasses import dataclass, replace
from enum import StrEnum

import orjson

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection.heading import Heading

SCALE = 10_000
"""Numbers of fields are kept as whole ten-thousandths, so that a sum does not depend on the order of its terms."""

RuleKey = tuple[str, str]
"""(pack, rule id)."""

Event = tuple[int, int, str, str | int | None, tuple[str | None, ...] | None]
"""(event time ns, order among equal times, hit id, value, fields that chained correlations ask for)."""


class Kind(StrEnum):
    """Types of correlation (Sigma correlation specification 2.1); `absence` and `new_value` are extensions of ours."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_PERCENTILE = "value_percentile"
    VALUE_MEDIAN = "value_median"
    ABSENCE = "absence"
    NEW_VALUE = "new_value"

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers."""
        return self in {Kind.VALUE_SUM, Kind.VALUE_AVG, Kind.VALUE_PERCENTILE, Kind.VALUE_MEDIAN}

    @property
    def by_rule(self) -> bool:
        """Whether it matters which of the referenced rules an event met."""
        return self in {Kind.TEMPORAL, Kind.TEMPORAL_ORDERED, Kind.ABSENCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Heading):
    """A correlation document as read; the rules that it refers to are still words.

    Attributes:
        refs: what `rules` says, in order.
        aliases: alias → reference → field.
        field: fields whose values are counted, summed or looked for in the past.
        condition: (operator, bound) pairs; bounds of numeric types in ten-thousandths.
        timespan_ns: nanoseconds.
        learn_ns: how long a group of new_value is watched before a value of it can be new; 0 for other types.
        asset: the name in `group_by` whose value is the asset that a result is about; "": that of the event at which it happened.
        passing: asks that the hits are counted in passing: none of them is stored but those that a result names.
        lines: line of the document, and of each part of it.
    """

    kind: Kind
    refs: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan_ns: int
    learn_ns: int
    condition: tuple[tuple[str, int], ...]
    field: tuple[str, ...]
    percentile: int
    aliases: dict[str, dict[str, str]]
    generate: bool
    asset: str
    passing: bool
    lines: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """What a result is about: the names of its group, and of the value where that is new."""
        return names_of(self.kind, self.group_by, self.field)


def names_of(kind: Kind, group_by: tuple[str, ...], field: tuple[str, ...]) -> tuple[str, ...]:
    """As `Draft.names`."""
    return group_by + field if kind is Kind.NEW_VALUE else group_by


@dataclass(frozen=True, slots=True)
class Position:
    """One entry of `rules`, resolved.

    Attributes:
        rules: the rules that are meant (several packs may hold one id); empty where the rule is switched off.
        group: fields of the event, one for each name of `group_by`.
        value: fields of the event that give the value.
        extra: fields that chained correlations ask for.
    """

    rules: tuple[RuleKey, ...]
    group: tuple[str, ...]
    value: tuple[str, ...]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation rule that can run.

    Attributes:
        level_in_chain: 1 where it refers to detection rules only, else one more than the highest that it refers to.
        extra: names of `Position.extra`, carried to the correlations that refer to this one.
        quiet: as `Rule.quiet`.
        passing: the hits of all its rules are counted in passing (`Rule.passing`).
    """

    draft: Draft
    positions: tuple[Position, ...]
    level_in_chain: int
    extra: tuple[str, ...] = ()
    quiet: bool = False
    passing: bool = False

    @property
    def key(self) -> RuleKey:
        """(pack, id)."""
        return self.draft.pack, self.draft.id

    @property
    def state_key(self) -> str:
        """Names the state of this very version of the rule; of new_value that of all versions that look at the same, since learning
        takes days and another level must not cost them.
        """
        draft = self.draft
        if draft.kind is Kind.NEW_VALUE:
            looked_at = orjson.dumps([(p.rules, p.group, p.value) for p in self.positions]).decode()
            return derived_id("correlation-memory", draft.pack, draft.id, draft.timespan_ns, looked_at)
        return derived_id("correlation-state", draft.pack, draft.id, draft.hash)

    @property
    def at_once(self) -> bool:
        """Whether more events can only help: then it fires at the crossing event, else when its window has closed."""
        kind = self.draft.kind
        return kind is not Kind.ABSENCE and all(operator in {"gt", "gte"} for operator, _ in self.draft.condition)


@dataclass(frozen=True, slots=True)
class Known:
    """A rule of another pack: enough to refer to it."""

    pack: str
    id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the engine. Times in nanoseconds.

    Attributes:
        lateness: how much later than others an event may come and still count.
        idle: a source without a hit for so long (by ingest time) does not hold the watermark back.
        longest_hold: no source holds the watermark back further than this behind the lateness.
        groups: most groups of one rule; beyond it the oldest are given up, and counted.
        events: most events of one group that may still be reordered; beyond it the oldest are settled early, and counted.
        hot: most groups of one rule that are kept unpacked.
        passing_groups, passing_hot: the same for rules that count in passing, whose groups anybody on the internet can make.
        values: most values that one rule of new_value remembers; beyond it the groups that hold most let go of those unseen longest.
        waiting: most new values of one group that are not final yet; beyond it values are remembered, but raise nothing, and counted.
    """

    lateness: int = 600 * 10**9
    idle: int = 60 * 10**9
    longest_hold: int = 3600 * 10**9
    groups: int = 1_000_000
    events: int = 50_000
    hot: int = 200_000
    passing_groups: int = 100_000
    passing_hot: int = 20_000
    values: int = 2_000_000
    waiting: int = 10_000

    def of(self, correlation: Correlation) -> "Limits":
        """Those that hold for this rule."""
        if not correlation.passing:
            return self
        return replace(self, groups=min(self.groups, self.passing_groups), hot=min(self.hot, self.passing_hot))


class Step(StrEnum):
    """What happened to a result."""

    RAISED = "raised"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step in the life of a result; the last one stands.

    Attributes:
        result_id: derived from rule, rule hash, group and episode.
        group: (name, value) as `group-by` says; of new_value also the value.
        episode: number of the timespan (since 1970) in which the result begins.
        time: event time of its last event; of an absence, when the time ran out. Nanoseconds.
        first_time: event time of the first event that counts.
        value: what was counted; of numeric types in ten-thousandths.
        capped: more than can be kept belonged to the window, the value is of the latest ones.
        crossing: id of the hit that it happened at.
        hit_ids: the hits that count, at most the last 100, by event time.
        final: it can't change any more.
    """

    step: Step
    correlation: Correlation
    result_id: str
    group: tuple[tuple[str, str], ...]
    exercise: bool
    episode: int
    time: int
    first_time: int
    value: int
    capped: bool
    crossing: str
    hit_ids: tuple[str, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of the engine's state to store; `data` None: remove every row of this rule and group from `segment` on."""

    rule: str
    group: str
    segment: int
    data: bytes | None
