"""Every kind of channel holds to the same bargain with its other side; a folder that lacks a part of it fails here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.utils import translation
from tests.channel_servers import Faults, emulator_of, serving

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock, net
from fenghuo.warn.channels import actions, posting
from fenghuo.warn.channels.emulating import Emulator
from fenghuo.warn.channels.kinds import FOLDER, folders, kinds
from fenghuo.warn.channels.message import MayHaveGone, Message, NotSent, Outgoing, Sent
from fenghuo.warn.channels.models import Channel, Delivery
from fenghuo.warn.channels.reports import Awaited
from fenghuo.warn.channels.settings_form import Reach

KINDS = folders()
OUT = Outgoing(
    delivery_id="0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99",
    recipient="",
    title="【红】县医院：网站后门",
    text="资产：www.hospital.example\n编号：2026-0001",
    language="zh-hans",
    rank=1,
    values={"unit": "县医院", "level": "red"},
)
HOSTILE = (
    '![x](http://evil.example/x.png) [登录](http://evil.example/) <at user_id="all">所有人</at> <@all> @所有人 *粗* `x`\n'
    "\u202ecod.exe\u202c \u200b\x1b[31m red \x00 \r\n.\r\nSubject: other\r\n\r\n'; DROP TABLE <b>x</b> &amp; 𠮷😀"
)


@dataclass
class Other:
    """The other side of a kind, and how it is reached."""

    emulator: Emulator
    faults: Faults
    port: int
    kind: str

    def send(self, out: Outgoing, *, wrong: bool = False) -> Sent:
        made = self.emulator.wrong_settings if wrong else self.emulator.settings
        form = kinds()[self.kind].settings(made("127.0.0.1", self.port))
        assert form.is_valid(), form.errors
        whom = replace(out, recipient=form.recipients([self.emulator.recipient])[0])
        return kinds()[self.kind].send(form.config(), whom)


@pytest.fixture(params=KINDS)
def other(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))
    monkeypatch.setattr("fenghuo.warn.channels.sms_smpp.receive._QUIET_S", 0.2)
    emulator, faults = emulator_of(request.param), Faults()
    with serving(emulator, faults) as port:
        yield Other(emulator, faults, port, request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_whole(kind: str) -> None:
    files = ("__init__.py", "form.py", "send.py", "emulator.py")
    files += tuple(f"locale/{language}/LC_MESSAGES/django.po" for language in ("en", "zh_Hans"))
    assert [name for name in files if not (FOLDER / kind / name).exists()] == []


def test_no_folder_is_left_out_for_lack_of_a_form() -> None:
    packages = {path.parent.name for path in FOLDER.glob("*/__init__.py")} - {"migrations", "tests"}
    assert packages == set(KINDS)
    assert {
        "email",
        "webhook",
        "dingtalk",
        "wecom",
        "feishu",
        "sms_alibaba",
        "sms_tencent",
        "sms_smpp",
        "voice",
    } <= packages


@pytest.mark.parametrize("kind", KINDS)
def test_its_words_are_in_both_languages(kind: str) -> None:
    settings = kinds()[kind].settings
    words = [settings.hint, *(f.label for f in settings.base_fields.values())]
    words += [f.help_text for f in settings.base_fields.values() if f.help_text]
    untranslated = []
    for word in words:
        with translation.override("zh-hans"):
            chinese = str(word)
        with translation.override("en"):
            english = str(word)
        assert english.isascii() or "…" in english, english
        if chinese == english and english not in {"AccessKey ID", "SecretId", "SecretKey", "SdkAppId", "System ID"}:
            untranslated.append(english)
    assert untranslated == []


def test_a_message_is_taken(other: Other) -> None:
    sent = other.send(OUT)
    assert other.emulator.refused == []
    (taken,) = other.emulator.taken
    assert "县医院" in taken.text
    assert "网站后门" in taken.text
    assert sent.answer
    if kinds()[other.kind].settings.reach is not Reach.PLACE:
        assert taken.recipient.endswith(other.emulator.recipient.removeprefix("+86"))
        assert sent.receipt, "who sends to a person gets a number by which reports can name the message"


def test_a_wrong_secret_is_refused(other: Other) -> None:
    with pytest.raises(NotSent) as caught:
        other.send(OUT, wrong=True)
    assert other.emulator.taken == []
    assert len(other.emulator.refused) == 1
    for secret in other.emulator.wrong_settings("127.0.0.1", other.port).values():
        assert len(secret) < 30 or secret not in str(caught.value), "the answer is shown to people"


def test_too_often_is_not_sent_and_says_how_long_to_wait(other: Other) -> None:
    other.emulator.busy = True
    with pytest.raises(NotSent) as caught:
        other.send(OUT)
    if other.kind == "email":
        assert "451" in str(caught.value), "SMTP has no way to say how long"
    else:
        assert timedelta(seconds=20) <= (caught.value.pause or timedelta(0)) <= timedelta(hours=1)
    assert other.emulator.taken == []


def test_an_answer_that_never_comes_leaves_doubt(other: Other) -> None:
    other.faults.drop = True
    with pytest.raises(MayHaveGone):
        other.send(OUT)


def test_no_server_is_not_sent(other: Other) -> None:
    other.port = 1
    with pytest.raises(NotSent):
        other.send(OUT)


def test_what_a_log_holds_is_shown_and_never_read(other: Other) -> None:
    sent = other.send(replace(OUT, title=f"[红] {HOSTILE}", text=HOSTILE, language="en", mark="(possibly sent twice)"))
    (taken,) = other.emulator.taken
    assert sent.answer
    assert not set(taken.text) & set("\u202e\u202c\u200b\x1b\x00\r")
    assert "«" not in taken.text, "an element that is more than text"
    assert "Subject: other" not in taken.text.splitlines()[0][:60]


def test_length_is_no_reason_to_lose_it(other: Other) -> None:
    long = "县医院网站后门执行命令😀" * 3000
    other.send(replace(OUT, title=f"[红] 县医院 {long}"[:300], text=long))
    (taken,) = other.emulator.taken
    assert taken.text.lstrip("[").startswith("红")


def test_a_possible_double_says_so(other: Other) -> None:
    other.send(replace(OUT, title="短", mark="(可能重复)"))
    assert "可能重复" in other.emulator.taken[0].text


@pytest.mark.django_db
def test_the_outbox_sends_by_every_kind(other: Other) -> None:
    settings = other.emulator.settings("127.0.0.1", other.port)
    channel = actions.add_channel(TESTER, "c", other.kind, settings, [other.emulator.recipient], "blue", "zh-hans")
    assert settings.get("secret", "\0") not in channel.sealed
    message = Message("warning:1", "raised:red", 1, {"zh-hans": (OUT.title, OUT.text)}, {"unit": "县医院"})
    assert actions.enqueue(message, [], clock.now(), only=channel) == 1
    actions.deliver_once()
    assert Delivery.objects.get().state == "sent"
    assert len(other.emulator.taken) == 1
    assert Channel.objects.get().recipients == channel.recipients


REPORTING = [name for name in KINDS if kinds()[name].receive is not None and name != "email"]
"""E-mail reports through a mailbox: see tests/service/test_mail_reports.py."""


@pytest.mark.parametrize("other", REPORTING, indirect=True)
@pytest.mark.parametrize("arrives", [True, False])
def test_what_becomes_of_a_message_is_asked_for(other: Other, arrives: bool) -> None:
    receive = kinds()[other.kind].receive
    assert receive is not None
    settings = other.emulator.settings("127.0.0.1", other.port)
    other.emulator.arrives = arrives
    sent = other.send(replace(OUT, text="县医院" * 40))
    awaited = [Awaited(sent.receipt, other.emulator.recipient, clock.now())]
    assert receive(settings, []) == []
    (report,) = receive(settings, awaited)
    assert (report.receipt, report.arrived) == (sent.receipt, arrives)
    assert report.answer
    unknown = [Awaited("another", other.emulator.recipient, clock.now())]
    assert receive(settings, unknown) == []
    with pytest.raises(NotSent):
        receive(other.emulator.wrong_settings("127.0.0.1", other.port), awaited)


def test_an_answer_that_trickles_in_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))
    monkeypatch.setattr(posting, "TIMEOUT_S", 1.0)
    emulator = emulator_of("dingtalk")
    with serving(emulator, Faults(trickle=True)) as port, pytest.raises(MayHaveGone, match="1 s"):
        Other(emulator, Faults(), port, "dingtalk").send(OUT)
