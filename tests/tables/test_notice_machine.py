"""Whatever people and time do to notices: no copy comes to a state that it can't have, and nothing changes without a line in the trail."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE, Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late, sync_shipped_days
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset, save_unit, set_contact
from fenghuo.base.units.models import Asset, Unit
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.notices import copies, drafts, due, files, issue, review
from fenghuo.warn.notices.decide import FINAL, TRANSITIONS, CopyState, CopyVerb, Kind, Urgency, after, states_of
from fenghuo.warn.notices.links import code_of
from fenghuo.warn.notices.models import CopyStep, Notice, NoticeCopy, Nudge, PaperNumber
from fenghuo.warn.notices.steps import CannotDo, Hand, subject

ACTORS = [Actor(name, name) for name in ("ann", "bo", "chen")]
HEAD = drafts.Letterhead("云岭县委网信办", "云网信")
MAIL = {"host": "192.0.2.25", "sender": "fenghuo@office.example"}
NOT_OF_ANYBODY = {"code_tries"}
"""A wrong code is counted, and stands in no trail: whoever holds a link could fill it."""
actors = st.sampled_from(ACTORS)
texts = st.sampled_from(["", "因故", "说明"])
days = st.integers(-1, 200)


class Notices(RuleBasedStateMachine):
    """Three persons of the office, two units, screening and time."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.now = datetime(2026, 9, 28, 2, tzinfo=UTC)
        self.stack.enter_context(clock.moved(lambda: clock.to_ns(self.now)))
        sync_shipped_days()
        add_channel(COMMAND_LINE, "mail", "email", MAIL, [], "blue", "en")
        self.units = [save_unit(COMMAND_LINE, Unit(code=f"u{n}", name=f"单位{n}")) for n in range(2)]
        set_contact(COMMAND_LINE, self.units[0], "李四", "1", "li@edu.example", deputy=False)
        for unit in self.units:
            host = f"{unit.code}.example"
            asset = save_asset(COMMAND_LINE, Asset(unit=unit, name=host, value=host))
            seen = tuple(Finding("git", f"/{n}", "200") for n in range(3))
            ledger.record_visit(
                asset, [Verdict(host, "exposed-vcs", 1, VerdictKind.FAIL, self.now, "", findings=seen)], None
            )
        self.before: dict[str, Any] = {}
        self.rows = AuditRow.objects.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    def attempt(self, does: Any) -> None:
        try:
            with transaction.atomic():
                does()
        except CannotDo:
            pass

    def any_copy(self, pick: int) -> NoticeCopy | None:
        found = list(NoticeCopy.objects.order_by("issued_at", "id"))
        return found[pick % len(found)] if found else None

    @rule(actor=actors, kind=st.sampled_from(list(Kind)), urgency=st.sampled_from(list(Urgency)), both=st.booleans())
    def draft(self, actor: Actor, kind: Kind, urgency: Urgency, both: bool) -> None:
        values = {"kind": kind, "urgency": urgency, "title": "t", "body": "b", "severity": "critical"}
        drafts.draft(actor, HEAD, values, self.units if both else self.units[:1])

    @rule(actor=actors, numbers=st.sets(st.integers(0, 5), min_size=1))
    def draft_from_findings(self, actor: Actor, numbers: set[int]) -> None:
        ids = list(StoredFinding.objects.order_by("unit__code", "locus").values_list("id", flat=True))
        self.attempt(lambda: drafts.draft_from_findings(actor, HEAD, [ids[n] for n in numbers]))

    @rule(actor=actors, verb=st.sampled_from(["submit", "approve", "reject", "issue", "issue", "discard"]), why=texts)
    @precondition(lambda self: Notice.objects.filter(state__in=["draft", "review"]).exists())
    def before_issue(self, actor: Actor, verb: str, why: str) -> None:
        notice = Notice.objects.filter(state__in=["draft", "review"]).order_by("drafted_at", "id").first()
        assert notice is not None
        does = {
            "submit": lambda: drafts.submit(actor, notice.id),
            "approve": lambda: drafts.approve(actor, notice.id),
            "reject": lambda: drafts.reject(actor, notice.id, why),
            "discard": lambda: drafts.discard(actor, notice.id, why),
            "issue": lambda: issue.issue(actor, notice.id),
        }
        self.attempt(does[verb])

    @rule(writer=st.permutations(ACTORS), both=st.booleans(), kind=st.sampled_from(list(Kind)))
    def issue_at_once(self, writer: list[Actor], both: bool, kind: Kind) -> None:
        values = {"kind": kind, "title": "t", "body": "b"}
        made = drafts.draft(writer[0], HEAD, values, self.units if both else self.units[:1])
        drafts.submit(writer[0], made.id)
        drafts.approve(writer[1], made.id)
        issue.issue(writer[2], made.id)

    @rule(
        pick=st.integers(0, 9),
        actor=actors,
        verb=st.sampled_from(list(CopyVerb)),
        text=texts,
        span=days,
        good=st.booleans(),
    )
    def on_a_copy(self, pick: int, actor: Actor, verb: CopyVerb, text: str, span: int, good: bool) -> None:
        copy = self.any_copy(pick)
        if copy is not None:
            self.attempt(lambda: self.does(copy, actor, verb, text, self.now + timedelta(days=span), good))

    def does(self, copy: NoticeCopy, actor: Actor, verb: CopyVerb, text: str, until: datetime, good: bool) -> None:
        unit, hand = (
            Hand(Actor("unit", "李四"), "link"),
            Hand(actor, "phone" if good else "console", "李四" if good else ""),
        )
        code = code_of(copy) if good else "wrong"
        verbs: dict[CopyVerb, Any] = {
            CopyVerb.READ: lambda: copies.read(copy.id, unit),
            CopyVerb.DELIVERED: lambda: copies.delivered(copy.id, hand, text),
            CopyVerb.SIGN: lambda: copies.sign(copy.id, unit, text, code=code, mandate=text),
            CopyVerb.REFUSE: lambda: copies.refuse(copy.id, unit, text),
            CopyVerb.RESEND: lambda: review.resend(copy.id, hand, text),
            CopyVerb.FEEDBACK: lambda: copies.feedback(copy.id, hand if good else unit, text, text, text),
            CopyVerb.PROGRESS: lambda: copies.progress(copy.id, unit, text),
            CopyVerb.ASK_EXTENSION: lambda: copies.ask_extension(copy.id, unit, text, text, until),
            CopyVerb.GRANT_EXTENSION: lambda: review.decide_extension(copy.id, hand, grant=True, why=text),
            CopyVerb.DENY_EXTENSION: lambda: review.decide_extension(copy.id, hand, grant=False, why=text),
            CopyVerb.RECTIFIED: lambda: copies.rectified(copy.id, hand if good else unit, text),
            CopyVerb.RECHECKED: review.recheck_due,
            CopyVerb.TAKE_UP: lambda: review.take_up(copy.id, hand),
            CopyVerb.PASS: lambda: review.pass_review(copy.id, hand, text),
            CopyVerb.RETURN: lambda: review.return_copy(copy.id, hand, text),
            CopyVerb.EXEMPT: lambda: review.propose(copy.id, hand, CopyVerb.EXEMPT, text, until),
            CopyVerb.VOID: lambda: review.propose(copy.id, hand, CopyVerb.VOID, text),
            CopyVerb.FINISH: lambda: review.confirm(copy.id, hand),
            CopyVerb.SENT: lambda: files.attach(copy.id, unit, "a.txt", (text or "x").encode()),
        }
        verbs[verb]()

    @rule(actor=actors, why=texts, confirm=st.booleans())
    def void_a_notice(self, actor: Actor, why: str, confirm: bool) -> None:
        notice = Notice.objects.filter(state="issued").order_by("issued_at", "id").first()
        if notice is not None:
            verb = review.confirm_void if confirm else (lambda n, h: review.propose_void(n, h, why))
            self.attempt(lambda: verb(notice.id, Hand(actor)))

    @rule(mended=st.sets(st.integers(0, 5)))
    def screening_looks_again(self, mended: set[int]) -> None:
        ids = list(StoredFinding.objects.order_by("unit__code", "locus").values_list("id", flat=True))
        StoredFinding.objects.filter(id__in=[ids[n] for n in mended]).update(state="closed")
        review.recheck_due()

    @rule(hours=st.integers(1, 24 * 20), left=st.booleans())
    def time_goes_on(self, hours: int, left: bool) -> None:
        self.now += timedelta(hours=hours)
        if left:
            Delivery.objects.update(state="sent")
        mark_late(self.now)
        due.track_due()
        due.remind_due()
        due.escalate_due()
        assert not Nudge.objects.filter(done_at=None, dropped_at=None, at__lte=self.now).exists(), "no mark is left out"

    @invariant()
    def every_copy_is_where_its_history_led_it(self) -> None:
        for copy in NoticeCopy.objects.select_related("notice"):
            kind, state = Kind(copy.notice.kind), CopyState.QUEUED
            assert copy.state in states_of(kind)
            steps = list(copy.steps.all())
            for step in steps:
                assert step.before == state or step.verb == "issue", (step.verb, step.before, state)
                if step.after != step.before:
                    assert after(kind, CopyState(step.before), CopyVerb(step.verb)) == step.after
                state = CopyState(step.after)
            assert copy.state == state
            assert AuditRow.objects.filter(subject=subject(copy)).count() == len(steps)
            if copy.state in FINAL:
                assert not Deadline.objects.filter(subject=subject(copy), stopped_at=None).exists()

    @invariant()
    def nothing_changed_without_a_line_in_the_trail(self) -> None:
        state = {}
        for model in (Notice, NoticeCopy, PaperNumber):
            for row in model._default_manager.values():
                state[f"{model.__name__}:{row['id']}"] = {k: v for k, v in row.items() if k not in NOT_OF_ANYBODY}
        rows = AuditRow.objects.count()
        if state != self.before:
            assert rows > self.rows or not self.before, "a change that nobody wrote down"
        self.before, self.rows = state, rows

    @invariant()
    def numbers_have_no_gap_and_notices_close_with_their_copies(self) -> None:
        numbers = sorted(PaperNumber.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        for notice in Notice.objects.prefetch_related("copies"):
            done = [copy.state in FINAL for copy in notice.copies.all()]
            assert (notice.state == "closed") == (bool(done) and all(done) and notice.state != "void"), notice.state
            assert notice.number_id is not None or not done
            approvers = AuditRow.objects.filter(subject=f"notice:{notice.id}", verb="notice.approved")
            assert not set(approvers.values_list("actor_id", flat=True)) & set(notice.authors)


@pytest.mark.django_db
def test_nothing_leads_to_an_illegal_state_or_an_unwritten_change(person_of: Any) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@office.example")
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Notices,
        settings=settings(
            max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=checks, database=None
        ),
    )
    assert not CopyStep.objects.exists(), "each run was rolled back"
    assert len(TRANSITIONS) == len(CopyState)
