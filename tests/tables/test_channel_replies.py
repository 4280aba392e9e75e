"""What the other side tells later: an SMS arrived or did not, and a person's answer with the code acknowledges."""

from collections.abc import Iterator

import pytest
from tests.channel_servers import emulator_of, serving

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock, net
from fenghuo.warn.channels import actions, receipts, secrets
from fenghuo.warn.channels.acks import Asked, Settle, stays
from fenghuo.warn.channels.emulating import Emulator
from fenghuo.warn.channels.message import Addressee, Message
from fenghuo.warn.channels.models import Channel, Delivery, Reader

pytestmark = pytest.mark.django_db
ZHANG = Addressee("address:zhang", "张三", "", "13800138000")
RED = Message("warning:1", "raised:red", 1, {"zh-hans": ("【红】县医院：网站后门", "编号：1")}, wants_answer=True)


@pytest.fixture(params=["sms_smpp", "sms_tencent"])
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Emulator, Channel]]:
    """A person was told of a red warning by SMS."""
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))
    monkeypatch.setattr("fenghuo.warn.channels.sms_smpp.receive._QUIET_S", 0.2)
    emulator = emulator_of(request.param)
    with serving(emulator) as port:
        settings = emulator.settings("127.0.0.1", port)
        channel = actions.add_channel(TESTER, "sms", request.param, settings, [], "blue", "zh-hans")
        actions.enqueue(RED, [ZHANG], clock.now())
        while actions.deliver_once():
            pass
        yield emulator, channel


def row() -> Delivery:
    return Delivery.objects.get(matter="warning:1", occasion=RED.occasion)


def code() -> str:
    return secrets.code_of(ZHANG.key, Reader.objects.get(who=ZHANG.key).code_epoch)


def test_an_sms_that_arrived_is_known_to_have(told: tuple[Emulator, Channel]) -> None:
    assert row().state == "sent", row().answer
    assert row().receipt
    assert receipts.channels_awaiting(clock.now()) == [told[1]]
    receipts.ask(told[1])
    arrived = row().received_at
    assert arrived is not None
    receipts.ask(told[1])
    assert row().received_at == arrived, "told once"


def test_an_sms_that_did_not_arrive_takes_the_next_road_at_once(told: tuple[Emulator, Channel]) -> None:
    told[0].arrives = False
    receipts.ask(told[1])
    assert row().state == "waiting"
    assert row().fallback_at is not None
    assert row().fallback_at <= clock.now()


def test_an_answer_with_the_code_acknowledges(told: tuple[Emulator, Channel]) -> None:
    emulator, channel = told
    receipts.ask(channel)
    emulator.replies.append((emulator.recipient, "收到，谢谢"))
    receipts.ask(channel)
    assert row().acknowledged_at is None, "an answer without the code is none"
    emulator.replies.append((emulator.recipient, f"收到 {code()}。"))
    later = clock.now_ns() + 5_000_000_000
    with clock.moved(lambda: later):
        receipts.ask(channel)
    assert row().state == "acknowledged"


def test_a_wrong_code_told_again_and_again_counts_once(told: tuple[Emulator, Channel]) -> None:
    emulator, channel = told
    wrong = f"{(int(code()) + 1) % 1_000_000:06d}"
    for _number in range(6):
        if not emulator.replies:
            emulator.replies.append((emulator.recipient, wrong))
        receipts.ask(channel)
    assert row().acknowledged_at is None
    assert Reader.objects.get(who=ZHANG.key).code_tries == 1


def test_somebody_elses_answer_is_not_taken(told: tuple[Emulator, Channel]) -> None:
    emulator, channel = told
    emulator.replies.append(("+8613900000000", code()))
    receipts.ask(channel)
    assert row().acknowledged_at is None


def told_by_sms() -> list[str]:
    return list(
        Delivery.objects.filter(occasion__startswith="refused").order_by("created_at").values_list("title", flat=True)
    )


def answered(told: tuple[Emulator, Channel], *texts: str, settle: Settle = stays) -> None:
    """The person answers, a tenth of a second after each other; what is put in the outbox leaves."""
    emulator, channel = told
    later = clock.now_ns() + 5_000_000_000
    for number, text in enumerate(texts):
        with clock.moved(lambda at=later + number * 100_000_000: at):
            emulator.replies.append((emulator.recipient, text))
            receipts.ask(channel, settle)
            while actions.deliver_once():
                pass


def wrong(number: int) -> str:
    return f"{(int(code()) + 1 + number) % 1_000_000:06d}"


def test_who_answers_an_sms_in_vain_is_told_by_one_what_to_do(told: tuple[Emulator, Channel]) -> None:
    answered(told, "收到", "好的")
    assert told_by_sms() == ["确认最近收到的一条消息，请发送您的六位验证码。"], (
        "once, or machines would write to each other for ever"
    )
    answered(told, *(wrong(number) for number in range(7)))
    assert told_by_sms()[1:] == ["验证码不对，请发送另一条消息中的六位数字。"] * 4 + [
        "验证码错误次数过多，请登录平台确认，或打开消息中的链接重新获取。"
    ]
    assert all(len(text) <= 35 for text in told_by_sms()), "it stands in a variable of an approved template"
    assert Delivery.objects.filter(occasion__startswith="refused").exclude(state="sent").count() == 0
    assert row().acknowledged_at is None


def test_who_has_acknowledged_is_left_alone(told: tuple[Emulator, Channel]) -> None:
    answered(told, code(), "谢谢", code(), wrong(1))
    assert row().acknowledged_at is not None
    assert told_by_sms() == []


def test_an_answer_by_sms_takes_the_warning_on(told: tuple[Emulator, Channel]) -> None:
    taken: list[str] = []

    def settle(asked: Asked, _address: str) -> str:
        taken.append(asked.matter)
        return "acknowledged"

    answered(told, code(), settle=settle)
    assert taken == ["warning:1"]
