"""Rows a second of the event log against writing and syncing the same bytes by hand. `make bench`."""

import os
import statistics
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from fenghuo.see.eventlog import open_log
from fenghuo.see.eventlog.frames import encode

SCHEMA = pa.schema([pa.field("raw", pa.binary())])
LINE = b'192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /index.html HTTP/1.1" 200 4523 "-" "Mozilla/5.0"'
ROWS, BATCHES, ROUNDS = 1000, 50, 5


def batch() -> pa.RecordBatch:
    return pa.record_batch([pa.array([LINE] * ROWS, pa.binary())], schema=SCHEMA)


def by_log(folder: Path) -> float:
    writer = open_log(folder).writer("records.normal.0", SCHEMA)
    part = batch()
    started = time.perf_counter()
    for _ in range(BATCHES):
        writer.append(part).result()
    taken = time.perf_counter() - started
    writer.close()
    return taken


def by_hand(folder: Path) -> float:
    data = encode(batch(), 0, 0)
    descriptor = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT)
    started = time.perf_counter()
    for _ in range(BATCHES):
        os.write(descriptor, data)
        os.fdatasync(descriptor)
    taken = time.perf_counter() - started
    os.close(descriptor)
    return taken


def main() -> None:
    logs, hands = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            logs.append(by_log(Path(folder) / "log"))
            hands.append(by_hand(Path(folder)))
    log, hand = statistics.median(logs), statistics.median(hands)
    print(f"event log  {ROWS * BATCHES / log:12,.0f} rows/s, {log / BATCHES * 1000:.2f} ms a commit of {ROWS} rows")
    print(f"by hand    {ROWS * BATCHES / hand:12,.0f} rows/s, {hand / BATCHES * 1000:.2f} ms a commit")
    print(f"ratio      {log / hand:12.2f} times the time of plain write and fdatasync")


if __name__ == "__main__":
    main()
