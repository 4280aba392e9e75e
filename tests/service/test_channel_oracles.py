"""Emulators held against vendors' SDKs and independent libraries, and our senders against servers that others wrote.

`tools/oracles.sh channels` fetches them. Where a sender and an SDK are both taken by an emulator, and both refused with a wrong
secret, neither sender nor emulator made up a form of its own.
"""

import base64
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fenghuo.base.common import net
from fenghuo.warn.channels.email.dkim import record
from fenghuo.warn.channels.email.send import composed
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.message import NotSent, Outgoing
from fenghuo.warn.channels.reports import Awaited, Report
from tests.channel_servers import emulator_of, serving
from tests.service.conftest import program

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".oracles" / "channels" / "bin" / "python"
NODE = ROOT / ".oracles" / "channels-node"
OUT = Outgoing("d1", "+8613800138000", "【红】县医院：网站后门", "资产：www.hospital.example", "zh-hans", rank=1)
KINDS = ("sms_alibaba", "sms_tencent", "dingtalk", "wecom", "feishu", "sms_smpp", "email")

pytestmark = pytest.mark.service


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))


def ask(**question: Any) -> dict[str, Any]:
    assert PYTHON.exists(), "run tools/oracles.sh channels"
    script = Path(__file__).with_name("channel_sdks.py")
    done = subprocess.run(
        [str(PYTHON), str(script)], input=json.dumps(question), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_sdk_sends_is_taken(kind: str) -> None:
    emulator = emulator_of(kind)
    if kind == "feishu":
        emulator.checks_signature = False  # type: ignore[attr-defined]  # no library that we know signs for it
    if kind == "sms_tencent":
        emulator.replies.append((emulator.recipient, "123456"))
    with serving(emulator) as port:
        given = emulator.settings("127.0.0.1", port)
        question = {"host": "127.0.0.1", "port": port, "recipient": emulator.recipient, "text": "县医院 后门" * 5}
        answer = ask(what=kind, settings=given, key=given.get("dkim_key", ""), **question)
    assert answer["taken"], (answer, emulator.refused)
    assert "县医院" in emulator.taken[0].text
    if kind.startswith("sms_"):
        assert answer["said"] == "arrived", "the SDK reads the report as well"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "feishu"])
def test_what_an_sdk_sends_with_a_wrong_secret_is_refused(kind: str) -> None:
    emulator = emulator_of(kind)
    with serving(emulator) as port:
        given = emulator.wrong_settings("127.0.0.1", port)
        question = {"host": "127.0.0.1", "port": port, "recipient": emulator.recipient, "text": "县医院"}
        answer = ask(what=kind, settings=given, key=given.get("dkim_key", ""), **question)
    assert not answer["taken"] or kind == "wecom", "apprise reads the status alone, which is 200 all the same"
    assert emulator.taken == []
    assert emulator.refused


def test_another_library_finds_our_mail_signature_good_and_a_changed_one_bad() -> None:
    given = emulator_of("email").settings("127.0.0.1", 25)
    for text in ("", "two  spaces \n.\n..\nend", "县医院 网站后门\n" * 40, "x" * 2000):
        mail, _number = composed(given, replace(OUT, recipient="duty@office.example", text=text))
        held = {"record": record(given["dkim_key"]), "what": "verify"}
        assert ask(mail=base64.b64encode(mail).decode(), **held)["taken"], text
        start = mail.index(b"\r\n\r\n") + 4
        for name in (b"Subject: ", b"From: "):
            changed = mail.replace(name, name + b"A", 1)
            assert not ask(mail=base64.b64encode(changed).decode(), **held)["taken"], (text, name)
        changed = mail[:start] + b"A" + mail[start:]
        assert not ask(mail=base64.b64encode(changed).decode(), **held)["taken"], text
        doubled = b"From: other@office.example\r\n" + mail
        assert not ask(mail=base64.b64encode(doubled).decode(), **held)["taken"], "a second sender"


@pytest.fixture
def centre() -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    assert (NODE / "node_modules" / "smpp").exists(), "run tools/oracles.sh channels"
    script = Path(__file__).with_name("smpp_centre.mjs")
    process = subprocess.Popen([program("node"), str(script), str(NODE)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield int(json.loads(process.stdout.readline())["port"]), process
    process.terminate()
    process.wait(10)


def test_a_message_centre_of_others_reads_our_sms(centre: tuple[int, "subprocess.Popen[str]"]) -> None:
    port, process = centre
    given = {"host": "127.0.0.1", "port": str(port), "system_id": "county", "password": "smpp-pw", "source": "10690001"}
    send = kinds()["sms_smpp"].send
    with pytest.raises(NotSent):
        send({**given, "password": "another"}, OUT)
    sent = send(given, OUT)
    assert sent.receipt.startswith("npm-")
    assert process.stdout is not None
    short = json.loads(process.stdout.readline())
    assert short["text"] == f"{OUT.title}\n{OUT.text}"
    assert (short["to"], short["ton"], short["npi"], short["coding"], short["receipt"]) == ("8613800138000", 1, 1, 8, 1)
    long = replace(OUT, text="网站后门执行命令😀" * 16)
    sent = send(given, long)
    parts = [json.loads(process.stdout.readline()) for _number in range(3)]
    assert [part["receipt"] for part in parts] == [0, 0, 1], "one report a message"
    assert "".join(part["text"] for part in parts) == f"{long.title}\n{long.text}"
    receive = kinds()["sms_smpp"].receive
    assert receive is not None
    awaited = [
        Awaited(sent.receipt, OUT.recipient, datetime.now(UTC)),
        Awaited("x", "+8613900000000", datetime.now(UTC)),
    ]
    failed, answered = receive(given, awaited)
    assert failed == Report(sent.receipt, False, "UNDELIV")
    assert (answered.receipt, answered.reply) == (sent.receipt, f"stat:DELIVRD id:{sent.receipt}"), (
        "no receipt by its words alone"
    )
    assert [part["udh"][0][-2:] for part in parts] == [[3, 1], [3, 2], [3, 3]]
