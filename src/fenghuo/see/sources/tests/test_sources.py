"""What lines become."""

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.base.common.clock import to_ns
from fenghuo.see.events import LogRecord, SourceStamp, events_of, records_to_batch
from fenghuo.see.sources import KINDS, ParseContext, UnreadableInput, parse_line, parse_records, read_events

NOW = 1_795_000_000 * 10**9
CONTEXT = ParseContext(ingest_time=NOW)
COMBINED = b'192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /a%2e%2e/x.php?id=1%2527+or HTTP/1.1" 404 12 "-" "curl/8 \\x22q\\x22"'


def test_combined_line() -> None:
    event = parse_line("nginx", COMBINED, CONTEXT)
    assert event.parse_error is None
    assert (event.category, event.service, event.observables.src_ip) == ("webserver", "nginx", "192.0.2.7")
    assert event.fields["cs-uri-stem"] == "/a%2e%2e/x.php"
    assert event.fields["cs-uri-stem-decoded"] == "/a../x.php"
    assert event.fields["cs-uri-query"] == "id=1%2527+or"
    assert event.fields["cs-uri-query-decoded"] == "id=1' or"
    assert event.fields["c-useragent"] == 'curl/8 "q"'


def test_nginx_inside_syslog() -> None:
    event = parse_line("syslog", b"<190>Nov 24 14:03:21 web1 nginx: " + COMBINED, CONTEXT)
    assert (event.service, event.host, event.fields["sc-status"]) == ("nginx", "web1", "404")


def test_json_access_log() -> None:
    line = json.dumps(
        {"remote_addr": "192.0.2.9", "request": "POST /x?a=b HTTP/1.1", "status": 200, "host": "a.example"}
    )
    event = parse_line("nginx", line.encode(), CONTEXT)
    assert (event.fields["cs-method"], event.fields["cs-uri-query"], event.observables.domain) == (
        "POST",
        "a=b",
        "a.example",
    )


def test_sshd() -> None:
    line = b"<38>Nov 24 14:03:21 gate sshd[77]: Failed password for invalid user root from 203.0.113.5 port 4022 ssh2"
    event = parse_line("syslog", line, CONTEXT)
    assert (event.product, event.service, event.observables.src_ip) == ("linux", "sshd", "203.0.113.5")
    assert (event.fields["user"], event.fields["invalid_user"], event.fields["result"]) == ("root", True, "failed")


def test_rfc5424_and_kernel() -> None:
    line = b'<4>1 2026-11-24T14:03:21+08:00 fw kernel - - [x@1 a="b\\"]c"] DROP IN=eth0 SRC=198.51.100.1 DST=192.0.2.1 DPT=22'
    event = parse_line("syslog", line, CONTEXT)
    assert (event.service, event.fields["DPT"], event.observables.src_ip) == ("kernel", "22", "198.51.100.1")


def test_a_stamp_without_year_takes_the_nearest() -> None:
    from datetime import UTC, datetime

    new_year = ParseContext("Asia/Shanghai", to_ns(datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)))
    event = parse_line("syslog", b"<38>Dec 31 23:59:58 gate su: x", new_year)
    assert event.event_time == to_ns(datetime(2026, 12, 31, 15, 59, 58, tzinfo=UTC))


def test_windows_forms() -> None:
    system = {"EventID": 4688, "Channel": "Security", "Computer": "PC1", "EventRecordID": 9}
    nested = {"Event": {"System": system, "EventData": {"NewProcessName": "C:\\a.exe"}}}
    beat = {"winlog": {"channel": "Security", "event_id": 4688, "event_data": {"NewProcessName": "C:\\a.exe"}}}
    flat = {"EventID": 4688, "Channel": "Security", "NewProcessName": "C:\\a.exe"}
    for record in (nested, beat, flat):
        event = parse_line("windows", json.dumps(record).encode(), CONTEXT)
        assert (event.category, event.service, event.fields["Image"]) == ("process_creation", "security", "C:\\a.exe")


def test_a_log_source_that_the_forwarder_names() -> None:
    line = b'{"EventID":1,"Image":"C:\\\\a.exe","product":"windows","category":"process_creation"}'
    event = parse_line("", line, CONTEXT)
    assert (event.product, event.category, event.service) == ("windows", "process_creation", None)


def test_chinese_in_both_encodings() -> None:
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        assert parse_line("plain", "登录失败".encode(encoding), CONTEXT).fields["message"] == "登录失败"


def test_mapping_of_generic_json() -> None:
    options = {"fields": {"ip": "src_ip"}, "time": "t", "product": "Waf"}
    event = parse_line(
        "generic_json", b'{"ip":"192.0.2.1","t":1795000000,"a":{"b":[1,{"c":2}]}}', ParseContext(options=options)
    )
    assert (event.product, event.observables.src_ip, event.event_time) == ("waf", "192.0.2.1", NOW)
    assert event.fields["a.b"] == [1]
    assert event.fields["a.b.c"] == [2]


