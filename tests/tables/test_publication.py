"""The public document from its forms: sections, records, two persons, frozen releases, the clock of twenty days, versions."""

import html
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from tests.tables.performance_world import CLERK, LEADER, at, project
from tests.tables.publication_world import ANALYST, SAMPLE, sample

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.office import zone
from fenghuo.base.common import clock
from fenghuo.base.units.sheets import BadSheet
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.disclosure import Disclosure, to_json
from fenghuo.report.disclosure.files import files
from fenghuo.report.disclosure.opening import open_document
from fenghuo.report.holdings import actions as holdings
from fenghuo.report.holdings.models import Holding, HoldingKind, OffReason
from fenghuo.report.holdings.queries import standing_at, sums_of
from fenghuo.report.performance.decide import Refused as NotHeld
from fenghuo.report.publication import actions, alarms, queries
from fenghuo.report.publication.decide import SECTIONS, Refused, differences, leaves
from fenghuo.report.publication.models import Publication, PublicationState, Release, Version

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared/data/disclosure/xianghe-2020-budget.txt"
WAN = 1_000_000


def begun() -> Publication:
    return actions.begin(ANALYST, sample(), "file")


def take(kind: HoldingKind, name: str, count: str, yuan: str, since: date) -> Holding:
    taken = holdings.Taken(kind, name, Decimal(count), int(Decimal(yuan) * 100), since, document="凭证")
    return holdings.take_up(CLERK, taken)


