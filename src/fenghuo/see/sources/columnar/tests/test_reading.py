"""Reading by columns equals reading line by line, on everything that there is to read."""

import gzip
import json
from pathlib import Path

import pytest

from fenghuo.see.sources import KINDS, parse_records
from fenghuo.see.sources.columnar import FileOrigin, JsonReader
from fenghuo.see.sources.columnar.tests.slow import NOW, batch_of, difference, records_of

SOURCES = Path(__file__).resolve().parents[2]
SHARED = Path(__file__).resolve().parents[7] / "shared" / "data"
LANES = [
    "cisco_syslog",
    "correlation",
    "low_match",
    "match_heavy",
    "mixed_schema",
    "no_match",
    "raw_windows",
    "structured_windows",
    "sysmon_file_event",
]
ORIGIN = FileOrigin(NOW, "u1", "s1", "a1", "192.0.2.1", "f:", True)
WINDOWS = (
    b'{"EventID":%d,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\\\a\\\\b.exe","Computer":"PC-%d",'
    b'"SourceIp":"192.0.2.9","DestinationIp":"%s","UtcTime":"2026-07-28 11:45:48.862"}'
)


def same(reader: JsonReader, data: bytes, hint: str = "") -> int:
    """Asserts that both ways agree; the number of lines that went the slow way."""
    before = reader.slow
    chunk = reader.read(data, hint, ORIGIN)
    assert difference(chunk.batch, batch_of(data, hint)) == ""
    return reader.slow - before


@pytest.fixture
def reader() -> JsonReader:
    return JsonReader()


@pytest.mark.parametrize("hint", ["", "windows", "suricata", "generic_json", "nginx"])
@pytest.mark.parametrize("kind", KINDS)
def test_samples_as_files(reader: JsonReader, kind: str, hint: str) -> None:
    data = (SOURCES / kind / "sample.log").read_bytes()
    same(reader, data, hint)
    same(reader, data * 3, hint)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "no/zone"])
@pytest.mark.parametrize(
    "kinds", [["", "windows", "suricata", "generic_json"], ["nginx", "syslog", ""], ["plain", "odd"]]
)
def test_samples_as_records(reader: JsonReader, kinds: list[str], zone: str) -> None:
    lines = [line for kind in KINDS for line in (SOURCES / kind / "sample.log").read_bytes().splitlines()]
    batch = records_of(lines * 5, kinds, zone=zone)
    positions = [f"records.normal.0:{i}" for i in range(batch.num_rows)]
    assert difference(reader.parse_records(batch, positions), parse_records(batch, positions)) == ""
    for start, length in ((0, 1), (7, 30), (batch.num_rows - 1, 1), (5, 0)):
        part, names = batch.slice(start, length), positions[start : start + length]
        assert difference(reader.parse_records(part, names), parse_records(part, names)) == ""


@pytest.mark.shared_data
@pytest.mark.parametrize("lane", LANES)
def test_lanes(reader: JsonReader, lane: str) -> None:
    path = SHARED / "lanes" / f"{lane}.ndjson.gz"
    if not path.exists():
        pytest.skip("the shared data are not here")
    data = b"\n".join(gzip.decompress(path.read_bytes()).splitlines()[:3000])
    assert same(reader, data) == 0
    lines = data.splitlines()[:600]
    batch, positions = records_of(lines, ["", "generic_json", "windows"]), [f"r:{i}" for i in range(len(lines))]
    assert difference(reader.parse_records(batch, positions), parse_records(batch, positions)) == ""


@pytest.mark.shared_data
def test_regression_events(reader: JsonReader) -> None:
    paths = sorted((SHARED / "sigmahq" / "regression_data").rglob("*.json"))
    if not paths:
        pytest.skip("the shared data are not here")
    lines = [json.dumps(value, ensure_ascii=False).encode() for path in paths for value in values_of(path.read_text())]
    data = b"\n".join(lines)
    same(reader, data)
    assert same(reader, data) == 0, "EVTX as JSON is read fast once its shapes are known"


def values_of(text: str) -> list[object]:
    values, decoder, text = [], json.JSONDecoder(), text.lstrip("\ufeff \r\n\t")
    while text:
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].lstrip()
    return values


def test_windows_fields_that_decide_are_told_apart(reader: JsonReader) -> None:
    lines = [
        WINDOWS % (n, i, a)
        for i in range(40)
        for n, a in ((1, b"192.0.2.1"), (3, b"2001:DB8::1"), (12, b"-"), (3, b""))
    ]
    assert same(reader, b"\n".join(lines)) == 0
    lanes = [
        line.replace(b"Microsoft-Windows-Sysmon/Operational", b"Security").replace(b":1,", b":4688,") for line in lines
    ]
    same(reader, b"\n".join(lanes + lines))


