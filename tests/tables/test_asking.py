"""What a person reads when a message asks for an answer: one sentence that fits the road, and an SMS of two parts at most."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.channel_servers import emulator_of
from tests.tables.outbox_world import ZHANG, World, refuses, takes, world

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.warn.channels import actions, secrets
from fenghuo.warn.channels.message import Message, Outgoing
from fenghuo.warn.channels.models import Channel, Delivery, Reader
from fenghuo.warn.channels.plain import one_line, plain, shortened
from fenghuo.warn.channels.sms_smpp import pdu

pytestmark = pytest.mark.django_db
TITLE = "【红】云岭县人民医院：网站后门"
TEXT = (
    "红色预警。\n\n单位：云岭县人民医院\n资产：www.hospital.example\n类型：网站后门\n规则：WebShell 上传\n"
    + "次数：" * 60
)
LINK = "https://fenghuo.office.example/answer/"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(monkeypatch) as made:
        yield made


def channel(here: World, name: str, kind: str, language: str = "zh-hans") -> Channel:
    """A real kind of channel; what it is handed is kept and does not leave."""
    settings: Any = emulator_of(kind).settings("127.0.0.1", 9)
    here.behaviours[name] = takes
    return actions.add_channel(TESTER, name, kind, settings, [], "blue", language)


def told(here: World, name: str, text: str = TEXT, title: str = TITLE) -> Outgoing:
    message = Message("warning:1", "raised", 1, {"zh-hans": (title, text), "en": (title, text)}, wants_answer=True)
    actions.enqueue(message, [ZHANG], here.now)
    here.tick()
    return next(out for out in here.by(name) if out.matter == "warning:1")


def sms(out: Outgoing) -> str:
    return shortened(f"{one_line(out.marked_title)}\n{plain(out.text)}", pdu.room(3))


def parts(text: str) -> int:
    return len(pdu.parts(text, 10, 1))


@pytest.mark.parametrize("text", [TEXT, "红色预警。", "x" * 500])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_sms_that_asks_has_two_parts_and_ends_with_how_to_answer(
    here: World, settings_url: None, text: str, language: str
) -> None:
    channel(here, "sms", "sms_smpp", language)
    out = told(here, "sms", text)
    assert parts(sms(out)) <= 2
    assert sms(out).startswith(TITLE)
    last = out.text.rpartition("\n\n")[2]
    assert ("验证码" if language == "zh-hans" else "your code") in last
    assert LINK in last
    assert secrets.answer_link(ZHANG.key, "warning:1") in last, "the link is whole"
    assert last.count("。") + last.count(". ") == 0, "one sentence"


def test_where_the_title_leaves_no_room_the_link_goes_and_the_code_is_asked_for(
    here: World, settings_url: None
) -> None:
    channel(here, "sms", "sms_smpp")
    out = told(here, "sms", title="【红】" + "云岭县第一人民医院" * 6)
    assert parts(sms(out)) <= 2
    assert "http" not in out.text
    assert out.text.endswith("请回复您的六位验证码确认。")


def test_without_an_address_an_sms_is_answered_and_a_mail_asks_nothing(here: World) -> None:
    channel(here, "sms", "sms_smpp")
    channel(here, "mail", "email")
    here.roads(ZHANG, *Channel.objects.order_by("-name"))
    assert told(here, "sms", "红色预警。").text == "红色预警。\n\n请回复您的六位验证码确认。"


def test_a_mail_says_where_and_its_next_road_how(here: World, settings_url: None) -> None:
    channel(here, "mail", "email")
    channel(here, "sms", "sms_smpp")
    here.behaviours["mail"] = refuses
    here.roads(ZHANG, *Channel.objects.order_by("name"))
    mail = told(here, "mail", "红色预警。")
    assert mail.text.startswith("红色预警。\n\n请凭验证码在此确认：" + LINK)
    assert "回复" not in mail.text, "a mail is not answered"
    here.run(60, 5)
    [out] = [out for out in here.by("sms") if out.matter == "warning:1"]
    assert "请回复验证码，或打开 " + LINK in out.text, "the sentence is that of the road it takes"
    assert out.text.count(LINK) == 1


def test_the_road_that_can_be_answered_brings_the_code_though_the_first_could_not(here: World) -> None:
    channel(here, "mail", "email")
    channel(here, "sms", "sms_smpp")
    here.behaviours["mail"] = refuses
    here.roads(ZHANG, *Channel.objects.order_by("name"))
    told(here, "mail", "红色预警。")
    assert not Reader.objects.exists(), "a mail without an address to open asks for no code"
    here.run(60, 5)
    assert Delivery.objects.filter(channel__kind="sms_smpp", matter="warning:1").exclude(answer_hash="").exists()
    assert any("您的验证码" in out.text for _at, _name, out in here.out)


@pytest.mark.parametrize("kind", ["sms_alibaba", "voice"])
def test_what_can_carry_no_link_is_told_of_none(here: World, settings_url: None, kind: str) -> None:
    channel(here, "way", kind)
    assert told(here, "way", "红色预警。").text == "红色预警。"


@pytest.mark.parametrize("kind", ["dingtalk", "wecom", "feishu", "webhook"])
def test_a_group_is_asked_for_no_code(here: World, settings_url: None, kind: str) -> None:
    made = channel(here, "group", kind)
    out = told(here, "group", "红色预警。登录平台确认。")
    assert out.text == "红色预警。登录平台确认。", made.recipients
    here.run(int(timedelta(minutes=3).total_seconds()), 30)
    assert not Reader.objects.exists()
