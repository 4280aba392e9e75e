"""The look-up against Python's own sets and ipaddress: no false hit, no miss, however the texts are written or cut."""

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fenghuo.see.intel import normal
from fenghuo.see.intel.engine import BadFile, Indicators, build, open_file, write_file
from fenghuo.see.intel.engine.reading import LONGEST_URL, canonical_url, read_address
from fenghuo.see.intel.values import FOREVER, Indicator, Kind, Tlp

OFTEN = settings(max_examples=200, deadline=None)


def batch_of(times: Sequence[int] | None = None, **columns: Any) -> pa.RecordBatch:
    arrays = {name.replace("__", "."): v if isinstance(v, pa.Array) else pa.array(v) for name, v in columns.items()}
    rows = len(next(iter(arrays.values())))
    return pa.record_batch({"@@event_time": pa.array(times or [0] * rows, pa.int64()), **arrays})


def listed(kind: Kind, values: Sequence[str]) -> Indicators:
    return Indicators(build(Indicator(number, kind, value) for number, value in enumerate(values)))


def met(indicators: Indicators, batch: pa.RecordBatch) -> set[tuple[int, str]]:
    return {(found.row, found.indicator.value) for found in indicators.match(batch)}


quads = st.integers(0, 2**32 - 1).map(lambda n: str(ipaddress.IPv4Address(n)))
few_quads = st.integers(0, 40).map(lambda n: f"45.66.{n // 8}.{n % 8 * 32}")
sixes = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)
six_texts = st.one_of(
    sixes.map(str),
    sixes.map(lambda a: a.exploded),
    sixes.map(lambda a: a.exploded.upper()),
    st.integers(0, 2**32 - 1).map(lambda n: f"::ffff:{ipaddress.IPv4Address(n)}"),
    st.lists(st.sampled_from(["", "0", "1", "ffff", "db8", "12345", "g"]), min_size=1, max_size=10).map(":".join),
)
address_texts = st.one_of(quads, few_quads, six_texts, st.text("0123456789.:abcdef[]% /x", max_size=24))


@OFTEN
@given(address_texts)
@example("1.2.3.04")
@example("256.1.1.1")
@example("1::2::3")
@example("::")
@example("1:2:3:4:5:6:7::")
@example("::1.2.3.4:5")
@example("1.2.3.4::")
@example("fe80::1%eth0")
def test_addresses_are_read_as_python_reads_them(text: str) -> None:
    data = np.frombuffer(text.encode() or b"\0", np.uint8)
    good, high, low = read_address(data, 0, len(text))
    try:
        wanted: ipaddress.IPv4Address | ipaddress.IPv6Address | None = ipaddress.ip_address(text)
    except ValueError:
        wanted = None
    if wanted is not None:
        number = int(wanted) | (0xFFFF << 32 if wanted.version == 4 else 0)
        assert good
        assert (int(high) << 64) | int(low) == number
    elif good:
        # Logs write more than Python takes: a port, brackets or a zone. What is read is the address inside.
        inner = text.strip().strip("[").partition("]")[0].partition("%")[0]
        inner = inner.partition(":")[0] if inner.count(":") == 1 else inner
        assert ipaddress.ip_address(inner)


