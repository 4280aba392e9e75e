"""A follower sees every stream, also one that begins while another is busy."""

import threading
import time
from pathlib import Path

import pyarrow as pa

from fenghuo.faces.workers.follow import Follower
from fenghuo.see.eventlog import open_log

SCHEMA = pa.schema([pa.field("n", pa.int64(), nullable=False)])


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
