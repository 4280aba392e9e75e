"""The office's pages of notices, and the unit's page that opens by link and code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.tables import notices_world, screening_world

import fenghuo.faces.console
from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.early_warnings.models import BulletinVersion, EarlyWarning
from fenghuo.warn.notices import drafts
from fenghuo.warn.notices.links import code_of, link_token
from fenghuo.warn.notices.models import CopyStep, Notice, NoticeCopy

pytestmark = pytest.mark.django_db
SECRET = "关于秘密隐患的通报"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def finding(unit: Unit) -> StoredFinding:
    asset = save_asset(notices_world.WRITER, Asset(unit=unit, name="网站", value="www.edu.example"))
    return screening_world.fail(asset)


@pytest.fixture
def copy(finding: StoredFinding) -> NoticeCopy:
    notice = drafts.draft_from_findings(notices_world.WRITER, notices_world.HEAD, [finding.id])
    Notice.objects.filter(id=notice.id).update(title=SECRET)
    return notices_world.issued(notice)[0]


def page(copy: NoticeCopy, place: str = "") -> str:
    return f"/n/{link_token(copy.id)}/{place}"


def state(copy: NoticeCopy) -> str:
    return NoticeCopy.objects.get(id=copy.id).state


def opened(client: Client, copy: NoticeCopy) -> None:
    client.post(page(copy, "open/"), {"code": code_of(copy), "read": "1"})


def test_the_link_alone_shows_nothing_and_changes_nothing(copy: NoticeCopy, client: Client) -> None:
    before = AuditRow.objects.count()
    for method in ("get", "head"):
        answer = getattr(client, method)(page(copy))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin", (
            "the link leaks nowhere; without an origin no form would work"
        )
    shown = client.get(page(copy)).content.decode()
    assert SECRET not in shown
    assert "/.git/" not in shown
    assert code_of(copy) not in shown
    assert client.get(page(copy, "pdf")).status_code == 302, "no paper before the code"
    for place in ("open/", "do/", "code/"):
        assert client.get(page(copy, place)).status_code == 405, "only POST"
    assert client.post(page(copy, "do/"), {"verb": "sign", "name": "x"}).status_code == 302
    assert (state(copy), AuditRow.objects.count()) == ("queued", before)
    assert client.get("/n/" + "x" * 32 + "/").status_code == 404


def test_two_taps_and_a_code_sign(copy: NoticeCopy, client: Client) -> None:
    client.post(page(copy, "open/"), {"code": "nope", "name": "李四", "sign": "1"})
    assert state(copy) == "queued"
    client.post(page(copy, "open/"), {"code": code_of(copy), "name": "李四", "sign": "1"})
    assert (state(copy), NoticeCopy.objects.get(id=copy.id).signed_by) == ("signed", "李四")
    step = CopyStep.objects.get(verb="sign")
    assert (step.channel, step.by, step.by_id[:5]) == ("link", "李四", "unit:")
    assert AuditRow.objects.get(verb="notice-copy.sign").address == "127.0.0.1"


def test_the_unit_s_whole_way_on_its_page(copy: NoticeCopy, client: Client, tmp_path: Path) -> None:
    opened(client, copy)
    assert state(copy) == "read"
    shown = client.get(page(copy)).content.decode()
    for wanted in (SECRET, "www.edu.example", "/.git/", "Sign for it", "Not for our unit"):
        assert wanted in shown, wanted
    act = page(copy, "do/")
    client.post(act, {"verb": "sign", "name": "李四", "for": "王五", "mandate": ""})
    assert state(copy) == "read", "for another only with a mandate"
    client.post(act, {"verb": "sign", "name": "李四", "for": "王五", "mandate": "电话"})
    client.post(act, {"verb": "feedback", "contact": "李四", "measures": "已下线", "plan": "本周"})
    client.post(act, {"verb": "ask-extension", "text": "等厂商", "control": "已限制", "until": "2099-01-01"})
    assert state(copy) == "extension-asked"
    file = tmp_path / "报告.pdf"
    file.write_bytes(b"%PDF-1.7 x")
    with file.open("rb") as opened_file:
        client.post(act, {"verb": "attach", "file": opened_file})
    client.post(act, {"verb": "rectified", "text": "已全部整改"})
    assert state(copy) == "submitted"
    shown = client.get(page(copy)).content.decode()
    assert "报告.pdf" in shown
    assert "All is rectified" not in shown
    for form in ("pdf", "docx", "xlsx"):
        assert client.get(page(copy, form)).headers["Content-Disposition"].startswith("attachment")
    assert client.get(page(copy, "exe")).status_code == 404
    client.post(act, {"verb": "made-up"})
    assert state(copy) == "submitted"


def test_a_new_code_closes_what_the_old_one_opened(copy: NoticeCopy, client: Client) -> None:
    opened(client, copy)
    assert SECRET in client.get(page(copy)).content.decode()
    NoticeCopy.objects.filter(id=copy.id).update(code_epoch=2)
    assert SECRET not in client.get(page(copy)).content.decode()
    assert SECRET not in Client().get(page(copy)).content.decode(), "another browser"


def test_the_page_weighs_less_than_200_kb(copy: NoticeCopy, client: Client) -> None:
    opened(client, copy)
    import django_htmx

    console = Path(fenghuo.faces.console.__file__).parent / "static"
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    static = sum(
        p.stat().st_size for p in (console / "fenghuo.css", console / "fenghuo.js", console / "logo.svg", htmx)
    )
    assert static + len(client.get(page(copy)).content) < 200_000


def test_pages_escape_what_units_write(copy: NoticeCopy, client: Client, person_of: Callable[..., Person]) -> None:
    evil = "<script>alert(1)</script>"
    opened(client, copy)
    client.post(page(copy, "do/"), {"verb": "refuse", "text": evil})
    assert evil not in client.get(page(copy)).content.decode()
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    assert evil not in client.get(reverse("notices:copy", args=[copy.id])).content.decode()


def test_the_office_drafts_approves_and_issues_with_two_persons(
    finding: StoredFinding, client: Client, person_of: Callable[..., Person]
) -> None:
    SiteProfile.objects.create(county="云岭县", office="云岭县委网信办", document_code="云网信")
    client.force_login(person_of(Role.ANALYST), BACKEND)
    assert "www.edu.example" in client.get("/notices/new/findings/").content.decode()
    client.post("/notices/new/findings/", {"finding": [finding.id]})
    notice = Notice.objects.get()
    assert (notice.agency, notice.code) == ("云岭县委网信办", "云网信")
    assert "No open finding" in client.get("/notices/new/findings/").content.decode()
    edit, show = reverse("notices:edit", args=[notice.id]), reverse("notices:show", args=[notice.id])
    fields = {n: getattr(notice, n) for n in (*drafts.EDITABLE, "version") if n != "exercise"}
    fields |= {"title": "关于整改的通报", "to": [u.id for u in notice.units.all()]}
    preview = client.post(edit, {**fields, "preview": "1"}).content.decode()
    assert '<p class="paper-mark">云岭县委网信办</p>' in preview
    assert "<h2>关于整改的通报</h2>" in preview
    assert Notice.objects.get().title != "关于整改的通报"
    client.post(edit, fields)
    assert Notice.objects.get().title == "关于整改的通报"
    assert "Somebody else has changed" in client.post(edit, fields).content.decode()
    client.post(reverse("notices:do", args=[notice.id]), {"verb": "submit"})
    assert client.post(reverse("notices:issue", args=[notice.id]), {"verb": "approve"}).status_code == 403
    client.force_login(person_of(Role.LEADER), BACKEND)
    client.post(reverse("notices:issue", args=[notice.id]), {"verb": "approve"})
    client.post(reverse("notices:issue", args=[notice.id]), {"verb": "issue"})
    shown = client.get(show).content.decode()
    assert "〕1号" in shown
    copy = NoticeCopy.objects.get()
    assert reverse("notices:copy", args=[copy.id]) in shown
    assert copy.notice.title in client.get("/notices/?q=1号&kind=hazard&state=issued").content.decode()
    assert "Not delivered: call these units" in client.get("/notices/").content.decode(), "nobody of it has an address"


def test_the_office_acts_by_telephone_and_closes_with_two_persons(
    copy: NoticeCopy, client: Client, person_of: Callable[..., Person]
) -> None:
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    act = reverse("notices:copy-do", args=[copy.id])
    client.post(act, {"verb": "phone-sign", "text": "电话委托"})
    assert state(copy) == "queued", "whose mandate?"
    for verb in ("phone-sign", "phone-feedback", "phone-rectified"):
        client.post(act, {"verb": verb, "for": "李四", "text": "电话委托：已处置"})
    assert state(copy) == "submitted"
    client.post(act, {"verb": "take-up"})
    page_of_copy = reverse("notices:copy", args=[copy.id])
    shown = client.get(page_of_copy).content.decode()
    assert 'value="pass"' not in shown
    assert "Pass and close: Another person must do this" in " ".join(shown.split())
    client.post(act, {"verb": "pass", "text": "已查看"})
    assert state(copy) == "in-review", "he acted for the unit"
    client.force_login(person_of(Role.ANALYST), BACKEND)
    assert 'value="pass"' in client.get(page_of_copy).content.decode()
    client.post(act, {"verb": "pass", "text": "已查看，网站已下线"})
    assert state(copy) == "closed"
    shown = client.get(reverse("notices:copy", args=[copy.id])).content.decode()
    assert "for 李四" in shown


def test_a_warning_becomes_a_draft_from_its_page(
    unit: Unit,
    make_hit: Callable[..., object],
    store_and_judge: Callable[[list[object]], int],
    client: Client,
    person_of: Callable[..., Person],
) -> None:
    SiteProfile.objects.create(county="云岭县", office="云岭县委网信办", document_code="云网信")
    store_and_judge([make_hit(1, unit.id)])
    warning = EarlyWarning.objects.get()
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    assert "Draft an early warning" in client.get(reverse("warnings:show", args=[warning.id])).content.decode()
    answer = client.post(reverse("bulletins:from-warning", args=[warning.id]), follow=True)
    assert "监测发现针对上述单位的" in answer.content.decode()
    title = BulletinVersion.objects.get().title
    assert title in client.get(reverse("warnings:show", args=[warning.id])).content.decode()
