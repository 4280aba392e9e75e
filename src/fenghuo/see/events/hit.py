"""Hit: one rule matched one event, with the evidence copied, because log segments are removed one day."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Match:
    """Why a rule matched: one satisfied value test.

    Attributes:
        selection: name of the detection item, e.g. "selection_img".
        field: field of the event; "" for a keyword.
        value: text of the event's value that satisfied the test.
        pattern: text of the rule's value.
        span: [start, end) in characters of `value` that the pattern covers, None where it has no place (numbers, null). Pages cut
            texts by it; what is told to others has `byte_span` beside it.
    """

    selection: str
    field: str
    value: str | None
    pattern: str
    span: tuple[int, int] | None = None

    @property
    def byte_span(self) -> tuple[int, int] | None:
        """[start, end) in bytes of `value` as UTF-8, None where `span` is; counted when asked for, since few ask."""
        if self.span is None or self.value is None:
            return None
        start, end = (len(self.value[:place].encode("utf-8", "surrogatepass")) for place in self.span)
        return start, end


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule matched one event.

    `hit_id` is derived from rule_hash and log position, so that a replay makes the same hits and storing twice stores once.

    Attributes:
        hit_id: `derived_id("hit", rule_id, rule_hash, log_position)`.
        rule_id, rule_hash, rule_title, rule_level, rule_author, rule_pack: the rule as it was; level is a `SigmaLevel` value.
        threat_class: the closed technical class that the rule states, or "" (then mapped by ATT&CK tag and level).
        harm: the possible damage that the rule states or its level suggests, "" where the maker of the hit says nothing.
        at_least: the warning level ("red" to "blue") below which the rule's warnings are not graded, whatever the asset; "" for none.
        tags: the rule's tags, e.g. ("attack.t1190",).
        log_position: "stream:sequence" of the record.
        event_time, ingest_time: nanoseconds since 1970 UTC; event_time is ingest time where the event had none or a bad one.
        source_id, unit_id, asset: from the record; asset already resolved (host, domain, destination address, host name, source's own).
        peer, exercise: from the record.
        src_ip, dst_ip, domain, url, hash: observables, "" where none.
        raw: the raw bytes of the record, at most 64 KiB of them.
        matches: why.
        fields: values of the fields that correlation rules ask of this rule, as (name, text); a missing field is left out.
        quiet: the rule serves correlation rules only (`generate: false`); the hit by itself raises nothing.
    """

    hit_id: str
    rule_id: str
    rule_hash: str
    rule_title: str
    rule_level: str
    rule_author: str
    rule_pack: str
    threat_class: str
    tags: tuple[str, ...]
    log_position: str
    event_time: int
    ingest_time: int
    source_id: str
    unit_id: str
    asset: str
    peer: str
    exercise: bool
    src_ip: str
    dst_ip: str
    domain: str
    url: str
    hash: str
    raw: bytes
    matches: tuple[Match, ...]
    fields: tuple[tuple[str, str], ...] = ()
    quiet: bool = False
    harm: str = ""
    at_least: str = ""


_TYPES = {
    "event_time": pa.int64(),
    "ingest_time": pa.int64(),
    "exercise": pa.bool_(),
    "quiet": pa.bool_(),
    "raw": pa.binary(),
    "tags": pa.list_(pa.string()),
}
HIT_SCHEMA = pa.schema(
    [pa.field(name, _TYPES.get(name, pa.string()), nullable=False) for name in Hit.__dataclass_fields__]
)


def hits_to_batch(hits: Iterable[Hit]) -> pa.RecordBatch:
    """The hits as one Arrow batch of `HIT_SCHEMA`; `matches` and `fields` travel as JSON text."""
    rows = list(hits)
    columns = []
    for field in HIT_SCHEMA:
        if field.name == "matches":
            values = [matches_to_json(h.matches) for h in rows]
        elif field.name == "fields":
            values = [json.dumps(h.fields, ensure_ascii=False) for h in rows]
        elif field.name == "tags":
            values = [list(h.tags) for h in rows]  # type: ignore[misc]
        else:
            values = [getattr(h, field.name) for h in rows]
        columns.append(pa.array(values, field.type))
    return pa.record_batch(columns, schema=HIT_SCHEMA)


def matches_to_json(matches: tuple[Match, ...]) -> str:
    """The matches as `matches_from_json` reads them."""
    return orjson.dumps(matches).decode()


def matches_from_json(text: str) -> tuple[Match, ...]:
    """The matches that `hits_to_batch` wrote."""
    return tuple(map(match_of, json.loads(text)))


def match_of(stored: Mapping[str, Any]) -> Match:
    """The match that was stored as a JSON object."""
    span = stored["span"]
    return Match(
        stored["selection"], stored["field"], stored["value"], stored["pattern"], tuple(span) if span else None
    )


def match_row(match: Match) -> dict[str, Any]:
    """The match as it is told to others, as JSON: its place in characters and in bytes."""
    return {**{name: getattr(match, name) for name in Match.__dataclass_fields__}, "byte_span": match.byte_span}


def hits_from_batch(batch: pa.RecordBatch) -> Iterator[Hit]:
    """The rows of a batch of `HIT_SCHEMA` as Hits, in order."""
    for row in batch.to_pylist():
        carried = tuple((name, value) for name, value in json.loads(row["fields"]))
        read = {"tags": tuple(row["tags"]), "matches": matches_from_json(row["matches"]), "fields": carried}
        yield Hit(**{**row, **read})


_IN_PASSING = [name for name in HIT_SCHEMA.names if name not in {"raw", "tags", "matches"}]


def passing_from_batch(batch: pa.RecordBatch) -> Iterator[Hit]:
    """As `hits_from_batch`, without the evidence, at a third of the cost: for hits that are only counted."""
    for row in batch.select(_IN_PASSING).to_pylist():
        fields = tuple([(name, value) for name, value in orjson.loads(row["fields"])])
        yield Hit(**{**row, "fields": fields}, raw=b"", tags=(), matches=())
