"""The pages of screening: rows, filters, verbs, and what a unit's contact sees of them."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.tables import screening_world as world

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.papers import NoFont
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.screening import figures, reports
from fenghuo.faces.workers.screen_store import hits_of
from fenghuo.see.screening import ledger, watching
from fenghuo.see.screening.checks.base import Finding
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.models import (
    Authorisation,
    Maintenance,
    Round,
    RoundState,
    SeenHost,
    SiteState,
    StoredFinding,
    UpSpan,
)
from fenghuo.warn.early_warnings.messages import message_of
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def time() -> Iterator[None]:
    figures.forget()
    with clock.moved(lambda: clock.to_ns(NOW)):
        SiteProfile.objects.create(county="c", office="Office of the county", set_up_at=NOW)
        yield


@pytest.fixture
def asset(unit: Unit) -> Asset:
    return world.site(unit, "www.jy.example", "portal")


@pytest.fixture
def other(other_unit: Unit) -> Asset:
    return world.site(other_unit, "www.wj.example", "health")


@pytest.fixture
def enter(person_of: Callable[..., Person], client: Client) -> Callable[..., Client]:
    def as_role(*roles: Role, units: tuple[Unit, ...] = ()) -> Client:
        client.force_login(person_of(*roles, units=units), BACKEND)
        return client

    return as_role


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_the_board_counts_each_asset_and_never_takes_the_untested_for_passed(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    world.allow(asset)
    world.fail(asset)
    world.note()
    page = text(enter(Role.ANALYST), "/screening/")
    assert "could not be tested" in page
    assert "0/1" in page, "neither site has a result in every class"
    assert '<td class="num" data-label="Not authorised">1</td>' in page, "the other site has no consent"
    assert page.index(asset.unit.name) < page.index("All units")
    classes = " ".join(re.sub(r"<[^>]+>", " ", page.partition("Covered, by class")[2].partition("</tr>")[0]).split())
    assert "50.0 % 1/2" in classes, "one of two sites has a finished result of the content class"
    assert classes.count("0.0 % 0/2") >= 3, "nobody has one of the others"
    unit_page = text(enter(Role.LEADER), f"/screening/units/{asset.unit_id}/?period=2026-11&verdict=fail")
    assert "Version control left on the web server" in unit_page
    assert "not tested yet" not in unit_page
    waiting = text(enter(Role.DUTY_OFFICER), f"/screening/units/{asset.unit_id}/?cls=content&verdict=could-not-test")
    assert "not tested yet" in waiting
    assert "2025-01" not in text(enter(Role.INSPECTOR), "/screening/")
    assert enter(Role.SECURITY_ADMIN).get("/screening/?period=2019-01").status_code == 404


def test_an_empty_board_says_what_to_do(enter: Callable[..., Client]) -> None:
    assert "Nothing was screened yet" in text(enter(Role.ANALYST), "/screening/")
    assert "Nothing was screened yet" in text(enter(Role.LEADER), "/screening/findings/")


def test_findings_are_filtered_by_what_stands_in_the_address(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    late = world.fail(asset, NOW - timedelta(days=10))
    fresh = world.fail(other, NOW)
    client = enter(Role.ANALYST)
    both = text(client, "/screening/findings/")
    assert both.index(late.id) < both.index(fresh.id), "the first due stands first"
    for query, shown in [
        ("due=overdue", {late.id}),
        ("due=week", {fresh.id}),
        (f"unit={other.unit_id}", {fresh.id}),
        ("severity=critical", set()),
        ("severity=high", {late.id, fresh.id}),
        ("check=exposed-vcs&q=jy.example", {late.id}),
        ("q=Git+repository", {late.id, fresh.id}),
        ("q=版本库", {late.id, fresh.id}),
        ("q=nothing-like-it", set()),
        ("state=closed", set()),
        ("state=proposed", set()),
        ("state=all", {late.id, fresh.id}),
        (f"asset={asset.pk}", {late.id}),
        ("severity=purple&state=odd", {late.id, fresh.id}),
    ]:
        page = text(client, f"/screening/findings/?{query}")
        assert {one.id for one in (late, fresh) if one.id in page} == shown, query


def test_filters_are_one_button_on_a_phone_that_counts_what_is_asked(
    asset: Asset, enter: Callable[..., Client]
) -> None:
    client = enter(Role.ANALYST)
    plain, asked = (text(client, f"/screening/findings/{query}") for query in ("", "?severity=high&state=open&q="))
    for page, label in ((plain, "Filter"), (asked, "Filter (2)")):
        assert f'for="filters-open">{label}</label>' in page
        assert page.index('id="filters-open"') < page.index('class="folds'), "a box folds what follows it"
        assert 'name="filters-open"' not in page


@pytest.mark.parametrize("name", ["findings.csv", "findings.xlsx", "defectdojo.json", "findings.sarif"])
def test_exports_hold_what_the_list_shows_and_are_audited(
    name: str, asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    world.fail(asset)
    world.fail(other)
    answer = enter(Role.UNIT_CONTACT, units=(asset.unit,)).get(f"/screening/findings/{name}")
    assert answer.status_code == 200
    body = answer.content
    if name.endswith("xlsx"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(part) for part in archive.namelist())
    assert b"www.jy.example" in body
    assert b"www.wj.example" not in body, "nothing of another unit"
    assert AuditRow.objects.filter(verb="findings.exported").count() == 1


def test_a_finding_says_what_why_and_what_to_do(asset: Asset, enter: Callable[..., Client]) -> None:
    finding = world.fail(asset)
    page = text(enter(Role.ANALYST), f"/screening/findings/{finding.id}/")
    for words in (
        "The Git repository can be downloaded",
        finding.sha256,
        "/.git/HEAD",
        "Cybersecurity Law",
        "git archive",
    ):
        assert words in page, words
    assert "wording to be checked" in page
    with translation.override("zh-hans"):
        chinese = enter(Role.LEADER).get(f"/screening/findings/{finding.id}/", headers={"accept-language": "zh-hans"})
    assert "Git 版本库可被下载" in chinese.content.decode()


def test_a_contact_asks_for_a_new_test_of_the_own_unit_only(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    mine, theirs = world.fail(asset), world.fail(other)
    client = enter(Role.UNIT_CONTACT, units=(asset.unit,))
    assert "Rectified, test again" in text(client, f"/screening/findings/{mine.id}/")
    assert client.post(f"/screening/findings/{mine.id}/retest/").status_code == 302
    mine.refresh_from_db()
    assert mine.retest_asked_at == NOW
    assert "a new test was asked for" in text(client, "/screening/findings/")
    assert client.post(f"/screening/findings/{theirs.id}/retest/").status_code == 404
    assert client.post(f"/screening/findings/{mine.id}/hold/", {"why": "x", "day": "2026-12-01"}).status_code == 403
    assert "Accept the risk" not in text(client, f"/screening/findings/{mine.id}/")


def test_a_false_positive_takes_two_persons(asset: Asset, person_of: Callable[..., Person], client: Client) -> None:
    finding = world.fail(asset)
    first, second = person_of(Role.ANALYST), person_of(Role.LEADER)
    place = f"/screening/findings/{finding.id}/"
    client.force_login(first, BACKEND)
    assert "At most a year" in client.post(f"{place}hold/", {"why": "", "day": "2026-12-20"}).content.decode()
    client.post(f"{place}hold/", {"why": "a sample", "day": "2026-12-20", "verb": "propose"})
    page = text(client, place)
    assert "another person has to confirm" in page
    client.post(f"{place}confirm/")
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN, "not by the one who asked"
    client.force_login(second, BACKEND)
    assert finding.id in text(client, "/screening/findings/?state=proposed")
    client.post(f"{place}confirm/")
    finding.refresh_from_db()
    assert finding.state == FindingState.FALSE_POSITIVE
    assert "a sample" in text(client, place)
    client.post(f"{place}take-back/", {"why": ""})
    client.post(f"{place}take-back/", {"why": "it was real"})
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN
    client.post(f"{place}hold/", {"why": "goes offline", "day": "2027-12-20", "verb": "accept"})
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN, "not for more than a year"
    client.post(f"{place}hold/", {"why": "goes offline", "day": "2026-12-20", "verb": "accept"})
    finding.refresh_from_db()
    assert finding.state == FindingState.ACCEPTED


def test_an_asset_shows_results_availability_and_what_can_be_asked(asset: Asset, enter: Callable[..., Client]) -> None:
    world.note()
    world.fail(asset)
    for minute, stage in enumerate(["", "tcp", "tcp", "tcp"]):
        watching.observe(asset, NOW - timedelta(minutes=9 - minute), stage, 100)
    client = enter(Role.UNIT_CONTACT, units=(asset.unit,))
    page = text(client, f"/screening/assets/{asset.pk}/?check=exposed-vcs")
    assert "Not authorised: nothing may be contacted." in page
    assert "does not answer" in page
    assert "over time" in page
    client.post(f"/screening/assets/{asset.pk}/visit/")
    assert "no authorisation is in force" in text(client, f"/screening/assets/{asset.pk}/")
    world.allow(asset)
    client.post(f"/screening/assets/{asset.pk}/visit/")
    assert SiteState.objects.get(asset=asset).asked_by == "unit-contact"
    ask = {"begins": "2026-11-26T22:00", "ends": "2026-11-26T21:00", "reason": "upgrade"}
    assert "must lie after" in client.post(f"/screening/assets/{asset.pk}/maintenance/", ask).content.decode()
    client.post(f"/screening/assets/{asset.pk}/maintenance/", {**ask, "ends": "2026-11-26T23:30"})
    assert Maintenance.objects.get().made_by == "unit-contact"
    answer = client.post(f"/screening/assets/{asset.pk}/change-was-ours/", follow=True)
    assert "has to be visited first" in answer.content.decode()


def test_availability_says_who_is_down_and_who_is_not_watched(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    world.allow(asset, addresses=["192.0.2.7"])
    watching.observe(asset, NOW - timedelta(minutes=2), "", 90)
    watching.observe(other, NOW - timedelta(hours=3), "", 90)
    page = text(enter(Role.DUTY_OFFICER), "/screening/uptime/")
    assert "every 60 s" in page
    assert "not: no consent to visits now" in page
    assert "not watched" in page, "a look three hours ago says nothing of now"


def test_every_gap_of_a_year_is_listed_and_leaves_as_a_file(asset: Asset, enter: Callable[..., Client]) -> None:
    begun = NOW - timedelta(days=400)
    for days in range(400):
        at = begun + timedelta(days=days)
        UpSpan.objects.create(asset=asset, state="up", begins=at, ends=at + timedelta(hours=23))
        UpSpan.objects.create(asset=asset, state="down", stage="tls", begins=at + timedelta(hours=23), ends=at + DAY)
    client = enter(Role.ANALYST)
    path = f"/screening/assets/{asset.pk}/gaps"
    assert f"{path}/" in text(client, f"/screening/assets/{asset.pk}/")
    this_year, last_year = text(client, f"{path}/"), text(client, f"{path}/?year=2025")
    assert this_year.count("<tr data-row>") == 329, "not only those of 90 days"
    assert last_year.count("<tr data-row>") == 71
    assert "no encryption" in this_year
    assert "watched since 2025-10-21" in last_year
    assert "watched since" not in this_year
    rows = b"".join(client.get(f"{path}.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 330
    assert rows[1].startswith("2026-11-25T11:00:00+08:00,2026-11-25T12:00:00+08:00,3600.0,does not answer")
    assert AuditRow.objects.filter(verb="gaps.exported").count() == 1
    text(client, f"{path}/?year=2024", 404)
    text(client, f"{path}/?year=%D9%A2", 404)


def test_a_contact_gives_consent_in_person_for_the_own_unit_only(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    client = enter(Role.UNIT_CONTACT, units=(asset.unit,))
    form = text(client, f"/screening/authorisations/new/?asset={asset.pk}")
    assert "Given by" not in form
    assert "www.wj.example" not in form
    given = {
        "asset": asset.pk,
        "classes": ["lookup", "visit"],
        "begins": "2026-11-25T12:00",
        "ends": "2027-11-25T12:00",
        "given_by": "somebody else",
        "quiet": "22:00-06:00\n12：00－13：00",
        "http_budget": 60,
    }
    assert client.post("/screening/authorisations/new/", {**given, "asset": other.pk}).status_code == 200
    assert not Authorisation.objects.exists()
    assert "Write quiet hours" in client.post("/screening/authorisations/new/", given).content.decode()
    client.post("/screening/authorisations/new/", {**given, "quiet": "22:00-06:00\n12：00～13：00"})
    made = Authorisation.objects.get()
    assert (made.given_by, made.made_by) == ("unit-contact", "unit-contact")
    assert made.quiet == [["22:00", "06:00"], ["12:00", "13:00"]]
    place = f"/screening/authorisations/{made.id}/"
    client.post(f"{place}quiet/", {"quiet": "07:00-08:00"})
    client.post(f"{place}withdraw/", {"why": ""})
    made.refresh_from_db()
    assert made.quiet == [["07:00", "08:00"]]
    assert made.withdrawn_at is None, "a reason is needed"
    client.post(f"{place}withdraw/", {"why": "server moves"})
    made.refresh_from_db()
    assert made.withdrawn_at == NOW
    assert made.work_order in text(client, "/screening/authorisations/?state=withdrawn")
    assert made.work_order not in text(client, "/screening/authorisations/?state=force")
    theirs = world.allow(other)
    for path in ("", "quiet/", "withdraw/"):
        verb = client.get if not path else client.post
        assert verb(f"/screening/authorisations/{theirs.id}/{path}", {"why": "x"}).status_code == 404


def test_a_round_goes_from_plan_to_report_and_the_leader_authorises_it(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    world.allow(asset)
    client = enter(Role.ANALYST)
    plan = {"kind": "special", "name": "winter", "begins": "2026-11-25T00:00", "ends": "2026-12-05T00:00"}
    assert (
        "must lie after" in client.post("/screening/rounds/new/", {**plan, "ends": "2026-11-20T00:00"}).content.decode()
    )
    client.post("/screening/rounds/new/", plan)
    made = Round.objects.get()
    place = f"/screening/rounds/{made.id}/"
    assert "waits for the leader" in text(client, place)
    assert client.post(f"{place}authorise/").status_code == 403
    client = enter(Role.LEADER)
    client.post(f"{place}authorise/")
    client.post(f"{place}assets/{other.pk}/exclude/", {"why": "moves house"})
    for state in ("running", "done", "reported"):
        client.post(f"{place}advance/", {"state": state})
        if state == "running":
            world.fail(asset)
            page = text(client, place)
            assert "1/1" in page
            assert "moves house" in page
    made.refresh_from_db()
    assert made.state == RoundState.REPORTED
    assert f"round:{made.id}" in text(client, f"/screening/?period=round:{made.id}")
    contact = enter(Role.UNIT_CONTACT, units=(other.unit,))
    seen = text(contact, place)
    assert other.value in seen
    assert asset.value not in seen


def test_a_seen_host_is_registered_or_put_aside(asset: Asset, enter: Callable[..., Client]) -> None:
    seen = world.see_host(asset, "oa.jy.example")
    client = enter(Role.ANALYST)
    assert "oa.jy.example" in text(client, "/screening/hosts/")
    client.post(f"/screening/hosts/{seen.pk}/dismiss/", {"why": ""})
    assert SeenHost.objects.get().dismissed_by == ""
    client.post(f"/screening/hosts/{seen.pk}/dismiss/", {"why": "of the province"})
    assert SeenHost.objects.get().dismissed_by == "analyst"
    assert "of the province" in text(client, "/screening/hosts/?dismissed=1")
    world.see_host(asset, "mail.jy.example")
    world.site(asset.unit, "mail.jy.example")
    assert "mail.jy.example" not in text(client, "/screening/hosts/"), "it is registered now"


NMAP = b"""<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun start="1795579200"><host><address addr="192.0.2.7" addrtype="ipv4"/>
<hostnames><hostname name="www.jy.example" type="user"/></hostnames><ports><port protocol="tcp" portid="3389"><state state="open"/>
<service name="ms-wbt-server"/></port><port protocol="tcp" portid="8443"><state state="open"/></port></ports></host></nmaprun>"""


def test_results_of_a_company_come_in_with_its_name(asset: Asset, enter: Callable[..., Client]) -> None:
    client = enter(Role.ANALYST)
    sent = {"asset": asset.pk, "origin": "company", "by": "Tester & Co"}
    page = client.post("/screening/import/", {**sent, "file": SimpleUploadedFile("scan.xml", NMAP)}).content.decode()
    assert "Remote desktop is open to the Internet" in page
    assert "tcp/8443" in page, "what is not mapped is listed"
    finding = StoredFinding.objects.get()
    shown = text(client, f"/screening/findings/{finding.id}/")
    assert "Tester &amp; Co" in shown
    assert "a testing company" in shown
    row = AuditRow.objects.get(verb="results.imported")
    assert json.loads(row.detail)["by"] == "Tester & Co"
    evil = NMAP.replace(b"<!DOCTYPE nmaprun>", b'<!DOCTYPE nmaprun [<!ENTITY x "y">]>')
    refused = client.post("/screening/import/", {**sent, "file": SimpleUploadedFile("scan.xml", evil)}).content.decode()
    assert "It was not read" in refused
    assert StoredFinding.objects.count() == 1


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_a_unit_takes_its_report_home(kind: str, asset: Asset, other: Asset, enter: Callable[..., Client]) -> None:
    world.note()
    world.fail(asset)
    answer = enter(Role.UNIT_CONTACT, units=(asset.unit,)).get(f"/screening/units/{asset.unit_id}/report.{kind}")
    if kind == "pdf" and answer.status_code == 503:
        assert "fonts-noto-cjk" in answer.content.decode()
        return
    assert answer.status_code == 200
    assert answer.content[:4] == (b"%PDF" if kind == "pdf" else b"PK\x03\x04")
    assert AuditRow.objects.filter(verb="unit.report-made").exists()


def test_without_a_chinese_font_the_page_says_what_to_do(
    asset: Asset, enter: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_font(_document: object) -> bytes:
        raise NoFont("FangSong")

    monkeypatch.setattr(reports, "to_pdf", no_font)
    page = text(enter(Role.LEADER), f"/screening/units/{asset.unit_id}/report.pdf", 503)
    assert "fonts-noto-cjk" in page
    assert "report.docx" in page


def test_a_warning_made_of_a_finding_leads_to_it_and_has_a_chinese_title(
    asset: Asset, enter: Callable[..., Client], store_and_judge: Callable[..., int]
) -> None:
    found = Finding("redis", "redis:6379", "redis_version:5.0.7")
    recorded = ledger.record_visit(asset, [world.verdict(asset, "open-services", NOW, found)], None)
    store_and_judge(hits_of(recorded.raised))
    warning = EarlyWarning.objects.get()
    finding = StoredFinding.objects.get()
    client = enter(Role.DUTY_OFFICER)
    assert f"/screening/findings/{finding.id}/" in text(client, f"/warnings/{warning.id}/")
    assert f"/warnings/{warning.id}/" in text(client, f"/screening/findings/{finding.id}/")
    message = message_of(warning, asset.unit.name, "raised")
    assert "Redis 无口令开放" in message.texts["zh-hans"][1]
    assert "Redis is open without a password" in message.texts["en"][1]
    assert warning.id in text(client, "/warnings/?q=无口令开放")


def test_the_desk_and_the_unit_show_coverage(asset: Asset, enter: Callable[..., Client]) -> None:
    world.note()
    finding = world.fail(asset)
    client = enter(Role.DUTY_OFFICER)
    assert "covered this month" in text(client, "/desk/")
    page = text(client, f"/units/{asset.unit_id}/")
    assert finding.id in page
    assert "report.pdf" in page


def test_the_wall_shows_coverage_with_what_was_not_tested_beside_it(
    asset: Asset, other: Asset, enter: Callable[..., Client]
) -> None:
    client = enter(Role.OBSERVER)
    assert "Covered this month" in text(client, "/wall/board/"), "and no figure before the register is written down"
    world.allow(asset)
    world.fail(asset)
    world.note()
    figures.forget()
    shown = re.sub(r"<[^>]+>", " ", text(client, "/wall/board/"))
    shown = " ".join(shown.split())
    assert "Covered this month 0.0 % 0/2 Could not be tested 2 Not authorised 1" in shown
    assert "Open findings critical 0 high 1 Sites up this month –" in shown


def test_a_page_of_screening_escapes_what_sites_bring(asset: Asset, enter: Callable[..., Client]) -> None:
    evil = "/<script>alert(1)</script>"
    finding = world.fail(asset, locus=evil)
    client = enter(Role.ANALYST)
    for path in ("/screening/findings/", f"/screening/findings/{finding.id}/", f"/screening/assets/{asset.pk}/"):
        answer = client.get(path)
        assert evil not in answer.content.decode()
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
