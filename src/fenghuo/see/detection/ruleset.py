"""Rules, compiled: which are there, which were refused, which is about which event, and what a batch matches."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from fenghuo.see.detection.correlation.model import Correlation, Draft, Known
from fenghuo.see.detection.correlation.resolve import Named, Resolved, resolve
from fenghuo.see.detection.parser import Filter
from fenghuo.see.detection.parsing import parse_all
from fenghuo.see.detection.reference import evaluate
from fenghuo.see.detection.rule import LogSource, Refusal, Rule, RuleSource
from fenghuo.see.detection.store import Kept, Store
from fenghuo.see.events import Event, Match

if TYPE_CHECKING:
    from fenghuo.see.detection.matcher import Matcher

_MAX_SOURCES = 4096
_IMPLIED_CATEGORIES = {
    "registry_add": {"registry_event"},
    "registry_delete": {"registry_event"},
    "registry_set": {"registry_event"},
    "registry_rename": {"registry_event"},
}
_IMPLIED_SERVICES = {"sshd": {"auth"}, "sudo": {"auth"}, "su": {"auth"}, "login": {"auth"}}


class RuleSet:
    """Compiled rules. `match` is pure: the same batch gives the same hits, unless a rule costs too much over an event; that one is left
    out from then on, and `take_stalled` names it.

    `correlations` are the rules over hits; `see.detection.correlation.Engine` runs them. `passing` names the rules whose hits are only
    counted (`Rule.passing`).
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        refused: Sequence[Refusal],
        correlations: Sequence[Correlation] = (),
        kept: "Kept | None" = None,
    ) -> None:
        self._kept = kept
        self.rules = tuple(rules)
        self.refused = tuple(refused)
        self.correlations = tuple(correlations)
        self._by_source: dict[LogSource, tuple[int, ...]] = {}
        self.passing = frozenset((rule.pack, rule.id) for rule in self.rules if rule.passing)

    def match(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The hits of an EventBatch as a batch of `HIT_SCHEMA`, in order of row and rule id."""
        return self._matcher.hits(batch)

    def matches(self, batch: pa.RecordBatch) -> Iterator[tuple[int, Rule, tuple[Match, ...]]]:
        """Row, rule and why, for each match in an EventBatch, in order of row and rule id."""
        return self._matcher.matches(batch)

    def matched(self, batch: pa.RecordBatch) -> int:
        """How many matches an EventBatch has, found without evidence."""
        return len(self._matcher.matched(batch).rows)

    def watch(self, timer: Callable[[], float]) -> None:
        """Leave out rules that hold up matching from then on; `timer` gives seconds, since this room has no clock."""
        self._matcher.stalls.timer = timer

    def take_stalled(self) -> list[tuple[Rule, float]]:
        """Rules left out since the last call, and the seconds that each took over one event."""
        return self._matcher.stalls.take() if "_matcher" in self.__dict__ else []

    @cached_property
    def _matcher(self) -> "Matcher":
        """The fast path and its machine code; made when it is asked for first, since whoever only lists rules needs neither."""
        from fenghuo.see.detection.matcher import Matcher

        return Matcher(self.rules, self._about, self._kept)

    def match_event(self, event: Event) -> list[tuple[Rule, tuple[Match, ...]]]:
        """The rules that one event matches by the reference evaluator, with why, in order of rule id."""
        found = []
        for number in self._about(LogSource(event.product, event.category, event.service)):
            rule = self.rules[number]
            held, matches = evaluate(rule, event)
            if held:
                found.append((rule, matches))
        return found

    def _about(self, source: LogSource) -> tuple[int, ...]:
        """Numbers of the rules that are about events of a log source."""
        numbers = self._by_source.get(source)
        if numbers is None:
            if len(self._by_source) >= _MAX_SOURCES:
                self._by_source.clear()
            about = (number for number, rule in enumerate(self.rules) if is_about(rule.logsource, source))
            numbers = self._by_source[source] = tuple(about)
        return numbers


def compile_rules(
    sources: Iterable[RuleSource],
    placeholders: Mapping[str, Sequence[str]] | None = None,
    disabled: Collection[str] = (),
    known: Iterable[Known] = (),
    store: Store | None = None,
) -> RuleSet:
    """The rules of these files. What can't be taken is in `refused`; rules whose id is in `disabled` are left out.

    Of two rules with one id in one pack, the second is refused. `known` are rules of other packs, which correlations may
    refer to. `store` keeps what was compiled; with it and without it the rules are the same.
    """
    taken: dict[tuple[str, str], Rule | Draft] = {}
    filters: list[Filter] = []
    refused: list[Refusal] = []
    origins: dict[tuple[str, str], bytes] = {}
    of_filters = b""
    for digest, documents in parse_all(sources, placeholders or {}, store):
        for number, found in enumerate(documents):
            if isinstance(found, Refusal):
                refused.append(found)
            elif isinstance(found, Filter):
                filters.append(found)
                of_filters += digest
            elif (found.pack, found.id) in taken:
                first = taken[found.pack, found.id].path
                refused.append(Refusal(found.path, 1, found.id, found.title, f"this id stands in {first} already"))
            else:
                taken[found.pack, found.id] = found
                origins[found.pack, found.id] = digest + number.to_bytes(4, "little")
    resolved = _resolve(taken.values(), disabled, known)
    rules = [r for r in taken.values() if isinstance(r, Rule) and r.id not in disabled]
    rules.sort(key=lambda r: (r.id, r.pack))
    return RuleSet(
        [_serving(_filtered(rule, filters), resolved) for rule in rules],
        [*refused, *resolved.refused],
        resolved.correlations,
        Kept(store, [origins[rule.pack, rule.id] + of_filters for rule in rules]) if store else None,
    )


def _resolve(taken: Iterable[Rule | Draft], disabled: Collection[str], known: Iterable[Known]) -> Resolved:
    taken = list(taken)
    here = {(one.pack, one.id) for one in taken}
    named = [Named(one, "", off=one.id in disabled) for one in known if (one.pack, one.id) not in here]
    drafts = []
    for one in taken:
        off = one.id in disabled
        if isinstance(one, Draft) and not off:
            drafts.append(one)
        else:
            named.append(Named(Known(one.pack, one.id, one.name, one.title), one.path, off=off))
    return resolve(drafts, named)


def _serving(rule: Rule, resolved: Resolved) -> Rule:
    key = (rule.pack, rule.id)
    carried, quiet = resolved.carried.get(key, ()), key in resolved.quiet
    if not carried and not quiet:
        return rule
    return replace(rule, carried=carried, quiet=quiet, passing=key in resolved.passing)


def _filtered(rule: Rule, filters: Sequence[Filter]) -> Rule:
    applying = tuple(f.detection for f in filters if f.applies_to(rule))
    return replace(rule, filters=applying) if applying else rule


def is_about(wanted: LogSource, source: LogSource) -> bool:
    """Every attribute that the rule states must be the event's; an unknown attribute of an event is no match."""
    if wanted.product not in {None, source.product}:
        return False
    categories = {None, source.category} | _IMPLIED_CATEGORIES.get(source.category or "", set())
    services = {None, source.service} | _IMPLIED_SERVICES.get(source.service or "", set())
    return wanted.category in categories and wanted.service in services
