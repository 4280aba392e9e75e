"""What our emulators call us with, held against Feishu's SDK and a library for WeCom, which read our answers as well.

`tools/oracles.sh answers` fetches them. Where an SDK and our verifier both take a call, and both refuse a changed one, neither they nor
the emulator made up a form of its own. For DingTalk and Alibaba nothing is known that reads their calls.
"""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fenghuo.base.common import clock
from fenghuo.warn.channels.emulating import Asked, Written
from fenghuo.warn.channels.hearing import Call, NotProven
from fenghuo.warn.channels.kinds import kinds
from tests.channel_servers import emulator_of

PYTHON = Path(__file__).resolve().parents[2] / ".oracles" / "answers" / "bin" / "python"
SHOWN = "已确认：【红】网站后门 ]]> <b>\nAcknowledged: x"

pytestmark = pytest.mark.service


def sdk(kind: str, settings: dict[str, str], asked: Asked, answer: bytes = b"") -> dict[str, Any]:
    assert PYTHON.exists(), "run tools/oracles.sh answers"
    question = {"what": kind, "settings": settings, "headers": dict(asked.headers), "query": asked.query}
    question |= {"body": asked.body.decode(), "answer": answer.decode()}
    script = Path(__file__).with_name("answer_sdks.py")
    done = subprocess.run(
        [str(PYTHON), str(script)], input=json.dumps(question), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def called(asked: Asked) -> Call:
    return Call(asked.method, asked.query, asked.headers, asked.body)


@pytest.mark.parametrize("kind", ["feishu", "wecom"])
def test_what_an_emulator_calls_us_with_an_sdk_reads_as_we_do(kind: str) -> None:
    emulator: Any = emulator_of(kind)
    settings, now = emulator.calling_settings(), clock.now()
    hear = kinds()[kind].hear
    assert hear is not None
    asked = emulator.call(Written("m1", emulator.sender, "收到 123456", now.timestamp()), now.timestamp())
    heard = hear(settings, called(asked), now)
    answer = heard.answer([SHOWN]).content
    found = sdk(kind, settings, asked, answer)
    assert (found["taken"], found["said"]) == (True, heard.words[0].text)
    assert found["shown"] == (SHOWN if kind == "wecom" else "")
    changed = replace(
        asked,
        headers={**asked.headers, "x-lark-signature": "0" * 64},
        target=asked.target.replace("nonce=1", "nonce=2"),
    )
    assert not sdk(kind, settings, changed)["taken"]
    with pytest.raises(NotProven):
        hear(settings, called(changed), now)


@pytest.mark.parametrize("kind", ["feishu", "wecom"])
def test_the_test_of_the_address_is_answered_as_an_sdk_answers_it(kind: str) -> None:
    emulator: Any = emulator_of(kind)
    settings, now = emulator.calling_settings(), clock.now()
    hear = kinds()[kind].hear
    assert hear is not None
    asked = emulator.test_of_address() if kind == "feishu" else emulator.test_of_address(now.timestamp())
    ours = hear(settings, called(asked), now).answer([]).content.decode()
    said = sdk(kind, settings, asked)["said"]
    assert ours == (json.dumps({"challenge": said}) if kind == "feishu" else said)