@pytest.mark.parametrize(
    "line",
    [
        '{"@timestamp":"2026-07-28T11:45:48.862Z","winlog":{"channel":"Security","event_id":4625,"computer_name":"PC.Corp",'
        '"event_data":{"IpAddress":"192.0.2.4","TargetUserName":null,"Computer":"x"}}}',
        '{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":{"#text":4688},'
        '"Channel":"Security","Computer":"PC","TimeCreated":{"#attributes":{"SystemTime":"2026-07-28T11:45:48.1234567Z"}}},'
        '"EventData":{"NewProcessName":"C:\\\\a.exe","SubjectUserName":"u","Data":{"#text":["a","b"]}}}}',
        '{"event_type":"dns","src_ip":"192.0.2.1","dest_ip":"192.0.2.2","timestamp":"2026-07-28T11:45:48.862+0800",'
        '"dns":{"rrname":"A.Example.","rrtype":"A","answers":[{"rdata":"192.0.2.3","ttl":1},{"rdata":"192.0.2.4","ttl":2}]}}',
        '{"time":1690000000.5,"host":{"name":"H1"},"src_ip":"192.0.2.01","product":"Zeek","tags":["a",null,1.5,true],"x":{}}',
        '{"time":"2026-07-28 11:45:48","a":{"b":[{"c":1},{"c":2,"d":[1,2]},3]},"@@x":1,"y[]":null,"":"empty"}',
        '{"EventID":1,"Image":"x","Computer":5,"Hostname":"h","UtcTime":17}',
        '{"a":1,"b":2,"a":{"c":3},"b":[]}',
    ],
)
def test_nested_lines_are_read_fast(reader: JsonReader, line: str) -> None:
    data = "\n".join([line] * 3).encode()
    assert same(reader, data) == 0
    nulls = line.replace('"u"', "null").replace('"A"', "null").replace('"PC"', "null").replace("1690000000.5", "null")
    same(reader, "\n".join([line, nulls, line, nulls]).encode())
    same(reader, json.dumps(json.loads(line), indent=None, separators=(", ", ": ")).encode())


@pytest.mark.parametrize(
    "options",
    [
        '{"fields":{"a":"Image","b":"Image"},"time":"when","host":"name","product":"Odd"}',
        '{"fields":5,"time":7}',
        "[]",
        "?",
    ],
)
def test_options_of_generic_json(reader: JsonReader, options: str) -> None:
    lines = [b'{"a":"x","b":%d,"when":"2026-03-29T02:30:00","name":"H","product":"P"}' % i for i in range(9)]
    lines += [b'{"when":%d,"name":null,"b":null}' % i for i in (0, 1, 10**11, 10**20)]
    batch, positions = records_of(lines, ["generic_json"], options, "Europe/Berlin"), [str(i) for i in range(13)]
    assert difference(reader.parse_records(batch, positions), parse_records(batch, positions)) == ""


def test_chunks_are_cut_at_lines(reader: JsonReader) -> None:
    data = b'{"a":1}\n\n  {"a":"\xe4\xb8\xad"}\r\n{"b":3}\n{"a":4}'
    for cut in range(len(data) + 1):
        first = reader.read(data[:cut], last=False)
        second = reader.read(data[first.consumed :])
        rows = first.batch.column("@@raw").to_pylist() + second.batch.column("@@raw").to_pylist()
        assert rows == [b'{"a":1}', b'{"a":"\xe4\xb8\xad"}', b'{"b":3}', b'{"a":4}']
        numbers = [*first.numbers, *(second.numbers + first.passed)]
        assert numbers == [1, 3, 4, 5]
    assert reader.read(data, most=2).consumed == data.index(b'{"b"')
    assert reader.read(b"").batch.num_rows == 0


def test_broken_lines_are_counted_and_kept(reader: JsonReader) -> None:
    data = b'{"a":1}\n{"a":\n}{\n{"a":1}{"a":2}\n{"a":"\xff\xfe"}\n{"a":"\\ud800"}\n\xef\xbb\xbf{"a":1}\n{"a":NaN}\n5\n'
    assert difference(reader.read(data, "", ORIGIN).batch, batch_of(data)) == ""
    assert reader.read(data).broken == 3


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"{" * 10_000,
        b'{"a":"' + b"x" * 1_000_000 + b'"}',
        b'{"a":"' + b"\\\\" * 500_000 + b'"}',
        b'{"a":"' + "\u4e2d".encode() * 300_000 + b'"}',
        b'{"a":"' + b"\\u4e2d" * 100_000,
        b'{"a":' + b"9" * 1_000_000 + b"}",
        b'{"a":[' + b"1," * 300_000 + b"1]}",
        b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(60_000)) + b"}",
        b'{"a":"' + b" " * 1_000_000,
        b"\xe4\xb8" * 300_000,
    ],
    ids=range(13),
)
def test_hostile_lines_neither_crash_nor_stall(reader: JsonReader, line: bytes) -> None:
    data = b"\n".join([b'{"a":"before"}', line, b'{"a":"after"}', line])
    same(reader, data)


def test_values_that_always_differ_do_not_pile_up(reader: JsonReader) -> None:
    line = b'{"EventID":12,"Channel":"x","EventType":"%d","Image":"i"}'
    data = b"\n".join(line % i for i in range(3000))
    for _ in range(3):
        same(reader, data)
    assert same(reader, line % 5) == 0


def test_shapes_that_never_repeat_do_not_pile_up(reader: JsonReader) -> None:
    for part in range(4):
        data = b"\n".join(b'{"%s":1,"k%d":2}' % (b"n" * 20_000, part * 400 + i) for i in range(400))
        assert reader.read(data).batch.num_rows == 400
    assert same(reader, b'{"a":1}\n{"a":2}') <= 2
