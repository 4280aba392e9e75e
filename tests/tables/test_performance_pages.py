"""Pages of performance: who sees and does what, rows opened, a sheet that is refused row by row."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.tables.performance_world import SHANGHAI, indicator, platform, project
from tests.tables.test_payment_sheets import sheet
from tests.tables.test_platforms import sheet as activity_sheet

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import RIGHTS, Permission, Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.disclosure import Level, check, from_json
from fenghuo.report.performance.models import Entry, Freeze, Payment, Project
from fenghuo.report.performance.presence import Platform

pytestmark = pytest.mark.django_db
YEAR = clock.now().astimezone(SHANGHAI).year


@pytest.fixture
def as_role(person_of: Callable[..., Person], client: Client) -> Callable[[Role], Client]:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())

    def sign_in(role: Role) -> Client:
        client.force_login(person_of(role), "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_a_project_from_its_promise_to_its_fixed_stage(as_role: Callable[[Role], Client], unit: Unit) -> None:
    client = as_role(Role.LEADER)
    form = {
        "year": YEAR,
        "name": "网信办经费",
        "budget": "70",
        "unit": unit.id,
        "table": "on",
        "plan": "3:25, 6:50, 12:100",
    }
    answer = client.post("/performance/new/", form, follow=True)
    made = Project.objects.get()
    assert (made.budget_fen, made.indicators.count()) == (70_000_000, 19)
    body = answer.content.decode()
    assert body.count("no records yet") >= 15
    row = f"/performance/indicators/{indicator(made, 'satisfaction').id}/"
    day = f"{YEAR}-01-02"
    bad = client.post(row + "enter/", {"on": day, "number": "83.5", "said_by": "李娜", "document": ""})
    assert "This field is required" in bad.content.decode()
    file = SimpleUploadedFile("survey.pdf", b"%PDF-1.7 survey")
    stated = {"on": day, "number": "83.5", "said_by": "李娜", "document": "问卷汇总", "file": file}
    shown = client.post(row + "enter/", stated, follow=True).content.decode()
    assert "83.5\u00a0%" in shown
    assert "问卷汇总" in shown
    kept = Entry.objects.get()
    assert client.get(f"/performance/entries/{kept.pk}/document/").content == b"%PDF-1.7 survey"
    client.post(row + "change/", {"target": "≥80百分比", "weight": "10", "why": "定权重"})
    client.post(row + "judge/", {"score": "9", "reason": "样本较小", "improvement": "扩大调查"})
    held = {"on": day, "name": "宣传周", "invited": "20", "present": "18", "document": "签到表"}
    client.post(f"/performance/{made.id}/activity/", held)
    client.post(f"/performance/{made.id}/freeze/", {"stage": "declared:0"})
    frozen = Freeze.objects.get()
    body = client.get(f"/performance/stages/{frozen.pk}/").content.decode()
    for text in ("样本较小", "扩大调查", "宣传周", "entry/1", "18 / 20"):
        assert text in body
    document = from_json(client.get(f"/performance/{made.id}/disclosure.json").content.decode())
    assert document.performance is not None
    [goal] = document.performance.projects
    assert (goal.budget, len(goal.indicators)) == (Decimal("70.00"), 19)
    assert [point.month for point in goal.plan] == [3, 6, 12]
    wrong = [one for one in check(document) if one.level is Level.ERROR and one.path.startswith("performance")]
    assert not wrong, "what the tables say passes; the other sections are entered elsewhere"
    again = client.post(f"/performance/{made.id}/freeze/", {"stage": "declared:0"}, follow=True)
    assert "Write why" in again.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/performance/stages/{frozen.pk}/table.xlsx").content))
    assert len(list(book.worksheets[0].iter_rows())) == 20


def test_the_clerk_enters_money_and_nothing_else(as_role: Callable[[Role], Client], unit: Unit) -> None:
    assert RIGHTS[Role.FINANCE_CLERK] == {Permission.SEE_MONEY, Permission.ENTER_MONEY}
    assert [r for r in Role if Permission.ENTER_MONEY in RIGHTS[r]] == [Role.FINANCE_CLERK]
    made = project(unit, year=YEAR)
    client, money = as_role(Role.FINANCE_CLERK), f"/performance/{made.id}/money/"
    assert client.get("/", follow=True).status_code == 200
    assert client.get(f"/performance/{made.id}/").status_code == 403
    assert f'href="/performance/{made.id}/"' not in client.get(money).content.decode()
    contract = {"number": "HT-1", "name": "演练", "party": "某公司", "amount": "200000", "signed_on": f"{YEAR}-01-02"}
    client.post(money + "enter/contract/", contract)
    payment = {"voucher": "记-1", "on": f"{YEAR}-01-03", "amount": "1234.56", "payee": "某公司", "contract": "HT-1"}
    client.post(money + "enter/payment/", payment)
    assert Payment.objects.get().amount_fen == 123_456
    assert "already" in client.post(money + "enter/payment/", payment).content.decode()
    assert "two places" in client.post(money + "enter/payment/", {**payment, "amount": "1.234"}).content.decode()
    bad = SimpleUploadedFile("p.xlsx", sheet(["记-2", f"{YEAR}-01-03", "七万", "某公司"]))
    body = client.post(money + "import/", {"file": bad}).content.decode()
    assert "Nothing was taken: 1 error" in body
    assert "Row 2: " in body
    good = SimpleUploadedFile("p.xlsx", sheet(["记-2", f"{YEAR}-01-03", 10.5, "某公司"]))
    body = client.post(money + "import/", {"file": good}, follow=True).content.decode()
    assert "1 payment was taken, 10.50 元" in body
    assert "1,234.56" in body
    assert AuditRow.objects.filter(verb="project.payments-imported").count() == 1


def test_the_inspector_reads_all_and_changes_nothing(as_role: Callable[[Role], Client], unit: Unit) -> None:
    made = project(unit, year=YEAR)
    account = platform("weibo", "网信", date(YEAR, 1, 1))
    client = as_role(Role.INSPECTOR)
    row: Any = indicator(made, "coverage")
    for path in ("", f"{made.id}/", f"{made.id}/money/", f"{made.id}/table.xlsx", f"indicators/{row.id}/"):
        assert client.get(f"/performance/{path}").status_code == 200
    for path in (f"{made.id}/activities/", "platforms/", f"platforms/{account.pk}/"):
        assert client.get(f"/performance/{path}").status_code == 200
    assert "registered assets due in that round" in client.get(f"/performance/indicators/{row.id}/").content.decode()
    for path in (f"{made.id}/freeze/", f"{made.id}/money/enter/payment/", f"indicators/{row.id}/enter/", "new/"):
        assert client.post(f"/performance/{path}").status_code == 403
    for path in (f"platforms/{account.pk}/post/", f"{made.id}/activities/import/", f"indicators/{row.id}/rate/"):
        assert client.post(f"/performance/{path}").status_code == 403


def test_platforms_and_activities_are_entered_and_withdrawn_on_their_pages(
    as_role: Callable[[Role], Client], unit: Unit
) -> None:
    made = project(unit, year=YEAR)
    client, today = as_role(Role.LEADER), clock.now().astimezone(SHANGHAI).date().isoformat()
    own = {"kind": "wechat", "name": "网信云岭", "address": "微信号 yl", "since": f"{YEAR}-01-01", "within_days": "30"}
    bad = client.post("/performance/platforms/new/", {**own, "kind": "website"}).content.decode()
    assert "an address that begins with https" in bad
    client.post("/performance/platforms/new/", own)
    account = Platform.objects.get()
    page = f"/performance/platforms/{account.pk}/"
    posted = {"on": today, "address": "https://mp.example/1", "document": "截图 3"}
    assert "whole address" in client.post(page + "post/", {**posted, "address": "mp.example/1"}).content.decode()
    assert "https://mp.example/1" in client.post(page + "post/", posted, follow=True).content.decode()
    assert "1/1" in client.get("/performance/platforms/").content.decode()
    assert client.get("/performance/platforms/?year=2001").status_code == 200
    row = indicator(made, "platforms")
    shown = client.get(f"/performance/indicators/{row.id}/").content.decode()
    assert f'href="{page}"' in shown
    assert "Enter a value" not in shown, "records say it"
    [post] = account.posts.all()
    client.post(f"/performance/posts/{post.pk}/withdraw/", {"why": "登错"})
    assert "登错" in client.get(page).content.decode()
    assert "0/1" in client.get("/performance/platforms/").content.decode()
    changed = {"within_days": "60", "ended": "", "why": "每季一期"}
    assert "60 days" in client.post(page + "change/", changed, follow=True).content.decode()
    activities = f"/performance/{made.id}/activities/"
    rows: list[list[object]] = [
        [today, "讲座", "群众", 10, 8, 6, "签到表"],
        [today, "竞赛", "", "十", None, None, "名单"],
    ]
    file = SimpleUploadedFile("a.xlsx", activity_sheet(*rows))
    assert "Row 3: " in client.post(activities + "import/", {"file": file}).content.decode()
    file = SimpleUploadedFile("a.xlsx", activity_sheet(rows[0]))
    body = client.post(activities + "import/", {"file": file}, follow=True).content.decode()
    for text in ("1 activity was taken", "persons invited to the same activities", "60\u00a0%"):
        assert text in body
    rate = f"/performance/indicators/{indicator(made, 'participation').id}/rate/"
    client.post(rate, {"measure": "participation-registered", "why": "报名更准"})
    body = client.get(activities).content.decode()
    assert "persons who registered for the same activities" in body
    assert "75\u00a0%" in body
    client.post(f"/performance/activities/{made.activities.get().pk}/withdraw/", {"why": "误登"})
    assert "no records yet" in client.get(activities).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/performance/activities/sample.xlsx").content))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["日期", "活动名称"]
