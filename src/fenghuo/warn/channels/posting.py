"""HTTP to a channel's other side, and what its answer means for the message."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common import clock, net
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent

TIMEOUT_S = 10.0
LONGEST_PAUSE = timedelta(hours=1)
_SHOWN = 300
_UNKNOWN_END = {500, 502, 504}
"""Answers of a server that broke while it worked, or of one before it that lost it: the message may have gone."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> net.Answer:
    """POST, and the answer where its status says that the message was taken.

    Errors name the host, never the address: with robots the address is the secret.

    Raises:
        NotSent: no connection, or a status that says no. MayHaveGone: the answer is lost or says nothing about it.
        net.Refused: the address may not be contacted.
    """
    answer = ask(url, body, headers)
    if answer.status in _UNKNOWN_END:
        raise MayHaveGone(said(url, answer))
    if not 200 <= answer.status < 300:
        raise NotSent(said(url, answer), retry_after(answer))
    return answer


def ask(url: str, body: bytes, headers: Mapping[str, str]) -> net.Answer:
    """POST, and the answer whatever its status.

    Raises:
        NotSent: no connection. MayHaveGone: no whole answer came. net.Refused: the address may not be contacted.
    """
    try:
        return net.post(url, body, headers, TIMEOUT_S)
    except net.NoConnection as error:
        raise NotSent(str(error)) from error
    except OSError as error:
        raise MayHaveGone(f"{host(url)}: {error}") from error


def ask_json(url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """POST to an API that says in JSON how it went, whatever the status; that JSON.

    Raises:
        NotSent: no connection, too many requests, or a refusal without JSON. MayHaveGone: nobody knows.
        net.Refused: the address may not be contacted.
    """
    answer = ask(url, body, headers)
    if answer.status in {429, 503}:
        raise NotSent(said(url, answer), retry_after(answer))
    try:
        return json_of(url, answer)
    except MayHaveGone:
        if answer.status in _UNKNOWN_END or 200 <= answer.status < 300:
            raise
        raise NotSent(said(url, answer), retry_after(answer)) from None


def host(url: str) -> str:
    """Host and port of an address, without anything that may be secret."""
    return urlsplit(url).netloc.rpartition("@")[2]


def said(url: str, answer: net.Answer) -> str:
    """Status and beginning of an answer, for people."""
    text = " ".join(answer.body.decode("utf-8", "replace").split())
    return f"{host(url)}: HTTP {answer.status} {text[:_SHOWN]}".rstrip()


def json_of(url: str, answer: net.Answer) -> dict[str, Any]:
    """The JSON object of an answer.

    Raises:
        MayHaveGone: the answer says neither yes nor no.
    """
    try:
        found = json.loads(answer.body)
    except ValueError as error:
        raise MayHaveGone(_("{answer}: an answer in JSON was expected.").format(answer=said(url, answer))) from error
    if not isinstance(found, dict):
        raise MayHaveGone(_("{answer}: an answer in JSON was expected.").format(answer=said(url, answer)))
    return found


def retry_after(answer: net.Answer) -> timedelta | None:
    """How long the other side wants to be left alone by its `Retry-After` (seconds or a date); at most an hour.

    Where it says 429 or 503 without one, a minute.
    """
    given = answer.header("retry-after").strip()
    if re.fullmatch(r"\d{1,9}", given):
        return min(timedelta(seconds=int(given)), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return timedelta(minutes=1) if answer.status in {429, 503} else None
    if until.tzinfo is None:
        return None
    return min(max(until - clock.now(), timedelta(0)), LONGEST_PAUSE)