@OFTEN
@given(
    st.lists(st.one_of(few_quads, quads, sixes.map(str)), max_size=20),
    st.lists(st.tuples(st.one_of(few_quads, quads), st.integers(16, 32)), max_size=20),
    st.lists(st.one_of(few_quads, quads, six_texts), min_size=1, max_size=40),
)
def test_addresses_meet_what_ipaddress_says(
    singles: list[str], ranges: list[tuple[str, int]], asked: list[str]
) -> None:
    addresses = {str(ipaddress.ip_address(a)) for a in singles}
    networks = {str(ipaddress.ip_network(r, strict=False)) for r in ranges}
    rows = [Indicator(n, Kind.ADDRESS, a) for n, a in enumerate(addresses)]
    rows += [Indicator(1000 + n, Kind.NETWORK, a) for n, a in enumerate(networks)]
    wanted = set()
    for row, text in enumerate(asked):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        address = getattr(address, "ipv4_mapped", None) or address
        alike = {
            a
            for a in addresses
            if (getattr(ipaddress.ip_address(a), "ipv4_mapped", None) or ipaddress.ip_address(a)) == address
        }
        around = {n for n in networks if address.version == 4 and address in ipaddress.ip_network(n)}
        wanted |= {(row, str(getattr(ipaddress.ip_address(v), "ipv4_mapped", None) or v)) for v in alike}
        wanted |= {(row, value) for value in around}
    assert met(Indicators(build(rows)), batch_of(DestinationIp=asked)) == wanted


labels = st.sampled_from(["a", "b", "evil", "c2", "x-1", "example", "cn", "com", "notevil"])
names = st.lists(labels, min_size=1, max_size=5).map(".".join)


@OFTEN
@given(
    st.lists(names.filter(lambda n: "." in n), max_size=15, unique=True),
    st.lists(names, min_size=1, max_size=40),
    st.data(),
)
def test_names_meet_themselves_and_what_is_below(known: list[str], asked: list[str], data: st.DataObject) -> None:
    written = [data.draw(st.sampled_from([n, n.upper(), n + ".", f"{n}:8443", f" {n} "])) for n in asked]
    wanted = {
        (row, ".".join(name.split(".")[start:]))
        for row, name in enumerate(asked)
        for start in range(name.count(".") + 1)
        if ".".join(name.split(".")[start:]) in known
    }
    assert met(listed(Kind.DOMAIN, known), batch_of(QueryName=written)) == wanted


url_texts = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "HTTPS://", "", "//", "x:", "ftp://u:p@", "1a://", "a b://"]),
        st.sampled_from(
            [
                "evil.example",
                "EVIL.Example.",
                "evil.example:80",
                "h:443",
                "h.:8080",
                "45.6.7.8",
                "[2a0d::1]:80",
                "",
                "h:",
                "坏.example",
            ]
        ),
        st.one_of(st.sampled_from(["", "/", "/a%41%7e%2f%zz", "?q=1", "#f", "/a#f?x", "/ä%c3"]), st.text(max_size=12)),
    ),
)


@OFTEN
@given(url_texts)
def test_both_forms_of_a_url_are_one(text: str) -> None:
    raw = text.encode()
    out = np.empty(LONGEST_URL, np.uint8)
    length = canonical_url(np.frombuffer(raw or b"\0", np.uint8), 0, len(raw), out)
    wanted = normal.canonical_url(text)
    if length < 0:
        assert not text.isascii()
    else:
        assert out[:length].tobytes().decode() == wanted


@OFTEN
@given(
    st.lists(url_texts.map(normal.canonical_url).filter(bool), max_size=10, unique=True),
    st.lists(url_texts, min_size=1),
)
def test_urls_meet_their_canonical_form_only(known: list[str], asked: list[str]) -> None:
    wanted = {(row, normal.canonical_url(text)) for row, text in enumerate(asked)}
    found = met(listed(Kind.URL, known), batch_of(url=asked))
    assert found == {(row, value) for row, value in wanted if value in known}


digests = st.sampled_from([32, 40, 64]).flatmap(lambda size: st.text("0123456789abcdef", min_size=size, max_size=size))


@OFTEN
@given(st.lists(digests, min_size=1, max_size=10, unique=True), st.data())
def test_digests_are_found_among_others(known: list[str], data: st.DataObject) -> None:
    asked, wanted = [], set()
    for row in range(10):
        inside = data.draw(st.lists(st.one_of(st.sampled_from(known), digests), max_size=4))
        asked.append(",".join(f"SHA={value.upper() if row % 2 else value}" for value in inside))
        wanted |= {(row, value) for value in inside if value in known}
    assert met(listed(Kind.HASH, known), batch_of(Hashes=asked)) == wanted


