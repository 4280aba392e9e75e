"""Delivery status notifications (RFC 3464): which of our mails a mail server gave up, or delivered. Pure.

Only messages of type `multipart/report` count: the standard form, which says by itself which mail it is about. A server that writes
bounces in a form of its own is not understood, and nothing is guessed from the words of a mail.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message

from fenghuo.warn.channels.plain import one_line
from fenghuo.warn.channels.reports import Report

_OURS = re.compile(r"<[0-9A-Za-z-]{8,64}@fenghuo>")
_FINAL = {"failed": False, "delivered": True}
"""Actions that end it; delayed, relayed and expanded leave it open."""
_SHOWN = 300


def read(raw: bytes) -> list[Report]:
    """What a notification says of our mail; [] where it is none, is about another's, or leaves it open."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return []
    number = next(_numbers(mail), "")
    if not number:
        return []
    found = [_of_recipient(number, block) for block in _blocks(mail)]
    return [report for report in found if report is not None]


def _blocks(mail: EmailMessage) -> Iterator[Message]:
    """The groups of fields about recipients; the first group is about the message."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            yield from (block for block in (payload if isinstance(payload, list) else []) if isinstance(block, Message))


def _of_recipient(number: str, block: Message) -> Report | None:
    action = str(block.get("Action", "")).strip().lower()
    if action not in _FINAL:
        return None
    status = one_line(str(block.get("Status", "")))
    words = one_line(str(block.get("Diagnostic-Code", ""))).partition(";")[2].strip()
    return Report(number, _FINAL[action], f"{status} {words}".strip()[:_SHOWN])


def _numbers(mail: EmailMessage) -> Iterator[str]:
    """Message-IDs of ours in the copy of the mail or of its headers that goes with the notification."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if isinstance(part.get_payload(), list) else None
            text = str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            raw = part.get_payload(decode=True)
            text = str(email.message_from_bytes(raw).get("Message-ID", "")) if isinstance(raw, bytes) else ""
        else:
            continue
        yield from (found[0] for found in _OURS.finditer(text))
