"""Which notifications count, and what they say."""

import pytest

from fenghuo.warn.channels.email.bounces import read
from fenghuo.warn.channels.reports import Report

NUMBER = "<0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99@fenghuo>"


def notification(action: str = "failed", number: str = NUMBER, copy: str = "message/rfc822") -> bytes:
    """In the form of section 2 of RFC 3464."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@relay.example
To: fenghuo@office.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

This mail could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Tue, 24 Nov 2026 14:03:21 +0800

Final-Recipient: rfc822; nobody@school.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
    mailbox

--edge
Content-Type: {copy}

Message-ID: {number}
From: fenghuo@office.example
Subject: =?utf-8?b?5Y6/?=

--edge--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("copy", ["message/rfc822", "text/rfc822-headers"])
def test_a_failed_mail_names_its_delivery_and_the_reason(copy: str) -> None:
    assert read(notification(copy=copy)) == [Report(NUMBER, False, "5.1.1 550 5.1.1 no such mailbox")]


def test_a_delivered_mail() -> None:
    (report,) = read(notification("delivered"))
    assert report.arrived


@pytest.mark.parametrize(
    "raw",
    [
        notification("delayed"),
        notification("relayed"),
        notification(number="<other@school.example>"),
        notification().replace(b"report-type=delivery-status", b"report-type=disposition-notification"),
        notification().replace(b"multipart/report", b"multipart/mixed"),
        f"Subject: out of office\r\nIn-Reply-To: {NUMBER}\r\n\r\nfailed {NUMBER}\r\n".encode(),
        b"",
        b"\xff\x00 nothing",
    ],
)
def test_what_does_not_count(raw: bytes) -> None:
    assert read(raw) == []


def test_half_a_notification_breaks_nothing() -> None:
    whole = notification()
    for end in range(0, len(whole), 7):
        assert isinstance(read(whole[:end]), list)