@pytest.fixture
def as_role(person_of: Callable[..., Person], client: Client) -> Callable[[Role], Client]:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())

    def sign_in(role: Role) -> Client:
        client.force_login(person_of(role), "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def entered(page: str) -> dict[str, str]:
    """What a browser would send back of a form, unchanged."""
    found: dict[str, str] = {}
    form = page[page.index('class="card section-form') :]
    for name, value in re.findall(r'<input [^>]*?name="([^"]+)" value="([^"]*)"', form):
        found[html.unescape(name)] = html.unescape(value)
    for name, text in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[html.unescape(name)] = html.unescape(text)
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[html.unescape(name)] = html.unescape(chosen.group(1)) if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def problems_of(page: str) -> list[str]:
    return re.findall(r'class="[^"]*problem[^"]*"[^>]*>(.*?)</', page, re.DOTALL)


def through_the_forms(client: Client, publication: Publication) -> Disclosure:
    """Every section opened and saved as it stands; the document afterwards."""
    for section in SECTIONS:
        url = f"/disclosure/{publication.id}/section/{section}/"
        page = client.get(url).content.decode()
        answer = client.post(url, entered(page))
        assert answer.status_code == 302, (section, problems_of(answer.content.decode()))
    return queries.document(queries.newest(publication))


def test_what_the_forms_show_they_save_unchanged(as_role: Callable[[Role], Client]) -> None:
    publication = begun()
    assert through_the_forms(as_role(Role.LEADER), publication) == sample()
    assert publication.versions.count() == 1 + len(SECTIONS)


@pytest.mark.skipif(not REAL.exists(), reason="the real document of ../shared is not here")
def test_the_real_document_goes_through_tables_forms_and_papers(as_role: Callable[[Role], Client]) -> None:
    real, reading = open_document(REAL.name, REAL.read_bytes())
    assert reading is not None
    publication = actions.begin(ANALYST, real, "file")
    again = through_the_forms(as_role(Role.LEADER), publication)
    assert again == real
    docx = files(again, draft=False)["disclosure.docx"]()
    rendered, _reading = open_document("again.docx", docx)
    assert rendered == real


def test_a_wrong_amount_is_named_at_its_place_and_nothing_is_saved(as_role: Callable[[Role], Client]) -> None:
    publication, client = begun(), as_role(Role.LEADER)
    url = f"/disclosure/{publication.id}/section/overview/"
    given = entered(client.get(url).content.decode()) | {"overview.income.total": "三百"}
    page = client.post(url, given).content.decode()
    assert 'value="三百"' in page
    assert "overview.income.total" in page
    assert publication.versions.count() == 1
    given["overview.income.total"] = "9999"
    assert client.post(url, given).status_code == 302
    page = client.get(url).content.decode()
    assert "The parts of the income do not add up" in page


def test_two_who_edit_at_once_lose_nothing(as_role: Callable[[Role], Client]) -> None:
    publication = begun()
    actions.save_section(ANALYST, publication.id, 1, "other", ["新的一段。"])
    with pytest.raises(Refused) as refused:
        actions.save_section(LEADER, publication.id, 1, "other", ["另一段。"])
    assert refused.value.code == "changed"
    url = f"/disclosure/{publication.id}/section/other/"
    page = as_role(Role.LEADER).post(url, {"based_on": "1", "other": "另一段。"}).content.decode()
    assert "分析员 saved another version meanwhile" in page
    assert "另一段。" in page


def test_figures_from_records_say_so_and_are_not_changed_in_silence(as_role: Callable[[Role], Client]) -> None:
    of = project(year=2026)
    publication = begun()
    take(HoldingKind.VEHICLES, "公务用车", "1", "128600", date(2024, 3, 1))
    take(HoldingKind.OTHER, "办公设备", "46", "180700", date(2024, 3, 1))
    client = as_role(Role.LEADER)
    fill = {"based_on": "1", "projects": [of.id], "assets_at": "2025-12-31"}
    assert client.post(f"/disclosure/{publication.id}/do/fill/", fill).status_code == 302
    document = queries.document(queries.newest(publication))
    assert document.assets is not None
    assert document.assets.amount == Decimal("30.93")
    assert [(row.count, row.value) for row in document.assets.rows if row.value] == [
        (Decimal(1), Decimal("12.86")),
        (Decimal(46), Decimal("18.07")),
    ]
    url = f"/disclosure/{publication.id}/section/assets/"
    page = client.get(url).content.decode()
    assert "/disclosure/assets/?day=2025-12-31" in page
    given = entered(page) | {"assets.amount": "31.00"}
    refused = client.post(url, given).content.decode()
    assert "comes from the records" in refused
    assert client.post(url, given | {"why": "评估增值"}).status_code == 302
    version = queries.newest(publication)
    [one] = version.overtyped
    assert (one["was"], one["value"], one["why"]) == ("30.93", "31.00", "评估增值")
    shown = client.get(f"/disclosure/{publication.id}/versions/{version.number}/").content.decode()
    assert "评估增值" in shown
    goals = document.performance
    assert goals is not None
    assert next(one for one in goals.projects if one.name == of.name).budget == Decimal("70.00")


def test_the_clerk_edits_money_and_nothing_else(as_role: Callable[[Role], Client]) -> None:
    publication, client = begun(), as_role(Role.FINANCE_CLERK)
    money, text = (f"/disclosure/{publication.id}/section/{name}/" for name in ("operating_cost", "duties"))
    assert client.post(money, entered(client.get(money).content.decode())).status_code == 302
    assert client.get(text).status_code == 200
    assert client.post(text, {"based_on": "2"}).status_code == 405
    for verb in ("ask", "release", "correct", "replace", "back"):
        assert client.post(f"/disclosure/{publication.id}/do/{verb}/").status_code == 405
    assert as_role(Role.INSPECTOR).post(money, {"based_on": "2"}).status_code == 405


def published() -> Publication:
    """A document that went the whole way on day 10 of January 2027."""
    with at(1, 5, 9):
        publication = actions.begin(ANALYST, sample(), "file")
        actions.set_approval(CLERK, publication.id, date(2027, 1, 4), "财预〔2027〕1号")
        actions.ask(ANALYST, publication.id, 1)
    with at(1, 10, 9):
        actions.release(LEADER, publication.id, date(2027, 1, 10), "https://www.example.gov.cn/budget")
    return Publication.objects.get()


def test_two_persons_publish_and_what_is_published_stands() -> None:
    with at(1, 5, 9):
        publication = actions.begin(ANALYST, sample(), "file")
        actions.ask(ANALYST, publication.id, 1)
        for who, code in ((ANALYST, "same"), (LEADER, "approval")):
            with pytest.raises(Refused) as refused:
                actions.release(who, publication.id, date(2027, 1, 5), "https://a.example/")
            assert refused.value.code == code
        with pytest.raises(Refused):
            actions.save_section(ANALYST, publication.id, 1, "other", ["x"])
        actions.send_back(LEADER, publication.id, "补充一段")
        actions.set_approval(CLERK, publication.id, date(2027, 1, 4), "财预〔2027〕1号")
        actions.save_section(ANALYST, publication.id, 1, "other", ["补充。"])
        actions.ask(ANALYST, publication.id, 2)
        made = actions.release(LEADER, publication.id, date(2027, 1, 5), "https://a.example/")
    assert (made.version.number, made.late, made.number) == (2, False, 1)
    assert Deadline.objects.get(subject=publication.subject).late_at is None
    for model in (Version, Release):
        row = model.objects.first()
        assert row is not None
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).delete()
    kinds = set(AuditRow.objects.filter(subject=publication.subject).values_list("verb", flat=True))
    assert {"publication.begun", "publication.saved", "publication.review", "publication.published"} <= kinds