@given(st.sampled_from([*KINDS, ""]), st.binary(max_size=400))
def test_no_line_breaks_a_parser(kind: str, raw: bytes) -> None:
    parse_line(kind, raw, CONTEXT)


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a":' * 50_000, b"\0" * 5000, b"<999>" * 1000, b'"' * 10_000, b"a " * 50_000]
)
def test_hostile_lines_end_soon(raw: bytes) -> None:
    for kind in [*KINDS, ""]:
        parse_line(kind, raw, CONTEXT)


def test_records_become_a_batch() -> None:
    stamp = SourceStamp("s1", "u1", "nginx", asset="www.county.example")
    records = [LogRecord(raw, stamp, "192.0.2.2", "http", NOW) for raw in (COMBINED, b"nonsense")]
    rows = list(events_of(parse_records(records_to_batch(records), ["records.normal.0:0", "records.normal.0:1"])))
    assert [(e["@@log_position"], e["@@asset"], event.parse_error) for e, event in rows] == [
        ("records.normal.0:0", "www.county.example", None),
        ("records.normal.0:1", "www.county.example", "not-access-log"),
    ]
    assert rows[0][1].fields["cs-method"] == "GET"


OBJECTS = [{"n": 1, "文": "字"}, {"n": 2}, {"n": 3}]


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(json.dumps(o, ensure_ascii=False) for o in OBJECTS),
        json.dumps(OBJECTS),
        json.dumps(OBJECTS, indent=2, ensure_ascii=False),
        "".join(json.dumps(o) for o in OBJECTS),
        "\n".join(json.dumps(o, indent=1) for o in OBJECTS) + "\n\n",
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_json_in_any_arrangement(content: str, zipped: bool) -> None:
    data = content.encode()
    read = list(read_events(io.BytesIO(gzip.compress(data) if zipped else data), "f"))
    assert [(r.ordinal, r.event.fields["n"]) for r in read] == [(1, 1), (2, 2), (3, 3)]


def test_arrays_one_after_another_are_all_read() -> None:
    assert [r.event.fields["n"] for r in read_events(io.BytesIO(b'[{"n": 1}]\n[{"n": 2}, {"n": 3}]'), "f")] == [1, 2, 3]


def test_a_stray_first_line_does_not_hide_the_rest() -> None:
    events = [r.event for r in read_events(io.BytesIO(b"-- rotated --\n" + COMBINED + b"\n"), "f")]
    assert [e.category for e in events] == [None, "webserver"]


def test_a_broken_line_among_json_lines_is_an_event_that_says_so() -> None:
    data = b'{"n": 1}\n{"n": tru\n{"n": 3}\n'
    read = list(read_events(io.BytesIO(data), "f"))
    assert [(r.ordinal, r.event.parse_error) for r in read] == [(1, None), (2, "not-json"), (3, None)]
    assert read[1].raw == b'{"n": tru'


def test_a_large_array_is_read_block_by_block() -> None:
    data = json.dumps([{"n": n, "字": "字" * 50} for n in range(3000)], ensure_ascii=False).encode()
    assert [r.event.fields["n"] for r in read_events(io.BytesIO(data), "f")] == list(range(3000))


@pytest.mark.parametrize("data", [b'{"a": 1', b'[{"a": 1},', b'[{"a": 1}', b"\x1f\x8b\x08broken", b"ElfFile\0broken"])
def test_damaged_input_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="f: "):
        list(read_events(io.BytesIO(data), "f"))


def test_an_error_log_of_apache_is_known_by_its_lines() -> None:
    data = b"[Sun Dec 04 04:47:44 2005] [error] [client 192.0.2.7] File does not exist: /var/www/a.php\n" * 2
    events = [r.event for r in read_events(io.BytesIO(data), "f")]
    assert [(e.product, e.service, e.observables.src_ip) for e in events] == [("apache", "apache", "192.0.2.7")] * 2


def test_syslog_carries_an_error_log_of_apache() -> None:
    line = b"<187>Nov 24 14:03:21 web1 apache2[9]: [Tue Nov 24 14:03:21.1 2026] [core:crit] [pid 9] AH00001: no room"
    event = parse_line("syslog", line, CONTEXT)
    assert (event.service, event.host, event.fields["level"]) == ("apache", "web1", "crit")


LOGHUB = Path("../shared/data/loghub/Apache_2k.log")


@pytest.mark.shared_data
@pytest.mark.skipif(not LOGHUB.exists(), reason="the shared data is not at hand")
def test_two_thousand_real_error_lines_are_all_understood() -> None:
    with LOGHUB.open("rb") as stream:
        reasons = [r.event.parse_error for r in read_events(stream, "f")]
    assert reasons == [None] * 2000
