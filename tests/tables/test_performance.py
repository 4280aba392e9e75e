"""A year of a project: every value is counted from records, opens them, and stays what it was once it was frozen."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.tables import incidents_world, screening_world
from tests.tables.performance_world import (
    CLERK,
    LEADER,
    WAN,
    activity,
    at,
    finish_cells,
    indicator,
    moment,
    pay,
    platform,
    post,
    project,
    round_of,
    up,
)

from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.models import Unit
from fenghuo.report.performance import actions, held, money, platforms, queries
from fenghuo.report.performance.actions import Line
from fenghuo.report.performance.alarms import alarms_due
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.held import Held
from fenghuo.report.performance.models import FrozenValue, Payment, Project, Stage
from fenghuo.report.performance.presence import Platform, PlatformPost, Withdrawal
from fenghuo.see.screening.models import RoundKind
from fenghuo.warn.channels.models import Delivery

pytestmark = pytest.mark.django_db


def values(of: Project, *until: int) -> dict[str, Any]:
    """Code → what the table says."""
    table = queries.table(of, moment(*until) if until else None)
    return {one.indicator.code or one.indicator.measure: one for one in table}


def test_without_records_no_row_has_a_number(unit: Unit) -> None:
    with at(12, 30):
        found = values(project(unit))
    assert len(found) == 19
    assert {code: one.measured.value for code, one in found.items()} == dict.fromkeys(found)
    assert all(one.measured.none for one in found.values())
    assert found["uptime"].measured.none == "no-records"


@pytest.fixture
def year(unit: Unit, other_unit: Unit) -> tuple[Project, dict[str, Any]]:
    """What happened, and beside it what a person with pencil and paper counts."""
    with at(1, 4):
        made = project(unit)
        sites = [screening_world.site(unit, f"s{n}.example") for n in range(2)]
        sites.append(screening_world.site(other_unit, "s2.example"))
        for site in sites[:2]:
            screening_world.allow(site, ends=moment(12, 31))
    for month, hours in ((1, 100), (2, 50)):
        up(sites[0], "up", moment(month, 10), hours)
    up(sites[0], "down", moment(2, 20), 2.5)
    up(sites[0], "maintenance", moment(2, 22), 7)
    up(sites[1], "up", moment(3, 1), 10)
    up(sites[2], "down", moment(3, 1), 99)
    with at(4, 5):
        round_of("专项", RoundKind.SPECIAL)
    with at(5, 6):
        round_id = round_of("综合", RoundKind.COMPREHENSIVE)
        finish_cells(round_id, sites[0], "pass")
        finish_cells(round_id, sites[1], "could-not-test")
    with at(5, 20):
        round_of("未完", RoundKind.COMPREHENSIVE, done=False)
    people = [(3, 40, 30, 30), (6, 20, 19, None), (8, None, 50, 80), (11, 10, 1, 4)]
    for month, invited, present, registered in people:
        with at(month, 20):
            activity(made, month, f"活动{month}", invited, present, registered)
    with at(11, 25):
        held.add_activity(LEADER, made.id, Held(date(2027, 11, 24), "误登", "签到表", invited=900, present=0))
        platforms.withdraw(LEADER, made.activities.get(name="误登"), "重复登记")
    _platforms(made, sites[0])
    for month, voucher, fen in (
        (2, "记-1", 1_234_567),
        (6, "记-2", 17 * WAN + 1),
        (7, "记-3", -1_234_567),
        (11, "记-4", 3 * WAN),
    ):
        with at(month, 6):
            pay(made, month, voucher, fen)
    return made, {"sites": sites}


def _platforms(made: Project, site: Any) -> None:
    """A site that was up until 14 January and on 10 to 12 February, and two accounts; one of them ended in June."""
    for measure in ("platforms-operated", "participation-registered"):
        own = Line("产出指标", "质量指标", measure, "≥90比率", measure, numerator="x", denominator="y")
        with at(1, 5):
            actions.add_indicator(LEADER, made.id, own)
    with at(12, 1):
        platform("website", "网信网", date(2027, 1, 1), site)
        on = [date(2027, month, day) for month, day in ((3, 5), (4, 20), (11, 30))]
        account = platform("wechat", "网信云岭", date(2027, 3, 1), posts=on)
        platforms.withdraw(LEADER, post(account, date(2027, 7, 30)), "登错账号")
        ended = platform("douyin", "网信云岭", date(2027, 2, 10), days=60, posts=[date(2027, 2, 11)])
        platforms.change_platform(LEADER, ended.pk, 60, date(2027, 6, 15), "停用")


def test_each_value_equals_an_independent_count_and_opens_its_rows(year: tuple[Project, Any]) -> None:
    made, _more = year
    with at(12, 30):
        found = values(made)
    counted = {
        "screening-rounds": "1",
        "screening-month": "5",
        "coverage": "33.333333",
        "activities": "4",
        "participation": "71.428571",
        "activity-month": "8",
        "uptime": "98.461538",
        "participation-registered": "71.052632",
        "platforms": "1",
        "platforms-operated": "30.769231",
        "budget-cap": "20.000001",
    }
    assert {code: format(found[code].measured.value, "f") for code in counted} == counted
    fractions = {code: (found[code].measured.numerator, found[code].measured.denominator) for code in counted}
    assert fractions["coverage"] == (1, 3), "what could not be tested or was not authorised never counts as done"
    assert fractions["participation"] == (30 + 19 + 1, 40 + 20 + 10)
    assert fractions["uptime"] == (160 * 3600, 162.5 * 3600), "the site of another unit and maintenance stay out"
    assert fractions["participation-registered"] == (30 + 50 + 1, 30 + 84)
    # Of the site January and February; of the first account March, April, November and, 30 days later, December; of the other
    # February and March: within 60 days, and nothing is asked of it after its end.
    assert fractions["platforms-operated"] == (2 + 4 + 2, 12 + 14)
    assert dict(found["platform-month"].measured.beside) == {"needed": "5", "done": "2"}
    assert found["platform-month"].measured.none == "not-reached"
    assert dict(found["coverage"].measured.beside) == {"could-not-test": "2", "not-authorised": "1"}
    assert dict(found["uptime"].measured.beside)["maintenance-seconds"] == str(7 * 3600)
    assert dict(found["participation"].measured.beside) == {"left-out": "1"}
    rows = {code: len(one.measured.rows) for code, one in found.items() if one.measured.rows}
    assert {code: rows[code] for code in counted} == {
        "screening-rounds": 1,
        "screening-month": 1,
        "coverage": 4,
        "activities": 4,
        "participation": 3,
        "activity-month": 4,
        "uptime": 2,
        "participation-registered": 3,
        "platforms": 2,
        "platforms-operated": 26,
        "budget-cap": 4,
    }
    missed = {"coverage", "participation", "participation-registered", "uptime", "platforms", "platforms-operated"}
    assert {code: found[code].outcome.met for code in counted} == {code: code not in missed for code in counted}
    assert not {"software-sets", "software-accepted", "drills", "social-benefit"} & set(rows)


def test_what_is_frozen_stays_whatever_comes_later(year: tuple[Project, Any]) -> None:
    made, more = year
    with at(7, 1):
        first = actions.freeze(LEADER, made.id, Stage.MONITORED, 6)
    before = list(FrozenValue.objects.filter(freeze=first).values())
    assert (first.planned, first.paid_fen, first.budget_fen) == (Decimal(50), 1_234_567 + 17 * WAN + 1, 70 * WAN)
    frozen = {one.indicator.code: one for one in first.values.select_related("indicator")}
    assert frozen["budget-cap"].value == Decimal("18.234568")
    assert frozen["activities"].value == 2
    assert frozen["activity-month"].none == "not-reached"
    assert [row[0] for row in frozen["budget-cap"].rows] == ["payment", "payment"]
    assert frozen["coverage"].query == "coverage/1"
    own = {one.row["measure"]: one for one in first.values.all() if not one.indicator.code}
    assert (own["platforms-operated"].numerator, own["platforms-operated"].denominator) == (2 + 2 + 2, 6 + 4 + 4)
    assert len(own["platforms-operated"].rows) == 14
    with at(7, 5):
        activity(made, 4, "补登", 100, 100)
        post(Platform.objects.get(kind="wechat"), date(2027, 6, 20))
        platforms.withdraw(LEADER, made.activities.get(name="活动3"), "重复登记")
        held.choose_rate(LEADER, indicator(made, "participation").id, "participation-registered", "报名更准")
        pay(made, 5, "记-9", WAN)
        finish_cells(more["sites"] and values(made)["coverage"].measured.rows[0].id, more["sites"][1], "pass")
        actions.change_indicator(LEADER, indicator(made, "activities").id, "≥9次", Decimal(10), "调整")
        with pytest.raises(Refused, match="why"):
            actions.freeze(LEADER, made.id, Stage.MONITORED, 6)
        second = actions.freeze(LEADER, made.id, Stage.MONITORED, 6, "补登 4 月活动")
    assert list(FrozenValue.objects.filter(freeze=first).values()) == before
    assert (second.version, second.until) == (2, first.until)
    again = {one.indicator.code: one for one in second.values.select_related("indicator")}
    assert (again["activities"].value, again["activities"].row["target"]) == (2, "≥9次")
    assert (frozen["participation"].query, again["participation"].query) == (
        "participation/1",
        "participation-registered/1",
    )
    assert "invited" in frozen["participation"].row["denominator"]["en"]
    assert "registered" in again["participation"].row["denominator"]["en"]
    assert second.values.get(row__measure="platforms-operated").numerator == 7
    assert (frozen["activities"].row["target"], again["coverage"].numerator) == ("≥3次", 2)
    kept = [PlatformPost.objects.first(), Withdrawal.objects.first(), Payment.objects.first()]
    for row in (first, before and FrozenValue.objects.get(pk=before[0]["id"]), *kept):
        assert row is not None
        for change in (row.save, row.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
    assert AuditRow.objects.filter(verb="project.frozen").count() == 2


def test_a_stage_is_fixed_when_its_month_is_over_and_only_of_its_plan(unit: Unit) -> None:
    with at(3, 31, 23):
        made = project(unit)
        declared = actions.freeze(LEADER, made.id, Stage.DECLARED)
        assert declared.planned is None
        for stage, month, code in (
            (Stage.MONITORED, 3, "early"),
            (Stage.MONITORED, 4, "stage"),
            (Stage.ASSESSED, 12, "stage"),
        ):
            with pytest.raises(Refused, match=code):
                actions.freeze(LEADER, made.id, stage, month)
    with at(4, 1):
        assert actions.freeze(LEADER, made.id, Stage.MONITORED, 3).planned == 25


def test_what_software_can_not_know_is_entered_with_person_day_and_document(unit: Unit) -> None:
    with at(11, 2):
        made = project(unit)
        row = indicator(made, "satisfaction").id
        bad = [
            ("day", date(2026, 11, 1), "李", "问卷", Decimal(1), ""),
            ("day", date(2027, 11, 3), "李", "问卷", Decimal(1), ""),
            ("person", date(2027, 11, 1), " ", "问卷", Decimal(1), ""),
            ("document", date(2027, 11, 1), "李", "", Decimal(1), ""),
            ("value", date(2027, 11, 1), "李", "问卷", None, " "),
        ]
        for code, *given in bad:
            with pytest.raises(Refused, match=code):
                actions.enter(LEADER, row, given[0], given[1], given[2], given[3], given[4])  # type: ignore[arg-type]
        actions.enter(LEADER, row, date(2027, 11, 1), "李", "问卷", Decimal("83.5"), "", b"%PDF-")
        words = indicator(made, "social-benefit").id
        actions.enter(LEADER, words, date(2027, 11, 1), "李", "总结", None, "已按规划实施")
        with pytest.raises(Refused, match="computed"):
            actions.enter(LEADER, indicator(made, "coverage").id, date(2027, 11, 1), "李", "表", Decimal(100), "")
        found = values(made)
    assert (found["satisfaction"].measured.value, found["satisfaction"].outcome.met) == (Decimal("83.5"), True)
    assert found["social-benefit"].measured.words == "已按规划实施"
    assert found["social-benefit"].outcome.met is None, "only a person can say that words were reached"


def test_scores_reasons_and_rows_of_the_office_s_own(unit: Unit) -> None:
    with at(6, 1):
        made = project(unit)
        own = Line(
            "产出指标", "数量指标", "事件处置", "≥1起", "incidents", numerator="本年度接报的事件", weight=Decimal(10)
        )
        row = actions.add_indicator(LEADER, made.id, own)
        incidents_world.enter(unit, "own")
        with pytest.raises(Refused, match="levels"):
            actions.add_indicator(LEADER, made.id, Line("产出指标", "成本指标", "x", "1", numerator="y"))
        with pytest.raises(Refused, match="score"):
            actions.judge(LEADER, row.id, Decimal(11), "", "")
        actions.judge(LEADER, row.id, Decimal("8.5"), "原因", "措施")
    with at(6, 2):
        found = {one.indicator.id: one for one in queries.table(made)}[row.id]
    assert (found.measured.value, found.outcome.score, found.score) == (1, 10, Decimal("8.5"))
    assert [one.kind for one in found.measured.rows] == ["incident"]


def test_an_alarm_comes_before_a_month_is_missed_and_stops_when_it_is_done(
    unit: Unit, person_of: Callable[..., Any]
) -> None:
    from fenghuo.base.accounts.permissions import Role
    from fenghuo.warn.channels.actions import add_channel

    add_channel(LEADER, "mail", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "blue", "en")
    person_of(Role.LEADER, email="wang@office.example")
    with at(1, 4):
        made = project(unit)
    with at(8, 20):
        assert alarms_due() == 0
    with at(9, 5):
        assert (alarms_due(), alarms_due()) == (1, 0), "activities, once for each distance"
        for month in (2, 3, 4):
            activity(made, month, f"活动{month}", 1, 1)
    with at(9, 20):
        assert alarms_due() == 0
    with at(11, 2):
        assert values(made)["screening-month"].outcome.met is False, "October is over, and there is no round"
    row = indicator(made, "activity-month")
    assert Deadline.objects.get(subject=row.subject).stopped_at == moment(9, 20)
    with at(11, 1, 8):
        assert (alarms_due(), alarms_due()) == (1, 0), "screening missed October"
    missed = Deadline.objects.get(subject=indicator(made, "screening-month").subject)
    assert (missed.late_at, missed.stopped_at) == (moment(11, 1, 8), moment(11, 1, 8))
    told = set(Delivery.objects.values_list("matter", flat=True))
    assert told == {row.subject, indicator(made, "screening-month").subject}


def test_the_budget_changes_within_the_year(unit: Unit) -> None:
    with at(9, 1):
        made = project(unit)
        money.adjust(CLERK, made.id, date(2027, 8, 1), -5 * WAN, "压减", "财预〔2027〕9号")
        for amount, code in ((0, "amount"), (-65 * WAN, "amount")):
            with pytest.raises(Refused, match=code):
                money.adjust(CLERK, made.id, date(2027, 8, 2), amount, "x", "y")
        june, now = queries.spending(made, moment(7, 1)), queries.spending(made)
    assert (june.budget, now.budget, now.approved) == (70 * WAN, 65 * WAN, 70 * WAN)
