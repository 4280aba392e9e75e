"""From met indicators to Hits: one hit an event and value, whatever number of feeds and fields name it. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from fenghuo.base.common.ids import derived_id
from fenghuo.see.events import Hit, Match
from fenghuo.see.intel import decide
from fenghuo.see.intel.engine import Found, Indicators
from fenghuo.see.intel.engine.columns import SOURCES
from fenghuo.see.intel.values import TLPS, Indicator

PACK = "intel"
_RAW_LIMIT = 64 * 1024
_ENVELOPE = ("log_position", "event_time", "ingest_time", "source_id", "unit_id", "asset", "peer", "exercise")
_OBSERVABLES = ("src_ip", "dst_ip", "domain", "url", "hash")


def indicator_hits(indicators: Indicators, batch: pa.RecordBatch) -> list[Hit]:
    """The hits of an EventBatch, in order of row and value. The same events give the same ids, whatever feeds say meanwhile."""
    met: dict[tuple[int, str, str], list[Found]] = {}
    for found in indicators.match(batch):
        met.setdefault((found.row, found.indicator.kind, found.indicator.value), []).append(found)
    return [_hit(batch, row, group) for (row, _kind, _value), group in sorted(met.items())]


def _hit(batch: pa.RecordBatch, row: int, group: Sequence[Found]) -> Hit:
    best = max((found.indicator for found in group), key=lambda i: (i.confidence, -i.id))
    inbound = all(found.column in SOURCES for found in group)
    rule_id, rule_hash = f"indicator:{best.kind.value}", identity_of(best)
    envelope: dict[str, Any] = {name: batch.column(f"@@{name}")[row].as_py() for name in _ENVELOPE}
    seen: dict[str, Any] = {name: batch.column(f"@@{name}")[row].as_py() or "" for name in _OBSERVABLES}
    sources = ", ".join(sorted({found.indicator.source for found in group}))
    tlp = max((found.indicator.tlp for found in group), key=TLPS.index)
    return Hit(
        hit_id=derived_id("hit", rule_id, rule_hash, envelope["log_position"]),
        rule_id=rule_id,
        rule_hash=rule_hash,
        rule_title=f"IOC {best.value[:180]} ({sources})"[:300],
        rule_level=decide.level_of(best.confidence, inbound),
        rule_author=sources,
        rule_pack=PACK,
        threat_class=best.threat_class,
        tags=(f"tlp.{tlp.value}",),
        raw=batch.column("@@raw")[row].as_py()[:_RAW_LIMIT],
        matches=_matches(group),
        **envelope,
        **seen,
    )


def identity_of(indicator: Indicator) -> str:
    """What stands where a rule has the hash of its content: the hash of kind and value."""
    return hashlib.sha256(f"{indicator.kind.value}|{indicator.value}".encode()).hexdigest()


def _matches(group: Sequence[Found]) -> tuple[Match, ...]:
    """One a field and feed; the envelope's observables only where no field of the event has the value."""
    fields = [found for found in group if not found.column.startswith("@@")]
    return tuple(
        Match(found.indicator.source, found.column.removeprefix("@@"), found.value, found.indicator.value, found.span)
        for found in fields or group
    )
