"""What chat robots have in common: plain text, calls by name, and an answer that says no within a 200."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.plain import one_line, plain
from fenghuo.warn.channels.posting import ask_json, host

_GRAVE = 2
_JSON = {"Content-Type": "application/json; charset=utf-8"}


def text_of(out: Outgoing) -> str:
    """Title and text as one plain text."""
    return f"{one_line(out.title)}\n\n{plain(out.marked_text)}"


def called(config: Mapping[str, str], out: Outgoing) -> list[str]:
    """Numbers of the members whom the message calls by name: at red and orange only."""
    return [national(number) for number in config.get("mention", "").split()] if out.rank <= _GRAVE else []


def tell(url: str, payload: Mapping[str, Any], code_names: tuple[str, ...], busy: Mapping[int, timedelta]) -> str:
    """POST a message to a robot; what it answered.

    Args:
        code_names: where its answer holds the code, 0 for taken; the first that is there counts.
        busy: codes for "too often", with how long it wants to be left alone.

    Raises:
        NotSent: the robot said no, with its code. MayHaveGone: nobody knows.
        net.Refused: the address may not be contacted.
    """
    answer = ask_json(url, json.dumps(payload, ensure_ascii=False).encode(), _JSON)
    found = next((answer[name] for name in code_names if name in answer), None)
    words = next((answer[name] for name in ("errmsg", "msg", "StatusMessage") if name in answer), "")
    text = f"{host(url)}: {found} {str(words)[:300]}".rstrip()
    if found is None:
        raise MayHaveGone(_("{host}: its answer says neither yes nor no.").format(host=host(url)))
    if found != 0:
        raise NotSent(text, busy.get(found) if isinstance(found, int) else None)
    return text
