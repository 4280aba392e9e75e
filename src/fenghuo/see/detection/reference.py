"""The reference evaluator: row by row, faithful to the specification; every faster path must equal it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection.conditions import looker
from fenghuo.see.detection.correlation.model import Correlation, Draft, Known
from fenghuo.see.detection.correlation.resolve import Named, Resolved, resolve
from fenghuo.see.detection.items import shown
from fenghuo.see.detection.parser import Filter, parse_source
from fenghuo.see.detection.rule import Detection, LogSource, Refusal, Rule, RuleSource
from fenghuo.see.events import Event, Hit, Match, events_of

_RAW_LIMIT = 64 * 1024
_IMPLIED_CATEGORIES = {
    "registry_add": {"registry_event"},
    "registry_delete": {"registry_event"},
    "registry_set": {"registry_event"},
    "registry_rename": {"registry_event"},
}
_IMPLIED_SERVICES = {"sshd": {"auth"}, "sudo": {"auth"}, "su": {"auth"}, "login": {"auth"}}


class RuleSet:
    """Compiled rules. `match` is pure: the same batch always gives the same hits.

    `correlations` are the rules over hits; `see.detection.correlation.Engine` runs them.
    """

    def __init__(
        self, rules: Sequence[Rule], refused: Sequence[Refusal], correlations: Sequence[Correlation] = ()
    ) -> None:
        self.rules = tuple(rules)
        self.refused = tuple(refused)
        self.correlations = tuple(correlations)
        self._by_source: dict[LogSource, tuple[Rule, ...]] = {}

    def match(self, batch: pa.RecordBatch) -> list[Hit]:
        """The hits of an EventBatch, in order of row and rule id."""
        hits = []
        for envelope, event in events_of(batch):
            for rule, matches in self.match_event(event):
                hits.append(_hit(rule, matches, event, envelope))
        return hits

    def match_event(self, event: Event) -> list[tuple[Rule, tuple[Match, ...]]]:
        """The rules that one event matches, with why, in order of rule id."""
        source = LogSource(event.product, event.category, event.service)
        rules = self._by_source.get(source)
        if rules is None:
            rules = self._by_source[source] = tuple(r for r in self.rules if _is_about(r.logsource, source))
        found = []
        for rule in rules:
            held, matches = _evaluate(rule.detection, event)
            if held and not any(_evaluate(f, event)[0] for f in rule.filters):
                found.append((rule, matches))
        return found


def compile_rules(
    sources: Iterable[RuleSource],
    placeholders: Mapping[str, Sequence[str]] | None = None,
    disabled: Collection[str] = (),
    known: Iterable[Known] = (),
) -> RuleSet:
    """The rules of these files. What can't be taken is in `refused`; rules whose id is in `disabled` are left out.

    Of two rules with one id in one pack, the second is refused. `known` are rules of other packs, which correlations may
    refer to.
    """
    taken: dict[tuple[str, str], Rule | Draft] = {}
    filters: list[Filter] = []
    refused: list[Refusal] = []
    for source in sources:
        for found in parse_source(source, placeholders or {}):
            if isinstance(found, Refusal):
                refused.append(found)
            elif isinstance(found, Filter):
                filters.append(found)
            elif (found.pack, found.id) in taken:
                first = taken[found.pack, found.id].path
                refused.append(Refusal(found.path, 1, found.id, found.title, f"this id stands in {first} already"))
            else:
                taken[found.pack, found.id] = found
    resolved = _resolve(taken.values(), disabled, known)
    rules = [r for r in taken.values() if isinstance(r, Rule) and r.id not in disabled]
    rules.sort(key=lambda r: (r.id, r.pack))
    return RuleSet(
        [_serving(_filtered(rule, filters), resolved) for rule in rules],
        [*refused, *resolved.refused],
        resolved.correlations,
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
    carried = resolved.carried.get(key, ())
    return replace(rule, carried=carried, quiet=key in resolved.quiet) if carried or key in resolved.quiet else rule


def _filtered(rule: Rule, filters: Sequence[Filter]) -> Rule:
    applying = tuple(f.detection for f in filters if f.applies_to(rule))
    return replace(rule, filters=applying) if applying else rule


def _is_about(wanted: LogSource, source: LogSource) -> bool:
    """Every attribute that the rule states must be the event's; an unknown attribute of an event is no match."""
    if wanted.product not in {None, source.product}:
        return False
    categories = {None, source.category} | _IMPLIED_CATEGORIES.get(source.category or "", set())
    services = {None, source.service} | _IMPLIED_SERVICES.get(source.service or "", set())
    return wanted.category in categories and wanted.service in services


def _evaluate(detection: Detection, event: Event) -> tuple[bool, tuple[Match, ...]]:
    return detection.condition(looker({name: partial(item, event) for name, item in detection.items.items()}))


def _hit(rule: Rule, matches: tuple[Match, ...], event: Event, envelope: Mapping[str, Any]) -> Hit:
    position = str(envelope["@@log_position"])
    seen = event.observables
    return Hit(
        hit_id=derived_id("hit", rule.id, rule.hash, position),
        rule_id=rule.id,
        rule_hash=rule.hash,
        rule_title=rule.title,
        rule_level=rule.level,
        rule_author=rule.author,
        rule_pack=rule.pack,
        threat_class=rule.threat_class,
        tags=rule.tags,
        log_position=position,
        event_time=envelope["@@event_time"],
        ingest_time=envelope["@@ingest_time"],
        source_id=envelope["@@source_id"],
        unit_id=envelope["@@unit_id"],
        asset=envelope["@@asset"],
        peer=envelope["@@peer"],
        exercise=envelope["@@exercise"],
        src_ip=seen.src_ip or "",
        dst_ip=seen.dst_ip or "",
        domain=seen.domain or "",
        url=seen.url or "",
        hash=seen.hash or "",
        raw=envelope["@@raw"][:_RAW_LIMIT],
        matches=matches,
        fields=tuple((name, text) for name in rule.carried if (text := shown(event.fields.get(name))) is not None),
        quiet=rule.quiet,
    )
