"""Pages of training: sheets in and out, a slip on a phone, what a stranger learns of a certificate, who may see and write."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localtime
from tests.tables.training_world import AGENCY, BANK, OFFICE, course, fields, passed, quiz, session, slips, unit_of

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.papers import Sheet, to_xlsx
from fenghuo.faces.console.models import SiteProfile
from fenghuo.report.training import actions, certificates, queries
from fenghuo.report.training.models import Attendance, CertifiedBy, Course, Material, Participant
from fenghuo.report.training.paper_models import Certificate, Credential
from fenghuo.report.training.quiz_models import BankQuestion, QuizSlip

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role(person_of: Callable[..., Person], client: Client) -> Callable[[Role], Client]:
    SiteProfile.objects.create(county="c", office=AGENCY, set_up_at=clock.now())

    def sign_in(role: Role) -> Client:
        client.force_login(person_of(role), "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def brought(rows: list[tuple[Any, ...]], head: tuple[str, ...]) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("a.xlsx", to_xlsx([Sheet("a", head, rows)]))}


PEOPLE = ("单位", "姓名", "职务", "报名", "到场")
QUESTIONS = ("题型", "题目", "分值", "答案", "选项A", "选项B", "选项C")


def test_a_sheet_of_participants_is_taken_whole_and_changes_who_stands_there(as_role: Callable[[Role], Client]) -> None:
    client = as_role(Role.ANALYST)
    one, other = session(course(), ("甲",), held=False), unit_of()
    url = f"/training/sessions/{one.id}/import/"
    rows = [
        (other.name, "甲", "干部", "是", "请假"),
        (other.code, "乙", "", "否", ""),
        (other.name, "乙", "主任", "", "到场"),
    ]
    assert client.post(url, brought(rows, PEOPLE)).status_code == 302
    found = {(p.name, p.post): (p.registered, p.attendance) for p in one.participants.all()}
    assert found == {
        ("甲", "干部"): (True, Attendance.EXCUSED),
        ("乙", ""): (False, Attendance.OPEN),
        ("乙", "主任"): (True, Attendance.PRESENT),
    }
    content = client.get(f"/training/sessions/{one.id}/list.xlsx").content
    before = list(one.participants.values_list("id", "name", "post", "registered", "attendance"))
    assert client.post(url, {"file": SimpleUploadedFile("b.xlsx", content)}).status_code == 302
    assert list(one.participants.values_list("id", "name", "post", "registered", "attendance")) == before


def test_a_sheet_with_bad_rows_names_each_and_takes_none(as_role: Callable[[Role], Client]) -> None:
    client = as_role(Role.ANALYST)
    one, name = session(course(), (), held=False), unit_of().name
    rows = [
        (name, "好", "", "", ""),
        ("别的单位", "乙", "", "", ""),
        (name, "", "", "", ""),
        (name, "丙", "110101199003074514", "", ""),
        (name, "丁", "", "也许", ""),
        (name, "戊", "", "", "来了"),
        (name, "好", "", "", ""),
    ]
    page = client.post(f"/training/sessions/{one.id}/import/", brought(rows, PEOPLE)).content.decode()
    for words in (
        "6 errors",
        "Row 3: “别的单位” is not invited to this session",
        "Row 4: “姓名” is empty",
        "Row 5: “职务” holds the number of an identity card",
        "Row 6: “报名” is neither 是 nor 否",
        "Row 7: “到场” is none of",
        "Row 8: “好” stands in row 2 already",
    ):
        assert words in page
    assert not Participant.objects.exists()
    more = brought([(name, "好", "", "1380000")], ("单位", "姓名", "职务", "手机号"))
    assert "take the column “手机号” out" in client.post(f"/training/sessions/{one.id}/import/", more).content.decode()
    assert not Participant.objects.exists()
    nothing = {"file": SimpleUploadedFile("a.xlsx", b"no sheet")}
    assert "no xlsx file" in client.post(f"/training/sessions/{one.id}/import/", nothing).content.decode()


def test_the_errors_of_a_sheet_are_in_the_language_of_the_reader(
    as_role: Callable[[Role], Client], person_of: Callable[..., Person]
) -> None:
    client = as_role(Role.ANALYST)
    Person.objects.update(language="zh-hans")
    one = session(course(), (), held=False)
    page = client.post(
        f"/training/sessions/{one.id}/import/", brought([("别的", "乙")], ("单位", "姓名"))
    ).content.decode()
    assert "第 2 行：“别的”不在本期培训的参训单位中" in page.replace("第2行", "第 2 行")


def test_a_bank_comes_in_and_goes_out_as_a_sheet(as_role: Callable[[Role], Client]) -> None:
    client, first = as_role(Role.ANALYST), course()
    content = client.get(f"/training/courses/{first.id}/questions.xlsx").content
    second = course("第二门课", bank=False)
    url = f"/training/courses/{second.id}/questions/import/"
    assert client.post(url, {"file": SimpleUploadedFile("b.xlsx", content)}).status_code == 302
    assert tuple(one.asked for one in second.bank.all()) == BANK
    rows: list[tuple[Any, ...]] = [
        ("单选", "好题", 10, "A", "甲", "乙", "丙"),
        ("填空", "题", 10, "A", "甲", "乙", ""),
        ("单选", "题一", 10, "AB", "甲", "乙", ""),
        ("单选", "题二", 10, "C", "甲", "乙", ""),
        ("多选", "题三", 0, "A", "甲", "乙", ""),
        ("判断", "题四", 10, "A", "", "", ""),
        ("判断", "题五", 10, "对", "甲", "乙", ""),
        ("单选", "题六", 10, "A", "甲", "甲", ""),
        ("单选", "题七", 10, "A", "甲", "", "丙"),
        ("单选", BANK[0].text, 10, "A", "甲", "乙", ""),
        ("单选", "", 10, "A", "甲", "乙", ""),
    ]
    page = client.post(url, brought(rows, QUESTIONS)).content.decode()
    for row, words in (
        (3, "the kind is none of"),
        (4, "the answer names no choice"),
        (5, "the answer names no choice"),
        (6, "the points are no whole number"),
        (7, "the answer names no choice"),
        (8, "it needs 2 to 8 different choices"),
        (9, "it needs 2 to 8 different choices"),
        (10, "it needs 2 to 8 different choices"),
        (11, "this question is in the bank already"),
        (12, "the question is empty"),
    ):
        assert f"Row {row}: {words}" in page, row
    assert "Row 2:" not in page
    assert second.bank.count() == 3
    sample = openpyxl.load_workbook(io.BytesIO(client.get("/training/courses/questions.xlsx").content)).worksheets[0]
    assert [cell.value for cell in sample[1]][:5] == ["题型", "题目", "分值", "答案", "选项A"]


def test_from_a_course_to_a_certificate_on_the_pages(as_role: Callable[[Role], Client]) -> None:
    client, unit = as_role(Role.ANALYST), unit_of()
    values = {"title": "口令与钓鱼防范", "kind": "lecture", "subject_matter": "口令", "hours": "2", "giver": AGENCY}
    client.post("/training/courses/new/", {**values, "certified_by": "passed", "valid_months": "12"})
    made = Course.objects.get()
    file = SimpleUploadedFile("课件.pdf", b"%PDF-1.7 slides")
    client.post(f"/training/courses/{made.id}/material/", {"file": file})
    question = {"kind": "judge", "text": "口令可以写在纸上贴在屏幕上。", "right": "错", "points": "10", "choices": ""}
    client.post(f"/training/courses/{made.id}/question/", question)
    page = client.get(f"/training/courses/{made.id}/").content.decode()
    assert "课件.pdf" in page
    assert "口令可以写在纸上贴在屏幕上。" in page
    assert client.get(f"/training/material/{Material.objects.get().pk}/").content == b"%PDF-1.7 slides"
    planned = {"on": actions.today().isoformat(), "place": "三楼", "lecturer": "李老师", "units": [unit.id]}
    client.post(f"/training/courses/{made.id}/session/", planned)
    one = made.sessions.get()
    url = f"/training/sessions/{one.id}/"
    client.post(f"{url}participant/", {"unit": unit.id, "name": "甲", "post": "", "attendance": "open"})
    person = one.participants.get()
    client.post(f"{url}step/", {"verb": "hold"})
    assert one.__class__.objects.get().state == "planned", "of one person nobody said whether they came"
    client.post(f"{url}attendance/", {f"a{person.pk}": "present", f"r{person.pk}": "1"})
    client.post(f"{url}step/", {"verb": "hold"})
    opens = clock.now().strftime("%Y-%m-%dT%H:%M")
    asked = {"questions": [BankQuestion.objects.get().pk], "pass_points": "10", "tries": "1"}
    client.post(f"{url}quiz/", {**asked, "opens_at": "2020-01-01T08:00", "closes_at": opens})
    assert not hasattr(one.__class__.objects.get(), "quiz"), "longer than 92 days"
    begin, end = (clock.now() + timedelta(hours=n) for n in (-30, 40))
    moments = {"opens_at": begin.strftime("%Y-%m-%dT%H:%M"), "closes_at": end.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(f"{url}quiz/", {**asked, **moments}).status_code == 302
    printed = client.post(f"{url}slips/")
    token = printed.content.decode().split("/q/")[1].split("/")[0]
    assert "甲" in printed.content.decode()
    assert printed.content.decode().count("<svg") == 1
    Client().post(f"/q/{token}/", {"try": "1", "q1": "1"})
    client.post(f"{url}certify/")
    paper = Certificate.objects.get()
    assert (paper.holder, paper.agency) == ("甲", AGENCY)
    docx = client.get(f"/training/certificates/{paper.id}/certificate.docx").content
    assert docx.startswith(b"PK")
    assert client.get(f"/training/certificates/{paper.id}/certificate.pdf").content.startswith(b"%PDF")
    shown = client.get(url).content.decode()
    assert paper.text in shown
    assert certificates.code_of(paper) not in shown
    client.post(f"/training/certificates/{paper.id}/revoke/", {"why": "替考"})
    assert "替考" in client.get("/training/certificates/").content.decode()
    client.post(f"{url}certify/")
    assert Certificate.objects.count() == 1, "nobody gets another one unasked"
    assert f'name="again" value="{person.pk}"' in client.get(url).content.decode()
    client.post(f"{url}certify/", {"again": str(person.pk)})
    assert Certificate.objects.count() == 2


def test_the_page_behind_a_slip(client: Client) -> None:
    made = quiz(session(course()), pass_points=80)
    token = slips(made)["甲"]
    slip = QuizSlip.objects.get(participant__name="甲")
    stranger = Client(enforce_csrf_checks=True)
    shown = stranger.get(f"/q/{token}/")
    page = shown.content.decode()
    assert shown.status_code == 200
    assert len(shown.content) < 200_000
    assert "is not stored" in page
    assert "Right answers" not in page
    assert QuizSlip.objects.get(pk=slip.pk).tries == 0, "looking uses no try up"
    order = [int(number) for number in dict.fromkeys(re.findall(r'name="q(\d+)"', page))]
    assert order == [one.number for one in queries.paper_of(slip)]
    missing = fields(slip)
    del missing[f"q{order[0]}"]
    refused = stranger.post(f"/q/{token}/", missing)
    assert refused.status_code == 200, "the log names the address of every other status"
    assert "Question 1 is not answered yet" in refused.content.decode(), "by the number that the person sees"
    assert "checked" in refused.content.decode(), "what was chosen is not lost"
    first = stranger.post(f"/q/{token}/", fields(slip, right=False)).content.decode()
    assert "Not passed yet" in first
    assert "Right answers" not in first
    assert "1 try is left" in first
    again = stranger.post(f"/q/{token}/", fields(slip, right=False)).content.decode()
    assert "was taken already" in again
    slip.refresh_from_db()
    assert slip.tries == 1
    last = stranger.post(f"/q/{token}/", fields(slip)).content.decode()
    assert "Passed." in last
    assert "100 of 100" in last
    assert "Right answers" in last
    assert "断网" in last
    assert last.count("✓") == 3
    later = stranger.get(f"/q/{token}/").content.decode()
    assert "Right answers" in later
    assert "✓" not in later, "what was answered is gone with the answer to the browser"
    assert stranger.get("/q/nothing/").status_code == 404


def test_after_slips_a_quiz_only_ends_later(as_role: Callable[[Role], Client]) -> None:
    client, made = as_role(Role.ANALYST), quiz(session(course()))
    slips(made)
    url, form = f"/training/sessions/{made.session_id}/quiz/change/", "%Y-%m-%dT%H:%M"
    page = client.get(url).content.decode()
    assert page.count("disabled") == 3
    earlier, later = (localtime(made.closes_at + timedelta(days=days)).strftime(form) for days in (-1, 2))
    assert "only a later end is possible" in client.post(url, {"closes_at": earlier}).content.decode()
    assert client.post(url, {"closes_at": later, "pass_points": "1"}).status_code == 302
    before = made.closes_at, made.opens_at
    made.refresh_from_db()
    assert made.closes_at > before[0]
    assert (made.opens_at, made.pass_points) == (before[1], 60)


def test_no_log_and_no_trail_holds_the_link(
    client: Client, caplog: pytest.LogCaptureFixture, as_role: Callable[[Role], Client]
) -> None:
    made = quiz(session(course()))
    token = slips(made)["甲"]
    slip = QuizSlip.objects.get(participant__name="甲")
    stranger = Client(enforce_csrf_checks=True)
    with caplog.at_level("DEBUG"):
        stranger.get(f"/q/{token}/")
        stranger.post(f"/q/{token}/", {"try": "x"})
        stranger.post(f"/q/{token}/", fields(slip))
        stranger.put(f"/q/{token}/")
    django_lines = [
        r.getMessage() for r in caplog.records if r.name.startswith(("django.request", "django.security", "fenghuo"))
    ]
    assert not any(token in line for line in django_lines)
    assert not AuditRow.objects.filter(detail__contains=token).exists()
    assert not AuditRow.objects.filter(subject__contains=token).exists()
    assert token not in str(list(QuizSlip.objects.values_list("hashed", flat=True)))


def test_a_stranger_learns_whether_a_certificate_is_valid_and_never_whose(client: Client) -> None:
    of = passed("欧阳锋").quiz.session
    [made] = certificates.issue(OFFICE, of.id, AGENCY)
    code = certificates.code_of(made)
    client = Client(enforce_csrf_checks=True)
    assert client.get("/certificate/", {"number": made.text, "code": code}).content.decode().count("is valid") == 0
    page = client.post("/certificate/", {"number": made.text, "code": code}).content.decode()
    assert "This certificate is valid" in page
    assert made.course_title in page
    assert made.holder not in page.replace(made.course_title, "")
    assert made.unit_name not in page
    wrong = client.post("/certificate/", {"number": made.text, "code": "A" * 10}).content.decode()
    unknown = client.post("/certificate/", {"number": "1999-0001", "code": "A" * 10}).content.decode()
    bodies = [re.search(r"<main.*</main>", text, re.DOTALL)[0] for text in (wrong, unknown)]  # type: ignore[index]
    assert bodies[0].replace(made.text, "") == bodies[1].replace("1999-0001", ""), "which of both is wrong is not told"
    assert "Not valid" in bodies[0]
    named = client.post("/certificate/", {"number": made.text, "code": code, "holder": "李四"}).content.decode()
    assert "is not that of the holder" in named
    certificates.revoke(OFFICE, made, "替考")
    revoked = client.post("/certificate/", {"number": made.text, "code": code}).content.decode()
    assert "is not valid" in revoked
    assert "替考" not in revoked


def test_certificates_of_others_are_recorded_with_a_copy(as_role: Callable[[Role], Client]) -> None:
    client, unit = as_role(Role.LEADER), unit_of()
    values = {
        "holder": "乙",
        "unit": unit.id,
        "kind": "CISP",
        "number": "C1",
        "issuer": "测评中心",
        "document": "复印件",
    }
    copy = SimpleUploadedFile("cisp.pdf", b"%PDF-1.7 cisp")
    assert client.post("/training/others/new/", {**values, "copy": copy}).status_code == 302
    row = Credential.objects.get()
    assert client.get(f"/training/others/{row.id}/document/").content == b"%PDF-1.7 cisp"
    again = client.post("/training/others/new/", values).content.decode()
    assert "It is there already" in again
    ended = client.post(
        "/training/others/new/", {**values, "number": "C2", "valid_until": "2020-01-01"}
    ).content.decode()
    assert "It has ended already" in ended
    bad = {**values, "number": "C3", "copy": SimpleUploadedFile("a.exe", b"MZ\x00\x01")}
    assert "Only PDF" in client.post("/training/others/new/", bad).content.decode()
    client.post(f"/training/others/{row.id}/revoke/", {"why": "录入有误"})
    assert "录入有误" in client.get("/training/others/").content.decode()


def test_who_may_see_and_write(as_role: Callable[[Role], Client]) -> None:
    one = session(course("出席即发证", CertifiedBy.PRESENT))
    rights = ((Role.INSPECTOR, 200, 403), (Role.FINANCE_CLERK, 403, 403), (Role.UNIT_CONTACT, 403, 403))
    for role, sees, writes in (*rights, (Role.ANALYST, 200, 200), (Role.LEADER, 200, 200)):
        client = as_role(role)
        assert client.get(f"/training/sessions/{one.id}/").status_code == sees, role
        assert client.get("/training/certificates/").status_code == sees, role
        assert client.get("/training/courses/new/").status_code == writes, role
    assert not Certificate.objects.exists()
