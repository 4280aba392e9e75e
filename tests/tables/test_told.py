"""Why was this person told, or not: for any warning and person, from what was written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.tables.outbox_world import ZHANG, message, refuses, takes, world

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.warn.channels import actions, secrets
from fenghuo.warn.channels.models import Call, Channel, Delivery
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.actions import add_shift
from fenghuo.warn.early_warnings.actions import acknowledge, escalate_due
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.early_warnings.told import explain, explain_all

pytestmark = pytest.mark.django_db
MAIL = {"host": "mail.example", "sender": "f@office.example", "security": "none"}


def test_every_person_of_the_office_has_an_answer(
    unit: Unit,
    make_hit: Callable[..., Any],
    store_and_judge: Callable[..., int],
    person_of: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    with world(monkeypatch) as here:
        a = person_of(Role.DUTY_OFFICER, email="a@office.example")
        b = person_of(Role.DUTY_OFFICER, Role.ANALYST, email="b@office.example")
        boss = person_of(Role.LEADER)
        idle = person_of(Role.DUTY_OFFICER, Role.LEADER, email="idle@office.example")
        idle.roles = [Role.DUTY_OFFICER.value]
        idle.save()
        clerk = person_of(Role.FINANCE_CLERK)
        for person, post in ((a, "A"), (b, "B")):
            add_shift(TESTER, person, post, here.now - timedelta(hours=1), here.now + timedelta(hours=8))
        actions.add_channel(TESTER, "mail", "email", MAIL, [], "blue", "en")
        here.behaviours["mail"] = takes
        store_and_judge([make_hit(1, unit.id)])
        warning = EarlyWarning.objects.get()
        codes = lambda person: [r.code for r in explain(warning, person).reasons]  # noqa: E731
        assert codes(a) == ["limited"]
        here.tick(2)
        assert codes(a) == ["sent"]
        assert codes(b) == ["not-yet"]
        assert codes(idle) == ["not-on-duty"]
        assert codes(clerk) == ["not-on-duty"]
        for minutes in (11, 22):
            here.now = here.now + timedelta(minutes=minutes)
            escalate_due()
            here.tick(1)
            warning.refresh_from_db()
        assert codes(b) == ["sent"]
        assert codes(boss) == ["call-open"], "a leader without an address: a person must call"
        acknowledge(TESTER, warning.id)
        warning.refresh_from_db()
        assert [one.reached for one in explain_all(warning)][:2] == [True, True]
        client.force_login(a, "django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/warnings/{warning.id}/told/").content.decode()
        assert "Told over mail" in page
        assert "Somebody must call" in page
        page = client.get(f"/warnings/{warning.id}/told/?who={clerk.pk}").content.decode()
        assert "not on the ladder by the roster" in page
        assert client.get(f"/warnings/{warning.id}/told/?who=999999").status_code == 404
        page = client.get("/calls/").content.decode()
        assert "no channel leads to this person" in page
        client.post("/calls/done/", {"who": of_person(boss).key, "outcome": "told him"})
        assert codes(boss) == ["called"]


def test_a_channel_that_is_off_and_one_that_takes_other_levels_are_named(
    unit: Unit, make_hit: Callable[..., Any], store_and_judge: Callable[..., int], person_of: Callable[..., Person]
) -> None:
    a = person_of(Role.DUTY_OFFICER, email="a@office.example")
    actions.add_channel(TESTER, "reds", "email", MAIL, [], "red", "en")
    off = actions.add_channel(TESTER, "off", "email", MAIL, [], "blue", "en")
    actions.switch_channel(TESTER, off, on=False)
    store_and_judge([make_hit(1, unit.id)])
    [reason] = explain(EarlyWarning.objects.get(), a).reasons[-1:]
    assert reason.code == "call-open"
    store_and_judge([make_hit(2, unit.id, asset="other")])
    actions.switch_channel(TESTER, Channel.objects.get(name="reds"), on=False)
    store_and_judge([make_hit(3, unit.id, asset="third")])
    [reason] = explain(EarlyWarning.objects.get(asset="third"), a).reasons
    assert reason.code == "nobody-told"


def test_the_link_takes_a_warning_on_for_who_may(
    unit: Unit,
    make_hit: Callable[..., Any],
    store_and_judge: Callable[..., int],
    person_of: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
    settings_url: None,
    client: Client,
) -> None:
    Unit.objects.filter(id=unit.id).update(importance="vital")
    a = person_of(Role.DUTY_OFFICER, email="a@office.example")
    actions.add_channel(TESTER, "mail", "email", MAIL, [], "blue", "en")
    with world(monkeypatch) as here:
        here.behaviours["mail"] = takes
        store_and_judge([make_hit(1, unit.id, rule_level="critical")])
        here.tick()
        warning = EarlyWarning.objects.get()
        who = of_person(a).key
        path = f"/answer/{secrets.answer_token(who, f'warning:{warning.id}')}/"
        assert path in next(out.text for out in here.by("mail") if out.matter.startswith("warning:"))
        assert client.get(path).status_code == 200
        assert EarlyWarning.objects.get().state == "open", "opening a link changes nothing"
        client.post(path + "done/", {"code": "no"})
        assert EarlyWarning.objects.get().state == "open"
        client.post(path + "done/", {"code": secrets.code_of(who, 1)})
        assert (EarlyWarning.objects.get().state, EarlyWarning.objects.get().handled_by) == ("acknowledged", a.name)
        assert client.get("/answer/unknown/").status_code == 404
        assert client.post(path + "new-code/").status_code == 302


def test_health_tells_strangers_whether_it_is_ready_and_the_office_why(
    client: Client, person_of: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/health").json() == {"status": "ok", "ready": False}
    assert client.get("/health/ready").status_code == 503
    actions.note_vital("deliver", clock.now(), free_bytes=10**10)
    assert client.get("/health/ready").status_code == 200
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    told = client.get("/health").json()
    assert (told["ready"], told["oldest_unsent_s"], told["failing"]) == (True, None, [])
    with world(monkeypatch) as here:
        here.roads(ZHANG, here.channel("only", refuses))
        actions.enqueue(message(1), [ZHANG], here.now)
        here.run(70)
        assert client.get("/health").json()["calls"] == 1
        page = client.get("/desk/").content.decode()
        assert "Calls to make" in page
        assert "13800000000" not in page, "known by an address only, this person has no number"


def test_what_stands_in_a_digest_is_told_by_the_road_that_carried_it_or_by_a_call(
    unit: Unit,
    make_hit: Callable[..., Any],
    store_and_judge: Callable[..., int],
    person_of: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    a = person_of(Role.DUTY_OFFICER, email="a@office.example")
    with world(monkeypatch) as here:
        for name in ("first", "second"):
            actions.add_channel(TESTER, name, "email", MAIL, [], "blue", "en")
            here.behaviours[name] = takes
        here.behaviours["first"] = lambda out: (refuses if out.matter.startswith("digest:") else takes)(out)
        store_and_judge([make_hit(n, unit.id, asset=f"a{n}") for n in range(1, 31)])

        def told() -> list[tuple[str, object]]:
            listed = Delivery.objects.filter(state="digested").order_by("created_at").last()
            assert listed is not None
            warning = EarlyWarning.objects.get(id=listed.matter.partition(":")[2])
            return [(reason.code, reason.values.get("channel")) for reason in explain(warning, a).reasons]

        here.run(70, 5)
        assert told() == [("digest-waits", "first")]
        here.run(300, 5)
        assert told() == [("digested", "second")], "the other road carried it"
        here.behaviours["second"] = refuses
        store_and_judge([make_hit(n, unit.id, asset=f"a{n}") for n in range(31, 61)])
        here.run(1200, 10)
        assert told()[-1] == ("call-open", None)
        client.force_login(a, "django.contrib.auth.backends.ModelBackend")
        page = client.get("/calls/").content.decode()
        assert "What the digest lists" in page
        assert "In a storm, messages after the first ones are put together" in page


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows how many rows a person has")
def test_what_a_person_got_about_a_matter_is_found_by_both_however_much_they_got() -> None:
    asked = {"matter": "warning:1", "who": "address:p1"}
    assert (
        "INDEX channels_of_matter (matter=? AND who=?)" in Delivery.objects.filter(occasion="raised", **asked).explain()
    )
    assert "INDEX channels_of_matter (matter=?)" in Delivery.objects.filter(matter="warning:1").explain()
    assert "INDEX channels_calls_of_person (who=? AND matter=?)" in Call.objects.filter(**asked).explain()
