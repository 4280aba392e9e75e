"""A message reaches its person by some road, is told in a digest, or becomes a call: nothing ends without a person."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.tables.outbox_world import (
    START,
    ZHANG,
    World,
    message,
    refuses,
    takes,
    takes_and_drops,
    too_many,
    world,
)

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import net
from fenghuo.warn.channels import acks, actions, health, lanes, queries
from fenghuo.warn.channels.decide import Bucket, Budget, digest_due, limit_of, poured
from fenghuo.warn.channels.message import Addressee, MayHaveGone, NotSent, Outgoing, Sent
from fenghuo.warn.channels.models import Call, ChannelHealth, Delivery, Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(monkeypatch) as made:
        yield made


def states() -> dict[str, str]:
    return {d.channel.name: d.state for d in Delivery.objects.select_related("channel")}


def test_a_person_gets_one_message_by_the_first_road(here: World) -> None:
    here.roads(ZHANG, here.channel("first"), here.channel("second"))
    assert actions.enqueue(message(1), [ZHANG], here.now) == 1
    here.run(120, 5)
    assert (len(here.by("first")), len(here.by("second"))) == (1, 0)
    assert Call.objects.count() == 0


def test_the_next_road_is_taken_when_one_had_its_time(here: World) -> None:
    here.roads(ZHANG, here.channel("first", refuses), here.channel("second", refuses), here.channel("third"))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.run(60)
    assert states() == {"first": "passed-on", "second": "passed-on", "third": "sent"}
    assert here.out[-1][0] - START <= timedelta(seconds=45), "20 seconds a road for a red one"
    assert len(here.by("third")) == 1
    before = len(here.out)
    here.run(600, 10)
    assert len(here.out) == before, "what was passed on is not tried any more"


def test_a_road_that_is_known_dead_is_passed_over(here: World) -> None:
    dead, good = here.channel("dead", refuses, position=1), here.channel("good", position=2)
    ChannelHealth.objects.create(channel=dead, fails=3, failed_at=here.now, failing_since=here.now)
    here.roads(ZHANG, dead, good)
    actions.enqueue(message(1), [ZHANG], here.now)
    here.tick()
    assert [name for _at, name, _out in here.out] == ["good"]
    here.now += timedelta(minutes=6)
    actions.enqueue(message(2), [ZHANG], here.now)
    here.tick()
    assert here.out[-1][1] == "dead", "after five minutes it is tried again, or nobody would find that it is mended"


def test_where_no_road_leads_a_person_must_call(here: World) -> None:
    here.roads(ZHANG, here.channel("only", refuses))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.run(59)
    assert Call.objects.count() == 0
    here.run(3)
    [caller] = queries.calls_open()
    assert (caller.who, caller.count, caller.gravest.reason) == (ZHANG.key, 1, "failed")
    assert caller.gravest.answer == "connection refused"
    assert Delivery.objects.get().next_try_at is not None, "it goes on being tried meanwhile"
    assert actions.call_done(TESTER, ZHANG.key, "spoke to him") == 1
    assert (Delivery.objects.get().state, queries.calls_open()) == ("called", [])
    assert AuditRow.objects.filter(verb="call.done").count() == 1
    before = len(here.out)
    here.run(1000, 50)
    assert len(here.out) == before


def test_a_call_ends_by_itself_when_the_message_arrives_after_all(here: World) -> None:
    here.roads(ZHANG, here.channel("only", refuses))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.run(70)
    assert len(queries.calls_open()) == 1
    here.behaviours["only"] = takes
    here.run(600, 10)
    assert queries.calls_open() == []
    assert queries.calls_done().get().outcome == "arrived"


def test_whom_no_channel_leads_to_is_called_at_once_unless_a_group_was_told(here: World) -> None:
    here.channel("robot", fixed=True)
    actions.enqueue(message(1), [Addressee("address:x", "李四", "li@x.example")], here.now)
    assert Call.objects.count() == 0, "the group's robot tells it"
    actions.enqueue(message(2), [Addressee("address:x", "李四", "li@x.example")], here.now, named_only=True)
    assert Call.objects.get().reason == "no-road"


def test_a_channel_that_says_yes_and_drops_is_found_out_by_its_missing_receipt(here: World) -> None:
    sms = here.channel("sms", takes_and_drops, confirm_within_s=60)
    here.roads(ZHANG, sms, here.channel("mail"))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.run(58)
    assert here.by("mail") == []
    here.run(5)
    assert len(here.by("mail")) == 1
    here.roads(ZHANG, sms)
    actions.enqueue(message(2), [ZHANG], here.now)
    here.run(70)
    assert Call.objects.get().reason == "no-receipt", "and where no road is left, a person calls"


def test_a_receipt_ends_the_waiting_and_a_bad_one_takes_the_next_road_at_once(here: World) -> None:
    sms = here.channel("sms", takes_and_drops, confirm_within_s=60)
    here.roads(ZHANG, sms, here.channel("mail"))
    for number in (1, 2):
        actions.enqueue(message(number), [ZHANG], here.now)
    here.tick()
    good, bad = Delivery.objects.order_by("matter")
    assert actions.note_receipt(sms.id, good.receipt, arrived=True) == 1
    assert actions.note_receipt(sms.id, bad.receipt, arrived=False, answer="UNDELIV") == 1
    assert actions.note_receipt(sms.id, "unknown", arrived=True) == 0
    here.run(3)
    assert [out.matter for out in here.by("mail")] == ["warning:2"]
    here.run(120, 5)
    assert len(here.by("mail")) == 1


def test_a_channel_is_given_no_more_than_it_bears_in_any_minute(here: World) -> None:
    robot = here.channel("robot", rate=15, burst=5, fixed=True)
    for number in range(60):
        actions.enqueue(message(number), [], here.now, only=robot)
    here.run(240)
    times = [at for at, _name, _out in here.out]
    assert len(times) == 60
    assert max(sum(1 for t in times if s <= t < s + timedelta(seconds=60)) for s in times) <= 20


def test_a_storm_of_429_rests_the_channel_and_takes_other_roads(here: World) -> None:
    here.roads(ZHANG, here.channel("robot", too_many), here.channel("mail"))
    for number in range(20):
        actions.enqueue(message(number), [ZHANG], here.now)
    here.run(59)
    assert len(here.by("robot")) == 1, "who wants rest gets it: one question a minute, not one a message"
    here.run(60)
    assert len({out.matter for out in here.by("mail")}) == 20


def test_a_mailbox_that_is_refused_holds_no_other_person_up(here: World) -> None:
    def picky(out: Outgoing) -> Sent:
        if out.recipient == ZHANG.email:
            raise NotSent("550 no such user")
        return Sent("250")

    config = {"host": "mail.example", "sender": "f@office.example", "security": "none"}
    actions.add_channel(TESTER, "mail", "email", config, [], "blue", "en")
    here.behaviours["mail"] = picky
    for number in range(10):
        actions.enqueue(message(number), [ZHANG], here.now)
    here.tick(1)
    actions.enqueue(message(99), ["li@office.example"], here.now)
    here.tick()
    assert here.out[-1][2].recipient == "li@office.example"
    known = ChannelHealth.objects.get()
    assert (known.fails, known.failing_since, known.paused_until) == (0, None, None)


def test_what_may_have_gone_is_marked_when_it_goes_again(here: World) -> None:
    def breaks(_out: Outgoing) -> Sent:
        raise MayHaveGone("reset")

    here.roads(ZHANG, here.channel("only", breaks))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.tick()
    here.behaviours["only"] = takes
    here.run(30)
    assert [bool(out.mark) for out in here.by("only")] == [False, True]


def test_in_a_storm_a_person_gets_the_first_ones_then_digests_that_list_all(here: World) -> None:
    here.roads(ZHANG, here.channel("mail"))
    for number in range(300):
        actions.enqueue(message(number, rank=4 if number % 3 else 3, may_wait=True), [ZHANG], here.now)
        if number % 10 == 9:
            here.tick(1)
    actions.enqueue(message(9999, rank=1, may_wait=True), [ZHANG], here.now)
    red = here.now
    here.tick(1)
    assert here.out[-1][2].matter == "warning:9999"
    assert here.out[-1][0] - red <= timedelta(seconds=2), "the first red one always passes"
    here.run(1800, 10)
    assert len(here.out) <= 20
    assert not Delivery.objects.filter(state="held").exists()
    digests = Delivery.objects.filter(occasion="digest")
    assert sum(d.told.count() for d in digests) + 9 == 301, "nothing is lost from the list"
    text = digests.first().text  # type: ignore[union-attr]
    assert sum(int(n) for n in re.findall(r"unit \d+: (\d+)", text)) == digests.first().told.count()  # type: ignore[union-attr]


def test_a_clock_that_jumps_back_an_hour_holds_nothing_up(here: World) -> None:
    here.roads(ZHANG, here.channel("mail", refuses))
    actions.enqueue(message(1), [ZHANG], here.now)
    here.tick()
    here.now -= timedelta(hours=1)
    here.behaviours["mail"] = takes
    here.tick()
    assert states() == {"mail": "sent"}


def test_a_clock_that_jumps_ahead_an_hour_sends_nothing_twice(here: World) -> None:
    def jumps(_out: Outgoing) -> Sent:
        here.now += timedelta(hours=1)
        assert list(lanes._lease(channel, 20)) == [], "what a lane holds no other lane takes, though its lease ran out"
        return Sent("250")

    channel = here.channel("mail", jumps)
    here.roads(ZHANG, channel)
    actions.enqueue(message(1), [ZHANG], here.now)
    here.tick()
    here.behaviours["mail"] = takes
    here.run(120, 10)
    assert len(here.out) == 1
    assert (states(), Delivery.objects.get().possible_double) == ({"mail": "sent"}, False)


def test_acknowledging_needs_the_code_that_came_apart_from_the_link(
    here: World, monkeypatch: pytest.MonkeyPatch, settings_url: None
) -> None:
    here.roads(ZHANG, here.channel("mail"), here.channel("sms"))
    actions.enqueue(message(1, wants_answer=True), [ZHANG], here.now)
    here.tick()
    texts = [out.text for out in here.by("mail")]
    [link] = [re.search(r"/answer/([\w=-]+)/", t) for t in texts if "/answer/" in t]
    [code] = [re.search(r"Your code: (\d{6})", t) for t in texts if "Your code" in t]
    assert link is not None
    assert code is not None
    assert not any("/answer/" in text and code[1] in text for text in texts), "never in one message"
    for row in queries.export_rows():
        assert code[1] not in str(row)
        assert link[1] not in str(row)
    wrong = "000000" if code[1] != "000000" else "111111"
    with pytest.raises(acks.WrongCode):
        acks.acknowledge(link[1], wrong)
    assert acks.find(link[1]).acknowledged is False  # type: ignore[union-attr]
    acks.acknowledge(link[1], code[1])
    assert Delivery.objects.get(occasion="raised").state == "acknowledged"
    here.run(300, 10)
    assert here.by("sms") == [], "who answered is left alone"


def test_who_does_not_answer_is_told_by_the_next_road(here: World, settings_url: None) -> None:
    here.roads(ZHANG, here.channel("mail"), here.channel("sms"))
    actions.enqueue(message(1, wants_answer=True), [ZHANG], here.now)
    here.run(150, 5)
    assert [out.matter for out in here.by("sms")] == ["warning:1"]
    assert Call.objects.count() == 0


def test_five_wrong_codes_ask_for_a_new_one(here: World, settings_url: None) -> None:
    here.roads(ZHANG, here.channel("mail"))
    actions.enqueue(message(1, wants_answer=True), [ZHANG], here.now)
    here.tick()
    from fenghuo.warn.channels import secrets

    token = secrets.answer_token(ZHANG.key, "warning:1")
    right = secrets.code_of(ZHANG.key, 1)
    for number in range(5):
        with pytest.raises(acks.WrongCode) as caught:
            acks.acknowledge(token, "x")
        assert caught.value.code == ("code-used-up" if number == 4 else "code")
    with pytest.raises(acks.WrongCode):
        acks.acknowledge(token, right)
    here.now += timedelta(minutes=2)
    assert acks.new_code(token) == 1
    assert acks.new_code(token) == 0, "one a minute"
    assert Reader.objects.get().code_epoch == 2
    acks.acknowledge(token, secrets.code_of(ZHANG.key, 2))


def test_secrets_are_wiped_once_the_message_has_left(here: World) -> None:
    here.roads(ZHANG, here.channel("mail"))
    from dataclasses import replace

    held = replace(message(1), texts={"en": ("t", "code [[code]]")}, secrets={"code": "246810"})
    actions.enqueue(held, [ZHANG], here.now)
    row = Delivery.objects.get()
    assert "246810" not in row.text + row.sealed
    here.tick()
    assert here.by("mail")[0].text == "code 246810"
    row.refresh_from_db()
    assert row.sealed == ""


def test_what_a_channel_bears() -> None:
    assert limit_of(None, None, 0) is None
    assert limit_of(None, None, 20) == (15, 5), "5 at once and 15 in the minute after are 20 in any minute"
    full = poured(Bucket(0, None), (15, 5), START)
    assert full.left == 5
    later = poured(Bucket(0, START), (15, 5), START + timedelta(seconds=8))
    assert later.left == 2
    assert poured(Bucket(3, START), (15, 5), START - timedelta(hours=1)).left == 3


def test_what_goes_by_itself() -> None:
    budget = Budget()
    assert [budget.take(4) for _ in range(10)].count(True) == 8
    assert [budget.take(1) for _ in range(10)].count(True) == 4
    assert Budget(single=50, red=0).take(1)
    assert not digest_due(START, None, START + timedelta(seconds=59))
    assert digest_due(START, None, START + timedelta(seconds=60))
    assert not digest_due(START, START - timedelta(seconds=200), START + timedelta(seconds=60))
    assert digest_due(START + timedelta(hours=1), None, START), "a clock that went back holds nothing back"


def test_with_three_of_five_channels_dead_nearly_all_are_reached_and_the_rest_called(here: World) -> None:
    def broken(_out: Outgoing) -> Sent:
        raise MayHaveGone("timed out")

    dice = random.Random(20261126)
    limits = {"rate": 90, "burst": 30}
    kinds = [("a", refuses), ("b", broken), ("c", too_many), ("d", takes), ("e", takes)]
    channels = [here.channel(name, behaviour, **limits) for name, behaviour in kinds]
    people = [Addressee(f"address:{n}", f"contact {n}", f"c{n}@x.example", "138") for n in range(200)]
    for person in people:
        here.roads(person, *dice.sample(channels, dice.randint(3, 5)))
    for person in people:
        actions.enqueue(message(1, rank=2), [person], here.now)
    reached: dict[str, float] = {}
    for _ in range(180):
        here.tick(5)
        rows = Delivery.objects.filter(state="sent").exclude(who__in=reached).values_list("who", flat=True)
        reached |= {who: (here.now - START).total_seconds() for who in rows}
    assert len([at for at in reached.values() if at <= 300]) >= 190
    called = {call.who for call in Call.objects.all() if (call.made_at - START).total_seconds() <= 900}
    assert set(reached) | called == {person.key for person in people}


def test_the_test_of_every_minute_finds_a_dead_channel_and_its_recovery(here: World) -> None:
    channel = here.channel("mail", probe_recipient="probe@office.example")
    for _ in range(3):
        assert actions.probe_due(here.now) == 1
        assert actions.probe_due(here.now) == 0, "one a minute"
        here.tick(61)
    assert [out.recipient for out in here.by("mail")] == ["probe@office.example"] * 3
    assert here.by("mail")[0].title.startswith("[Test]")
    here.behaviours["mail"] = refuses
    for _ in range(5):
        actions.note_vital("deliver", here.now)
        actions.probe_due(here.now)
        here.tick(61)
    known = health.state(here.now)
    assert (known.ready, [one.channel for one in known.failing]) == (False, [channel])
    assert "failing" in known.why
    assert queries.unsent(here.now).count() == 0, "a test that fails is no message that lies unsent"
    here.behaviours["mail"] = takes
    actions.probe_due(here.now)
    here.tick(61)
    actions.note_vital("deliver", here.now)
    assert health.state(here.now).ready
    here.now += timedelta(hours=3)
    actions.probe_due(here.now)
    assert Delivery.objects.count() == 1, "old tests are not kept"


def test_a_channel_without_a_recipient_for_tests_only_tries_the_way(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.channel("robot")
    asked = []

    @contextmanager
    def connect(host: str, port: int, _timeout: float) -> Iterator[None]:
        asked.append((host, port))
        if len(asked) == 2:
            raise net.NoConnection("no route")
        yield

    monkeypatch.setattr(net, "connect", connect)
    for _ in range(2):
        actions.probe_due(here.now)
        here.tick(61)
    assert asked == [("robot.example", 443)] * 2
    assert here.out == [], "a group of people is not woken up each minute"
    known = ChannelHealth.objects.get()
    assert (known.probe_ok, known.probe_sent, known.fails) == (False, False, 0)


def test_the_platform_is_not_ready_when_messages_lie_or_the_sender_is_gone(here: World) -> None:
    assert health.state(here.now).why == ("silent",)
    actions.note_vital("deliver", here.now, free_bytes=10**9)
    assert health.state(here.now).ready
    channel = here.channel("mail")
    here.roads(ZHANG, channel)
    actions.enqueue(message(1), [ZHANG], here.now)
    here.now += timedelta(minutes=6)
    actions.note_vital("deliver", here.now, free_bytes=10**6)
    known = health.state(here.now)
    assert (set(known.why), known.waiting) == ({"unsent", "disk"}, 1)
