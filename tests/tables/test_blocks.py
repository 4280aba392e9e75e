"""Block orders: two persons, evidence, a closed list of reasons, guards; on the polled list at once and off it at the end of the term."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from tests.tables.moving import Time

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.respond.blocks import actions, queries
from fenghuo.respond.blocks.decide import ProofKind, State
from fenghuo.respond.blocks.guard import Refused, Wanted
from fenghuo.respond.blocks.models import Block, Proof
from fenghuo.respond.blocks.proofs import Evidence, of_hit, of_warning
from fenghuo.respond.incidents import actions as incidents
from fenghuo.respond.incidents import evidence as collected
from fenghuo.respond.incidents import protection
from fenghuo.respond.incidents.models import Incident
from fenghuo.see.inventory.actions import add_source
from fenghuo.share.blocklists.actions import add_consumer, close_consumer, renew_token
from fenghuo.share.blocklists.models import Consumer
from fenghuo.share.blocklists.queries import is_silent, of_incident, reaches
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.early_warnings.actions import acknowledge, move
from fenghuo.warn.early_warnings.models import EarlyWarning

FIRST, SECOND, THIRD = Actor("1", "张伟"), Actor("2", "王主任"), Actor("3", "李娜")
BAD = "45.9.148.71"


@pytest.fixture
def officer(person_of: Callable[..., Person]) -> Person:
    return person_of(Role.DUTY_OFFICER)


@pytest.fixture
def warning(time: Time, unit: Unit, make_hit: Callable[..., Any], store_and_judge: Callable[..., int]) -> EarlyWarning:
    store_and_judge([make_hit(1, unit.id, src_ip=BAD)])
    return EarlyWarning.objects.get()


@pytest.fixture
def evidence(officer: Person, warning: EarlyWarning) -> Evidence:
    return of_warning(officer, warning.id)


def wanted(text: str = BAD, reason: str = "attack-source", days: float = 7, **more: Any) -> Wanted:
    return Wanted(text, reason, clock.now() + timedelta(days=days), **more)


def code_of(does: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        does()
    return caught.value.code


def polled(client: Client, token: str, form: str = "cidr.txt", **headers: str) -> list[str]:
    answer = client.get(f"/blocks/lists/{token}/{form}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode().splitlines()


def test_on_the_polled_list_at_once_after_the_second_persons_approval_and_off_it_at_its_expiry(
    evidence: Evidence, time: Time, client: Client
) -> None:
    _, token = add_consumer(TESTER, "edge firewall")
    made = actions.order(FIRST, wanted(days=3), "scans and logs in", [evidence])
    time.pass_(seconds=5)
    assert polled(client, token) == []
    actions.approve(SECOND, made.id)
    assert polled(client, token) == [f"{BAD}/32"]
    time.pass_(days=3, seconds=-6)
    assert polled(client, token) == [f"{BAD}/32"], "until its last second"
    time.pass_(seconds=1)
    assert polled(client, token) == [], "the list ends with the term, though no worker wrote it down"
    assert actions.end_due() == 1
    assert Block.objects.get().state == State.EXPIRED
    assert Block.objects.get().ended_at == made.until


def test_refused_without_evidence_without_words_and_with_a_reason_outside_the_closed_list(evidence: Evidence) -> None:
    assert code_of(lambda: actions.order(FIRST, wanted(), "x", [])) == "evidence"
    assert code_of(lambda: actions.order(FIRST, wanted(), "  ", [evidence])) == "why"
    for reason in ("rumour", "opinion", "spam", ""):
        assert code_of(lambda r=reason: actions.order(FIRST, wanted(reason=r), "x", [evidence])) == "reason"
    assert not Block.objects.exists()
    assert not AuditRow.objects.filter(verb__startswith="block.").exists()


def test_evidence_must_exist_and_be_seen_and_a_false_alarm_is_none(
    warning: EarlyWarning, officer: Person, person_of: Callable[..., Person], other_unit: Unit
) -> None:
    stranger = person_of(Role.UNIT_CONTACT, units=(other_unit,))
    for read, reference in ((of_warning, warning.id), (of_hit, warning.hits.get().hit_id)):
        assert read(officer, reference).observables == [BAD]
        with pytest.raises(LookupError):
            read(officer, "no-such-id")
        with pytest.raises(LookupError):
            read(stranger, reference)
    acknowledge(FIRST, warning.id)
    move(FIRST, warning.id, "false-positive", "ours")
    with pytest.raises(LookupError):
        of_warning(officer, warning.id)


def test_our_own_addresses_and_domains_are_refused(evidence: Evidence, unit: Unit) -> None:
    save_asset(TESTER, Asset(unit=unit, kind="address-range", name="r", value="61.10.20.0/28"))
    add_source(TESTER, unit, "syslog", name="s", peer="61.99.0.1")
    for text in ("61.10.20.7", "61.10.20.0/24", "61.99.0.1"):
        assert code_of(lambda t=text: actions.order(FIRST, wanted(t), "x", [evidence])) == "own"


def test_terms_are_bounded_by_the_table(evidence: Evidence) -> None:
    for days, reason in ((31, "attack-source"), (91, "malware"), (0, "malware"), (-1, "phishing")):
        assert (
            code_of(lambda d=days, r=reason: actions.order(FIRST, wanted(reason=r, days=d), "x", [evidence])) == "term"
        )
    assert actions.order(FIRST, wanted(reason="malware", days=90), "x", [evidence]).state == State.ASKED


def test_a_government_domain_needs_a_statement_that_stands_on_the_order(evidence: Evidence) -> None:
    made = actions.order(
        FIRST, wanted("hacked.hebei.gov.cn", stated="taken over; agreed with its owner"), "x", [evidence]
    )
    assert actions.approve(SECOND, made.id).stated.startswith("taken over")


def test_two_persons_and_the_life_of_an_order(evidence: Evidence, time: Time) -> None:
    made = actions.order(FIRST, wanted(), "x", [evidence])
    assert code_of(lambda: actions.approve(FIRST, made.id)) == "same-person"
    assert code_of(lambda: actions.withdraw(SECOND, made.id, "y")) == "not-yours"
    assert code_of(lambda: actions.lift(SECOND, made.id, "y")) == "state"
    assert code_of(lambda: actions.refuse(SECOND, made.id, " ")) == "why"
    assert code_of(lambda: actions.order(THIRD, wanted(), "x", [evidence])) == "standing"
    actions.approve(SECOND, made.id)
    assert code_of(lambda: actions.approve(THIRD, made.id)) == "state"
    assert code_of(lambda: actions.lift(FIRST, made.id, "")) == "why"
    actions.lift(THIRD, made.id, "wrong address")
    again = actions.order(FIRST, wanted(), "x", [evidence])
    time.pass_(hours=24)
    assert actions.end_due() == 1
    again.refresh_from_db()
    assert again.state == State.LAPSED
    verbs = list(AuditRow.objects.filter(verb__startswith="block.").values_list("verb", flat=True).order_by("number"))
    assert verbs == ["block.ordered", "block.in-force", "block.lifted", "block.ordered", "block.lapsed"]


def test_the_guards_are_asked_again_at_the_approval(evidence: Evidence, unit: Unit) -> None:
    made = actions.order(FIRST, wanted(), "x", [evidence])
    save_asset(TESTER, Asset(unit=unit, kind="address-range", name="new line", value=f"{BAD}/32"))
    assert code_of(lambda: actions.approve(SECOND, made.id)) == "own"
    assert Block.objects.get().state == State.ASKED


def test_what_shows_an_order_right_is_kept_as_it_was(evidence: Evidence) -> None:
    actions.order(FIRST, wanted(), "x", [evidence])
    actions.order(FIRST, wanted("45.9.148.72"), "its neighbour", [evidence])
    assert sorted(Proof.objects.values_list("names_target", flat=True)) == [False, True]
    for does in (Proof.objects.all().delete, lambda: Proof.objects.update(said="y")):
        with pytest.raises(DatabaseError), transaction.atomic():
            does()


def test_an_exercise_reaches_devices_of_exercises_only(evidence: Evidence, client: Client) -> None:
    _, real = add_consumer(TESTER, "real")
    _, drill = add_consumer(TESTER, "drill", exercise=True)
    assert code_of(lambda: actions.order(FIRST, wanted("203.0.113.7", exercise=True), "x", [evidence])) == "mixed"
    played = Evidence(ProofKind.WARNING, "w", "", "s", "0" * 64, clock.now(), ["203.0.113.7"], None, True)
    made = actions.order(FIRST, wanted("203.0.113.7", exercise=True), "x", [played])
    actions.approve(SECOND, made.id)
    assert polled(client, drill) == ["203.0.113.7/32"]
    assert polled(client, real) == []
    assert queries.months() == []


def test_forms_carry_what_they_can_and_say_what_they_leave_out(evidence: Evidence, client: Client, time: Time) -> None:
    _, token = add_consumer(TESTER, "f")
    for text in (BAD, "45.9.149.0/24", "2a06:98c0::77", "Evil.Bad-site.net", "hxxp://bad[.]example.org/a/b.exe?x=1"):
        reason = "malware" if "e" in text and ":" not in text else "attack-source"
        actions.approve(SECOND, actions.order(FIRST, wanted(text, reason), "x", [evidence]).id)
        time.pass_(seconds=1)
    assert polled(client, token, "addresses.txt") == [BAD, "2a06:98c0::77"]
    assert polled(client, token, "cidr.txt") == [f"{BAD}/32", "45.9.149.0/24", "2a06:98c0::77/128"]
    assert polled(client, token, "domains.txt") == ["evil.bad-site.net"]
    assert polled(client, token, "urls.txt") == ["bad.example.org/a/b.exe?x=1"]
    assert polled(client, token, "hosts.txt") == ["0.0.0.0 evil.bad-site.net", ":: evil.bad-site.net"]
    assert polled(client, token, "rpz.zone")[3:] == ["evil.bad-site.net CNAME .", "*.evil.bad-site.net CNAME ."]
    commented = polled(client, token, "domains.txt?comments=1")
    assert commented[0].startswith("# malware until 2026-")
    assert client.get(f"/blocks/lists/{token}/addresses.txt").headers["X-Fenghuo-Left-Out"] == "3"


def test_tokens_tags_and_headers(evidence: Evidence, client: Client) -> None:
    device, token = add_consumer(TESTER, "edge")
    assert token not in str(Consumer.objects.values_list()), "tokens are stored hashed"
    path = f"/blocks/lists/{token}/cidr.txt"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    actions.approve(SECOND, actions.order(FIRST, wanted(), "x", [evidence]).id)
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.content.decode()) == (200, f"{BAD}/32\n")
    assert "no-cache" in second.headers["Cache-Control"]
    assert client.get("/blocks/lists/cidr.txt", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    for wrong in ("/blocks/lists/nope/cidr.txt", f"/blocks/lists/{token}/all.txt", "/blocks/lists/cidr.txt"):
        assert client.get(wrong).status_code == 404
    assert client.post(path).status_code == 405
    fresh = renew_token(TESTER, device.id)
    assert client.get(path).status_code == 404
    assert polled(client, fresh) == [f"{BAD}/32"]
    close_consumer(TESTER, device.id)
    assert client.get(f"/blocks/lists/{fresh}/cidr.txt").status_code == 404


def test_a_device_that_does_not_poll_is_silent(time: Time, client: Client, db: None) -> None:
    device, token = add_consumer(TESTER, "edge", every_s=30)
    time.pass_(seconds=91)
    assert is_silent(device, clock.now())
    polled(client, token)
    device.refresh_from_db()
    assert not is_silent(device, clock.now())


def test_minutes_from_confirmed_to_protection_of_an_incident(
    warning: EarlyWarning, officer: Person, time: Time, client: Client
) -> None:
    _, token = add_consumer(TESTER, "edge")
    incident = _incident(warning)
    piece = collected.add_evidence(
        FIRST, incident.id, "access.log", b"45.9.148.71 GET /", clock.now(), "www", f"logs in from {BAD}"
    )
    time.pass_(minutes=2)
    incidents.confirm_grades(FIRST, incident.id, incident.standard_proposed, incident.annex_proposed)
    time.pass_(minutes=3)
    proof = protection.of_evidence(officer, piece.pk)
    made = protection.order_block(FIRST, incident.id, wanted(), "x", [proof])
    time.pass_(minutes=4)
    protection.step(SECOND, made.id, actions.approve)
    [before] = of_incident(incident.id)
    assert before.protection.minutes is None
    client.head(f"/blocks/lists/{token}/cidr.txt")
    time.pass_(seconds=30)
    polled(client, token)
    time.pass_(minutes=9)
    polled(client, token)
    [after] = of_incident(incident.id)
    assert after.protection.minutes == pytest.approx(7.5)
    assert (after.devices, after.of) == (1, 1)
    assert made.proofs.get().names_target
    log = [entry.text for entry in Incident.objects.get().log.filter(kind="measure")]
    assert len(log) == 2
    assert all(BAD in line for line in log)
    time.pass_(days=400)
    assert protection.end_due() == 1
    last = incident.log.order_by("-id").first()
    assert last is not None
    assert BAD in last.text
    assert last.by == SYSTEM.name, "the end of its term stands in the incident's log too"


def _incident(warning: EarlyWarning) -> Incident:
    told = incidents.Reported("web shell", clock.now(), "warning", unit_id=warning.unit_id, warning_id=warning.id)
    return incidents.report(FIRST, told)


def test_a_confirmed_warning_starts_the_measure_and_an_unconfirmed_one_does_not(
    warning: EarlyWarning, officer: Person, time: Time
) -> None:
    made = actions.order(FIRST, wanted(), "x", [of_warning(officer, warning.id)])
    [reach] = reaches([made])
    assert (reach.protection.confirmed, reach.protection.began) == (False, made.ordered_at)
    actions.withdraw(FIRST, made.id, "again")
    acknowledge(FIRST, warning.id)
    move(FIRST, warning.id, "triaged", "real")
    confirmed = clock.now()
    time.pass_(minutes=1)
    [reach] = reaches([actions.order(FIRST, wanted(), "x", [of_warning(officer, warning.id)])])
    assert (reach.protection.confirmed, reach.protection.began) == (True, confirmed)


def test_an_objection_has_an_owner_who_was_not_involved_and_an_upheld_one_lifts(evidence: Evidence, time: Time) -> None:
    made = actions.order(FIRST, wanted(), "x", [evidence])
    actions.approve(SECOND, made.id)
    for involved in (FIRST, SECOND):
        assert code_of(lambda o=involved: actions.take_objection(FIRST, made.id, "A", "1", "wrong", o)) == "owner"
    taken = actions.take_objection(FIRST, made.id, "李四", "13900000000", "our hosting, cleaned", THIRD)
    assert Deadline.objects.get(subject=taken.subject).stopped_at is None
    assert code_of(lambda: actions.answer_objection(FIRST, taken.pk, True, "no")) == "not-yours"
    assert code_of(lambda: actions.answer_objection(THIRD, taken.pk, True, "")) == "text"
    answered = actions.answer_objection(THIRD, taken.pk, True, "cleaned indeed")
    assert (answered.who, answered.contact) == ("", ""), "contact data is deleted when the case closes"
    assert "13900000000" not in str(list(AuditRow.objects.values_list("detail", flat=True)))
    assert Block.objects.get().state == State.LIFTED
    assert Deadline.objects.get(subject=taken.subject).stopped_at is not None
    [month] = queries.months()
    assert (month.begun["attack-source"], month.lifted["attack-source"]) == (1, 1)
    assert (month.objections, month.upheld, month.expired["attack-source"]) == (1, 1, 0)


def test_an_objection_that_is_not_answered_in_time_is_told_once_to_its_owner_and_the_leaders(
    evidence: Evidence, person_of: Callable[..., Person], time: Time
) -> None:
    mail = {"host": "127.0.0.1", "sender": "a@b.example", "password": ""}
    add_channel(TESTER, "mail", "email", mail, [], "blue", "en")
    owner = person_of(Role.ANALYST, email="li@o.example")
    person_of(Role.LEADER, email="wang@o.example")
    made = actions.order(Actor("o-1", "o"), wanted(), "x", [evidence])
    actions.approve(Actor("o-2", "p"), made.id)
    taken = actions.take_objection(FIRST, made.id, "李四", "1", "wrong", owner.actor())
    assert actions.remind_objections() == 0
    Deadline.objects.filter(subject=taken.subject).update(due_at=clock.now())
    assert (actions.remind_objections(), actions.remind_objections()) == (1, 0)
    late = Delivery.objects.filter(occasion__startswith="objection-late")
    assert set(late.values_list("recipient", flat=True)) == {"li@o.example", "wang@o.example"}
    assert BAD not in "".join(f"{d.title} {d.text}" for d in late)


def test_who_may_approve_is_told_without_what_is_blocked(
    evidence: Evidence, person_of: Callable[..., Person], time: Time
) -> None:
    mail = {"host": "127.0.0.1", "sender": "a@b.example", "password": ""}
    add_channel(TESTER, "mail", "email", mail, [], "blue", "en")
    leader, analyst = person_of(Role.LEADER, email="wang@o.example"), person_of(Role.ANALYST, email="li@o.example")
    made = actions.order(leader.actor(), wanted(), "x", [evidence])
    [told] = Delivery.objects.all()
    assert told.recipient == "li@o.example", "everybody who may approve, but for who ordered"
    assert BAD not in f"{told.title} {told.text}"
    actions.approve(analyst.actor(), made.id)
    owner = person_of(Role.DUTY_OFFICER, Role.OBSERVER, email="zhang@o.example")
    actions.take_objection(leader.actor(), made.id, "", "", "not us", owner.actor())
    assert Delivery.objects.filter(recipient="zhang@o.example").count() == 1
