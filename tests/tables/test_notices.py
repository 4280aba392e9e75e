"""From findings or a warning to the last closed copy: who may do what, which clocks run, who is told."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.db import DatabaseError, transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late, sync_shipped_days
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset, set_contact
from fenghuo.base.units.models import Asset, Unit
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.channels.queries import export_rows
from fenghuo.warn.channels.sending import outgoing
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.notices import copies, document, drafts, due, files, publishing, review
from fenghuo.warn.notices.decide import CopyState, CopyVerb
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.links import code_of, find_by_token, link_token
from fenghuo.warn.notices.models import CopyStep, Notice, NoticeCopy, Nudge, PaperNumber
from fenghuo.warn.notices.queries import copies_visible_to, earlier, notices_visible_to, undelivered
from fenghuo.warn.notices.steps import CannotDo, Hand, subject

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
WRITER, CHIEF, OFFICER = Actor("w", "分析员"), Actor("c", "主任"), Actor("o", "值班员")
HEAD = drafts.Letterhead("云岭县委网信办", "云网信", "联系人：张三，电话：0000")
MAIL = {"host": "192.0.2.25", "sender": "fenghuo@office.example"}
UNIT = Hand(Actor("unit", "李四"), "link")
DESK = Hand(OFFICER)


class Time:
    """The clock of these tests."""

    now = NOW

    def go(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def time() -> Iterator[Time]:
    made = Time()
    with clock.moved(lambda: clock.to_ns(made.now)):
        yield made


@pytest.fixture(autouse=True)
def ready(unit: Unit) -> None:
    sync_shipped_days()
    add_channel(TESTER, "mail", "email", MAIL, ["desk@office.example"], "blue", "zh-hans")
    set_contact(TESTER, unit, "李四", "1", "li@edu.example", deputy=False)
    set_contact(TESTER, unit, "王五", "2", "wang@edu.example", deputy=True)
    Unit.objects.filter(id=unit.id).update(head="赵局长", head_email="zhao@edu.example")


def found(unit: Unit, host: str, *loci: str) -> list[StoredFinding]:
    asset = Asset.objects.filter(value=host).first() or save_asset(TESTER, Asset(unit=unit, name=host, value=host))
    seen = tuple(Finding("git", locus, f"200 {locus}") for locus in loci or ("/.git/HEAD",))
    verdict = Verdict(host, "exposed-vcs", 1, VerdictKind.FAIL, clock.now(), "", findings=seen)
    raised = ledger.record_visit(asset, [verdict], None).raised
    StoredFinding.objects.update(severity="critical", rank=0)
    return list(raised)


def mended(host: str, time: Time) -> None:
    """Two passes of the check, as the register of findings wants them."""
    for _ in range(2):
        time.go(minutes=11)
        passed = Verdict(host, "exposed-vcs", 1, VerdictKind.PASS, clock.now(), "")
        ledger.record_visit(Asset.objects.get(value=host), [passed], None)


def issued(notice: Notice) -> list[NoticeCopy]:
    drafts.submit(WRITER, notice.id)
    drafts.approve(CHIEF, notice.id)
    return list(issue(CHIEF, notice.id).copies.all())


def hazard(*units: Unit) -> Notice:
    ids = [f.id for number, unit in enumerate(units) for f in found(unit, f"www{number}.example")]
    return drafts.draft_from_findings(WRITER, HEAD, ids)


def state(copy: NoticeCopy) -> str:
    return NoticeCopy.objects.get(id=copy.id).state


def refused(code: str, do: Callable[[], object]) -> None:
    before = AuditRow.objects.count()
    with pytest.raises(CannotDo) as error:
        do()
    assert error.value.code == code
    assert AuditRow.objects.count() == before, "what was refused left nothing behind"


def told(occasion: str) -> list[str]:
    return sorted(Delivery.objects.filter(occasion=occasion).values_list("recipient", flat=True))


def answered(copy: NoticeCopy) -> None:
    copies.sign(copy.id, UNIT, "李四", code=code_of(copy))
    copies.feedback(copy.id, UNIT, "本周完成", "李四 1", "已下线")


def test_findings_of_two_units_become_one_notice_with_a_copy_for_each(unit: Unit, other_unit: Unit) -> None:
    notice = hazard(unit, other_unit)
    assert (notice.kind, notice.severity, notice.units.count()) == ("hazard", "critical", 2)
    assert "超危2项" not in notice.body, "nobody reads how much was found at others"
    assert "超危3个工作日、高危7个工作日" in notice.body
    made = issued(notice)
    notice.refresh_from_db()
    assert (notice.state, notice.number.text if notice.number else "") == ("issued", "云网信〔2026〕1号")
    assert [c.findings.count() for c in made] == [1, 1]
    row = made[0].findings.get()
    assert row.title, "the paper keeps the words of the day"
    assert row.risk
    assert {d.kind for d in Deadline.objects.filter(subject=subject(made[0]))} == {
        *("deliver", "sign", "feedback", "mitigate", "rectify"),
    }
    refused("findings", lambda: drafts.draft_from_findings(WRITER, HEAD, [row.finding_id]))


def test_a_notice_to_one_unit_counts_and_names_the_very_terms_of_its_clocks(unit: Unit) -> None:
    notice = hazard(unit)
    assert "（超危1项）" in notice.body
    assert "三、立即处置。超危隐患须在24小时内" in notice.body
    assert "四、限期整改。3个工作日内完成整改" in notice.body


def test_nobody_approves_what_he_wrote_and_nothing_is_issued_unapproved(unit: Unit) -> None:
    notice = hazard(unit)
    refused("state", lambda: issue(CHIEF, notice.id))
    refused("state", lambda: drafts.approve(CHIEF, notice.id))
    drafts.submit(OFFICER, notice.id)
    refused("not-approved", lambda: issue(CHIEF, notice.id))
    for author in (WRITER, OFFICER):
        refused("same-person", lambda author=author: drafts.approve(author, notice.id))
    refused("text", lambda: drafts.reject(CHIEF, notice.id, " "))
    drafts.approve(CHIEF, notice.id)
    drafts.reject(CHIEF, notice.id, "标题改一下")
    notice = drafts.edit(WRITER, notice.id, 1, {"title": "关于整改的通报"}, [unit])
    assert (notice.version, notice.approved_by) == (2, "")
    refused("version", lambda: drafts.edit(WRITER, notice.id, 1, {"title": "x"}, [unit]))
    refused("units", lambda: drafts.edit(WRITER, notice.id, 2, {}, []))
    assert not PaperNumber.objects.exists()


def test_link_and_code_travel_apart_and_only_to_the_unit(unit: Unit) -> None:
    [copy] = issued(hazard(unit))
    mails = {d.occasion: d for d in Delivery.objects.filter(matter=subject(copy))}
    assert set(mails) == {"issued", "code:1"}
    assert {d.recipient for d in mails.values()} == {"li@edu.example"}, "the desk gets neither"
    token, code = link_token(copy.id), code_of(copy)
    leaving = {occasion: outgoing(delivery).text for occasion, delivery in mails.items()}
    assert token in leaving["issued"]
    assert code in leaving["code:1"]
    for text in leaving.values():
        assert not (token in text and code in text)
    for row in export_rows():
        assert not any(secret in str(row) for secret in (token, code)), "neither stands in a table or in an export"
    assert "git" not in mails["issued"].text, "what is wrong does not travel by mail"
    known = find_by_token(token)
    assert known is not None
    assert known.id == copy.id
    assert find_by_token(token[:-1] + ("y" if token.endswith("x") else "x")) is None
    stored = " ".join(str(v) for v in NoticeCopy.objects.values_list().get())
    assert token not in stored
    assert code not in stored


def test_a_signature_needs_a_name_and_the_code_which_five_wrong_tries_use_up(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    wrong = "000000" if code_of(copy) != "000000" else "000001"
    for _ in range(4):
        refused("code", lambda: copies.sign(copy.id, UNIT, "李四", code=wrong))
    refused("code-used-up", lambda: copies.sign(copy.id, UNIT, "李四", code=wrong))
    refused("code-used-up", lambda: copies.sign(copy.id, UNIT, "李四", code=code_of(copy)))
    refused("too-soon", lambda: copies.new_code(copy.id, UNIT))
    time.go(minutes=2)
    copies.new_code(copy.id, UNIT)
    fresh = NoticeCopy.objects.get(id=copy.id)
    assert code_of(fresh) != code_of(copy)
    assert told("code:2") == ["li@edu.example"]
    refused("name", lambda: copies.sign(copy.id, UNIT, " ", code=code_of(fresh)))
    signed = copies.sign(copy.id, UNIT, "李四", code=code_of(fresh))
    assert (signed.state, signed.signed_by) == ("signed", "李四")
    assert Deadline.objects.get(subject=subject(copy), kind="sign").stopped_at == time.now


def test_to_sign_for_another_takes_a_mandate(unit: Unit) -> None:
    [copy] = issued(hazard(unit))
    phone = Hand(OFFICER, "phone", "李四")
    refused("mandate", lambda: copies.sign(copy.id, phone, "值班员"))
    copies.sign(copy.id, phone, "值班员", mandate="电话委托，通话记录 3 号")
    step = CopyStep.objects.get(verb="sign")
    assert (step.by, step.on_behalf, step.channel, step.before, step.after) == (
        *("值班员", "李四", "phone"),
        *("queued", "signed"),
    )


def test_the_whole_way_with_the_machine_s_recheck_and_a_person(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    answered(copy)
    copies.progress(copy.id, UNIT, "正在修改配置")
    copies.rectified(copy.id, UNIT, "已删除目录并限制访问")
    finding = StoredFinding.objects.get()
    assert finding.retest_asked_at == time.now, "screening is asked to look again"
    assert due.remind_due() == 0
    assert review.recheck_due() == 0
    mended("www0.example", time)
    assert review.recheck_due() == 1
    assert review.recheck_due() == 0
    after = NoticeCopy.objects.get(id=copy.id)
    assert (after.state, after.machine_passed_at) == ("in-review", time.now)
    review.pass_review(copy.id, DESK)
    notice = Notice.objects.get(id=copy.notice_id)
    assert (state(copy), notice.state, notice.closed_at) == ("closed", "closed", time.now)
    assert not Deadline.objects.filter(subject=subject(copy), stopped_at=None).exists()
    assert not Nudge.objects.filter(done_at=None, dropped_at=None).exists()
    verbs = list(CopyStep.objects.values_list("verb", flat=True))
    assert verbs == ["issue", "sign", "feedback", "progress", "rectified", "rechecked", "pass"]
    audited = AuditRow.objects.filter(subject=subject(copy)).order_by("number").values_list("verb", flat=True)
    assert list(audited) == [f"notice-copy.{verb}" for verb in verbs]
    again = found(unit, "www0.example")
    assert earlier(again[0].id, drafts.draft_from_findings(WRITER, HEAD, [again[0].id])).get().copy_id == copy.id


def test_without_the_machine_two_persons_close_and_never_who_acted_for_the_unit(unit: Unit) -> None:
    [copy] = issued(hazard(unit))
    phone = Hand(OFFICER, "phone", "李四")
    copies.sign(copy.id, phone, "值班员", mandate="电话委托")
    copies.feedback(copy.id, phone, "a", "b", "c")
    copies.rectified(copy.id, phone, "单位电话报告已整改")
    review.take_up(copy.id, Hand(WRITER))
    refused("same-person", lambda: review.pass_review(copy.id, Hand(OFFICER), "好"))
    refused("open-findings", lambda: review.pass_review(copy.id, Hand(CHIEF)))
    refused("second-person", lambda: review.pass_review(copy.id, Hand(WRITER), "现场查看，已整改"))
    review.pass_review(copy.id, Hand(CHIEF), "现场查看，已整改，网站暂时无法访问")
    assert state(copy) == "closed"


def test_what_was_returned_waits_for_the_unit_and_has_a_shorter_clock(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    answered(copy)
    mended("www0.example", time)
    assert review.recheck_due() == 1, "the unit mended it without a word"
    refused("text", lambda: review.return_copy(copy.id, DESK, ""))
    review.return_copy(copy.id, DESK, "请补充整改报告")
    assert review.recheck_due() == 0, "the machine does not bring it back at once"
    clocks = Deadline.objects.filter(subject=subject(copy), kind__startswith="rectify").order_by("id")
    assert [d.kind for d in clocks] == ["rectify", "rectify-2"]
    copies.rectified(copy.id, UNIT, "报告附后")
    assert review.recheck_due() == 1
    review.pass_review(copy.id, DESK)
    assert state(copy) == "closed"


def test_more_time_is_asked_for_once_and_answered_once(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    answered(copy)
    until = time.now + timedelta(days=20)
    refused("until", lambda: copies.ask_extension(copy.id, UNIT, "等厂商", "已限制访问", time.now))
    refused("text", lambda: copies.ask_extension(copy.id, UNIT, "等厂商", "", until))
    copies.ask_extension(copy.id, UNIT, "等厂商", "已限制访问", until)
    review.decide_extension(copy.id, DESK, grant=True, why="同意")
    refused("state", lambda: review.decide_extension(copy.id, DESK, grant=False, why="不同意"))
    refused("state", lambda: copies.ask_extension(copy.id, UNIT, "再等", "已限制访问", until))
    assert state(copy) == "rectifying"
    assert Deadline.objects.get(subject=subject(copy), kind="rectify-2").due_at == until
    assert not Nudge.objects.filter(clock="rectify", done_at=None, dropped_at=None).exists()


def test_a_refused_copy_goes_back_to_the_office_and_can_be_sent_again(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    refused("text", lambda: copies.refuse(copy.id, UNIT, ""))
    copies.refuse(copy.id, UNIT, "网站已移交卫健局")
    assert list(Deadline.objects.filter(subject=subject(copy), stopped_at=None).values_list("kind", flat=True)) == [
        "review"
    ]
    time.go(hours=1)
    Delivery.objects.filter(occasion="issued").update(state="sent")
    review.resend(copy.id, DESK, "资产登记仍属你单位")
    assert told("issued-2") == ["li@edu.example"]
    assert due.track_due() == 0, "what left was the first message"
    Delivery.objects.filter(occasion="issued-2").update(state="sent")
    assert due.track_due() == 1
    assert state(copy) == "sent"
    assert not Deadline.objects.filter(subject=subject(copy), kind="deliver-2", stopped_at=None).exists()


def test_reminders_then_deputy_head_and_office(unit: Unit, time: Time, person_of: Callable[..., Person]) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@office.example")
    person_of(Role.LEADER, email="leader@office.example")
    values = {"kind": "situation", "urgency": "extra-urgent", "title": "情况", "body": "请知悉。"}
    [copy] = issued(drafts.draft(WRITER, HEAD, values, [unit]))
    Delivery.objects.filter(occasion="issued").update(state="sent")
    due.track_due()
    for minutes in (15, 9, 6):
        time.go(minutes=minutes)
        assert (due.remind_due(), due.escalate_due()) == (1, 0)
        assert (due.remind_due(), due.escalate_due()) == (0, 0), "each mark comes once"
    mark_late(time.now)
    for mark, who in (("deputy", "wang@edu.example"), ("head", "zhao@edu.example")):
        time.go(minutes=10)
        assert due.escalate_due() == 1
        assert told(f"sign:{mark}") == [who]
    time.go(minutes=10)
    assert due.escalate_due() == 1
    assert told("sign:office") == ["desk@office.example", "leader@office.example"]
    assert all(link_token(copy.id) not in outgoing(d).text for d in Delivery.objects.filter(occasion="sign:office"))
    copies.sign(copy.id, UNIT, "李四", code=code_of(copy))
    assert state(copy) == "closed", "a situation notice asks for a signature and no more"
    assert Deadline.objects.get(kind="sign").late_at is not None, "lateness stays"


def test_a_restart_forgets_no_mark_and_marks_what_came_late(unit: Unit, time: Time) -> None:
    issued(hazard(unit))
    time.go(days=30)
    assert due.remind_due() > 5
    fired = due.escalate_due()
    assert fired > 5
    at = list(Nudge.objects.exclude(done_at=None).values_list("mark", flat=True))
    assert "supervise" in at
    assert all(n.done_at - n.at > timedelta(minutes=1) for n in Nudge.objects.filter(mark="deputy", clock="sign"))


def test_late_rectification_makes_drafts_that_people_finish(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    answered(copy)
    time.go(days=20)
    due.remind_due()
    due.escalate_due()
    letter = Notice.objects.get(kind="supervision")
    assert (letter.state, letter.about_id, letter.drafted_by) == ("draft", copy.id, "system")
    assert "云网信〔2026〕1号" in letter.body
    assert "2026年11月30日" in letter.body, "three working days from Wednesday"
    assert Notice.objects.get(kind="situation").title == "关于教育局逾期未整改网络安全隐患情况的通报"
    drafts.submit(WRITER, letter.id)
    refused("same-person", lambda: drafts.approve(WRITER, letter.id))
    drafts.approve(CHIEF, letter.id)
    assert issue(CHIEF, letter.id).number.number == 2  # type: ignore[union-attr]


def test_a_unit_that_nobody_can_reach_is_on_the_wall_and_somebody_calls(
    other_unit: Unit, time: Time, person_of: Callable[..., Person]
) -> None:
    duty = person_of(Role.DUTY_OFFICER, email="duty@office.example")
    [copy] = issued(hazard(other_unit))
    assert [c.id for c in undelivered(duty, time.now)] == [copy.id]
    time.go(minutes=10)
    assert due.remind_due() == 1
    assert "duty@office.example" in told("deliver:remind-100")
    refused("text", lambda: copies.delivered(copy.id, Hand(OFFICER, "phone", "孙主任"), ""))
    copies.delivered(copy.id, Hand(OFFICER, "phone", "孙主任"), "电话通知孙主任")
    assert not undelivered(duty, time.now)
    time.go(hours=1)
    assert due.escalate_due() == 0, "nobody calls twice; the time for signing runs on"


def test_an_accepted_risk_takes_two_persons_and_comes_back_when_it_ends(unit: Unit, time: Time) -> None:
    [copy] = issued(hazard(unit))
    answered(copy)
    until = time.now + timedelta(days=90)
    far = time.now + timedelta(days=181)
    refused("until", lambda: review.propose(copy.id, Hand(WRITER), CopyVerb.EXEMPT, "年底下线", far))
    review.propose(copy.id, Hand(WRITER), CopyVerb.EXEMPT, "年底下线", until)
    refused("same-person", lambda: review.confirm(copy.id, Hand(WRITER)))
    review.confirm(copy.id, Hand(CHIEF))
    assert (state(copy), StoredFinding.objects.get().state) == ("exempted", "accepted")
    assert Notice.objects.get(id=copy.notice_id).state == "closed"
    time.go(days=91)
    assert due.escalate_due() == 1
    follow = Notice.objects.get(about=copy)
    assert (follow.kind, follow.state) == ("hazard", "draft")


def test_a_void_notice_keeps_its_number_with_the_reason(unit: Unit, other_unit: Unit) -> None:
    made = issued(hazard(unit, other_unit))
    notice_id = made[0].notice_id
    refused("text", lambda: review.propose_void(notice_id, Hand(WRITER), ""))
    review.propose_void(notice_id, Hand(WRITER), "发错单位")
    refused("proposal", lambda: review.propose_void(notice_id, Hand(CHIEF), "发错单位"))
    refused("same-person", lambda: review.confirm_void(notice_id, Hand(WRITER)))
    review.confirm_void(notice_id, Hand(CHIEF))
    assert {state(c) for c in made} == {"void"}
    number = PaperNumber.objects.get()
    assert (number.number, number.void_why.startswith("发错单位")) == (1, True)
    assert not Deadline.objects.filter(stopped_at=None).exists()
    values = {"kind": "drill", "title": "演练", "body": "请参加。"}
    [copy] = issued(drafts.draft(WRITER, HEAD, values, [unit]))
    assert copy.notice.number.number == 2  # type: ignore[union-attr]


def test_a_warning_becomes_a_notice_and_red_needs_the_level_above(
    unit: Unit, make_hit: Callable[..., object], store_and_judge: Callable[[list[object]], int]
) -> None:
    Unit.objects.filter(id=unit.id).update(importance="vital")
    store_and_judge([make_hit(1, unit.id, rule_level="critical")])
    warning = EarlyWarning.objects.get()
    version = publishing.draft_from_warning(WRITER, HEAD, warning)
    assert (version.level, version.graded.split()[0], version.importance) == ("red", "red", "vital")
    assert version.title == "关于防范网页攻击的红色预警通报"
    with pytest.raises(publishing.Refused, match="approval"):
        bulletins.submit(WRITER, version.pk)
    proof = {"approval_by": "市网信办", "approval_on": clock.now().date(), "approval_reference": "电话记录12号"}
    bulletins.edit(WRITER, version.pk, 1, proof, [unit])
    bulletins.submit(WRITER, version.pk)
    notice = publishing.publish(CHIEF, version.pk)
    assert (notice.kind, notice.level, notice.urgency) == ("warning", "red", "extra-urgent")
    [copy] = notice.copies.all()
    copies.sign(copy.id, UNIT, "李四", code=code_of(copy))
    assert set(Deadline.objects.filter(subject=subject(copy)).values_list("kind", flat=True)) == {
        *("deliver", "sign", "feedback"),
    }
    refused("state", lambda: copies.rectified(copy.id, UNIT, "x"))
    copies.feedback(copy.id, UNIT, "持续监测", "李四", "已封堵")
    review.take_up(copy.id, Hand(WRITER))
    review.pass_review(copy.id, Hand(CHIEF))
    assert state(copy) == "closed"
    assert warning.notices.get().id == notice.id


def test_files_are_known_by_content_and_kept_by_hash(unit: Unit) -> None:
    [copy] = issued(hazard(unit))
    made = files.attach(copy.id, UNIT, "C:\\temp\\整改<报告>.pdf", b"%PDF-1.7 x")
    assert (made.name, made.kind, len(made.sha256), len(made.sm3)) == ("整改报告.pdf", "pdf", 64, 64)
    assert files.content_of(made) == b"%PDF-1.7 x"
    assert files.attach(copy.id, UNIT, "b.pdf", b"%PDF-1.7 x").pk == made.pk, "the same file once"
    for content, code in (
        (b"MZ\x90\x00", "file-kind"),
        (b"", "file-size"),
        (b"PK\x03\x04 rubbish", "file-kind"),
        (b"%PDF-" + b"0" * files.MOST_BYTES, "file-size"),
    ):
        refused(code, lambda content=content: files.attach(copy.id, UNIT, "a.pdf", content))
    answered(copy)
    copies.rectified(copy.id, UNIT, "见附件")
    assert CopyStep.objects.get(verb="rectified").hashes == [made.sha256]
    files.path_of(made.sha256).write_bytes(b"changed")
    with pytest.raises(OSError, match="was changed"):
        files.content_of(made)


def test_a_unit_sees_its_own_copies_only(unit: Unit, other_unit: Unit, person_of: Callable[..., Person]) -> None:
    notice = hazard(unit, other_unit)
    contact = person_of(Role.UNIT_CONTACT, units=(unit,))
    assert not notices_visible_to(contact), "drafts are the office's"
    issued(notice)
    assert [c.unit_id for c in copies_visible_to(contact)] == [unit.id]
    assert notices_visible_to(contact).get().id == notice.id


def test_steps_can_not_be_changed_or_removed(unit: Unit) -> None:
    issued(hazard(unit))
    for change in (
        lambda: CopyStep.objects.update(text="anders"),
        lambda: CopyStep.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert CopyStep.objects.get().verb == "issue"


def test_every_state_has_a_word_and_every_mail_its_language(unit: Unit) -> None:
    from fenghuo.warn.notices.models import CopyLabel

    assert set(CopyLabel.values) == set(CopyState)
    issued(hazard(unit))
    mail = Delivery.objects.get(occasion="issued")
    assert mail.title == "【加急】隐患通报 云网信〔2026〕1号"
    assert re.search(r"下一步办理时限：2026-11-25 12:00", mail.text)


def test_a_unit_s_paper_holds_its_own_findings_as_they_were(unit: Unit, other_unit: Unit) -> None:
    notice = hazard(unit, other_unit)
    draft = document.paper_of(notice)
    assert (draft.number, draft.dated, draft.addressed) == ("（未编号）", None, "卫健局、教育局")
    copy = next(c for c in issued(notice) if c.unit_id == unit.id)
    StoredFinding.objects.update(evidence="changed since", locus="/other")
    paper = document.paper_of(copy.notice, copy)
    assert (paper.number, paper.addressed, paper.urgency) == ("云网信〔2026〕1号", "教育局", "加急")
    assert paper.dated is not None
    assert paper.dated.isoformat() == "2026-11-25"
    assert paper.annexes == ["网络安全隐患清单"]
    sheet = openpyxl.load_workbook(io.BytesIO(document.annex_of(copy.notice, copy))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2, "the heading and one finding of its own"
    assert (rows[1][1], rows[1][2], rows[1][3], rows[1][5]) == ("教育局", "www0.example", "/.git/HEAD", "超危")
    assert "changed since" not in str(rows)
    assert document.docx_of(copy.notice, copy).startswith(b"PK")
    assert document.pdf_of(copy.notice, copy).startswith(b"%PDF-")
