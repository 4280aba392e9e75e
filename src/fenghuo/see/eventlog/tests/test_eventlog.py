"""What every consumer of the event log may rely on."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pyarrow as pa
import pytest

from fenghuo.base.common import clock
from fenghuo.see.eventlog import LogFull, Receipt, StreamBusy, open_log, writer
from fenghuo.see.eventlog.local import LocalLog
from fenghuo.see.eventlog.segments import segments

SCHEMA = pa.schema([pa.field("n", pa.int64()), pa.field("word", pa.dictionary(pa.int32(), pa.string()))])
STREAM = "records.normal.0"


def rows(*numbers: int) -> pa.RecordBatch:
    words = pa.array([f"w{n % 3}" for n in numbers]).dictionary_encode()
    return pa.record_batch([pa.array(numbers, pa.int64()), words], schema=SCHEMA)


def read_all(log: LocalLog, start: int = 0) -> list[int]:
    reader = log.reader(STREAM, start)
    found: list[int] = []
    while blocks := reader.read():
        for block in blocks:
            assert block.first_sequence == start + len(found)
            found += block.batch.column("n").to_pylist()
    return found


@pytest.fixture
def log(tmp_path: Path) -> LocalLog:
    return LocalLog(tmp_path / "log")


def test_rows_come_back_in_order_from_any_start(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)
    futures = [stream.append(rows(*range(k * 10, k * 10 + 10))) for k in range(20)]
    assert [f.result().positions[0] for f in futures] == [k * 10 for k in range(20)]
    stream.close()
    for start in (0, 1, 99, 199, 200):
        assert read_all(log, start) == list(range(start, 200))


def test_a_key_is_stored_once_also_after_a_restart_and_a_roll(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SEGMENT_BYTES", 1)
    stream = log.writer(STREAM, SCHEMA)
    first = stream.append(rows(1, 2), ["a", "b"]).result()
    again = stream.append(rows(2, 3, 3), ["b", "c", "c"]).result()
    assert (list(first.positions), list(again.positions), again.duplicates) == ([0, 1], [1, 2, 2], 2)
    stream.close()
    stream = log.writer(STREAM, SCHEMA)
    later = stream.append(rows(1, 9), ["a", None]).result()
    assert (list(later.positions), later.duplicates) == ([0, 3], 1)
    with clock.moved(lambda: __import__("time").time_ns() + 25 * 3600 * 10**9):
        next_day = stream.append(rows(1), ["a"]).result()
    assert list(next_day.positions) == [4]
    stream.close()
    assert read_all(log) == [1, 2, 3, 9, 1]


def test_a_torn_tail_goes_and_the_sequence_goes_on(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)
    stream.append(rows(1, 2)).result()
    stream.close()
    path = segments(log._folder / STREAM)[-1].path
    whole = path.read_bytes()
    for cut in range(1, len(whole), 97):
        path.write_bytes(whole + whole[:cut])
        stream = log.writer(STREAM, SCHEMA)
        stream.close()
        assert path.read_bytes() == whole
    assert read_all(log) == [1, 2]


def test_damage_below_the_durable_mark_is_reported_not_skipped_in_silence(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)
    for n in range(3):
        stream.append(rows(n)).result()
    stream.close()
    path = segments(log._folder / STREAM)[-1].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    stream = log.writer(STREAM, SCHEMA)
    stream.append(rows(7)).result()
    stream.close()
    reader = log.reader(STREAM)
    found = [n for block in iter(reader.read, []) for b in block for n in b.batch.column("n").to_pylist()]
    assert found == [0, 7]
    assert [(g.first, g.next, g.reason) for g in reader.gaps] == [(1, 3, "damaged")]


def test_closed_segments_are_packed_and_removed_by_their_class(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SEGMENT_BYTES", 1)
    stream = log.writer(STREAM, SCHEMA)
    for n in range(4):
        stream.append(rows(n)).result()
    stream.close()
    log.writer(STREAM, SCHEMA).close()
    assert [s.packed.exists() for s in segments(log._folder / STREAM)] == [True] * 4 + [False]
    assert read_all(log, 2) == [2, 3]
    day = 86_400 * 10**9
    assert log.retain(clock.now_ns() + 6 * day, {"normal": 7}) == []
    assert len(log.retain(clock.now_ns() + 8 * day, {"normal": 7})) == 4
    reader = log.reader(STREAM)
    assert reader.read() == []
    assert reader.gaps[0].reason == "removed"


def test_a_full_log_refuses_and_recovers_by_itself(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = log.writer(STREAM, SCHEMA)
    monkeypatch.setattr(writer.Room, "_EVERY_S", 0.0)
    stream.append(rows(1)).result()
    monkeypatch.setattr(writer.Room, "free", lambda _self: 0)
    with pytest.raises(LogFull, match="64 MB"):
        stream.append(rows(2), ["k"]).result()
    monkeypatch.undo()
    monkeypatch.setattr(log._room, "_next", 0.0)
    assert list(stream.append(rows(2), ["k"]).result().positions) == [1]
    stream.close()
    assert read_all(log) == [1, 2]


def test_a_write_that_the_disk_refuses_leaves_no_torn_frame(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = log.writer(STREAM, SCHEMA)
    stream.append(rows(1)).result()
    real = os.pwrite

    def half(fd: int, data: bytes, offset: int) -> int:
        real(fd, bytes(data)[:40], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(LogFull):
        stream.append(rows(2)).result()
    monkeypatch.undo()
    stream.append(rows(3)).result()
    stream.close()
    assert read_all(log) == [1, 3]


def test_a_second_writer_is_refused(log: LocalLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LOCK_PATIENCE_S", 0.1)
    stream = log.writer(STREAM, SCHEMA)
    with pytest.raises(StreamBusy):
        log.writer(STREAM, SCHEMA)
    stream.close()


def test_a_batch_that_does_not_fit_is_refused_at_once(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)
    with pytest.raises(ValueError, match="other columns"):
        stream.append(pa.record_batch({"x": [1]}))
    with pytest.raises(ValueError, match="1 keys for 2 rows"):
        stream.append(rows(1, 2), ["a"])
    assert list(stream.append(rows(3)).result().positions) == [0]
    stream.close()


def test_offsets_and_single_rows(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)
    stream.append(rows(5, 6)).result()
    stream.close()
    log.offsets("match-0").save({STREAM: 2})
    assert log.offsets("match-0").load() == {STREAM: 2}
    row = log.row(f"{STREAM}:1")
    assert row is not None
    assert row.column("n").to_pylist() == [6]
    assert log.row(f"{STREAM}:2") is None
    assert log.row("hits.normal.0:0") is None
    assert log.streams("records") == [STREAM]
    assert log.usage().used_bytes > 0


WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
import pyarrow as pa
from fenghuo.see.eventlog import open_log
schema = pa.schema([pa.field("n", pa.int64())])
stream = open_log(Path(sys.argv[1])).writer("records.normal.0", schema)
n = int(sys.argv[2])
while True:
    futures = [stream.append(pa.record_batch([[n + k]], schema=schema), [str(n + k)]) for k in range(20)]
    for k, future in enumerate(futures):
        future.result()
        print(n + k, flush=True)
    n += 20
"""


