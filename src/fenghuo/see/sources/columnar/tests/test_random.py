"""Random lines: whatever comes, both ways agree, and what has been learnt from one line misleads with no other."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from fenghuo.see.sources import parse_records
from fenghuo.see.sources.base import iso_ns
from fenghuo.see.sources.columnar import FileOrigin, JsonReader
from fenghuo.see.sources.columnar.envelope import to_utc
from fenghuo.see.sources.columnar.tests.slow import NOW, batch_of, difference, records_of

READER = JsonReader(lessons=1 << 30)
"""One for all examples: shapes pile up as they do in a process that runs for weeks."""
ORIGIN = FileOrigin(NOW, "u1", "s1", "a1", "192.0.2.1", "f:", True)

NAMES = [
    "EventID",
    "Channel",
    "Provider_Name",
    "EventType",
    "Image",
    "Computer",
    "Hostname",
    "UtcTime",
    "TimeCreated",
    "SourceIp",
    "IpAddress",
    "DestinationIp",
    "service",
    "category",
    "product",
    "event_type",
    "flow_id",
    "src_ip",
    "dest_ip",
    "dst_ip",
    "timestamp",
    "@timestamp",
    "ts",
    "time",
    "host",
    "host.name",
    "remote_addr",
    "request",
    "uri",
    "Event",
    "System",
    "EventData",
    "UserData",
    "winlog",
    "event_id",
    "channel",
    "event_data",
    "dns",
    "http",
    "rrname",
    "hostname",
    "#text",
    "#attributes",
    "Name",
    "SystemTime",
    "Data",
    "NewProcessName",
    "SubjectUserName",
    "User",
    "@@x",
    "y[]",
    "a",
    "b",
]
WORDS = [
    "",
    "x",
    "Security",
    "Microsoft-Windows-Sysmon/Operational",
    "dns",
    "http",
    "process_creation",
    "PC.Corp",
    "\u4e2d\u6587\U0001f600",
    'C:\\a\\"b"\n\t\x7f',
    "192.0.2.1",
    "2001:DB8::1",
    "2026-07-28 11:45:48.862",
    "2026-07-28T11:45:48.862Z",
    "2026-03-29T02:30:00",
    "W0Q.",
    "w1q",
]
ODD_WORDS = [
    "\x00\x1f",
    "\ud800",
    "192.0.2.001",
    " 192.0.2.9 ",
    "2026-07-28T11:45:48,8+08:00",
    "20260728T114548",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.9999999-23:59",
    "GET /a?b=%2527 HTTP/1.1",
]
NUMBERS = [0, 1, 3, 12, 4688, -5, 10**30, 1.5, 1.0, 0.1, 123456.789, 1690000000, 1690000000.25, 1690000000123]
ODD_NUMBERS = [-0.0, 0.0, 1e300, 1e-7, 10**70, 0.00001234, float("nan"), 123456789.123456789]
PLAIN = [*WORDS, *NUMBERS, None, True, False]
ODD = [*ODD_WORDS, *ODD_NUMBERS]
SHAPES = [
    {
        "EventID": 1,
        "Channel": "Security",
        "Image": "x",
        "Computer": "PC",
        "SourceIp": "192.0.2.1",
        "UtcTime": "",
        "service": "",
    },
    {
        "EventID": 1,
        "Image": "x",
        "EventType": "x",
        "category": "dns",
        "DestinationIp": "192.0.2.1",
        "IpAddress": "",
        "Hostname": "",
    },
    {
        "Event": {
            "System": {"Provider": {"#attributes": {"Name": ""}}, "EventID": 1, "Channel": "", "Computer": ""},
            "EventData": {"a": 1},
        }
    },
    {
        "@timestamp": "",
        "winlog": {"event_id": 1, "channel": "", "computer_name": "", "event_data": {"IpAddress": "", "service": ""}},
    },
    {
        "event_type": "dns",
        "flow_id": 1,
        "timestamp": "",
        "src_ip": "",
        "dest_ip": "",
        "dns": {"rrname": "", "answers": [{"rdata": 1}]},
    },
    {
        "ts": 1,
        "time": "",
        "src_ip": "",
        "dst_ip": "",
        "product": "",
        "category": "",
        "service": "",
        "host": {"name": ""},
    },
    {"remote_addr": "", "request": "", "status": 1, "time": ""},
    {"a": [1, 2], "b": [{"a": 1}, {"a": 2, "b": ""}], "@@x": "", "y[]": ""},
]
scalars = st.one_of(
    st.sampled_from(PLAIN), st.sampled_from(PLAIN), st.sampled_from(ODD), st.text(max_size=8), st.floats()
)
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=4))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=5)),
    max_leaves=14,
)
objects = st.one_of(
    st.dictionaries(names, values, max_size=9),
    st.builds(
        lambda shape, more: {**shape, **more}, st.sampled_from(SHAPES), st.dictionaries(names, values, max_size=2)
    ),
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    ascii_only, spaced = draw(st.booleans()), draw(st.booleans())
    text = json.dumps(draw(objects), ensure_ascii=ascii_only, separators=(", ", ": ") if spaced else (",", ":"))
    line = text.encode("utf-8", "surrogatepass")
    how = draw(st.integers(0, 9))
    if how == 0:
        line = line[: draw(st.integers(0, len(line)))]
    elif how == 1:
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(st.binary(max_size=3)) + line[at:]
    elif how == 2:
        line = line.replace(b'"b"', b'"a"').replace(b"1.5", b"1.50").replace(b"12", b"012").replace(b"\\n", b"\\q")
    return line.replace(b"\n", b" ")


def varied(line: bytes, rng: random.Random) -> bytes:
    """The line with other values in the same places."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line

    def change(part: object) -> object:
        if isinstance(part, dict):
            return {key: change(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [change(inner) for inner in part]
        return part if rng.random() < 0.4 else rng.choice(PLAIN if rng.random() < 0.98 else ODD)

    text = json.dumps(change(value), ensure_ascii=rng.random() < 0.5, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass").replace(b"\n", b" ")


@settings(deadline=None, max_examples=120)
@given(
    st.lists(lines(), max_size=6), st.sampled_from(["", "windows", "suricata", "generic_json", "nginx"]), st.integers()
)
def test_files(batch: list[bytes], hint: str, seed: int) -> None:
    rng = random.Random(seed)
    data = b"\n".join([*batch, *(varied(line, rng) for line in batch for _ in range(4))])
    assert difference(READER.read(data, hint, ORIGIN).batch, batch_of(data, hint)) == ""


@settings(deadline=None, max_examples=80)
@given(
    st.lists(lines(), min_size=1, max_size=5),
    st.lists(st.sampled_from(["", "windows", "suricata", "generic_json", "nginx", "syslog"]), min_size=1, max_size=3),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]),
    st.sampled_from(
        ["", '{"fields":{"a":"Image","b":"Image"},"time":"b","host":"a"}', '{"product":"P","category":"C"}']
    ),
    st.integers(),
)
def test_records(batch: list[bytes], kinds: list[str], zone: str, options: str, seed: int) -> None:
    rng = random.Random(seed)
    every = [*batch, *(varied(line, rng) for line in batch for _ in range(4))]
    records, positions = records_of(every, kinds, options, zone), [f"r:{i}" for i in range(len(every))]
    start = seed % len(every)
    for part, named in ((records, positions), (records.slice(start), positions[start:])):
        assert difference(READER.parse_records(part, named), parse_records(part, named)) == ""


stamps = st.one_of(
    st.datetimes().map(str),
    st.datetimes(timezones=st.timezones()).map(str),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z"),
    st.from_regex(
        r"\A2[0-9]{3}-[0-9]{2}-[0-3][0-9][ T_][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,9})?(Z|[+-][0-9:]{2,6})?\Z"
    ),
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(stamps, min_size=1, max_size=12), st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo"])
)
def test_stamps(texts: list[str], zone: str) -> None:
    lines = [json.dumps({"time": text}).encode() for text in texts]
    batch, positions = records_of(lines, ["generic_json"], zone=zone), [str(i) for i in range(len(lines))]
    assert difference(READER.parse_records(batch, positions), parse_records(batch, positions)) == ""


@settings(deadline=None)
@given(st.lists(st.datetimes().filter(lambda d: 1900 < d.year < 2100), min_size=1), st.timezones().map(str))
def test_wall_clocks_of_all_zones(moments: list[object], zone: str) -> None:
    import numpy as np

    utc = np.array([iso_ns(str(m), "UTC") for m in moments], np.int64)
    assert to_utc(utc, zone).tolist() == [iso_ns(str(m), zone) for m in moments]


@settings(deadline=None, max_examples=6)
@given(st.integers(), st.booleans())
def test_large_batches(seed: int, fresh: bool) -> None:
    """So many rows of so many shapes that every buffer has to grow, with gaps, nulls and lists of all lengths."""
    rng = random.Random(seed)
    reader = JsonReader() if fresh else READER
    lines = [json.dumps(shape, separators=(",", ":")).encode() for shape in SHAPES]
    lines += [json.dumps({"a": "x" * 3000, "list": list(range(n)), "b": None}).encode() for n in (0, 1, 40, 900)]
    lines += [json.dumps({f"k{n}": n, "b": [None] * n, "c": {"d": None}}).encode() for n in range(40)]
    batch = [varied(rng.choice(lines), rng) for _ in range(2500)]
    data = b"\n".join(batch)
    assert difference(reader.read(data, "", ORIGIN).batch, batch_of(data)) == ""
    records, positions = records_of(batch, ["", "generic_json", "windows"]), [f"r:{i}" for i in range(len(batch))]
    for start in (0, 1201):
        part, named = records.slice(start), positions[start:]
        assert difference(reader.parse_records(part, named), parse_records(part, named)) == ""
