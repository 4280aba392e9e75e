"""LogRecord: the raw bytes as they came, stamped with who sent them. Durable before anything is parsed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class SourceStamp:
    """What intake knows of the sender at the moment of receipt, kept with the record so that a replay means the same.

    Attributes:
        source_id: the registered log source, "" where the sender is unknown.
        unit_id: the unit that owns it, "" where unknown.
        kind: name of the parser folder in `see/sources`, e.g. "nginx"; "" where unknown.
        zone: IANA zone for time stamps without one, e.g. "Asia/Shanghai".
        asset: the source's own asset, the last resort for the key of a warning; may be "".
        options: JSON text of the source's parser settings (a mapping for generic JSON), "" where none.
    """

    source_id: str = ""
    unit_id: str = ""
    kind: str = ""
    zone: str = "Asia/Shanghai"
    asset: str = ""
    options: str = ""


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One log line as it came.

    Attributes:
        raw: the bytes, without the frame of the transport.
        source: see `SourceStamp`.
        peer: address of the sender, e.g. "192.0.2.7"; "" for a file.
        transport: "http", "udp", "tcp", "tls", "relp" or "file".
        ingest_time: nanoseconds since 1970 UTC.
        exercise: True for drill traffic (演练).
        resend: True where the transport proves or suspects that these bytes were stored before (RELP after a broken session).
        record_id: what the sender called this record (`_bulk` `_id`, Idempotency-Key with ordinal), "" where nothing.
    """

    raw: bytes
    source: SourceStamp
    peer: str
    transport: str
    ingest_time: int
    exercise: bool = False
    resend: bool = False
    record_id: str = ""


_word = pa.dictionary(pa.int32(), pa.string())

RECORD_SCHEMA = pa.schema(
    [
        pa.field("raw", pa.binary(), nullable=False),
        pa.field("source_id", _word, nullable=False),
        pa.field("unit_id", _word, nullable=False),
        pa.field("kind", _word, nullable=False),
        pa.field("zone", _word, nullable=False),
        pa.field("asset", _word, nullable=False),
        pa.field("options", _word, nullable=False),
        pa.field("peer", _word, nullable=False),
        pa.field("transport", _word, nullable=False),
        pa.field("ingest_time", pa.int64(), nullable=False),
        pa.field("exercise", pa.bool_(), nullable=False),
        pa.field("resend", pa.bool_(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
    ]
)


def _words(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string()).dictionary_encode()


def records_to_batch(records: Iterable[LogRecord]) -> pa.RecordBatch:
    """The records as one Arrow batch of `RECORD_SCHEMA`, in order."""
    rows = list(records)
    return pa.record_batch(
        [
            pa.array([r.raw for r in rows], pa.binary()),
            _words([r.source.source_id for r in rows]),
            _words([r.source.unit_id for r in rows]),
            _words([r.source.kind for r in rows]),
            _words([r.source.zone for r in rows]),
            _words([r.source.asset for r in rows]),
            _words([r.source.options for r in rows]),
            _words([r.peer for r in rows]),
            _words([r.transport for r in rows]),
            pa.array([r.ingest_time for r in rows], pa.int64()),
            pa.array([r.exercise for r in rows], pa.bool_()),
            pa.array([r.resend for r in rows], pa.bool_()),
            pa.array([r.record_id for r in rows], pa.string()),
        ],
        schema=RECORD_SCHEMA,
    )


def records_of_sender(
    raws: Sequence[bytes],
    source: SourceStamp,
    peer: str,
    transport: str,
    ingest_time: int,
    *,
    exercise: bool = False,
    resend: bool = False,
    record_ids: Sequence[str] = (),
) -> pa.RecordBatch:
    """As `records_to_batch`, for records that differ only in their bytes and ids, without an object per record.

    Args:
        record_ids: one a record, or none at all.
    """
    count = len(raws)
    zeros = pa.repeat(pa.scalar(0, pa.int32()), count)
    words = (source.source_id, source.unit_id, source.kind, source.zone, source.asset, source.options, peer, transport)
    return pa.record_batch(
        [
            pa.array(raws, pa.binary()),
            *(pa.DictionaryArray.from_arrays(zeros, pa.array([word], pa.string())) for word in words),
            pa.repeat(pa.scalar(ingest_time, pa.int64()), count),
            pa.repeat(pa.scalar(exercise, pa.bool_()), count),
            pa.repeat(pa.scalar(resend, pa.bool_()), count),
            pa.array(record_ids, pa.string()) if record_ids else pa.repeat(pa.scalar("", pa.string()), count),
        ],
        schema=RECORD_SCHEMA,
    )


def records_from_batch(batch: pa.RecordBatch) -> Iterator[LogRecord]:
    """The rows of a batch of `RECORD_SCHEMA` as LogRecords, in order."""
    columns = [batch.column(name).to_pylist() for name in RECORD_SCHEMA.names]
    for raw, source_id, unit_id, kind, zone, asset, options, *rest in zip(*columns, strict=True):
        yield LogRecord(raw, SourceStamp(source_id, unit_id, kind, zone, asset, options), *rest)
