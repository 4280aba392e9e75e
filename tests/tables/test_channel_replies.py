"""What the other side tells later: an SMS arrived or did not, and a person's answer with the code acknowledges."""

from collections.abc import Iterator

import pytest
from tests.channel_servers import emulator_of, serving

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock, net
from fenghuo.warn.channels import actions, receipts, secrets
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
    return Delivery.objects.get(matter="warning:1")


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
