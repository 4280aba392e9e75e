"""A case from JSON: every field, every way to write a value, and what is wrong told by field."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fenghuo.respond.incidents.grading import BadCase, Case, PopulationShare, TamperMinutes, read_case
from fenghuo.respond.incidents.grading.reading import left_alone
from fenghuo.respond.incidents.grading.scales import words

ZONE = ZoneInfo("Asia/Shanghai")
WHOLE: dict[str, Any] = {
    "id": "2026-7",
    "discovered_at": "2026-11-25T08:30:00+08:00",
    "operator": "cii",
    "portal_level": "prefecture",
    "outage_minutes": 130,
    "main_function_minutes": 90.5,
    "people_affected": 100000,
    "population_share": {"province": 0.1, "prefecture": 0.3},
    "personal_records": 0,
    "data_class": "core",
    "tamper_minutes": {"home": 31, "other": None},
    "forwards": 12,
    "views": 13,
    "loss_yuan": 5e6,
    "crime_suspected": False,
    "importance": "vital",
    "loss_grade": "severe",
    "social_harm": "major",
    "county_knew_at": "2026-11-25 09:00",
    "ended_at": "2026-11-26T00:00Z",
}


def test_every_field() -> None:
    case = read_case(WHOLE, ZONE)
    assert case.discovered_at == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert case.county_knew_at == datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
    assert case.tamper_minutes == TamperMinutes(home=31)
    assert case.population_share == PopulationShare(0.1, 0.3)
    assert set(case.known()) >= {
        "tamper_minutes.home",
        "population_share.prefecture",
        "personal_records",
        "crime_suspected",
    }
    assert "tamper_minutes.other" not in case.known()


def test_absent_and_null_are_unknown() -> None:
    assert read_case({"id": 5, **{name: None for name in WHOLE if name != "id"}}, ZONE) == Case("5")


def test_a_bare_share_counts_for_both_areas_and_says_so() -> None:
    case = read_case({"id": "1", "population_share": 0.3}, ZONE)
    assert case.population_share == PopulationShare(0.3, 0.3)
    assert case.assumed == ("population_share",)


@pytest.mark.parametrize("fact", [name for name, known in words().items() if known.values])
def test_a_value_may_be_written_in_either_language(fact: str) -> None:
    for value, names in words()[fact].values.items():
        for spelling in (value, value.upper(), names["zh"], f" {names['en']} ", *names.get("also", ())):
            assert getattr(read_case({"id": "1", fact: spelling}, ZONE), fact) == value


def test_no_spelling_means_two_things() -> None:
    for known in words().values():
        spellings = [s for v, n in known.values.items() for s in {v, n["zh"], n["en"], *n.get("also", ())}]
        plain = [s.lower().replace("_", "-") for s in spellings]
        assert len({known.other_ways[p] for p in plain}) == len(known.values)
        for value, names in known.values.items():
            assert {known.value_of(s) for s in (value, *names.get("also", ()))} == {value}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"id": None}, "id", "needed"),
        ({"id": " "}, "id", "needed"),
        ({"id": True}, "id", "needed"),
        ({"discovered_at": "yesterday"}, "discovered_at", "moment"),
        ({"discovered_at": "2026-11-25"}, "discovered_at", "moment"),
        ({"discovered_at": "2026-02-30T08:00"}, "discovered_at", "moment"),
        ({"discovered_at": 1795500000}, "discovered_at", "moment"),
        ({"discovered_at": "0001-01-01T00:00+08:00"}, "discovered_at", "moment"),
        ({"ended_at": "2026-11-24T00:00Z"}, "ended_at", "order"),
        ({"operator": "bank"}, "operator", "word"),
        ({"operator": ["cii"]}, "operator", "word"),
        ({"social_harm": 3}, "social_harm", "word"),
        ({"outage_minutes": "130"}, "outage_minutes", "number"),
        ({"outage_minutes": True}, "outage_minutes", "number"),
        ({"outage_minutes": float("nan")}, "outage_minutes", "number"),
        ({"outage_minutes": float("inf")}, "outage_minutes", "large"),
        ({"loss_yuan": 10**400}, "loss_yuan", "large"),
        ({"views": -1}, "views", "negative"),
        ({"population_share": 30}, "population_share.province", "share"),
        ({"population_share": {"city": 0.3}}, "population_share.city", "parts"),
        ({"tamper_minutes": 30}, "tamper_minutes", "parts"),
        ({"tamper_minutes": {"home": "30"}}, "tamper_minutes.home", "number"),
        ({"crime_suspected": "yes"}, "crime_suspected", "truth"),
        ({"outage_minute": 130}, "outage_minute", "unknown"),
    ],
)
def test_what_is_wrong_is_told_by_field(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(BadCase) as wrong:
        read_case({**WHOLE, **change}, ZONE)
    assert [(p.field, p.code) for p in wrong.value.problems] == [(field, code)]


def test_all_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(BadCase) as wrong:
        read_case({"operator": "x", "views": "y"}, ZONE)
    assert {p.field for p in wrong.value.problems} == {"id", "operator", "views"}


def test_fields_of_others_are_left_alone() -> None:
    stated = {"id": "1", "remark": "x", "expected": 3}
    assert read_case(stated, ZONE) == Case("1")
    assert left_alone(stated) == ["remark", "expected"]
