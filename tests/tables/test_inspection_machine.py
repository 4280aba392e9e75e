"""Whatever people and time do to inspections: only the table's transitions happen, and nothing changes without a line in the trail."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.tables.inspections_world import HEAD, LINES, MET, SEEN, UNIT, WRITER, seeing

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE, Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_unit
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections import actions
from fenghuo.respond.inspections.actions import Given, Wanted
from fenghuo.respond.inspections.decide import (
    CAMPAIGN_TRANSITIONS,
    CHECK_TRANSITIONS,
    DUE,
    CampaignState,
    CheckState,
    Refused,
)
from fenghuo.respond.inspections.models import Campaign, CheckReminder, Defect, SelfCheck, Visit
from fenghuo.respond.inspections.queries import standings
from fenghuo.respond.inspections.remind import remind_due
from fenghuo.respond.tasks.actions import today
from fenghuo.warn.notices import drafts, issue
from fenghuo.warn.notices.decide import CopyState, Kind
from fenghuo.warn.notices.models import Notice, NoticeCopy

OFFICE = Actor("9", "王主任")
REACHED: Counter[str] = Counter()
texts = st.sampled_from(["", "  ", "说明", "说明", "字" * 4001])
picks = st.integers(0, 30)
answers = st.sampled_from(
    [
        MET,
        MET,
        MET,
        {},
        {"1": ("yes", "")},
        {**MET, "2": ("no", "")},
        {**MET, "3": ("no", " ")},
        {**MET, "9": ("yes", "")},
    ]
)
kinds = st.sampled_from([Kind.HAZARD, Kind.SUPERVISION, Kind.DRILL])
ENDS = [CopyState.CLOSED, CopyState.EXEMPTED, CopyState.VOID, CopyState.SIGNED, None]
sights = st.sampled_from([SEEN, SEEN, {"1": ("conforms", "")}, {}, {"1": ("defect", "")}])
CAMPAIGN_MOVES = {(before.value, after.value) for (before, _verb), after in CAMPAIGN_TRANSITIONS.items()}
CHECK_MOVES = {(before.value, after.value) for (before, _verb), after in CHECK_TRANSITIONS.items()}


class Inspections(RuleBasedStateMachine):
    """An office, three units and time."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.now = datetime(2026, 9, 28, 2, tzinfo=UTC)
        self.stack.enter_context(clock.moved(self.tick))
        self.units = [save_unit(COMMAND_LINE, Unit(code=f"u{n}", name=f"单位{n}")) for n in range(3)]
        self.inspectors = list(Person.objects.order_by("username"))
        self.states: dict[str, str] = {}
        self.fixed: dict[str, Any] = {}
        self.before: Any = None
        self.rows = 0
        self.prepare(5)
        self.ask(0, 2)
        self.write(0, MET, True)
        self.visit(1, SEEN, False)
        self.states = self.found()

    def tick(self) -> int:
        """Each look at the clock is a little later, so that rows have an order that a replay finds again."""
        self.now += timedelta(microseconds=1)
        return clock.to_ns(self.now)

    def teardown(self) -> None:
        REACHED.update(AuditRow.objects.values_list("verb", flat=True))
        transaction.set_rollback(True)
        self.stack.close()

    def attempt(self, does: Any) -> None:
        try:
            with transaction.atomic():
                does()
        except Refused as error:
            REACHED[f"refused {error.code}"] += 1

    def found(self) -> dict[str, str]:
        rows = (Campaign.objects.values_list("id", "state"), SelfCheck.objects.values_list("id", "state"))
        return {key: state for some in rows for key, state in some}

    def campaign(self, pick: int) -> str:
        ids = list(Campaign.objects.order_by("made_at", "id").values_list("id", flat=True))
        return ids[pick % len(ids)]

    def check(self, pick: int) -> str:
        ids = list(SelfCheck.objects.order_by("campaign__made_at", "unit__code").values_list("id", flat=True))
        return ids[pick % len(ids)]

    @rule(days=st.integers(-1, 20))
    def prepare(self, days: int) -> None:
        wanted = Wanted("检查", "3号文", today() + timedelta(days=days), lines=LINES)
        self.attempt(lambda: actions.prepare(WRITER, wanted))

    @rule(pick=picks, number=st.integers(0, 3))
    def ask(self, pick: int, number: int) -> None:
        self.attempt(lambda: actions.open_to(WRITER, self.campaign(pick), self.units[:number]))

    @rule(pick=picks, given=answers, hand_in=st.sampled_from([True, True, False]))
    def write(self, pick: int, given: Given, hand_in: bool) -> None:
        self.attempt(lambda: actions.write(UNIT, self.check(pick), given, hand_in=hand_in))

    @rule(pick=picks, why=texts)
    def give_back(self, pick: int, why: str) -> None:
        self.attempt(lambda: actions.give_back(WRITER, self.check(pick), why))

    @rule(pick=picks, given=sights, twice=st.sampled_from([False, False, True]))
    def visit(self, pick: int, given: Given, twice: bool) -> None:
        first, second = self.inspectors[0], self.inspectors[0 if twice else 1]
        self.attempt(lambda: actions.visit(WRITER, self.check(pick), seeing(first, second, given)))

    @rule(pick=picks, kind=kinds, number=st.integers(0, 3), end=st.sampled_from(ENDS))
    def notify(self, pick: int, kind: Kind, number: int, end: CopyState | None) -> None:
        """Two of the office press the button, one after the other; what they drafted is thrown away, or goes its way.

        Notices have a machine of their own, so that here each is issued and comes to some state at once.
        """
        check = self.check(pick)
        ids = list(Defect.objects.filter(visit__check_of=check).values_list("id", flat=True))[:number]
        for who in (WRITER, OFFICE):
            self.attempt(partial(actions.notify, who, check, ids, kind, HEAD))
        for notice in Notice.objects.filter(state="draft"):
            if end is None:
                drafts.discard(WRITER, notice.id, "写错")
                continue
            drafts.submit(WRITER, notice.id)
            drafts.approve(Actor("8", "李书记"), notice.id)
            issue.issue(OFFICE, notice.id)
            NoticeCopy.objects.filter(notice=notice).update(state=end)

    @rule(pick=picks, why=texts)
    def drop(self, pick: int, why: str) -> None:
        newest_first = -1 - pick
        self.attempt(lambda: actions.drop(WRITER, self.campaign(newest_first), why))

    @rule(pick=picks, why=texts)
    def close(self, pick: int, why: str) -> None:
        if pick % 3:
            return  # an end in every other step would leave nothing to walk through
        self.attempt(lambda: actions.close(WRITER, self.campaign(pick), why))

    @rule(hours=st.sampled_from([1, 20, 60, 200]))
    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        mark_late(self.now)
        remind_due()
        assert remind_due() == 0, "nobody is told twice"

    @invariant()
    def only_moves_of_the_table_happen(self) -> None:
        found = self.found()
        for key, state in found.items():
            before = self.states.get(key)
            if before is None:
                assert state in {CampaignState.DRAFT, CheckState.WAITING}
            elif before != state:
                assert (before, state) in CAMPAIGN_MOVES | CHECK_MOVES
        self.states = found

    @invariant()
    def a_clock_runs_exactly_while_an_answer_is_awaited(self) -> None:
        running = set(Deadline.objects.filter(kind=DUE, stopped_at=None).values_list("subject", flat=True))
        awaited = SelfCheck.objects.filter(campaign__state=CampaignState.OPEN).exclude(state=CheckState.SUBMITTED)
        assert running == {check.subject for check in awaited}

    @invariant()
    def what_was_handed_in_is_whole_and_stays(self) -> None:
        for check in SelfCheck.objects.filter(state=CheckState.SUBMITTED):
            assert set(check.answers) == set(check.campaign.numbers)
            assert all(one["answer"] == "yes" or one["note"] for one in check.answers.values())
            key = f"{check.id}:{check.handed_in_at}"
            assert self.fixed.setdefault(key, check.answers) == check.answers
        for seen in Visit.objects.all():
            assert seen.first_id != seen.second_id
            wrong = {n for n, one in seen.seen.items() if one["seen"] == "defect"}
            assert wrong == set(seen.defects.values_list("number", flat=True))
        for row in CheckReminder.objects.select_related("check_of"):
            assert row.turn <= row.check_of.returns

    @invariant()
    def a_defect_is_closed_by_its_own_units_copy_alone(self) -> None:
        ends = {CopyState.CLOSED.value, CopyState.EXEMPTED.value}
        for row in standings(SelfCheck.objects.all()):
            mine = Defect.objects.filter(visit__check_of=row.check)
            closed = sum(
                NoticeCopy.objects.filter(notice_id=d.notice_id, unit=row.check.unit, state__in=ends).exists()
                for d in mine
            )
            assert (row.defects, row.closed) == (mine.count(), closed)
            REACHED["defects closed"] += closed
            REACHED["defects open"] += row.defects - closed

    @invariant()
    def nothing_changed_without_a_line_in_the_trail(self) -> None:
        models = (Campaign, SelfCheck, Visit, Defect)
        state = [list(model._default_manager.order_by("pk").values()) for model in models]
        rows = AuditRow.objects.count()
        if self.before is not None and state != self.before:
            assert rows > self.rows, "a change that nobody wrote down"
        self.before, self.rows = state, rows


@pytest.mark.django_db
def test_nothing_leads_to_an_illegal_state_or_an_unwritten_change(person_of: Any) -> None:
    person_of(Role.ANALYST)
    person_of(Role.LEADER, email="boss@office.example")
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Inspections,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=checks,
            database=None,
            derandomize=True,  # the same runs each time: a failure comes back
            phases=[Phase.generate],  # to shrink a failure would take longer than to read it
        ),
    )
    assert not Campaign.objects.exists(), "each run was rolled back"
    verbs = {f"inspection.{verb}" for verb in ("prepared", "opened", "visited", "notified", "closed", "dropped")}
    verbs |= {"notice.issued", "notice.discarded"}
    verbs |= {f"self-check.{verb}" for verb in ("written", "handed-in", "returned")}
    assert verbs <= set(REACHED), sorted(verbs - set(REACHED))
    refusals = {
        f"refused {code}" for code in ("state", "why", "long", "units", "note", "inspectors", "nothing-seen", "taken")
    }
    assert REACHED["defects closed"]
    assert REACHED["defects open"]
    assert refusals <= set(REACHED), sorted(refusals - set(REACHED))
