"""The office's own platforms and its activities: what is entered, what is refused, sheets that come in whole or not at all."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation
from tests.tables import screening_world
from tests.tables.performance_world import LEADER, at, indicator, moment, platform, post, project, up

from fenghuo.base.audit.models import AuditRow
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.report.performance import held, operating, platforms, queries
from fenghuo.report.performance.cells import BadSheet
from fenghuo.report.performance.decide import Refused, is_operated
from fenghuo.report.performance.held import Held
from fenghuo.report.performance.models import Activity
from fenghuo.report.performance.presence import Platform, PlatformKind, PlatformPost, Withdrawal

pytestmark = pytest.mark.django_db
HEAD = ["日期", "活动名称", "对象", "邀请人数", "报名人数", "到场人数", "材料"]


def sheet(*rows: list[object], head: list[str] | None = None, merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (head or HEAD, *rows):
        page.append(row)
    if merge:
        page.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_of_a_post_there_is_a_day_an_address_and_a_paper_and_nothing_that_it_says() -> None:
    assert {field.name for field in PlatformPost._meta.get_fields()} == {
        *("id", "platform", "on", "address", "document", "by", "at", "withdrawal")
    }
    assert {field.name for field in Platform._meta.get_fields()} == {
        *("id", "kind", "name", "address", "asset", "within_days", "since", "ended", "by", "at", "posts")
    }


def test_what_is_wrong_with_a_platform_is_said(unit: Unit) -> None:
    domain = save_asset(LEADER, Asset(unit=unit, kind="domain", name="d", value="d.example"))
    good: dict[str, Any] = {"kind": PlatformKind.WEIBO, "name": "微博", "address": "https://w.example/a"}
    good["since"] = date(2027, 1, 1)
    bad: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": " "}),
        ("address", {"address": ""}),
        ("address", {"kind": PlatformKind.WEBSITE, "address": "javascript:alert(1)"}),
        ("since", {"since": date(2027, 6, 2)}),
        ("within", {"within_days": 0}),
        ("within", {"within_days": 367}),
        ("asset", {"asset": domain}),
    ]
    with at(6, 1):
        for code, change in bad:
            with pytest.raises(Refused, match=code):
                platforms.add_platform(LEADER, platforms.Own(**{**good, **change}))
        made = platforms.add_platform(LEADER, platforms.Own(**good))
        with pytest.raises(Refused, match="exists"):
            platforms.add_platform(LEADER, platforms.Own(**good))
        for code, on, address, document in (
            ("posted", date(2026, 12, 31), "https://w.example/1", "截图"),
            ("posted", date(2027, 6, 2), "https://w.example/1", "截图"),
            ("link", date(2027, 5, 1), "w.example/1", "截图"),
            ("document", date(2027, 5, 1), "https://w.example/1", " "),
        ):
            with pytest.raises(Refused, match=code):
                platforms.add_post(LEADER, made.pk, on, address, document)
        for code, days, ended, why in (
            ("within", 0, None, "x"),
            ("ended", 30, date(2026, 12, 31), "x"),
            ("ended", 30, date(2027, 6, 2), "x"),
            ("why", 30, None, ""),
        ):
            with pytest.raises(Refused, match=code):
                platforms.change_platform(LEADER, made.pk, days, ended, why)
    assert not PlatformPost.objects.exists()
    assert AuditRow.objects.filter(verb__startswith="platform.").count() == 1


def test_a_post_counts_once_and_no_more_when_it_is_withdrawn(unit: Unit) -> None:
    with at(6, 1, 9):
        made = platform("weibo", "a", date(2027, 5, 1), posts=[date(2027, 5, 20)])
        [entered] = made.posts.all()
        with pytest.raises(Refused, match="exists"):
            post(made, date(2027, 5, 20))
        span = queries.span_of(project(unit))
        assert [one.operated for one in operating.months([made], span)] == [True, True]
        with pytest.raises(Refused, match="why"):
            platforms.withdraw(LEADER, entered, " ")
        platforms.withdraw(LEADER, entered, "登错")
        with pytest.raises(Refused, match="withdrawn"):
            platforms.withdraw(LEADER, entered, "登错")
        assert [one.operated for one in operating.months([made], span)] == [False, False]
        post(made, date(2027, 5, 20))
        assert [one.operated for one in operating.months([made], span)] == [True, True]
    for change in (entered.delete, lambda: Withdrawal.objects.update(why="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(why="of nothing", by="x", at=moment(6, 1))


def test_the_nearer_of_a_post_and_a_page_that_was_up_is_the_sign(unit: Unit) -> None:
    with at(1, 2):
        site = screening_world.site(unit, "s.example")
    up(site, "up", moment(1, 10), 24)
    up(site, "down", moment(1, 11), 24 * 40)
    with at(3, 15, 9):
        made = platform("website", "网", date(2027, 1, 1), site, days=20, posts=[date(2027, 1, 5), date(2027, 3, 1)])
        found = operating.months([made], queries.span_of(project(unit)))
    assert [(one.due.day, str(one.sign), one.by, one.operated) for one in found] == [
        (31, "2027-01-11", "page", True),
        (28, "2027-01-11", "page", False),
        (15, "2027-03-01", "post", True),
    ]


def test_a_year_that_has_not_begun_asks_nothing(unit: Unit) -> None:
    with at(3, 15):
        made = platform("weibo", "a", date(2027, 1, 1))
        assert operating.months([made], queries.span_of(project(unit, year=2028))) == []


@pytest.mark.parametrize(("days", "operated"), [(0, True), (30, True), (31, False)])
def test_within_so_many_days(days: int, operated: bool) -> None:
    assert is_operated(date(2027, 3, 31), date.fromordinal(date(2027, 3, 31).toordinal() + days), 30) is operated


def test_a_right_sheet_of_activities_comes_in(unit: Unit) -> None:
    with at(9, 1):
        made = project(unit)
        rows: list[list[object]] = [
            [datetime(2027, 3, 1), "宣传周", "群众", 200, 150, 140, "签到表"],
            ["2027年4月2日", "讲座", None, None, 12.0, 9, "照片"],
            ["2027/5/3", "竞赛", "学生", None, None, None, "名单"],
        ]
        held.import_activities(LEADER, made.id, sheet(*rows))
        english = ["Day", "Activity", "For whom", "Invited", "Registered", "Present", "Document"]
        held.import_activities(LEADER, made.id, sheet(["2027-06-01", "展览", "", 5, "", 5, "照片"], head=english))
    found = Activity.objects.values_list("name", "group", "invited", "registered", "present")
    assert list(found) == [
        ("宣传周", "群众", 200, 150, 140),
        ("讲座", "", None, 12, 9),
        ("竞赛", "学生", None, None, None),
        ("展览", "", 5, None, 5),
    ]
    assert AuditRow.objects.filter(verb="project.activities-imported").count() == 2


BAD: list[tuple[list[object], str]] = [
    (["", "宣传周", "", 1, 1, 1, "签到表"], "“日期” is empty"),
    (["2026-03-01", "宣传周", "", 1, 1, 1, "签到表"], "not in the budget year"),
    (["2027-09-02", "宣传周", "", 1, 1, 1, "签到表"], "has not come yet"),
    (["民国116年3月1日", "宣传周", "", 1, 1, 1, "签到表"], "another calendar"),
    (["2027-02-30", "宣传周", "", 1, 1, 1, "签到表"], "is no date"),
    (["2027-03-01", "", "", 1, 1, 1, "签到表"], "“活动名称” is empty"),
    (["2027-03-01", "宣传周", "", 1, 1, 1, ""], "“材料” is empty"),
    (["2027-03-01", "长" * 201, "", 1, 1, 1, "签到表"], "longer than 200"),
    (["2027-03-01", "宣传周", "", "二百", 1, 1, "签到表"], "“邀请人数” is no whole number"),
    (["2027-03-01", "宣传周", "", 1.5, 1, 1, "签到表"], "“邀请人数” is no whole number"),
    (["2027-03-01", "宣传周", "", 1, -1, 1, "签到表"], "“报名人数” is no whole number"),
    (["2027-03-01", "宣传周", "", 1, 1, 1e20, "签到表"], "“到场人数” is no whole number"),
    (["2027-03-01", "宣传周", "", 10, 20, 11, "签到表"], "more were present"),
    (["2027-03-01", "宣传周", "", 20, 10, 11, "签到表"], "more were present"),
    (["2027-01-10", "旧活动", "", 1, 1, 1, "签到表"], "entered already"),
    (["2027-03-02", "讲座", "", 1, 1, 1, "签到表"], "stands in row 2"),
]


@pytest.mark.parametrize(("row", "said"), BAD, ids=[said for _row, said in BAD])
def test_one_bad_row_keeps_the_whole_sheet_out(row: list[object], said: str, unit: Unit) -> None:
    with at(9, 1), translation.override("en"):
        made = project(unit)
        held.add_activity(LEADER, made.id, Held(date(2027, 1, 10), "旧活动", "签到表"))
        with pytest.raises(BadSheet) as caught:
            held.import_activities(LEADER, made.id, sheet(["2027-03-02", "讲座", "", 1, 1, 1, "签到表"], row))
    [problem] = caught.value.problems
    assert problem.startswith("Row 3: ")
    assert said in problem
    assert Activity.objects.count() == 1


def test_heads_merged_cells_and_files_that_are_none(unit: Unit) -> None:
    cases = [
        (sheet(["2027-03-01", "a"], head=["日期", "活动名称"]), "“材料” is missing"),
        (sheet(["2027-03-01", "a", "b", "c"], head=["日期", "活动名称", "材料", "材料"]), "stands twice"),
        (sheet(["2027-03-01", "a", "", 1, 1, 1, "b"], ["", "a", "", 1, 1, 1, "b"], merge="A2:A3"), "merged cells"),
        (sheet(), "holds no activities"),
        (b"PK nonsense", "no xlsx"),
    ]
    with at(9, 1), translation.override("en"):
        made = project(unit)
        for content, said in cases:
            with pytest.raises(BadSheet, match=said):
                held.import_activities(LEADER, made.id, content)
    assert not Activity.objects.exists()


def test_the_rate_is_of_those_invited_or_of_those_registered(unit: Unit) -> None:
    with at(9, 1):
        made = project(unit)
        for code, wanted in (
            ("counts", Held(date(2027, 3, 1), "a", "签到表", invited=5, present=6)),
            ("counts", Held(date(2027, 3, 1), "a", "签到表", invited=9, registered=5, present=6)),
            ("day", Held(date(2026, 3, 1), "a", "签到表")),
            ("name", Held(date(2027, 3, 1), " ", "签到表")),
            ("document", Held(date(2027, 3, 1), "a", " ")),
        ):
            with pytest.raises(Refused, match=code):
                held.add_activity(LEADER, made.id, wanted)
        told = Held(date(2027, 3, 1), "a", "签到表", "群众", 10, 8, 6)
        held.add_activity(LEADER, made.id, told)
        with pytest.raises(Refused, match="exists"):
            held.add_activity(LEADER, made.id, told)
        row = indicator(made, "participation")
        assert queries.standing(row, queries.span_of(made)).measured.value == 60
        for code, measure, why in (("measure", "paid", "x"), ("why", "participation-registered", " ")):
            with pytest.raises(Refused, match=code):
                held.choose_rate(LEADER, row.id, measure, why)
        with pytest.raises(Refused, match="measure"):
            held.choose_rate(LEADER, indicator(made, "budget-cap").id, "participation", "x")
        row = held.choose_rate(LEADER, row.id, "participation-registered", "报名更准")
        assert queries.standing(row, queries.span_of(made)).measured.value == 75
    assert "registered" in row.denominator["en"]
