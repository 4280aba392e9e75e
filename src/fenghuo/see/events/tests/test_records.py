"""Records of one sender, made without an object per record, equal those made one by one."""

import pytest

from fenghuo.see.events import LogRecord, SourceStamp, records_from_batch, records_of_sender, records_to_batch

STAMP = SourceStamp("s", "u", "nginx", "Asia/Shanghai", "www.example", '{"a": 1}')
RAWS = [b"one", b"\xff\x00", b"one"]


@pytest.mark.parametrize("ids", [(), ("a", "", "c")])
def test_both_ways_make_the_same_batch(ids: tuple[str, ...]) -> None:
    flags = {"exercise": True, "resend": False}
    records = [
        LogRecord(raw, STAMP, "192.0.2.7", "http", 7, record_id=ids[n] if ids else "", **flags)
        for n, raw in enumerate(RAWS)
    ]
    batch = records_of_sender(RAWS, STAMP, "192.0.2.7", "http", 7, record_ids=ids, **flags)
    assert list(records_from_batch(batch)) == records
    assert batch.equals(records_to_batch(records))
