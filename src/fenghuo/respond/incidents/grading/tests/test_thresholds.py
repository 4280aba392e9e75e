"""Every figure of every table, written down a second time from the rules' own words, at below, at and above it."""

from collections.abc import Mapping
from typing import Any

import pytest

from fenghuo.respond.incidents.grading import Grade, Graded, Rule, Sureness, Table, grade, shipped
from fenghuo.respond.incidents.grading.scales import Value, degree, grade_names, words

GENERAL, RELATIVELY, MAJOR, PARTICULARLY = Grade

# the annex, as the reference of the project lists it: fact, what else must hold, then 较大, 重大, 特别重大 with their marks
BY_NUMBER: list[tuple[str, Mapping[str, Value], tuple[float, str], tuple[float, str], tuple[float, str]]] = [
    ("outage_minutes", {"operator": "cii"}, (10, "A"), (60, "C"), (6 * 60, "A")),
    ("main_function_minutes", {"operator": "cii"}, (30, "A"), (180, "C"), (24 * 60, "A")),
    ("people_affected", {}, (100_000, "B"), (1_000_000, "C"), (10_000_000, "A")),
    ("personal_records", {}, (1_000_000, "A"), (10_000_000, "A"), (100_000_000, "A")),
    ("tamper_minutes.home", {}, (30, "draft"), (120, "draft"), (6 * 60, "A")),
    ("tamper_minutes.other", {}, (120, "draft"), (12 * 60, "draft"), (24 * 60, "A")),
    ("forwards", {}, (1000, "draft"), (10_000, "draft"), (100_000, "A")),
    ("views", {}, (10_000, "draft"), (100_000, "draft"), (1_000_000, "A")),
    ("loss_yuan", {}, (5_000_000, "A"), (20_000_000, "A"), (100_000_000, "A")),
    ("outage_minutes", {"portal_level": "prefecture"}, (120, "B"), (6 * 60, "B"), (1e9, "")),
    ("outage_minutes", {"portal_level": "province"}, (120, "B"), (6 * 60, "B"), (24 * 60, "A")),
    ("outage_minutes", {"portal_level": "national"}, (120, "B"), (6 * 60, "B"), (24 * 60, "A")),
    ("population_share.prefecture", {}, (0.3, "A"), (0.5, "B"), (2.0, "")),
]
MATRIX = {
    "vital": {"extreme": PARTICULARLY, "severe": MAJOR, "considerable": RELATIVELY, "slight": GENERAL},
    "important": {"extreme": MAJOR, "severe": RELATIVELY, "considerable": GENERAL, "slight": GENERAL},
    "ordinary": {"extreme": RELATIVELY, "severe": GENERAL, "considerable": GENERAL, "slight": GENERAL},
}


def annex(**facts: Value) -> Graded:
    return grade(shipped().annex, facts)


def standard(**facts: Value) -> Graded:
    return grade(shipped().standard, facts)


@pytest.mark.parametrize(("fact", "also", "third", "second", "first"), BY_NUMBER)
def test_numbers_below_at_and_above(fact: str, also: Mapping[str, Value], third: Any, second: Any, first: Any) -> None:
    step = 0.001 if fact.startswith("population") else 1
    below = GENERAL
    for reached, (figure, mark) in zip((RELATIVELY, MAJOR, PARTICULARLY), (third, second, first), strict=True):
        if not mark:
            continue
        for value, expected in ((figure - step, below), (figure, reached), (figure + step, reached)):
            graded = annex(**also, **{fact: value})
            assert graded.grade is expected, (fact, value)
        assert graded.rule is not None
        assert graded.rule.sureness == Sureness(mark)
        assert graded.confirmed is (mark == "A")
        below = reached


@pytest.mark.parametrize("level", ["none", "township", "county"])
def test_a_portal_below_the_prefecture_has_no_figure(level: str) -> None:
    assert annex(portal_level=level, outage_minutes=100_000).grade is GENERAL