def test_an_import_hash_and_a_longer_run_of_digits_are_no_file() -> None:
    digest = "9e107d9d372bb6826bd81d3542a419d6"
    texts = [f"IMPHASH={digest}", f"a{digest}", digest + "0", f"MD5={digest},IMPHASH={digest}", f"x{digest}y"]
    found = listed(Kind.HASH, [digest]).match(batch_of(Hashes=texts))
    assert [(f.row, f.span) for f in found] == [(3, (4, 36)), (4, (1, 33))]


def test_every_way_in_which_a_column_is_stored() -> None:
    known = listed(Kind.DOMAIN, ["evil.example"])
    values = ["x", None, "a.evil.example", "evil.example"]
    plain = pa.array(values, pa.string())
    whole = {(2, "evil.example"), (3, "evil.example")}
    assert met(known, batch_of(QueryName=plain)) == whole
    assert met(known, batch_of(QueryName=plain.cast(pa.large_string()))) == whole
    assert met(known, batch_of(QueryName=plain.dictionary_encode())) == whole
    assert met(known, batch_of(QueryName=plain).slice(2)) == {(0, "evil.example"), (1, "evil.example")}
    assert met(known, batch_of(QueryName=plain.dictionary_encode()).slice(1, 2)) == {(1, "evil.example")}
    lists = pa.array([["x", "evil.example"], None, [], ["evil.example", "b.evil.example"]], pa.list_(pa.string()))
    assert met(known, batch_of(**{"answer[]": lists})) == {(0, "evil.example"), (3, "evil.example")}
    assert met(known, batch_of(**{"answer[]": lists}).slice(3)) == {(0, "evil.example")}
    assert met(known, batch_of(QueryName=pa.array([1, 2]))) == set()


def test_a_name_outside_ascii_is_met_in_its_form_of_the_dns() -> None:
    known = listed(Kind.DOMAIN, [normal.normalise("坏站.example")[1]])
    batch = batch_of(
        QueryName=["www.坏站.example", "好站.example"], url=["http://a.坏站.example/x", "http://h/坏站.example"]
    )
    assert {(f.row, f.column) for f in known.match(batch)} == {(0, "QueryName"), (0, "url")}
    value = normal.normalise("http://坏站.example/x")[1]
    assert met(listed(Kind.URL, [value]), batch_of(url=["https://坏站.example:443/x#y"])) == {(0, value)}


def test_host_and_target_in_two_columns_are_one_url() -> None:
    known = listed(Kind.URL, ["evil.example/load.php?id=1"])
    hosts, targets = ["evil.example:80", "good.example", None], ["/load.php?id=1", "/load.php?id=1", "/load.php?id=1"]
    found = known.match(batch_of(**{"cs-host": hosts, "c-uri": targets}))
    assert [(f.row, f.column) for f in found] == [(0, "c-uri")]


def test_the_part_that_was_met_is_marked() -> None:
    found = listed(Kind.DOMAIN, ["evil.example"]).match(batch_of(url=["https://人@www.evil.example/路"]))
    assert [f.value[slice(*f.span)] for f in found] == ["evil.example"]


def test_what_counts_is_the_time_of_the_event() -> None:
    indicators = Indicators(build([Indicator(1, Kind.ADDRESS, "45.66.77.88", valid_from=100, valid_until=200)]))
    batch = batch_of([99, 100, 199, 200, FOREVER], SourceIp=["45.66.77.88"] * 5)
    assert [f.row for f in indicators.match(batch)] == [1, 2]


