"""Whom to tell by when: each chain of the law, its articles, and what is not a number in it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fenghuo.respond.incidents.grading import BadTable, Case, Grade, assess, dues, read_duties, shipped
from fenghuo.respond.incidents.grading.shipped import data_of

T0 = datetime(2026, 11, 25, 23, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALWAYS = {("sector", "sector-regulator", None), ("county", "city-cac", HOUR)}
LATER = {("summary", "first-addressee", None), ("investigation", "county-government", None)}
CII = {("cii", "protection-department", HOUR), ("cii", "police", HOUR)}
CII_ON = {("cii-onward", "national-cac", 90 * MINUTE), ("cii-onward", "state-council-police", 90 * MINUTE)}
ORGAN = {("state-organ", "ministry-cac", 2 * HOUR)}
ORGAN_ON = {("state-organ-onward", "national-cac", 3 * HOUR)}
OTHER = {("other", "provincial-cac", 4 * HOUR)}
OTHER_ON = {("other-onward", "national-cac", 5 * HOUR), ("other-onward", "provincial-peers", 5 * HOUR)}


def found(grade: Grade, **facts: object) -> set[tuple[str, str, timedelta | None]]:
    case = Case("1", **{"discovered_at": T0, **facts})  # type: ignore[arg-type]
    return {
        (due.duty.key, due.receiver, due.due_at - T0 if due.due_at else None)
        for due in dues(case, grade, shipped().duties)
    }


@pytest.mark.parametrize(
    ("operator", "first", "onward"),
    [("cii", CII, CII_ON), ("state_organ", ORGAN, ORGAN_ON), ("other", OTHER, OTHER_ON)],
)
def test_each_kind_of_operator_has_its_own_chain(operator: str, first: set, onward: set) -> None:  # type: ignore[type-arg]
    assert found(Grade.GENERAL, operator=operator) == set()
    assert found(Grade.RELATIVELY_MAJOR, operator=operator) == first | ALWAYS | LATER
    assert found(Grade.MAJOR, operator=operator) == first | onward | ALWAYS | LATER
    assert found(Grade.PARTICULARLY_MAJOR, operator=operator) == first | onward | ALWAYS | LATER


def test_an_operator_that_nobody_named_is_taken_as_one_of_the_others() -> None:
    assert found(Grade.MAJOR) == found(Grade.MAJOR, operator="other")


def test_a_crime_goes_to_the_police_whatever_the_grade_promptly_and_without_a_number() -> None:
    assert found(Grade.GENERAL, crime_suspected=True) == {("crime", "police", None)}
    assert found(Grade.GENERAL, crime_suspected=False) == set()


def test_people_are_told_when_their_data_leaked() -> None:
    assert found(Grade.GENERAL, personal_records=1) == {("people", "affected-people", None)}
    assert found(Grade.GENERAL, personal_records=0) == set()


def test_the_summary_is_due_thirty_days_after_the_end() -> None:
    told = found(Grade.RELATIVELY_MAJOR, ended_at=T0 + 2 * DAY)
    assert {("summary", "first-addressee", 32 * DAY), ("investigation", "county-government", 32 * DAY)} < told


def test_the_county_counts_from_when_it_knew() -> None:
    assert ("county", "city-cac", 4 * HOUR) in found(Grade.MAJOR, county_knew_at=T0 + 3 * HOUR)


def test_without_discovery_there_is_no_due_time_but_the_duty_stands() -> None:
    told = found(Grade.MAJOR, discovered_at=None)
    assert {key for key, _to, _due in told} >= {"other", "other-onward", "summary"}
    assert {due for _key, _to, due in told} == {None}


def test_every_duty_names_its_instrument_in_both_languages_and_its_article() -> None:
    duties = shipped().duties
    for duty in duties.duties:
        assert duty.sources["zh"]
        assert duty.sources["en"].isascii()
        assert duty.article or duty.proposal
        assert duty.limit is not None or set(duty.limit_names) == {"zh", "en"}
        assert {duty.sender, *duty.receivers} <= set(duties.parties)
    articles = {duty.key: duty.article for duty in duties.duties}
    assert {articles[key] for key in ("cii", "cii-onward", "state-organ", "other", "crime")} == {"第四条"}
    assert articles["summary"] == "第八条"
    assert [d.key for d in duties.duties if d.proposal] == ["county"]


def test_the_clock_hangs_on_the_annex_and_not_on_the_standard() -> None:
    grave_by_standard = assess(Case("1", discovered_at=T0, social_harm="particularly-major"), shipped())
    assert grave_by_standard.standard.grade is Grade.PARTICULARLY_MAJOR
    assert not grave_by_standard.reportable
    assert grave_by_standard.dues == ()


def test_a_table_of_duties_with_a_slip_is_refused() -> None:
    data = dict(data_of("duties"))
    for change in ({"to": ["nobody"]}, {"after": "nothing"}, {"least": "grave"}, {"counted_from": "birth"}):
        with pytest.raises(BadTable):
            read_duties({**data, "duty": [{**data["duty"][0], **change}]})
    with pytest.raises(BadTable):
        read_duties({**data, "duty": []})