def test_a_correction_is_a_release_of_its_own_and_the_first_stands() -> None:
    publication = published()
    first = publication.releases.get()
    with at(2, 1, 9):
        actions.correct(ANALYST, publication.id, "数字有误")
        actions.save_section(ANALYST, publication.id, 1, "other", ["更正说明。"])
        actions.ask(ANALYST, publication.id, 2)
        with pytest.raises(Refused) as refused:
            actions.release(LEADER, publication.id, date(2027, 2, 1), "https://www.example.gov.cn/budget")
        assert refused.value.code == "why"
        actions.release(LEADER, publication.id, date(2027, 2, 1), "https://www.example.gov.cn/budget", "数字有误")
    assert [one.number for one in publication.releases.all()] == [2, 1]
    assert Release.objects.get(pk=first.pk).version.data == first.version.data
    changes = differences(queries.leaves_of(first.version), queries.leaves_of(queries.newest(publication)))
    assert [one.new for one in changes if not one.gone] == ["更正说明。"]


def test_what_has_errors_is_not_asked_for() -> None:
    publication = begun()
    data = json.loads(to_json(sample()))["operating_cost"] | {"amount": "1"}
    actions.save_section(CLERK, publication.id, 1, "operating_cost", data)
    with pytest.raises(Refused) as refused:
        actions.ask(ANALYST, publication.id, 2)
    assert refused.value.code == "errors"


def test_the_twenty_days_are_counted_told_and_kept(person_of: Callable[..., Person]) -> None:
    leader = person_of(Role.LEADER)
    leader.email = "leader@office.example"
    leader.save()
    with at(1, 5, 9):
        publication = actions.begin(ANALYST, sample(), "file")
        actions.set_approval(CLERK, publication.id, date(2027, 1, 4), "财预〔2027〕1号")
        assert alarms.alarms_due() == 0
    deadline = Deadline.objects.get(subject=publication.subject)
    assert deadline.due_at.astimezone(zone()).date() == date(2027, 1, 4) + timedelta(days=21)
    told = 0
    for day in (15, 15, 20, 23, 24, 26, 26):
        with at(1, day, 9):
            told += alarms.alarms_due()
    assert told == 4
    assert publication.nudges.count() == 4
    with at(1, 27, 9):
        actions.ask(ANALYST, publication.id, 1)
        made = actions.release(LEADER, publication.id, date(2027, 1, 27), "https://a.example/")
    assert made.late
    assert Deadline.objects.get(subject=publication.subject).late_at is not None


def test_last_year_stands_beside_and_begins_the_next(as_role: Callable[[Role], Client]) -> None:
    begun()
    client = as_role(Role.LEADER)
    answer = client.post("/disclosure/new/", {"year": "2027", "source": "last-year", "office": ""})
    assert answer.status_code == 302
    following = Publication.objects.get(year=2027)
    document = queries.document(queries.newest(following))
    assert document.duties == sample().duties
    assert document.overview is None, "figures of last year are never this year's"
    page = client.get(f"/disclosure/{following.id}/section/overview/").content.decode()
    assert re.search(r"last year</?[^>]*>? ?312.40|last year 312.40", page)
    assert client.post("/disclosure/new/", {"year": "2027", "source": "blank", "office": "o"}).status_code == 200


def test_a_file_that_is_no_document_is_refused_with_each_fault(as_role: Callable[[Role], Client]) -> None:
    client = as_role(Role.LEADER)
    broken = SAMPLE.read_text(encoding="utf-8").replace('"total": "312.40"', '"total": "many"', 1)
    file = SimpleUploadedFile("a.json", broken.encode())
    page = client.post("/disclosure/new/", {"year": "2026", "source": "file", "file": file}).content.decode()
    assert "overview.income.total" in page
    assert not Publication.objects.exists()
    good = SimpleUploadedFile("a.json", SAMPLE.read_bytes())
    assert client.post("/disclosure/new/", {"year": "2026", "source": "file", "file": good}).status_code == 302


