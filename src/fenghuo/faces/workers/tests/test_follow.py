"""A follower sees every stream, also one that begins while another is busy."""

import threading
import time
from pathlib import Path

import pyarrow as pa

from fenghuo.faces.workers.follow import Follower, merged
from fenghuo.see.eventlog import open_log

SCHEMA = pa.schema([pa.field("n", pa.int64(), nullable=False)])
WORDS = pa.schema([pa.field("word", pa.dictionary(pa.int32(), pa.string()), nullable=False)])


def test_a_new_stream_is_found_while_another_is_busy(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    busy = log.writer("meter.brief.busy", SCHEMA)
    follower = Follower(log, "meter", {}, threading.Event())
    busy.append(pa.record_batch([[0]], schema=SCHEMA)).result()
    assert [stream for stream, _ in follower.read()] == ["meter.brief.busy"]
    late = log.writer("meter.brief.late", SCHEMA)
    late.append(pa.record_batch([[7]], schema=SCHEMA)).result()
    seen: set[str] = set()
    end = time.monotonic() + 5
    while "meter.brief.late" not in seen and time.monotonic() < end:
        busy.append(pa.record_batch([[1]], schema=SCHEMA)).result()
        seen |= {stream for stream, _ in follower.read()}
    assert "meter.brief.late" in seen
    busy.close()
    late.close()


def test_rows_that_could_not_be_used_are_read_again(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    writer = log.writer("records.normal.0", SCHEMA)
    writer.append(pa.record_batch([[0, 1, 2]], schema=SCHEMA)).result()
    follower = Follower(log, "records", {}, threading.Event())
    assert follower.read()
    follower.rewind("records.normal.0", 1)
    again = follower.read()
    assert [block.batch.column("n").to_pylist() for _, block in again] == [[1, 2]]
    writer.close()


def test_blocks_that_follow_each_other_are_read_as_one(tmp_path: Path) -> None:
    log = open_log(tmp_path)
    writer = log.writer("records.normal.0", WORDS)
    for words in (["a", "b"], ["b"], ["c"]):
        column = pa.array(words).dictionary_encode().cast(WORDS.field("word").type)
        writer.append(pa.record_batch([column], schema=WORDS)).result()
    found = Follower(log, "records", {}, threading.Event()).read()
    assert len(found) == 3
    assert [(first, batch["word"].to_pylist()) for _, first, batch in merged(found, 1 << 20)] == [
        (0, ["a", "b", "b", "c"])
    ]
    assert [first for _, first, _ in merged(found, 1)] == [0, 2, 3]
    assert [first for _, first, _ in merged([found[0], found[2]], 1 << 20)] == [0, 3], "rows between are missing"
    writer.close()
