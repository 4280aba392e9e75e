"""What the store writes and counts, for lines of one sender and for lines of several."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from fenghuo.base.common.settings import Settings
from fenghuo.faces.intake.store import Line, Store
from fenghuo.see.eventlog import open_log
from fenghuo.see.events import SourceStamp, meters_from_batch, records_from_batch

ONE, OTHER = SourceStamp("s1", "u", "nginx"), SourceStamp("s2", "u", "generic_json")
FLOW = b'{"flow_id": 7}'


@pytest.mark.parametrize(
    "lines",
    [
        [Line(b"a", ONE, "192.0.2.1"), Line(b"bc", ONE, "192.0.2.1")],
        [Line(b"a", ONE, "192.0.2.1"), Line(b"bc", ONE, "192.0.2.2", resend=True), Line(FLOW, OTHER, "192.0.2.1")],
        [Line(b"a", SourceStamp(), "192.0.2.1"), Line(b"b", SourceStamp(), "192.0.2.1")],
        [Line(b"a", ONE, "", "id-1", "s1|id-1"), Line(b"a", ONE, "", "id-1", "s1|id-1")],
    ],
    ids=["one", "several", "unknown", "keyed"],
)
def test_every_line_is_stored_and_counted(lines: list[Line], tmp_path: Path) -> None:
    log = open_log(tmp_path)
    store = Store(log, Settings(tmp_path))

    async def work() -> int:
        duplicates = await store.put(lines, "http")
        await store.report()
        return duplicates

    keys = [line.key for line in lines if line.key]
    duplicates = asyncio.run(work())
    store.close()
    assert duplicates == len(keys) - len(set(keys))
    stored = [
        (record.raw, record.source, record.peer, record.record_id, record.resend)
        for stream in log.streams("records")
        for block in log.reader(stream).read()
        for record in records_from_batch(block.batch)
    ]
    wanted = {(li.raw, li.stamp, li.peer, li.record_id, li.resend) for li in lines}
    assert set(stored) == wanted
    assert len(stored) == len(lines) - duplicates
    counted: Counter[str] = Counter()
    for block in log.reader("meter.brief.intake").read():
        for meter in meters_from_batch(block.batch):
            counted[meter.what] += meter.amount
    assert counted["received"] == len(lines)
    assert counted["resent"] == sum(line.resend for line in lines)
    assert counted["bytes"] == sum(len(line.raw) for line in lines if line.stamp.source_id)
