"""Formal early warnings: drafted, reviewed by a second person, published to units, raised, lowered, lifted; every version stays."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late, sync_shipped_days
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.desk.notices import forget
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.early_warnings import bulletins, late
from fenghuo.warn.early_warnings.bulletins import Refused
from fenghuo.warn.early_warnings.formal import Change, differences, limit_of, shipped
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.notices import copies
from fenghuo.warn.notices.models import Notice, NoticeCopy
from fenghuo.warn.notices.publishing import archive_due, publish
from fenghuo.warn.notices.steps import Hand

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ANN, BO = Actor("ann", "安"), Actor("bo", "薄")
UNIT = Hand(Actor("unit", "李四"), "link")
START = datetime(2026, 11, 23, 1, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "level": "yellow",
    "title": "关于防范勒索病毒的黄色预警通报",
    "threat_class": "ransomware",
    "starts_at": START,
    "scope": "使用某远程桌面产品的单位",
    "matter": "攻击者利用弱口令登录后加密文件",
    "measures": "24小时内关闭互联网远程桌面，核查备份",
    "agency": "云岭县委网信办",
    "code": "云网信",
}
PROOF = {
    "approval_by": "市委网信办 周主任",
    "approval_on": date(2026, 11, 23),
    "approval_reference": "市网信批〔2026〕8号",
}


@pytest.fixture
def moved(db: None) -> Any:
    now = [START]
    sync_shipped_days()
    with clock.moved(lambda: clock.to_ns(now[0])):
        yield now


def published(units: list[Unit], **changes: Any) -> BulletinVersion:
    version = bulletins.draft(ANN, {**WORDS, **changes}, units)
    bulletins.submit(ANN, version.pk)
    publish(BO, version.pk)
    return BulletinVersion.objects.get(pk=version.pk)


def refused(does: Callable[[], object], code: str) -> str:
    with pytest.raises(Refused) as caught:
        does()
    assert caught.value.code == code
    return caught.value.detail


def states() -> list[str]:
    return sorted(NoticeCopy.objects.values_list("state", flat=True))


def test_a_second_person_publishes_it_as_a_notice_to_each_unit(moved: Any, unit: Unit, other_unit: Unit) -> None:
    version = bulletins.draft(ANN, WORDS, [unit, other_unit])
    refused(lambda: publish(BO, version.pk), "state")
    bulletins.submit(ANN, version.pk)
    refused(lambda: publish(ANN, version.pk), "same-person")
    assert not Notice.objects.exists(), "what was refused took no number"
    made = publish(BO, version.pk)
    assert (made.kind, made.level, made.state, made.publishes_id) == ("warning", "yellow", "issued", version.pk)
    assert made.number is not None
    assert made.number.text == "云网信〔2026〕1号"
    assert {c.unit_id for c in made.copies.all()} == {unit.id, other_unit.id}
    for wanted in ("勒索", "黄色预警", "2026年11月23日9时", *(WORDS[n] for n in ("scope", "matter", "measures"))):
        assert wanted in made.body, wanted
    feedback = Deadline.objects.filter(kind="feedback").first()
    assert feedback is not None
    assert feedback.due_at == START + timedelta(hours=24), "a yellow one is answered within a day"
    assert Bulletin.objects.get().state == "published"
    assert set(AuditRow.objects.filter(subject__startswith="bulletin:").values_list("verb", flat=True)) == {
        "bulletin.drafted",
        "bulletin.submitted",
        "bulletin.published",
    }


def test_red_and_orange_need_the_proof_of_approval(moved: Any, unit: Unit) -> None:
    version = bulletins.draft(ANN, {**WORDS, "level": "orange"}, [unit])
    assert refused(lambda: bulletins.submit(ANN, version.pk), "missing") == "approval"
    for name in PROOF:
        part = {
            **WORDS,
            "level": "orange",
            **{k: v for k, v in PROOF.items() if k != name},
            name: None if name.endswith("on") else "",
        }
        bulletins.edit(ANN, version.pk, BulletinVersion.objects.get().revision, part, [unit])
        assert refused(lambda: bulletins.submit(ANN, version.pk), "missing") == "approval", name
    refused(lambda: bulletins.attach_approval(ANN, version.pk, "a.exe", b"MZ\x00"), "file-kind")
    bulletins.attach_approval(ANN, version.pk, "../批复.pdf", b"%PDF-1.7 approved")
    bulletins.submit(ANN, version.pk)
    made = publish(BO, version.pk)
    assert "批复.pdf" in made.approval, "a file counts as well as a number"
    assert made.urgency == "urgent"


def test_another_level_than_the_matrix_needs_a_reason(moved: Any, unit: Unit) -> None:
    graded = {**WORDS, "importance": "vital", "harm": "severe"}
    version = bulletins.draft(ANN, graded, [unit])
    assert version.graded.startswith("orange ")
    assert refused(lambda: bulletins.submit(ANN, version.pk), "missing") == "level_why"
    bulletins.edit(ANN, version.pk, 1, {**graded, "level_why": "影响面已核减"}, [unit])
    bulletins.submit(ANN, version.pk)


def test_the_reason_for_a_level_does_not_outlive_it(moved: Any, unit: Unit) -> None:
    bulletin = published([unit], importance="important", harm="severe").bulletin
    raised = bulletins.begin_change(ANN, bulletin.id, Change.RAISE, "已有单位中招", "red")
    assert raised.level_why == "已有单位中招"
    bulletins.edit(ANN, raised.pk, 1, PROOF, [unit])
    bulletins.submit(ANN, raised.pk)
    publish(BO, raised.pk)
    amended = bulletins.begin_change(ANN, bulletin.id, Change.AMEND, "补充端口")
    assert amended.level_why == "已有单位中招", "the level is the same"
    bulletins.discard(ANN, amended.pk, "不需要")
    orange = bulletins.begin_change(ANN, bulletin.id, Change.LOWER, "部分恢复", "orange")
    assert orange.level_why == "部分恢复"
    bulletins.discard(ANN, orange.pk, "不需要")
    assert bulletins.begin_change(ANN, bulletin.id, Change.LOWER, "扩散已止住", "yellow").level_why == ""


def test_raised_it_replaces_what_nobody_answered_and_keeps_both_versions(
    moved: Any, unit: Unit, other_unit: Unit
) -> None:
    first = published([unit, other_unit])
    answered = NoticeCopy.objects.get(unit=unit)
    copies.sign(answered.id, UNIT, "李四", code_checked=True)
    copies.feedback(answered.id, UNIT, "计划", "李四", "已关闭")
    bulletin = first.bulletin
    refused(lambda: bulletins.begin_change(ANN, bulletin.id, Change.RAISE, "扩散", "blue"), "level")
    second = bulletins.begin_change(ANN, bulletin.id, Change.RAISE, "已有单位中招", "red")
    refused(lambda: bulletins.begin_change(BO, bulletin.id, Change.LIFT, "x"), "open-version")
    assert refused(lambda: bulletins.submit(ANN, second.pk), "missing") == "approval", (
        "the old proof is not for the new level"
    )
    bulletins.edit(ANN, second.pk, 1, {**PROOF, "matter": WORDS["matter"] + "并横向扩散"}, [unit, other_unit])
    bulletins.submit(ANN, second.pk)
    made = publish(BO, second.pk)
    assert "由黄色提升为红色" in made.body
    assert states() == ["feedback", "queued", "queued", "void"], "one was answered, one was not, two are new"
    number = made.number.text if made.number else ""
    assert NoticeCopy.objects.get(state="void").steps.filter(text=f"由{number}代替").exists()
    old, new = bulletin.versions.all()
    found = differences({"level": old.level, "matter": old.matter}, {"level": new.level, "matter": new.matter})
    assert [d.field for d in found] == ["level", "matter"]
    assert list(found[0].pieces) == [("gone", "yellow"), ("new", "red")], "a level is one word, not letters"
    assert ("new", "并横向扩散") in found[1].pieces
    with pytest.raises(DatabaseError), transaction.atomic():
        BulletinVersion.objects.filter(pk=old.pk).update(matter="x")


def test_lowered_and_lifted_each_with_two_persons(moved: Any, unit: Unit) -> None:
    bulletin = published([unit], level="red", **PROOF).bulletin
    assert Deadline.objects.get(subject=bulletin.subject, stopped_at=None).due_at == START + timedelta(hours=4)
    bulletins.report(ANN, bulletin.id, "无新增单位")
    assert Deadline.objects.filter(subject=bulletin.subject, kind__startswith="report").count() == 2
    lower = bulletins.begin_change(ANN, bulletin.id, Change.LOWER, "已控制", "blue")
    bulletins.submit(ANN, lower.pk)
    publish(BO, lower.pk)
    assert not Deadline.objects.filter(subject=bulletin.subject, stopped_at=None).exists(), "blue asks for no reports"
    lift = bulletins.begin_change(BO, bulletin.id, Change.LIFT, "威胁消除")
    bulletins.submit(BO, lift.pk)
    refused(lambda: publish(BO, lift.pk), "same-person")
    made = publish(ANN, lift.pk)
    assert (made.kind, made.title) == ("situation", f"关于解除《{WORDS['title']}》所发布预警的通报")
    assert Bulletin.objects.get().state == "lifted"
    refused(lambda: bulletins.begin_change(ANN, bulletin.id, Change.RAISE, "x", "red"), "state")
    bulletins.summarise(ANN, bulletin.id, "无单位受影响")
    assert archive_due() == 0, "the unit has not signed yet"
    last = NoticeCopy.objects.get(notice=made)
    copies.sign(last.id, UNIT, "李四", code_checked=True)
    assert NoticeCopy.objects.get(id=last.id).state == "closed", "a signature is all that the lifting asks for"
    assert archive_due() == 1
    assert Bulletin.objects.get().state == "archived"


def test_one_of_a_higher_level_is_relayed_with_whose_it_is(moved: Any, unit: Unit) -> None:
    values = {**WORDS, "level": "red", "origin": "relayed"}
    version = bulletins.draft(ANN, values, [unit])
    assert refused(lambda: bulletins.submit(ANN, version.pk), "missing") == "relayed"
    said = {"relayed_from": "省委网信办", "relayed_number": "省网信预〔2026〕3号", "relayed_on": date(2026, 11, 22)}
    bulletins.edit(ANN, version.pk, 1, {**values, **said}, [unit])
    bulletins.submit(ANN, version.pk)
    made = publish(BO, version.pk)
    assert made.body.startswith("现转发省委网信办（省网信预〔2026〕3号）发布的")


def test_a_clock_that_runs_out_is_told_once(moved: Any, unit: Unit, person_of: Callable[..., Any]) -> None:
    person_of(Role.LEADER, email="leader@office.example")
    add_channel(ANN, "mail", "email", {"host": "192.0.2.25", "sender": "f@office.example"}, [], "blue", "en")
    version = bulletins.draft(ANN, WORDS, [unit])
    bulletins.submit(ANN, version.pk)
    moved[0] += timedelta(hours=4, seconds=1)
    mark_late(moved[0])
    assert (late.alarms_due(), late.alarms_due()) == (1, 0)
    assert Delivery.objects.get(occasion__startswith="late:review").recipient == "leader@office.example"
    bulletins.reject(BO, version.pk, "范围不清")
    assert late.alarms_due() == 0
    bulletins.discard(ANN, version.pk, "不再需要")
    assert Bulletin.objects.get().state == "discarded"


def test_the_shipped_terms() -> None:
    cells = shipped()["cells"]
    assert limit_of(cells, "report", "orange") == (8 * 3600, 0)
    assert limit_of(cells, "report", "blue") is None
    assert limit_of(cells, "summary", "red") == (0, 5)


def test_the_pages_lead_from_the_draft_to_the_comparison(
    unit: Unit, client: Client, person_of: Callable[..., Any]
) -> None:
    client.force_login(person_of(Role.ANALYST), BACKEND)
    fields = {**WORDS, "starts_at": "2026-11-23T09:00", "to": [unit.id], "revision": 1, "level": "orange"}
    client.post("/bulletins/new/", fields)
    bulletin = Bulletin.objects.get()
    act, decide, page = (f"/bulletins/{bulletin.id}/{place}" for place in ("do/", "decide/", ""))
    shown = client.post(act, {"verb": "submit"}, follow=True).content.decode()
    assert "Still missing: the proof that the level above approved it" in shown
    client.post(act, {"verb": "approval", "file": io.BytesIO(b"%PDF-1.7 approved by the city")})
    client.post(f"{page}edit/", {**fields, "approval_by": "周", "approval_on": "2026-11-23", "revision": 2})
    client.post(act, {"verb": "submit"})
    assert client.post(decide, {"verb": "publish"}).status_code == 403
    assert b"".join(client.get(f"{page}approval/1/")) == b"%PDF-1.7 approved by the city"
    leader = person_of(Role.LEADER)
    client.force_login(leader, BACKEND)
    forget()
    assert "early warning to be reviewed" in client.get("/desk/").content.decode()
    review = client.get(page).content.decode()
    assert f"{page}approval/1/" in review, "who publishes it sees the proof"
    client.post(decide, {"verb": "publish"})
    assert Notice.objects.get().number is not None
    assert bulletin.versions.get().title in client.get("/bulletins/?level=orange&state=published").content.decode()
    client.post(act, {"verb": "lower", "level": "red", "text": "x"})
    assert bulletin.versions.count() == 1, "red is not lower"
    client.post(act, {"verb": "lower", "level": "blue", "text": "已控制"})
    assert client.get(page).content.decode().count("Approval from above") == 2, "of the one in force and of the draft"
    client.force_login(person_of(Role.DUTY_OFFICER), BACKEND)
    client.post(act, {"verb": "submit"})
    client.force_login(leader, BACKEND)
    shown = client.post(decide, {"verb": "publish"}, follow=True).content.decode()
    assert "another person has to publish" in shown or bulletin.versions.filter(state="review").exists(), "he wrote it"
    client.post(decide, {"verb": "reject", "text": "理由不足"})
    client.post(act, {"verb": "discard", "text": "不再需要"})
    contact = person_of(Role.UNIT_CONTACT, units=(unit,))
    client.force_login(contact, BACKEND)
    seen = client.get(page).content.decode()
    assert "使用某远程桌面产品的单位" in seen
    assert "周" not in seen, "who approved it stays in the office"