def test_every_acknowledged_row_survives_sigkill_once(tmp_path: Path) -> None:
    seed = 20261124
    chance = random.Random(seed)
    acknowledged: list[int] = []
    for _ in range(8):
        start = acknowledged[-1] + 1 if acknowledged else 0
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path), str(start)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        for _line in range(chance.randint(1, 120)):
            acknowledged.append(int(child.stdout.readline()))
        child.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in child.stdout.read().splitlines() if line]
        child.wait()
    log = LocalLog(tmp_path)
    log.writer(STREAM, pa.schema([pa.field("n", pa.int64())])).close()
    stored = read_all(log)
    assert sorted(set(stored)) == sorted(stored), f"seed {seed}"
    assert set(acknowledged) <= set(stored), f"seed {seed}"


def test_protocols_are_met(tmp_path: Path) -> None:
    stream = open_log(tmp_path).writer(STREAM, SCHEMA)
    future: Future[Receipt] = stream.append(rows(1))
    assert future.result().stream == STREAM
    stream.close()


def test_a_caller_that_gives_up_does_not_stop_the_writer(log: LocalLog) -> None:
    stream = log.writer(STREAM, SCHEMA)

    async def give_up() -> None:
        waiting = asyncio.wrap_future(stream.append(rows(1, 2, 3)))
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting

    for _ in range(20):
        asyncio.run(give_up())
    assert list(stream.append(rows(4)).result(10).positions) == [60]
    stream.close()