@pytest.mark.parametrize("operator", ["other", "state_organ"])
def test_interruption_counts_for_critical_infrastructure_only(operator: str) -> None:
    assert annex(operator=operator, outage_minutes=100_000, main_function_minutes=100_000).grade is GENERAL


def test_the_share_of_a_province() -> None:
    assert annex(**{"population_share.province": 0.499}).grade is GENERAL
    assert annex(**{"population_share.province": 0.5}).grade is PARTICULARLY


@pytest.mark.parametrize("data_class", ["important", "core"])
@pytest.mark.parametrize(
    ("threat", "expected"),
    [(None, RELATIVELY), ("general", RELATIVELY), *((g.value, g) for g in (RELATIVELY, MAJOR, PARTICULARLY))],
)
def test_lost_data_by_the_threat_that_they_are(data_class: str, threat: str | None, expected: Grade) -> None:
    graded = annex(data_class=data_class, **({"social_harm": threat} if threat else {}))
    assert graded.grade is expected
    assert graded.rule is not None
    assert graded.rule.proposal is (threat in (None, "general")), "the law's own rule is named before ours"


def test_general_data_and_harm_alone_say_nothing_in_the_annex() -> None:
    assert annex(data_class="general", social_harm="particularly-major").grade is GENERAL
    assert annex(social_harm="particularly-major").grade is GENERAL


@pytest.mark.parametrize("importance", MATRIX)
@pytest.mark.parametrize("loss", MATRIX["vital"])
def test_every_cell_of_the_matrix(importance: str, loss: str) -> None:
    graded = standard(importance=importance, loss_grade=loss)
    assert graded.grade is MATRIX[importance][loss]
    assert not graded.confirmed


@pytest.mark.parametrize("harm", list(Grade))
@pytest.mark.parametrize("importance", MATRIX)
@pytest.mark.parametrize("loss", MATRIX["vital"])
def test_the_graver_of_matrix_and_social_harm_counts(harm: Grade, importance: str, loss: str) -> None:
    assert standard(social_harm=harm.value).grade is harm
    both = standard(social_harm=harm.value, importance=importance, loss_grade=loss)
    assert both.grade is max(harm, MATRIX[importance][loss], key=lambda g: g.rank)


def rules() -> list[tuple[Table, Rule]]:
    return [(table, rule) for table in (shipped().annex, shipped().standard) for rule in table.rules]


@pytest.mark.parametrize(
    ("table", "rule"), rules(), ids=lambda x: getattr(x, "id", x.name if hasattr(x, "name") else "")
)
def test_every_rule_can_fire_and_each_of_its_conditions_counts(table: Table, rule: Rule) -> None:
    at = {c.fact: c.least for c in rule.conditions}
    graded = grade(table, at)
    fired = {graded.rule.id if graded.rule else "", *(other.id for other in graded.also)}
    assert graded.grade is rule.grade
    assert rule.id in fired
    for condition in rule.conditions:
        without = {fact: value for fact, value in at.items() if fact != condition.fact}
        assert not rule.fires(without)
        lower = _just_below(condition.fact, condition.least)
        if lower is not None:
            assert not rule.fires({**without, condition.fact: lower})


def _just_below(fact: str, value: Value) -> Value | None:
    known = list(words()[fact].values)
    if not known:
        return float(value) * 0.999
    place = int(degree(fact, value))
    return known[place - 1] if place else None


def test_names_and_articles_stand_in_both_languages() -> None:
    for _table, rule in rules():
        assert rule.names["zh"]
        assert rule.names["en"].isascii()
        assert rule.article
    for names in grade_names().values():
        assert names["zh"]
        assert names["en"].isascii()
    for known in words().values():
        assert known.names["zh"]
        assert known.names["en"].isascii()
        assert set(known.units) <= {"zh", "en"}


def test_importance_by_level_of_protection() -> None:
    assert shipped().standard.importance_of_protection_level == {
        5: "vital", 4: "vital", 3: "important", 2: "ordinary", 1: "ordinary",
    }  # fmt: skip
