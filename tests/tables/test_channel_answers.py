"""A person acknowledges by writing to a chat product, or by an SMS that is pushed: only who is known, with the code, once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from django.test import Client
from tests.channel_servers import emulator_of

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.warn.channels import actions, answers, saying, secrets
from fenghuo.warn.channels.emulating import Asked, Caller, Written
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.models import Channel, Delivery, Reader, TakenAnswer
from fenghuo.warn.channels.outbox import send_code
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.early_warnings.models import EarlyWarning

pytestmark = pytest.mark.django_db
KINDS = ("dingtalk", "feishu", "wecom", "sms_alibaba")
SIGNED = KINDS[:3]
HOUR = 3600.0


@dataclass
class World:
    """A person of the office who was sent a red warning, and a product through which he can answer."""

    emulator: Any
    channel: Channel
    sent: Delivery
    key: str
    warning: EarlyWarning

    @property
    def code(self) -> str:
        return secrets.code_of(self.key, Reader.objects.get(who=self.key).code_epoch)

    def written(self, text: str, **other: Any) -> Written:
        values = {"number": "m1", "sender": self.emulator.sender, "text": text, "at": now() + 1, **other}
        return Written(**values)

    def tell(self, written: Written) -> Any:
        return post(self.channel, cast(Caller, self.emulator).call(written, now()))

    def says(self, text: str, **other: Any) -> str:
        """What the person is shown for a text."""
        written = self.written(text, **other)
        asked = self.emulator.call(written, now())
        answer = post(self.channel, asked)
        assert answer.status_code == 200, answer.status_code
        return str(self.emulator.shown(answer.content, asked))

    def acknowledged(self) -> bool:
        self.sent.refresh_from_db()
        return self.sent.acknowledged_at is not None

    def outcome(self, number: int = 0) -> str:
        return list(TakenAnswer.objects.order_by("id"))[number].outcome


def now() -> float:
    return clock.now().timestamp()


def post(channel: Channel, asked: Asked) -> Any:
    headers = {f"HTTP_{n.upper().replace('-', '_')}": v for n, v in asked.headers.items() if n != "content-type"}
    path = f"/answer/chat/{channel.id}/{asked.target.removeprefix('/')}"
    client = Client(enforce_csrf_checks=True)
    if asked.method == "GET":
        return client.get(path, **headers)  # type: ignore[arg-type]
    kind = asked.headers.get("content-type", "application/json")
    return client.generic("POST", path, asked.body, kind, **headers)  # type: ignore[arg-type]


@pytest.fixture
def moment() -> Iterator[list[int]]:
    held = [clock.now_ns()]
    with clock.moved(lambda: held[0]):
        yield held


def prepared(kind: str, person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]) -> World:
    store_and_judge([make_hit(1, unit.id, rule_level="critical")])
    warning = EarlyWarning.objects.get()
    person = person_of(Role.DUTY_OFFICER, email="z@office.example")
    person.phone = "13800138000"
    person.save()
    emulator = emulator_of(kind)
    settings = {**emulator.settings("127.0.0.1", 9), **emulator.calling_settings()}  # type: ignore[attr-defined]
    channel = actions.add_channel(TESTER, "way", kind, settings, [], "blue", "zh-hans")
    carrier = channel
    if kind in SIGNED:
        mail = {"host": "192.0.2.25", "sender": "f@office.example"}
        carrier = actions.add_channel(TESTER, "mail", "email", mail, [], "blue", "zh-hans")
    who = of_person(person)
    Delivery.objects.all().delete()
    message = Message(f"warning:{warning.id}", "raised:red", 1, {"zh-hans": ("【红】网站后门", "x")}, wants_answer=True)
    actions.enqueue(message, [who], clock.now(), only=carrier)
    sent = Delivery.objects.get(channel=carrier, matter=message.matter)
    sent.answer_hash = sent.answer_hash or secrets.answer_hash(who.key, message.matter)
    sent.state, sent.sent_at, sent.next_try_at = "sent", clock.now(), None
    sent.save()
    reader, made = Reader.objects.get_or_create(who=who.key)
    if made:
        send_code(who, reader, clock.now())
    moment[0] += 5_000_000_000
    return World(emulator, channel, sent, who.key, warning)


@pytest.fixture(params=KINDS)
def world(request: Any, person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]) -> World:
    return prepared(request.param, person_of, unit, make_hit, store_and_judge, moment)


@pytest.fixture
def ding(person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]) -> World:
    return prepared("dingtalk", person_of, unit, make_hit, store_and_judge, moment)


def test_every_kind_that_is_called_is_tried_here() -> None:
    assert {name for name, kind in kinds().items() if kind.hear is not None} == set(KINDS)


def test_the_code_acknowledges_takes_the_warning_on_and_is_said_in_both_languages(world: World) -> None:
    shown = world.says(f"收到 {world.code}", at=now() - 1)
    assert world.acknowledged()
    world.warning.refresh_from_db()
    assert world.warning.state == "acknowledged"
    assert AuditRow.objects.filter(verb="message.acknowledged").count() == 1
    if world.channel.kind in {"dingtalk", "wecom"}:
        assert shown == "已确认：【红】网站后门\nAcknowledged: 【红】网站后门"
    else:
        assert shown == "", "these products show no answer"


def test_a_message_that_is_told_again_counts_once(world: World) -> None:
    wrong = f"{(int(world.code) + 1) % 1_000_000:06d}"
    first = world.says(wrong, at=now() - 1)
    assert [world.says(wrong, at=now() - 1) for _number in range(6)] == [first] * 6
    assert not world.acknowledged()
    assert Reader.objects.get(who=world.key).code_tries == 1
    assert AuditRow.objects.filter(verb="message.answer-refused").count() == 1
    world.says(world.code, number="m2", at=now() - 1)
    world.says(world.code, number="m2", at=now() - 1)
    assert world.acknowledged()
    assert AuditRow.objects.filter(verb="message.acknowledged").count() == 1
    world.says(world.code, number="m3", at=now() - 1)
    assert (world.outcome(1), world.outcome(2)) == ("acknowledged", "before")


def test_a_call_that_was_changed_is_not_taken(world: World) -> None:
    asked = world.emulator.call(world.written(world.code, at=now() - 1), now())
    name = {"dingtalk": "sign", "feishu": "x-lark-signature"}.get(world.channel.kind)
    if name:
        changed = [replace(asked, headers={**asked.headers, name: f"A{asked.headers[name][1:]}"})]
        changed.append(replace(asked, headers={}))
    else:
        changed = [replace(asked, target=asked.target.replace("=a", "=b").replace("nonce=1", "nonce=2"))]
        changed.append(replace(asked, target="/"))
    if world.channel.kind == "feishu":
        changed.append(replace(asked, body=asked.body.replace(b"A", b"B", 1)))
    changed.append(replace(asked, method="GET"))
    assert [post(world.channel, one).status_code for one in changed] == [403] * len(changed)
    assert not world.acknowledged()
    assert TakenAnswer.objects.count() == 0


def test_an_old_call_is_not_taken(world: World, moment: list[int]) -> None:
    old = world.emulator.call(world.written(world.code, at=now() - 1), now() - HOUR - 1)
    early = world.emulator.call(world.written(world.code, at=now() - 1), now() + HOUR + 1)
    if world.channel.kind in SIGNED:
        assert [post(world.channel, one).status_code for one in (old, early)] == [403, 403]
        assert not world.acknowledged()
    held = world.emulator.call(world.written(world.code, at=now() - 1), now())
    moment[0] += int((HOUR * 25) * 1e9)
    post(world.channel, held)
    assert not world.acknowledged(), "nothing that was sent more than a day ago is acknowledged"


def test_what_was_written_before_the_message_left_does_not_acknowledge_it(world: World) -> None:
    world.says(world.code, at=now() - 60)
    assert (world.outcome(), world.acknowledged()) == ("nothing", False)


def test_a_strangers_words_are_not_taken_even_with_the_code(world: World) -> None:
    world.says(world.code, sender="13900000000", at=now() - 1)
    assert not world.acknowledged()
    assert world.outcome() == ("unknown" if world.channel.kind in SIGNED else "nothing")


def test_the_code_used_up_by_wrong_ones_opens_nothing(ding: World) -> None:
    for number in range(5):
        ding.says(f"{(int(ding.code) + 1 + number) % 1_000_000:06d}", number=f"w{number}", at=now() - 1)
    shown = ding.says(ding.code, number="right", at=now() - 1)
    assert "get a new code behind the link" in shown
    assert not ding.acknowledged()


def test_words_without_a_code_and_words_in_a_group_acknowledge_nothing(ding: World) -> None:
    assert "send your code of six digits" in ding.says("收到", at=now() - 1)
    assert "alone" in ding.says(ding.code, number="m2", at=now() - 1, private=False)
    assert Reader.objects.get(who=ding.key).code_tries == 0
    assert not ding.acknowledged()


def test_one_person_and_one_channel_are_heard_so_often_and_no_more(
    ding: World, moment: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(answers.MOST_OF_ONE):
        ding.says("?", number=f"n{number}", at=now() - 1)
    assert "Too many messages" in ding.says(ding.code, number="more", at=now() - 1)
    monkeypatch.setattr(answers, "MOST_OF_CHANNEL", 5)
    late = ding.tell(ding.written(ding.code, number="later"))
    assert (late.status_code, late.headers["Retry-After"]) == (429, "600")
    moment[0] += int(601e9)
    ding.says(ding.code, number="later", at=now() - 1)
    assert ding.acknowledged()


def test_a_large_call_and_one_without_a_length_are_not_read(ding: World) -> None:
    asked = ding.emulator.call(ding.written(ding.code), now())
    assert post(ding.channel, replace(asked, body=b" " * 65_537)).status_code == 413
    assert Client().post(f"/answer/chat/{ding.channel.id}/", CONTENT_LENGTH="x").status_code == 411
    assert Client().put(f"/answer/chat/{ding.channel.id}/").status_code == 405


def test_a_channel_that_takes_no_answers_looks_like_one_that_does_not_exist(ding: World) -> None:
    asked = ding.emulator.call(ding.written(ding.code), now())
    assert post(Channel(id="another"), asked).status_code == 403
    actions.switch_channel(TESTER, ding.channel, on=False)
    assert post(ding.channel, asked).status_code == 403
    settings = emulator_of("webhook").settings("127.0.0.1", 9)
    hook = actions.add_channel(TESTER, "hook", "webhook", settings, [], "blue", "en")
    assert post(hook, asked).status_code == 403
    assert not ding.acknowledged()


def test_nothing_is_kept_of_what_was_written_or_by_whom(ding: World) -> None:
    ding.says("a private word", at=now() - 1)
    kept = str(TakenAnswer.objects.values().get())
    assert "private word" not in kept
    assert ding.emulator.sender not in kept
    actions.wipe_old(clock.from_ns(clock.now_ns() + int(3 * 24 * HOUR * 1e9)))
    assert TakenAnswer.objects.count() == 0


def test_the_products_test_the_address(
    person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]
) -> None:
    wecom = prepared("wecom", person_of, unit, make_hit, store_and_judge, moment)
    answer = post(wecom.channel, wecom.emulator.test_of_address(now()))
    assert answer.content == b"1616140317555161061"
    emulator: Any = emulator_of("feishu")
    settings = {**emulator.settings("127.0.0.1", 9), **emulator.calling_settings()}
    channel = actions.add_channel(TESTER, "f", "feishu", settings, [], "blue", "zh-hans")
    assert post(channel, emulator.test_of_address()).json() == {"challenge": "ajls384k"}
    assert post(channel, emulator.test_of_address("another")).status_code == 403


def test_where_the_product_shows_no_answer_the_group_that_knows_of_the_matter_is_told(
    person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]
) -> None:
    world = prepared("feishu", person_of, unit, make_hit, store_and_judge, moment)
    told = Message(world.sent.matter, "group", 1, {"zh-hans": ("【红】网站后门", "x")})
    actions.enqueue(told, [], clock.now(), only=world.channel)
    world.says(world.code, at=now() - 1)
    assert Delivery.objects.get(occasion__startswith="answered").title == "已确认：【红】网站后门"


@pytest.mark.parametrize(
    ("state", "outcome", "said"),
    [
        ("open", "acknowledged", "已确认：【红】网站后门"),
        ("acknowledged", "in-hand", "已确认，此事已有他人处置：【红】网站后门"),
        ("triaged", "in-hand", "已确认，此事已有他人处置：【红】网站后门"),
        ("closed", "over", "已确认，此事已办结：【红】网站后门"),
        ("false-positive", "over", "已确认，此事已办结：【红】网站后门"),
    ],
)
def test_who_answers_is_told_how_the_matter_stands(ding: World, state: str, outcome: str, said: str) -> None:
    EarlyWarning.objects.update(state=state, next_rung_at=None)
    shown = ding.says(ding.code, at=now() - 1)
    assert ding.acknowledged()
    assert ding.outcome() == outcome
    assert shown.splitlines()[0] == said
    assert ding.says(ding.code, number="m2", at=now() - 1).startswith("此前已确认，无需再次回复：")


def test_what_is_said_is_one_short_sentence_in_each_language(ding: World) -> None:
    for code in saying._words():
        chinese, english = saying.said(code, "x").split("\n")
        assert len(chinese) <= 40, chinese
        assert len(english.split()) <= 20, english
        assert chinese.count("。") <= 1, chinese
        assert english.count(". ") == 0, english


def test_an_sms_that_is_pushed_is_answered_by_one(
    person_of: Any, unit: Any, make_hit: Any, store_and_judge: Any, moment: list[int]
) -> None:
    world = prepared("sms_alibaba", person_of, unit, make_hit, store_and_judge, moment)
    wrong = f"{(int(world.code) + 1) % 1_000_000:06d}"
    world.says("收到", at=now() - 1)
    world.says(wrong, number="m2", at=now() - 1)
    world.says(wrong, number="m2", at=now() - 1)
    world.says(world.code, number="m3", at=now() - 1, sender="13900000000")
    told = Delivery.objects.filter(occasion__startswith="refused").order_by("occasion")
    assert [(one.occasion, one.recipient) for one in told] == [
        ("refused:1:1", world.sent.recipient),
        ("refused:no-code", world.sent.recipient),
    ], "a stranger is written to by nobody"
