"""Warnings, the notices that publish them, and incidents, in the hands of random people: nothing illegal, nothing that nobody wrote down.

Notices with findings have a machine of their own (`test_notice_machine`); here the matters live beside one another.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE, Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import mark_late, sync_shipped_days
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_unit
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents import actions as incidents
from fenghuo.respond.incidents import command
from fenghuo.respond.incidents.alarms import alarms_due
from fenghuo.respond.incidents.decide import TRANSITIONS as STAGES
from fenghuo.respond.incidents.decide import Stage
from fenghuo.respond.incidents.models import Incident, Request
from fenghuo.warn.early_warnings import bulletins, formal, late
from fenghuo.warn.early_warnings.formal import BulletinState, Change, VersionState
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.notices import copies, due, publishing, review, thread
from fenghuo.warn.notices.decide import FINAL, CopyState, CopyVerb, Kind, after, states_of
from fenghuo.warn.notices.models import Notice, NoticeCopy, PaperNumber
from fenghuo.warn.notices.steps import CannotDo, Hand

ACTORS = [Actor(name, name) for name in ("ann", "bo", "chen")]
UNIT = Hand(Actor("unit", "李四"), "link")
LEVELS = ("red", "orange", "yellow", "blue")
actors = st.sampled_from(ACTORS)
pairs = st.permutations(ACTORS)
texts = st.sampled_from(["", "因故", "说明", "已办"])
picks = st.integers(0, 30)
REACHED: Counter[str] = Counter()


class Matters(RuleBasedStateMachine):
    """Three persons of the office, two units and time."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.now = datetime(2026, 9, 28, 2, tzinfo=UTC)
        self.stack.enter_context(clock.moved(self.tick))
        sync_shipped_days()
        self.units = [save_unit(COMMAND_LINE, Unit(code=f"u{n}", name=f"单位{n}")) for n in range(2)]
        self.before: dict[str, Any] = {}
        self.last = 0

    def tick(self) -> int:
        self.now += timedelta(microseconds=1)
        return clock.to_ns(self.now)

    def teardown(self) -> None:
        REACHED.update(AuditRow.objects.values_list("verb", flat=True))
        transaction.set_rollback(True)
        self.stack.close()

    def attempt(self, does: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                does()
        except (CannotDo, bulletins.Refused, incidents.CannotDo):
            pass

    # formal warnings

    def words(self, level: str, text: str, proof: bool) -> dict[str, Any]:
        values = {"level": level, "title": "预警", "threat_class": "ransomware", "starts_at": self.now, "scope": text}
        values |= {"matter": "x", "measures": "x", "agency": "办", "code": "办"}
        return values | (
            {"approval_by": "市", "approval_on": date(2026, 9, 1), "approval_reference": "1"} if proof else {}
        )

    @rule(actor=actors, level=st.sampled_from(LEVELS), text=texts, proof=st.booleans(), both=st.booleans())
    def draft(self, actor: Actor, level: str, text: str, proof: bool, both: bool) -> None:
        if Bulletin.objects.exclude(state__in=["archived", "discarded"]).count() < 3:
            self.attempt(lambda: bulletins.draft(actor, self.words(level, text, proof), self.units[: 1 + both]))

    @rule(pair=pairs, level=st.sampled_from(LEVELS))
    def publish_at_once(self, pair: list[Actor], level: str) -> None:
        if not Bulletin.objects.filter(state="published").exists():
            version = bulletins.draft(pair[0], self.words(level, "范围", True), self.units)
            bulletins.submit(pair[0], version.pk)
            publishing.publish(pair[1], version.pk)

    @rule(
        actor=actors,
        verb=st.sampled_from(["edit", "submit", "submit", "publish", "publish", "publish", "reject", "discard"]),
        text=texts,
        level=st.sampled_from(LEVELS),
        pick=picks,
    )
    def a_version(self, actor: Actor, verb: str, text: str, level: str, pick: int) -> None:
        found = list(BulletinVersion.objects.filter(state__in=["draft", "review"]).order_by("drafted_at"))
        if not found:
            return
        one = found[pick % len(found)]
        if verb == "fitting":
            fitting = (
                ["publish", "reject"] if one.state == VersionState.REVIEW else ["edit", "submit", "submit", "discard"]
            )
            verb = fitting[pick % len(fitting)]
        does: dict[str, Callable[[], object]] = {
            "edit": lambda: bulletins.edit(
                actor, one.pk, one.revision, self.words(level, text, bool(pick % 3)), self.units
            ),
            "submit": lambda: bulletins.submit(actor, one.pk),
            "publish": lambda: publishing.publish(actor, one.pk),
            "reject": lambda: bulletins.reject(actor, one.pk, text),
            "discard": lambda: bulletins.discard(actor, one.pk, text),
        }
        self.attempt(does[verb])

    @rule(actor=actors, change=st.sampled_from(list(Change)), text=texts, level=st.sampled_from(LEVELS), pick=picks)
    def a_change(self, actor: Actor, change: Change, text: str, level: str, pick: int) -> None:
        found = list(Bulletin.objects.order_by("created_at"))
        if found:
            one = found[pick % len(found)]
            self.attempt(lambda: bulletins.begin_change(actor, one.id, change, text, level))

    @rule(pair=pairs, change=st.sampled_from([Change.RAISE, Change.LOWER, Change.AMEND, Change.LIFT]), pick=picks)
    def change_at_once(self, pair: list[Actor], change: Change, pick: int) -> None:
        one = Bulletin.objects.filter(state="published").order_by("created_at").first()
        before = bulletins.in_force_of(one) if one is not None else None
        if one is None or before is None:
            return
        rank = LEVELS.index(before.level)
        wanted = (LEVELS[:rank] if change == Change.RAISE else LEVELS[rank + 1 :]) or (before.level,)

        def does() -> None:
            version = bulletins.begin_change(pair[0], one.id, change, "研判", wanted[pick % len(wanted)])
            bulletins.edit(pair[0], version.pk, 1, {**self.words(version.level, "x", True), "why": "研判"}, self.units)
            bulletins.submit(pair[0], version.pk)
            publishing.publish(pair[1], version.pk)

        self.attempt(does)

    @rule(actor=actors, verb=st.sampled_from([bulletins.report, bulletins.summarise]), text=texts, pick=picks)
    def a_report(self, actor: Actor, verb: Callable[[Actor, str, str], None], text: str, pick: int) -> None:
        found = list(Bulletin.objects.order_by("created_at"))
        if found:
            self.attempt(lambda: verb(actor, found[pick % len(found)].id, text))

    # copies of what was published

    @rule(pick=picks, verb=st.integers(0, 8), text=texts, actor=actors)
    def a_copy(self, pick: int, verb: int, text: str, actor: Actor) -> None:
        found = list(NoticeCopy.objects.exclude(state__in=FINAL).order_by("issued_at", "unit__code"))
        if not found:
            return
        copy, hand = found[pick % len(found)], Hand(actor)
        does: list[Callable[[], object]] = [
            lambda: copies.sign(copy.id, UNIT, text, code_checked=True),
            lambda: copies.feedback(copy.id, UNIT, text, text, text),
            lambda: copies.refuse(copy.id, UNIT, text),
            lambda: review.resend(copy.id, hand, text),
            lambda: review.take_up(copy.id, hand),
            lambda: review.pass_review(copy.id, hand, text),
            lambda: review.return_copy(copy.id, hand, text),
            lambda: thread.ask(copy.id, UNIT, text),
            lambda: thread.write(copy.id, hand, text),
        ]
        self.attempt(does[verb])

    # incidents

    @rule(actor=actors, facts=st.sampled_from([{}, {"personal_records": 2_000_000}, {"views": 5}]), text=texts)
    def an_incident(self, actor: Actor, facts: dict[str, Any], text: str) -> None:
        if Incident.objects.count() < 3:
            told = incidents.Reported(text, self.now - timedelta(hours=1), unit_id=self.units[0].id, facts=facts)
            self.attempt(lambda: incidents.report(actor, told))

    @rule(pick=picks, actor=actors, verb=st.integers(0, 6), stage=st.sampled_from(list(Stage)), text=texts)
    def what_becomes_of_an_incident(self, pick: int, actor: Actor, verb: int, stage: Stage, text: str) -> None:
        found = list(Incident.objects.order_by("received_at"))
        if not found:
            return
        one = found[pick % len(found)]
        asked = Request.objects.filter(incident=one, accepted=None).first()
        usual = sorted(STAGES[Stage(one.state)])
        wanted = usual[pick % len(usual)] if usual and verb < 2 else stage
        does: list[Callable[[], object]] = [
            lambda: incidents.move(actor, one.id, wanted, text),
            lambda: incidents.move(actor, one.id, wanted, text),
            lambda: incidents.confirm_grades(actor, one.id, one.standard_proposed, one.annex_proposed, text),
            lambda: incidents.set_facts(actor, one.id, {"personal_records": 2_000_000} if pick % 2 else {}),
            lambda: incidents.ask(actor, one.id, {"state": "void" if pick % 2 else "closed"}, text),
            lambda: incidents.decide(actor, asked.pk, accept=pick % 4 > 0, why=text) if asked else None,
            lambda: command.set_response(actor, one.id, "III", text),
        ]
        self.attempt(does[verb])

    @rule(seed=st.integers(0, 2**32))
    def steps_of_chance(self, seed: int) -> None:
        """Hypothesis prefers small values, and would come to few doors."""
        chance = random.Random(seed)
        pick, text = lambda: chance.randrange(31), lambda: chance.choice(["", "因故", "说明", "已办"])
        verbs = ["fitting", "fitting", "edit", "submit", "publish", "reject", "discard"]
        for _ in range(16):
            actor, two = chance.choice(ACTORS), chance.sample(ACTORS, 3)
            level, change = chance.choice(LEVELS), chance.choice(list(Change))
            does: list[Callable[[], object]] = [
                partial(self.draft, actor, level, text(), chance.random() < 0.7, chance.random() < 0.5),
                partial(self.publish_at_once, two, level),
                partial(self.a_version, actor, chance.choice(verbs), text(), level, pick()),
                partial(self.a_version, actor, chance.choice(verbs), text(), level, pick()),
                partial(self.a_change, actor, change, text(), level, pick()),
                partial(self.change_at_once, two, change, pick()),
                partial(self.a_report, actor, chance.choice([bulletins.report, bulletins.summarise]), text(), pick()),
                partial(self.an_incident, actor, {"personal_records": 2_000_000}, text()),
                *(partial(self.a_copy, pick(), chance.randrange(9), text(), actor) for _ in range(3)),
                *(
                    partial(
                        self.what_becomes_of_an_incident, pick(), actor, chance.randrange(7), Stage.CONTAINED, text()
                    )
                    for _ in range(3)
                ),
            ]
            chance.choice(does)()
            self.nothing_changed_without_a_line_about_it_in_the_trail()

    again = steps_of_chance
    and_again = steps_of_chance

    @rule(hours=st.integers(1, 24 * 10))
    def time_goes_on(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        mark_late(self.now)
        for work in (due.remind_due, due.escalate_due, late.alarms_due, publishing.archive_due, alarms_due):
            work()

    @invariant()
    def every_warning_is_where_its_versions_led_it(self) -> None:
        for bulletin in Bulletin.objects.prefetch_related("versions"):
            found = list(bulletin.versions.all())
            assert [v.number for v in found] == list(range(1, len(found) + 1))
            done = [v for v in found if v.state == VersionState.PUBLISHED]
            assert sum(v.state in formal.OPEN_VERSION for v in found) <= 1
            state = BulletinState(bulletin.state)
            assert bool(done) == (state in {BulletinState.PUBLISHED, BulletinState.LIFTED, BulletinState.ARCHIVED})
            if done:
                assert (done[-1].change == Change.LIFT) == (state in {BulletinState.LIFTED, BulletinState.ARCHIVED})
                assert done[0].change == Change.FIRST
            for version in done:
                assert version.published_by not in version.authors, "names are ids here: nobody publishes what he wrote"
                proved = bulletins.approval_of(version).complete
                assert proved or version.level not in formal.NEED_APPROVAL or version.change == Change.LIFT
                notice = Notice.objects.get(publishes=version)
                told = {copy.unit_id for copy in notice.copies.all()}
                assert told == {unit.id for unit in version.units.all()}, "each unit has its copy"
            if state == BulletinState.ARCHIVED:
                open_copies = NoticeCopy.objects.filter(notice__publishes__bulletin=bulletin).exclude(state__in=FINAL)
                assert bulletin.summary
                assert not open_copies.exists()

    @invariant()
    def copies_and_incidents_are_in_states_of_their_tables(self) -> None:
        for copy in NoticeCopy.objects.select_related("notice").prefetch_related("steps"):
            kind, state = Kind(copy.notice.kind), CopyState.QUEUED
            for step in copy.steps.all():
                if step.before != step.after:
                    assert after(kind, CopyState(step.before), CopyVerb(step.verb)) == step.after
                    state = CopyState(step.after)
            assert copy.state == state
            assert state in states_of(kind)
        numbers = sorted(PaperNumber.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_changed_without_a_line_about_it_in_the_trail(self) -> None:
        rows: dict[str, Any] = {}
        for incident in Incident.objects.values():
            rows[f"incident:{incident['id']}"] = incident
        for bulletin in Bulletin.objects.values():
            rows[f"bulletin:{bulletin['id']}"] = [bulletin]
        for version in BulletinVersion.objects.values().order_by("number"):
            rows[f"bulletin:{version['bulletin_id']}"].append(version)
        for kind, model in (("notice", Notice), ("notice-copy", NoticeCopy)):
            for row in model._default_manager.values():  # type: ignore[attr-defined]
                rows[f"{kind}:{row['id']}"] = row
        fresh = AuditRow.objects.filter(number__gt=self.last)
        written = set(fresh.values_list("subject", flat=True))
        changed = {subject for subject, row in rows.items() if self.before.get(subject) != row}
        assert changed <= written, f"{changed - written}: a change that nobody wrote down"
        assert set(self.before) <= set(rows), "nothing is ever removed"
        for subject, row in rows.items():
            old = self.before.get(subject)
            if subject.startswith("incident:") and old is not None and old["state"] != row["state"]:
                assert Stage(row["state"]) in STAGES[Stage(old["state"])]
        self.before = rows
        self.last = AuditRow.objects.order_by("-number").values_list("number", flat=True).first() or 0


@pytest.mark.django_db
def test_no_matter_comes_to_an_illegal_state_or_changes_unwritten(person_of: Any) -> None:
    person_of(Role.DUTY_OFFICER, email="duty@office.example")
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Matters,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=checks,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
        ),
    )
    wanted = {
        f"bulletin.{v}" for v in ("drafted", "changed", "submitted", "rejected", "discarded", "published", "reported")
    }
    wanted |= {"bulletin.change-begun", "notice-copy.sign", "notice-copy.feedback", "notice-copy.void"}
    wanted |= {"incident.reported", "incident.graded", "incident.facts-set", "incident.asked"}
    assert len(wanted - set(REACHED)) <= 2, f"the runs came nearly everywhere, but not to {wanted - set(REACHED)}"