def test_papers_of_a_draft_say_so_and_those_of_a_release_do_not(as_role: Callable[[Role], Client]) -> None:
    publication, client = published(), as_role(Role.INSPECTOR)
    base = f"/disclosure/{publication.id}/versions/1/"
    assert "草稿" not in client.get(base + "disclosure.html").content.decode()
    for name in ("disclosure.docx", "disclosure.json", "disclosure.xlsx", "assets.csv"):
        answer = client.get(base + name)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(base + "nothing.html").status_code == 404
    with at(2, 1, 9):
        actions.correct(ANALYST, publication.id, "改")
        actions.save_section(ANALYST, publication.id, 1, "other", ["改。"])
    draft = client.get(f"/disclosure/{publication.id}/versions/2/disclosure.html").content.decode()
    assert "草稿" in draft
    assert AuditRow.objects.filter(verb="publication.downloaded").count() == 6


def test_fixed_assets_count_from_their_day_until_they_are_written_off() -> None:
    car = take(HoldingKind.VEHICLES, "公务用车", "2", "257200", date(2024, 3, 1))
    gone = holdings.Gone(date(2025, 6, 1), Decimal(1), 12_860_000, OffReason.WORN, "处置批复")
    holdings.write_off(CLERK, car.id, gone)
    for day, count, fen in (
        (date(2024, 2, 28), 0, 0),
        (date(2025, 5, 31), 2, 25_720_000),
        (date(2025, 6, 1), 1, 12_860_000),
    ):
        sums = {one.kind: one for one in sums_of(standing_at(day))}
        assert (sums[HoldingKind.VEHICLES].count, sums[HoldingKind.VEHICLES].value_fen) == (count, fen)
    for wrong in (
        holdings.Gone(date(2025, 6, 1), Decimal(2), 1, OffReason.WORN, "x"),
        holdings.Gone(date(2025, 6, 1), Decimal(1), 1, OffReason.WORN, "x"),
        holdings.Gone(date(2020, 6, 1), Decimal(1), 12_860_000, OffReason.WORN, "x"),
    ):
        with pytest.raises(NotHeld):
            holdings.write_off(CLERK, car.id, wrong)
    with pytest.raises(NotHeld) as cheap:
        take(HoldingKind.EQUIPMENT, "打印机", "2", "399999", date(2024, 3, 1))
    assert cheap.value.code == "cheap"
    with pytest.raises(DatabaseError), transaction.atomic():
        Holding.objects.update(value_fen=1)


def test_a_sheet_of_assets_comes_in_whole_or_not_at_all(as_role: Callable[[Role], Client]) -> None:
    head = ",".join(holdings.COLUMNS.values())
    good = f"{head}\n车辆,公务用车,1,128600.00,2024-03-01,车库,记-12\n其他固定资产,台式机,46,180700,2023-05-01,,记-3\n"
    bad = good + "飞机,x,一,12.345,昨天,,\n"
    with pytest.raises(BadSheet) as refused:
        holdings.import_sheet(CLERK, "a.csv", bad.encode())
    assert len(refused.value.problems) >= 4
    assert all(one.startswith("Row 4") for one in refused.value.problems)
    assert not Holding.objects.exists()
    assert len(holdings.import_sheet(CLERK, "a.csv", good.encode())) == 2
    with pytest.raises(BadSheet):
        holdings.import_sheet(CLERK, "again.csv", good.encode())
    client = as_role(Role.INSPECTOR)
    page = client.get("/disclosure/assets/").content.decode()
    assert "30.93" in page
    assert client.get("/disclosure/assets/assets.xlsx").status_code == 200
    assert client.get("/disclosure/assets/new/").status_code == 403


def test_leaves_follow_rows_by_their_names() -> None:
    one = sample()
    assert one.assets is not None
    keys = {leaf.key for leaf in leaves(one.assets, "assets", "assets")}
    assert "assets.rows[车辆（台、辆）].value" in keys
    assert PublicationState.DRAFT == "draft"
