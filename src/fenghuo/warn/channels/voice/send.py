"""A call over the office's voice gateway: a signed request with the number and what is to be read out."""

import json
import re
from collections.abc import Mapping

from fenghuo.base.common import clock
from fenghuo.warn.channels.message import Outgoing, Sent, signature
from fenghuo.warn.channels.plain import cut, one_line
from fenghuo.warn.channels.posting import json_of, post

MOST_CHARACTERS = 120
"""Half a minute of speech."""
_NOT_SPOKEN = re.compile(r"https?://\S+|[\[\]【】<>*_#`|\\{}]")


def spoken(text: str) -> str:
    """What a voice can read out: no addresses, no brackets, half a minute at most."""
    return cut(one_line(_NOT_SPOKEN.sub(" ", text)), MOST_CHARACTERS, "")


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Ask the gateway to call; its number for the call is the receipt.

    JSON: number (E.164), text, language, times, delivery_id; headers as those of a webhook. The gateway answers 2xx with JSON
    `{"call_id": …}` once it has taken the call, not once somebody has answered.

    Raises:
        NotSent: the gateway was not reached or refused. MayHaveGone: nobody knows. net.Refused: it may not be contacted.
    """
    payload = {
        "number": out.recipient,
        "text": spoken(out.marked_title),
        "language": "zh-CN" if out.language == "zh-hans" else "en-US",
        "times": int(config.get("times") or 2),
        "delivery_id": out.delivery_id,
    }
    body = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
    stamp = str(clock.now_ns() // 1_000_000_000)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Fenghuo-Delivery": out.delivery_id,
        "X-Fenghuo-Timestamp": stamp,
        "X-Fenghuo-Signature": "sha256=" + signature(config["secret"], stamp, body),
    }
    answer = post(config["url"], body, headers)
    call = str(json_of(config["url"], answer).get("call_id", ""))
    return Sent(f"HTTP {answer.status} {call}".rstrip()[:200], call[:200])
