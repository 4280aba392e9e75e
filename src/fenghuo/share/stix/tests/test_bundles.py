"""A formal warning survives the way through a STIX 2.1 bundle; what is no warning is refused with its place."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenghuo.base.common.severity import WarningLevel
from fenghuo.see.detection.threat_classes import ThreatClass
from fenghuo.see.intel.formats.stix.marks import TLP
from fenghuo.see.intel.values import Tlp
from fenghuo.share.stix.reading import read
from fenghuo.share.stix.warning import MOST_BYTES, OWN_EXTENSION, TLP_EXTENSION, FormalWarning, NotAWarning, Reference
from fenghuo.share.stix.writing import TLP_2, bundle_of, written

BEGINS = datetime(2026, 11, 23, 1, tzinfo=UTC)
WARNING = FormalWarning(
    stix_id="report--0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99",
    created=BEGINS,
    modified=BEGINS + timedelta(hours=1),
    issuer="省委网信办",
    title="关于某产品远程代码执行漏洞的橙色预警",
    level="orange",
    threat_class="vulnerability-exploit",
    number="省网信预〔2026〕3号",
    published=BEGINS,
    valid_from=BEGINS,
    scope="使用某产品的单位",
    matter="攻击者可远程执行代码（CVE-2026-1234）",
    measures="24小时内升级",
    tlp="amber",
    products=("某产品 8.1",),
    vulnerabilities=("CVE-2026-1234", "CNVD-2026-12345"),
    references=(Reference("国家网信办", "国网信预〔2026〕1号"), Reference("厂商", url="https://vendor.example/a")),
)
EXPLAINED = {"type": "indicator", "id": "indicator--1", "pattern": "[ipv4-addr:value = '198.51.100.7']"}


def _words(most: int, least: int = 0) -> st.SearchStrategy[str]:
    plain = st.characters(exclude_categories=("C", "Z"))
    text = st.text(plain | st.sampled_from(" \n"), min_size=least, max_size=most).map(str.strip)
    return text.filter(lambda found: len(found) >= least and "★" not in found)


_MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)).map(
    lambda found: found.replace(microsecond=found.microsecond // 1000 * 1000)
)
_REFERENCES = st.builds(
    Reference,
    source=_words(30, 1).map(lambda text: f"s{text}"),
    number=_words(30),
    url=st.sampled_from(("", "https://a.example/1", "http://b.example/?q=1")),
    text=_words(40),
)
_WARNINGS = st.builds(
    FormalWarning,
    stix_id=st.uuids().map(lambda found: f"report--{found}"),
    created=_MOMENTS,
    modified=_MOMENTS,
    issuer=_words(60, 1),
    title=_words(200, 1),
    level=st.sampled_from([level.value for level in WarningLevel]),
    threat_class=st.sampled_from([known.value for known in ThreatClass]),
    number=_words(60),
    published=_MOMENTS,
    valid_from=_MOMENTS,
    scope=_words(100),
    matter=_words(100),
    measures=_words(100),
    tlp=st.sampled_from(["", *(tlp.value for tlp in Tlp)]),
    valid_until=st.none() | _MOMENTS,
    products=st.lists(_words(40, 1), max_size=4, unique=True).map(tuple),
    vulnerabilities=st.lists(_words(40, 1), max_size=4, unique=True).map(tuple),
    references=st.lists(_REFERENCES, max_size=4).map(tuple),
    exercise=st.booleans(),
    lifted=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(_WARNINGS)
def test_what_was_written_is_read_as_it_was(warning: FormalWarning) -> None:
    warning = replace(warning, modified=max(warning.created, warning.modified))
    mine = Reference(warning.issuer, warning.number)
    warning = replace(warning, references=tuple(r for r in warning.references if r != mine))
    found = read(written(warning))
    assert found.warning == warning
    assert (found.indicators, dict(found.others), found.markings, found.guessed) == (0, {}, (), [])
    assert written(warning) == written(found.warning), "the same warning is the same file"


def _changed(**changes: Any) -> bytes:
    """The bundle with other properties in its report; None takes one away."""
    bundle = bundle_of(WARNING)
    report = bundle["objects"][-1]
    report |= changes
    for name in [name for name, value in changes.items() if value is None]:
        del report[name]
    return json.dumps(bundle).encode()


def _with(*objects: Any, **changes: Any) -> bytes:
    bundle = json.loads(_changed(**changes))
    return json.dumps({**bundle, "objects": [*bundle["objects"], *objects]}).encode()


def test_objects_that_a_warning_has_no_place_for_are_counted() -> None:
    odd = {"type": "x-odd", "id": "x-odd--1", "anything": [{"deep": {}}]}
    found = read(_with(EXPLAINED, {**EXPLAINED, "id": "indicator--2"}, odd, {"type": "attack-pattern", "id": "a"}))
    assert found.warning == WARNING
    assert (found.indicators, found.others) == (2, {"attack-pattern": 1, "x-odd": 1})


def test_a_bundle_of_others_says_less_and_what_is_a_guess_is_named() -> None:
    own = json.loads(_changed(extensions=None, external_references=[{"source_name": "cve", "external_id": "CVE-1-1"}]))
    course = {"type": "course-of-action", "id": "course-of-action--1", "name": "升级", "description": "到 8.2"}
    own["objects"][-1]["object_refs"] += ["course-of-action--1", "gone--1"]
    found = read(json.dumps({**own, "objects": [*own["objects"], course]}).encode())
    assert (found.warning.level, found.warning.threat_class) == ("orange", "vulnerability-exploit")
    assert found.guessed == ["level", "threat_class"]
    assert (found.warning.number, found.warning.measures) == ("", "升级：到 8.2")
    assert found.warning.matter.startswith("可能影响范围：使用某产品的单位")
    assert read(_changed(extensions=None, name="Advisory")).warning.level == ""
    assert read(_changed(extensions=None, name="红色预警调整为橙色预警")).warning.level == "", "two levels are none"


def test_a_note_is_taken_where_there_is_no_report() -> None:
    note = {"type": "note", "spec_version": "2.1", "id": WARNING.stix_id.replace("report", "note")}
    note |= {"created": "2026-11-23T01:00:00Z", "modified": "2026-11-23T01:00:00.123456Z", "object_refs": []}
    note |= {"abstract": "蓝色预警", "content": "说明"}
    found = read(json.dumps({"type": "bundle", "objects": [note]}).encode()).warning
    assert (found.level, found.matter, found.issuer, found.tlp) == ("blue", "说明", "", "")
    assert found.modified.microsecond == 123000


def test_the_strictest_marking_counts_wherever_it_stands() -> None:
    assert set(TLP_2) == {tlp.value for tlp in Tlp}
    assert all(TLP[marking] == label for label, marking in TLP_2.items())
    both = [TLP_2["green"], TLP_2["amber+strict"]]
    assert read(_changed(object_marking_refs=both)).warning.tlp == "amber+strict"
    part = [{"marking_ref": TLP_2["red"], "selectors": ["description"]}]
    assert read(_changed(granular_markings=part)).warning.tlp == "red"
    old = {"type": "marking-definition", "id": "marking-definition--1", "definition": {"tlp": "white"}}
    mine = {"type": "marking-definition", "id": "marking-definition--2", "extensions": {TLP_EXTENSION: {"tlp_2_0": 7}}}
    said = {"type": "marking-definition", "id": "marking-definition--3", "definition": {"statement": "© Office"}}
    refs = ["marking-definition--1", "marking-definition--2", "marking-definition--3", "marking-definition--4"]
    found = read(_with(old, mine, said, object_marking_refs=refs))
    assert found.warning.tlp == "clear"
    assert found.markings == ("marking-definition--2", "© Office", "marking-definition--4")
    bundle = bundle_of(WARNING)
    bundle["objects"][-2]["object_marking_refs"] = [TLP_2["red"]]
    assert bundle["objects"][-2]["type"] == "software"
    assert read(json.dumps(bundle).encode()).warning.tlp == "red", "what is taken from a red object is red"


def test_of_two_versions_the_later_one_counts_and_a_clash_is_refused() -> None:
    report = json.loads(_changed())["objects"][-1]
    later = {**report, "name": "黄色预警", "modified": "2026-11-24T00:00:00.000Z"}
    for objects in ([report, later], [later, report], [later, later]):
        assert read(json.dumps({"type": "bundle", "objects": objects}).encode()).warning.title == "黄色预警"
    clash = json.dumps({"type": "bundle", "objects": [report, {**report, "name": "x"}]}).encode()
    _refused(clash, "duplicate", WARNING.stix_id)


def _refused(content: bytes, code: str, where: str = "") -> None:
    with pytest.raises(NotAWarning) as caught:
        read(content)
    assert (caught.value.code, where in caught.value.where) == (code, True), caught.value


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"spec_version": "2.0"}, "version", "report--"),
        ({"id": "report--1"}, "id", "report--1"),
        ({"id": "note--0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99"}, "id", "note--"),
        ({"name": None}, "missing", ": name"),
        ({"name": "\u202e \u200b"}, "missing", ": name"),
        ({"name": ["x"]}, "type", ": name"),
        ({"name": "长" * 201}, "long", ": name (200)"),
        ({"published": None}, "missing", ": published"),
        ({"published": "yesterday"}, "time", ": published"),
        ({"published": 1.5}, "time", ": published"),
        ({"published": "2026-02-30T00:00:00Z"}, "time", ": published"),
        ({"published": "0001-01-01T00:00:00Z"}, "time", ": published"),
        ({"modified": "9999-12-31T23:59:59Z"}, "time", ": modified"),
        ({"modified": "2026-01-01T00:00:00Z"}, "time", ": modified"),
        ({"object_refs": "report--1"}, "type", ": object_refs"),
        ({"object_refs": [{}]}, "type", ": object_refs"),
        ({"object_marking_refs": 1}, "type", ": object_marking_refs"),
        ({"granular_markings": {}}, "type", ": granular_markings"),
        ({"labels": 5}, "type", ": labels"),
        ({"revoked": "yes"}, "type", ": revoked"),
        ({"external_references": {}}, "type", ": external_references"),
        ({"external_references": ["CVE"]}, "type", ": external_references"),
        ({"external_references": [{"source_name": "x"}] * 501}, "long", ": external_references"),
        ({"extensions": []}, "type", ": extensions"),
        ({"extensions": {OWN_EXTENSION: 1}}, "type", OWN_EXTENSION),
        ({"extensions": {OWN_EXTENSION: {}}}, "missing", ": level"),
        ({"extensions": {OWN_EXTENSION: {"level": "purple"}}}, "value", ": level"),
        ({"extensions": {OWN_EXTENSION: {"level": "red", "matter": "长" * 20_001}}}, "long", ": matter"),
        ({"extensions": {OWN_EXTENSION: {"level": "red", "exercise": 1}}}, "type", ": exercise"),
        ({"extensions": {OWN_EXTENSION: {"level": "red", "valid_until": "soon"}}}, "time", ": valid_until"),
        ({"name": "机密★10年 某事"}, "secret", ""),
        ({"labels": ["秘密 ★"]}, "secret", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], code: str, where: str) -> None:
    _refused(_changed(**changes), code, where)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "size"),
        (b" " * (MOST_BYTES + 1), "size"),
        (b"PK\x03\x04", "json"),
        (b"\xff\xfe{\x00}\x00", "json"),
        (b'{"type": "bundle", "objects": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "json"),
        (b'{"a":' * 200_000, "json"),
        (b"[]", "bundle"),
        (b'{"type": "bundle", "objects": {}}', "bundle"),
        (b'{"type": "bundle", "objects": []}', "none"),
        (b'{"type": "bundle", "objects": [7]}', "type"),
        (b'{"type": "bundle", "objects": [{"type": "report"}]}', "missing"),
        (b'{"type": "bundle", "objects": [{"type": [], "id": "x"}]}', "type"),
        (b'{"type": "bundle", "objects": [' + b"0," * 20_000 + b"0]}", "objects"),
        (json.dumps({"type": "bundle", "objects": [EXPLAINED]}).encode(), "none"),
        (_with({"type": "report", "id": "report--2"}), "several"),
    ],
)
def test_hostile_files_are_refused(content: bytes, code: str) -> None:
    _refused(content, code)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(data: st.DataObject) -> None:
    bundle = bundle_of(WARNING)
    one = data.draw(st.sampled_from(bundle["objects"]))
    where = data.draw(st.sampled_from([one, one["extensions"][OWN_EXTENSION]] if one["type"] == "report" else [one]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(_ANYTHING)
    with suppress(NotAWarning):
        assert read(json.dumps(bundle).encode()).warning.title