def test_every_feed_that_lists_a_value_is_named() -> None:
    rows = [Indicator(n, Kind.NETWORK, "45.66.0.0/16", f"feed {n}", tlp=Tlp.RED) for n in range(3)]
    rows += [Indicator(3, Kind.NETWORK, "45.66.77.0/24", "inner"), Indicator(4, Kind.ADDRESS, "45.66.77.1", "own")]
    found = Indicators(build(rows)).match(batch_of(SourceIp=["45.66.77.1"]))
    assert [f.indicator for f in found] == rows


def test_changes_lie_over_the_shared_set() -> None:
    base = build(Indicator(n, Kind.DOMAIN, f"bad{n}.example") for n in range(3))
    batch = batch_of([10] * 4, QueryName=["bad0.example", "bad1.example", "bad2.example", "new.example"])
    indicators = Indicators(base)
    changed = indicators.changed(
        [Indicator(9, Kind.DOMAIN, "new.example"), Indicator(1, Kind.DOMAIN, "bad1.example", valid_until=5)], {0}
    )
    assert met(changed, batch) == {(2, "bad2.example"), (3, "new.example")}
    assert met(changed.changed([], {9}), batch) == {(2, "bad2.example")}
    assert met(changed.changed([Indicator(0, Kind.DOMAIN, "bad0.example")]), batch) == {
        (0, "bad0.example"),
        (2, "bad2.example"),
        (3, "new.example"),
    }
    assert met(indicators, batch) == {(0, "bad0.example"), (1, "bad1.example"), (2, "bad2.example")}


def test_a_file_gives_what_was_written(tmp_path: Path) -> None:
    rows = [
        Indicator(2**40, Kind.ADDRESS, "45.66.77.88", "甲", 5, 6, 100, Tlp.AMBER_STRICT, "scanning"),
        Indicator(2, Kind.NETWORK, "2a0d:1234::/32", "b"),
        Indicator(3, Kind.DOMAIN, "evil.example", "b"),
        Indicator(4, Kind.URL, "evil.example/路?x", "b"),
        Indicator(5, Kind.HASH, "ab" * 20, "b"),
    ]
    write_file(build(rows, 17), tmp_path / "17.bin")
    found = open_file(tmp_path / "17.bin")
    assert found.version == 17
    assert [found.indicator(n) for n in range(5)] == rows
    assert met(Indicators(found), batch_of(QueryName=["a.evil.example"])) == {(0, "evil.example")}
    write_file(build([]), tmp_path / "0.bin")
    assert not Indicators(open_file(tmp_path / "0.bin")).match(batch_of(QueryName=["a.evil.example"]))


@pytest.mark.parametrize(
    "harm",
    [lambda d: d[:-1], lambda d: d[:40], lambda d: b"", lambda d: b"x" + d[1:], lambda d: d[:-70] + b"\xff" + d[-69:]],
)
def test_a_damaged_file_is_refused(tmp_path: Path, harm: Any) -> None:
    path = tmp_path / "1.bin"
    write_file(build([Indicator(n, Kind.DOMAIN, f"bad{n}.example") for n in range(50)]), path)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(BadFile):
        open_file(path)


def test_a_hundred_thousand_random_names_and_digests_meet_as_a_set_does() -> None:
    import random

    chance = random.Random(5)
    known = {f"h{chance.randrange(300_000)}.example" for _ in range(100_000)}
    asked = [f"h{chance.randrange(300_000)}.example" for _ in range(100_000)]
    found = listed(Kind.DOMAIN, sorted(known)).match(batch_of(QueryName=asked))
    assert [f.row for f in found] == [row for row, name in enumerate(asked) if name in known]


def test_long_and_odd_texts_do_no_harm() -> None:
    known = listed(Kind.DOMAIN, ["evil.example"])
    odd = [
        "a." * 200_000 + "evil.example",
        "." * 1000,
        "\x00",
        "evil.example" * 90_000,
        "[",
        "]:",
        "http://" + "@" * 100_000,
        "",
    ]
    assert met(known, batch_of(QueryName=odd, url=odd, SourceIp=odd, Hashes=odd)) == set()
