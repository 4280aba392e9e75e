"""The engine: hits in, outcomes out, any number of correlations, chained from the bottom up."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import orjson

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection.correlation.closing import Closing
from fenghuo.see.detection.correlation.model import (
    Correlation,
    Event,
    Kind,
    Limits,
    Outcome,
    Row,
    RuleKey,
    Step,
)
from fenghuo.see.detection.correlation.newness import NewValues
from fenghuo.see.detection.correlation.reading import (
    Reader,
    group_key,
    missing,
    order_of,
    reader_of,
    value_of,
)
from fenghuo.see.detection.correlation.running import Running
from fenghuo.see.detection.correlation.state import NEVER, Change, Fire
from fenghuo.see.events import Hit

_VERSION = 1
_META = "meta"
_event_of = itemgetter(1)
State = Running | Closing | NewValues


class BadState(Exception):
    """Saved state is of another version or damaged."""


@dataclass(slots=True)
class _Node:
    """A correlation with its state, who refers to it, and what waits for it."""

    rule: Correlation
    state: State
    parents: list[tuple["_Node", int]]
    delay: int
    added: list[tuple[str, Event]]
    removed: list[tuple[str, Event]]


class Engine:
    """Event-time correlation. The same hits give the same final results in whatever order and batches they come.

    `feed` takes hits that were not fed before. `advance` tells how far ingest time is matched: without it nothing becomes
    final, and correlations that wait for the end of their window stay silent.

    Attributes:
        own: registered domains that are ours, which are never new; may change at any time.
    """

    def __init__(self, correlations: Sequence[Correlation], limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.own: set[str] = set()
        self.watermark = NEVER
        self._sources: dict[str, list[int]] = {}
        self._saved_watermark: int | None = None
        self._remembered: set[str] = set()
        self._nodes: list[_Node] = []
        self._routes: dict[RuleKey, list[tuple[_Node, Reader]]] = {}
        by_key: dict[RuleKey, _Node] = {}
        for rule in sorted(correlations, key=lambda c: c.level_in_chain):
            state = _state_of(rule, self.limits.of(rule))
            node = by_key[rule.key] = _Node(rule, state, [], 0, [], [])
            self._nodes.append(node)
            for index, position in enumerate(rule.positions):
                for key in position.rules:
                    self._connect(node, index, key, by_key.get(key))

    def _connect(self, node: _Node, index: int, key: RuleKey, child: _Node | None) -> None:
        if child is None:
            ways = self._routes.setdefault(key, [])
            if all(other is not node for other, _ in ways):
                ways.append((node, reader_of(node.rule, index, self.own)))
        else:
            if all(other is not node for other, _ in child.parents):
                child.parents.append((node, index))
            waits = 0 if child.rule.at_once or child.rule.draft.kind is Kind.ABSENCE else child.state.span
            node.delay = max(node.delay, child.delay + waits)

    def feed(self, hits: Iterable[Hit]) -> list[Outcome]:
        """Take hits in, in any order; what they raise, change or withdraw at once."""
        sources, routes = self._sources, self._routes
        for hit in hits:
            seen = sources.get(hit.source_id)
            if seen is None:
                seen = sources[hit.source_id] = [NEVER, NEVER]
            seen[0] = max(seen[0], hit.event_time)
            seen[1] = max(seen[1], hit.ingest_time)
            ways = routes.get((hit.rule_pack, hit.rule_id))
            if ways:
                fields = dict(hit.fields)
                for node, read in ways:
                    made = read(hit, fields)
                    if isinstance(made, str):
                        node.state.metrics[made] += 1
                    else:
                        node.added.append(made)
        return self._run(None)

    def advance(self, now: int) -> list[Outcome]:
        """Everything that was ingested before `now` (nanoseconds) has been matched and fed."""
        limits = self.limits
        busy = {source: seen for source, seen in self._sources.items() if seen[1] >= now - limits.idle}
        self._sources = busy
        slowest = max(min([now, *(seen[0] for seen in busy.values())]), now - limits.longest_hold)
        self.watermark = max(self.watermark, slowest - limits.lateness)
        return self._run(self.watermark)

    def recount(self, hits: Iterable[Hit]) -> list[Outcome]:
        """Feed hits that were fed already, before a restart, to the rules that count in passing; of their groups only those that fired
        are stored (`changed`), the others come back so.

        Hits must reach back to `recount_from`; what was said of them is not said again. A rule that was not there before begins anew.
        """
        routes = {
            key: [(n, read) for n, read in ways if _recounts(n) and n.rule.state_key in self._remembered]
            for key, ways in self._routes.items()
        }
        for hit in hits:
            fields = dict(hit.fields)
            for node, read in routes.get((hit.rule_pack, hit.rule_id), ()):
                made = read(hit, fields)
                if not isinstance(made, str):
                    node.added.append(made)
        return self._run(None, again=True)

    @property
    def recount_from(self) -> int | None:
        """The event time from which on hits are needed by `recount`, or may be named by a result.

        None where nothing is counted in passing, or nothing was final.
        """
        spans = [node.state.span if _recounts(node) else 0 for node in self._nodes if node.rule.passing]
        return self.watermark - max(spans) if spans and self.watermark > NEVER else None

    def _run(self, watermark: int | None, again: bool = False) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for node in self._nodes:
            changes: list[Change] = []
            if node.added or node.removed:
                node.added.sort(key=_event_of)
                if again and isinstance(node.state, Running):
                    changes += node.state.take(node.added, again=True)
                else:
                    changes += node.state.take(node.added, node.removed)
                node.added, node.removed = [], []
            if watermark is not None:
                changes += node.state.advance(watermark - node.delay)
            for change in changes:
                outcomes.append(_outcome(node.rule, change))
                for parent, index in node.parents:
                    _pass_on(node, parent, index, change)
        return outcomes

    @property
    def metrics(self) -> dict[RuleKey, dict[str, int]]:
        """What had to be left out, by rule: "too-late", "no-group", "no-number", "own", "evicted", "crowded", "not-found"."""
        return {node.rule.key: dict(node.state.metrics) for node in self._nodes if node.state.metrics}

    @property
    def groups(self) -> int:
        """How many groups are remembered."""
        return sum(len(node.state) for node in self._nodes)

    def track(self) -> None:
        """From now on remember what changes, for `changed`."""
        for node in self._nodes:
            node.state.tracked = True

    def changed(self) -> list[Row]:
        """What must be stored to have the present state, given what was stored before; call it once a transaction.

        A watermark that moved on while nothing else happened is stored now and then only.
        """
        rows = [row for node in self._nodes for row in node.state.rows()]
        saved = self._saved_watermark
        if rows or saved is None or self.watermark - saved > self.limits.lateness:
            self._saved_watermark = self.watermark
            rows.append(Row(_META, "", 0, self._meta()))
        return rows

    def _meta(self) -> bytes:
        metrics = {node.rule.state_key: dict(node.state.metrics) for node in self._nodes}
        return orjson.dumps([_VERSION, self.watermark, self._sources, metrics])

    def restore(self, rows: Iterable[Row]) -> None:
        """Take up stored rows (segments of a group in order); those of rules that are gone are left alone.

        Raises:
            BadState: another version, or not readable.
        """
        nodes = {node.rule.state_key: node for node in self._nodes}
        packed: dict[tuple[str, str], list[bytes]] = {}
        try:
            for row in rows:
                if row.rule == _META and row.data is not None:
                    self._take_meta(row.data, nodes)
                elif row.rule in nodes and row.data is not None:
                    packed.setdefault((row.rule, row.group), []).append(row.data)
            for (rule, group), segments in packed.items():
                nodes[rule].state.restore(group, segments)
        except (orjson.JSONDecodeError, ValueError, TypeError, IndexError, KeyError) as error:
            raise BadState(str(error)) from error

    def _take_meta(self, data: bytes, nodes: dict[str, _Node]) -> None:
        version, watermark, sources, metrics = orjson.loads(data)
        if version != _VERSION:
            raise BadState(f"version {version}")
        self.watermark = self._saved_watermark = watermark
        self._sources = sources
        self._remembered = set(metrics)
        for name, node in nodes.items():
            node.state.watermark = watermark - node.delay if watermark > NEVER else NEVER
            node.state.metrics.update(metrics.get(name, {}))

    def dump(self) -> bytes:
        """The whole state."""
        rows = [[row.rule, row.group, (row.data or b"").decode("latin-1")] for row in self.rows()]
        return zlib.compress(orjson.dumps(rows), 1)

    def rows(self) -> Iterator[Row]:
        """The whole state, one row a group."""
        yield Row(_META, "", 0, self._meta())
        for node in self._nodes:
            yield from node.state.all_rows()

    def load(self, data: bytes) -> None:
        """The state of a `dump`.

        Raises:
            BadState: another version, or not readable.
        """
        try:
            rows = orjson.loads(zlib.decompress(data))
        except (zlib.error, orjson.JSONDecodeError) as error:
            raise BadState(str(error)) from error
        self.restore(Row(rule, group, 0, packed.encode("latin-1")) for rule, group, packed in rows)


def _state_of(rule: Correlation, limits: Limits) -> State:
    if rule.draft.kind is Kind.NEW_VALUE:
        return NewValues(rule, limits)
    return (Running if rule.at_once else Closing)(rule, limits)


def _recounts(node: _Node) -> bool:
    """Whether a part of the memory is in the stream instead of the tables."""
    return node.rule.passing and isinstance(node.state, Running)


def _event(
    rule: Correlation, index: int, time: int, result_id: str, exercise: bool, fields: Mapping[str, str | None]
) -> tuple[str, Event] | str:
    """The event that a result of another correlation is, or why it is none."""
    position, kind = rule.positions[index], rule.draft.kind
    group = [fields.get(name) for name in position.group]
    if None in group:
        return "no-group"
    value: str | int | None = None
    if kind is not Kind.EVENT_COUNT:
        value = index if kind.by_rule else value_of(kind, [fields.get(name) for name in position.value])
        if value is None:
            return missing(kind)
    extra = tuple(fields.get(name) for name in position.extra) or None
    return group_key(exercise, group), (time, order_of(kind, index), result_id, value, extra)


def _pass_on(child: _Node, parent: _Node, index: int, change: Change) -> None:
    """A result is an event of the correlations that refer to it; a changed one is taken out and put in again."""
    made = [_result_event(child.rule, parent, index, change.group, fire) for fire in (change.old, change.new)]
    old, new = (one if isinstance(one, tuple) else None for one in made)
    if old == new:
        return
    if old is not None:
        parent.removed.append(old)
    if new is not None:
        parent.added.append(new)
    elif change.new is not None and change.old is None and isinstance(made[1], str):
        parent.state.metrics[made[1]] += 1


def _result_event(
    rule: Correlation, parent: _Node, index: int, group: str, fire: Fire | None
) -> tuple[str, Event] | str | None:
    if fire is None:
        return None
    exercise, *values = orjson.loads(group)
    fields: dict[str, str | None] = dict(zip(rule.extra, fire.extra or (), strict=False))
    fields.update(zip(rule.draft.names, values, strict=True))
    result_id = result_id_of(rule, group, fire)
    return _event(parent.rule, index, fire.time, result_id, bool(exercise), fields)


def result_id_of(rule: Correlation, group: str, fire: Fire) -> str:
    """The same for the provisional and the final form of a result, and in every replay."""
    episode = _episode(rule, fire)
    return derived_id("correlation", rule.draft.pack, rule.draft.id, rule.draft.hash, group, episode)


def _episode(rule: Correlation, fire: Fire) -> int:
    """Fires of a group, and windows that close, begin more than a timespan apart: each timespan has one at most."""
    return (fire.time if rule.at_once else fire.first_time) // rule.draft.timespan_ns


def _outcome(rule: Correlation, change: Change) -> Outcome:
    fire = change.new or change.old
    assert fire is not None
    if change.final:
        step = Step.FINAL if change.old is not None else Step.RAISED
    elif change.new is None:
        step = Step.WITHDRAWN
    else:
        step = Step.RAISED if change.old is None else Step.CHANGED
    exercise, *values = orjson.loads(change.group)
    return Outcome(
        step=step,
        correlation=rule,
        result_id=result_id_of(rule, change.group, fire),
        group=tuple(zip(rule.draft.names, values, strict=True)),
        exercise=bool(exercise),
        episode=_episode(rule, fire),
        time=fire.time,
        first_time=fire.first_time,
        value=fire.value,
        capped=fire.capped,
        crossing=fire.crossing,
        hit_ids=fire.hit_ids,
        final=change.final,
    )
