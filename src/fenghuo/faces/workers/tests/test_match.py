"""The matcher's loop: what it makes of lines of several kinds, and what it does where its hits find no room."""

import itertools
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

from fenghuo.faces.workers.child import Child
from fenghuo.faces.workers.match import Matcher
from fenghuo.see.eventlog import EventLog, LogFull, Receipt, open_log
from fenghuo.see.events import (
    RECORD_SCHEMA,
    LogRecord,
    SourceStamp,
    hits_from_batch,
    meters_from_batch,
    records_to_batch,
)

STREAM = "records.normal.0"
NOW = 1_795_500_000_000_000_000
ATTACK = orjson.dumps(
    {
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Image": "C:\\Windows\\System32\\vssadmin.exe",
        "CommandLine": "vssadmin.exe delete shadows /all /quiet",
        "Computer": "pc-1.county.example",
    }
)
USUAL = ATTACK.replace(b"delete shadows /all /quiet", b"list")
WEB = (
    b'192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /n.php?id=1%20UNION%20ALL%20SELECT%201,2 HTTP/1.1" 200 1 "-" "-"'
)


def records(*lines: tuple[str, bytes]) -> pa.RecordBatch:
    return records_to_batch(
        LogRecord(raw, SourceStamp("s-" + kind, "u", kind), "192.0.2.1", "http", NOW) for kind, raw in lines
    )


def matcher_of(tmp_path: Path, log: EventLog) -> Matcher:
    (tmp_path / "rules").mkdir(exist_ok=True)
    return Matcher(Child("match-0", tmp_path, {}, threading.Event()), log)


def hits_in(log: EventLog) -> list[tuple[str, str]]:
    reader = log.reader("hits.normal.0")
    return sorted((hit.log_position, hit.source_id) for b in reader.read() for hit in hits_from_batch(b.batch))


def test_lines_of_several_kinds_in_several_appends_are_matched_at_once(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log")
    writer = log.writer(STREAM, RECORD_SCHEMA)
    writer.append(records(*[("windows", USUAL)] * 70, ("nginx", WEB), ("windows", ATTACK))).result()
    writer.append(records(("windows", ATTACK), ("nginx", WEB))).result()
    matcher = matcher_of(tmp_path, log)
    matcher.load_machine_code()
    matcher.step()
    windows, web = [(f"{STREAM}:{n}", "s-windows") for n in (71, 72)], [(f"{STREAM}:{n}", "s-nginx") for n in (70, 73)]
    assert set(hits_in(log)) == {*windows, *web}
    matcher.step()
    assert log.offsets("match-0").load() == {STREAM: 74}
    matcher.close()
    writer.close()


def test_lines_whose_hits_find_no_room_are_matched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(tmp_path / "log")
    writer = log.writer(STREAM, RECORD_SCHEMA)
    writer.append(records(("windows", ATTACK))).result()
    matcher = matcher_of(tmp_path, log)
    full: Future[Receipt] = Future()
    full.set_exception(LogFull("no room"))
    hits: Any = matcher._hits
    with monkeypatch.context() as patch:
        patch.setattr(hits, "append", lambda batch: full)
        patch.setattr("fenghuo.faces.workers.match._FULL_PAUSE_S", 0.0)
        matcher.step()
    matcher.close()
    assert log.offsets("match-0").load() == {}, "what is not stored is not passed"
    again = matcher_of(tmp_path, log)
    again.step()
    again.close()
    assert hits_in(log) == [(f"{STREAM}:0", "s-windows")]
    assert log.offsets("match-0").load() == {STREAM: 1}
    writer.close()


def test_a_machine_that_is_busy_elsewhere_costs_no_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = open_log(tmp_path / "log")
    writer = log.writer(STREAM, RECORD_SCHEMA)
    writer.append(records(*[("windows", ATTACK)] * 3)).result()
    ticks = itertools.count()
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: float(next(ticks)))
        matcher = matcher_of(tmp_path, log)
        matcher.step()
    matcher.close()
    assert len(hits_in(log)) == 3
    reader = log.reader("meter.brief.match-0")
    assert {m.what for b in reader.read() for m in meters_from_batch(b.batch)} == {"parsed", "hits"}
    writer.close()
