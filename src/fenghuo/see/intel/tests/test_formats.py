"""Every format reads its sample: what is taken, in canonical form, and what is refused and why."""

import gzip
import inspect
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fenghuo.see.intel.formats import FORMATS, Options, UnreadableList
from fenghuo.see.intel.guard import OwnAssets
from fenghuo.see.intel.taking import Taken, take_all

NOBODY = OwnAssets([])
DAY = 86_400 * 10**9
TAKEN = {
    "plain/sample.txt": {
        ("address", "45.66.77.88"),
        ("network", "45.66.78.0/24"),
        ("url", "bad.malware-cdn.example/load.php"),
        ("domain", "c2.evil-updates.example"),
        ("domain", "ads.tracker-evil.example"),
        ("hash", "9e107d9d372bb6826bd81d3542a419d6"),
        ("address", "2a0d:1234:5678::1"),
    },
    "csv_table/sample.csv": {
        ("address", "45.66.77.89"),
        ("domain", "login-bank.phish-kit.example"),
        ("url", "phish-kit.example/a.html"),
    },
    "urlhaus/sample.csv": {("url", "45.66.77.90:35421/bin.sh"), ("url", "cdn.loader-evil.example/files/a.exe")},
    "feodo/sample.csv": {("address", "45.66.77.91"), ("address", "45.66.77.92")},
    "feodo/sample.json": {("address", "45.66.77.91")},
    "sslbl/sample.csv": {
        ("hash", "0123456789abcdef0123456789abcdef01234567"),
        ("hash", "89abcdef0123456789abcdef0123456789abcdef"),
    },
    "threatfox/sample.csv": {("address", "45.66.77.93"), ("domain", "stage.loader-evil.example")},
    "threatfox/sample.json": {("address", "45.66.77.93"), ("url", "drop.loader-evil.example/a")},
    "malwarebazaar/sample.csv": {
        ("hash", "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447"),
        ("hash", "e59ff97941044f85df5297e1c302d260"),
        ("hash", "22596363b3de40b06f981fb85d82312e8c0ed511"),
    },
    "misp/sample": {
        ("address", "45.66.77.94"),
        ("domain", "hospital-login.phish-kit.example"),
        ("address", "45.66.77.95"),
        ("hash", "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"),
    },
    "stix/sample.json": {
        ("address", "45.66.77.96"),
        ("address", "2a0d:1234::9"),
        ("domain", "c2-one.example"),
        ("domain", "c2-two.example"),
        ("hash", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        ("hash", "5d41402abc4b2a76b9719d911017c592"),
        ("network", "45.66.80.0/24"),
    },
}
REFUSED = {
    "plain/sample.txt": ["private-address", "too-wide", "top-level", "person", "top-level"],
    "csv_table/sample.csv": ["common", "person", "private-address", "unsupported"],
    "urlhaus/sample.csv": ["private-address", "not-understood"],
    "feodo/sample.csv": ["private-address"],
    "feodo/sample.json": ["not-understood"],
    "sslbl/sample.csv": ["not-understood"],
    "threatfox/sample.csv": ["common", "person"],
    "threatfox/sample.json": ["unsupported", "not-understood"],
    "malwarebazaar/sample.csv": ["wrong-kind"],
    "misp/sample": ["person", "not-for-detection", "unsupported"],
    "stix/sample.json": ["unsupported", "person", "revoked", "unsupported"],
}


def samples() -> Iterator[tuple[str, Path]]:
    for name, found in FORMATS.items():
        folder = Path(inspect.getfile(found.read)).parent
        yield from ((name, sample) for sample in sorted(folder.glob("sample*")))


def place_of(sample: Path) -> str:
    return f"{sample.parent.name}/{sample.name}"


def taken(name: str, path: Path, **columns: str) -> dict[tuple[str, str], Taken]:
    found = [one for one in take_all(FORMATS[name].read(path, Options(columns)), NOBODY) if isinstance(one, Taken)]
    return {(one.kind.value, one.value): one for one in found}


def test_every_format_has_a_sample_and_every_sample_its_answer() -> None:
    found = list(samples())
    assert {name for name, _ in found} == set(FORMATS)
    assert {place_of(sample) for _, sample in found} == set(TAKEN) == set(REFUSED)


@pytest.mark.parametrize(("name", "sample"), list(samples()), ids=str)
def test_a_sample_becomes_what_is_expected(name: str, sample: Path) -> None:
    rows = list(take_all(FORMATS[name].read(sample, Options()), NOBODY))
    assert {(one.kind.value, one.value) for one in rows if isinstance(one, Taken)} == TAKEN[place_of(sample)]
    assert [one.reason for one in rows if not isinstance(one, Taken)] == REFUSED[place_of(sample)]
    shown = [one.value for one in rows if not isinstance(one, Taken) and one.reason == "person"]
    assert not any(shown), "what is about a person isn't kept"


def of_sample(name: str, file: str) -> dict[tuple[str, str], Taken]:
    return taken(name, Path(inspect.getfile(FORMATS[name].read)).parent / file)


def test_what_a_list_says_beside_the_value_is_kept() -> None:
    row = of_sample("csv", "sample.csv")["address", "45.66.77.89"].row
    assert (row.confidence, row.tlp, row.note) == (90, "green", "scanner, seen at two units")
    assert row.valid_until == 1_811_808_000 * 10**9
    row = of_sample("stix", "sample.json")["domain", "c2-two.example"].row
    assert (row.confidence, row.tlp, row.threat_class) == (85, "amber", "malware")
    assert row.valid_from is not None
    assert row.valid_until is not None
    assert row.valid_until - row.valid_from == 92 * DAY
    row = of_sample("threatfox", "sample.csv")["address", "45.66.77.93"].row
    assert (row.confidence, row.threat_class, row.note) == (75, "command-and-control", "Cobalt Strike, c2")
    rows = of_sample("misp", "sample")
    assert rows["address", "45.66.77.94"].row.tlp == "green", "the label of the event"
    assert rows["address", "45.66.77.95"].row.tlp == "amber", "the label of the attribute goes before it"
    assert of_sample("urlhaus", "sample.csv")["url", "45.66.77.90:35421/bin.sh"].row.threat_class == "malware"
    assert of_sample("feodo", "sample.csv")["address", "45.66.77.91"].row.note == "Emotet, port 443"


def test_columns_of_a_table_are_found_by_name_or_said(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("when;what;remark\n2026-11-24;evil.example;x\n", encoding="utf-8")
    assert set(taken("csv", path, value="what")) == {("domain", "evil.example")}
    assert set(taken("csv", path, value="2")) == {("domain", "evil.example")}
    with pytest.raises(UnreadableList):
        taken("csv", path)
    with pytest.raises(UnreadableList):
        taken("csv", path, value="other")
    path.write_text("指标\t类型\t备注\nevil.example\t域名\t来自省厅\n", encoding="utf-8")
    assert taken("csv", path)["domain", "evil.example"].row.note == "来自省厅"


@pytest.mark.parametrize(("name", "sample"), list(samples()), ids=str)
def test_a_list_may_be_packed(name: str, sample: Path, tmp_path: Path) -> None:
    folder = io.BytesIO()
    files = sorted(sample.iterdir()) if sample.is_dir() else [sample]
    with zipfile.ZipFile(folder, "w") as archive:
        for file in files:
            archive.write(file, f"feed/{file.name}")
    packed = tmp_path / "list.zip"
    packed.write_bytes(folder.getvalue())
    plain = set(taken(name, sample))
    if name != "misp" or sample.is_dir():
        assert set(taken(name, packed)) == plain
    if sample.is_file():
        packed = tmp_path / "list.gz"
        packed.write_bytes(gzip.compress(sample.read_bytes()))
        assert set(taken(name, packed)) == plain


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff" * 50,
        b"[" * 100_000,
        b'{"a": [1, {}]}',
        b'{"objects": [5, {"type": "indicator"}]}',
        b"PK\x03\x04x",
    ],
    ids=["empty", "bytes", "deep", "other", "odd", "damaged"],
)
def test_what_is_no_such_list_is_said_to_be_none(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(data)
    with suppress(UnreadableList):
        assert taken(name, path) == {}


def test_a_feed_of_misp_names_no_file_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"Event": {"Attribute": [{"type": "domain", "value": "evil.example"}]}}')
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "manifest.json").write_text(json.dumps({"../secret": {}}))
    with pytest.raises(UnreadableList):
        taken("misp", feed)
