"""Notifications of undeliverable mail, fetched over IMAP from the mailbox of the sender.

Nothing else in the mailbox is fetched: the server is asked for unread messages of type multipart/report, and only those about our own
mails are marked as read.
"""

import imaplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from fenghuo.base.common import net
from fenghuo.warn.channels.email.bounces import read
from fenghuo.warn.channels.message import NotSent
from fenghuo.warn.channels.reports import Awaited, Report, known

_TIMEOUT_S = 8.0
_MOST_S = 20.0
_MOST_MAILS = 50
_MOST_BYTES = 200_000


class _Imap(imaplib.IMAP4):
    """Over a connection that the one door opened."""

    def __init__(self, link: net.Connection, host: str) -> None:
        self._link = link
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> Any:
        return self._link.socket


def receive(config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    """What the mailbox has to say of awaited mails; [] where no mailbox is set up.

    Raises:
        NotSent: the mailbox was not reached or refused. net.Refused: the address may not be contacted.
    """
    host = config.get("imap_host", "")
    if not host or not awaited:
        return []
    tls = config.get("imap_security") != "none"
    port = int(config.get("imap_port") or (993 if tls else 143))
    try:
        with net.connect(host, port, _TIMEOUT_S, _MOST_S) as raw:
            if not tls:
                return _look(_Imap(raw, host), config, awaited)
            with ssl.create_default_context().wrap_socket(raw.socket, server_hostname=host) as wrapped:
                return _look(_Imap(net.Connection(wrapped), host), config, awaited)
    except net.NoConnection as error:
        raise NotSent(str(error)) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise NotSent(f"{host}:{port}: {error}") from error


def _look(box: imaplib.IMAP4, config: Mapping[str, str], awaited: Sequence[Awaited]) -> list[Report]:
    box.login(config.get("user", ""), config.get("password", ""))
    if "ID" in box.capabilities:  # some providers let nobody in who does not say what program it is
        with suppress(imaplib.IMAP4.error):
            box.xatom("ID", '("name" "fenghuo")')
    box.select("INBOX")
    _state, found = box.search(None, "UNSEEN", "HEADER", "Content-Type", '"multipart/report"')
    reports = []
    for number in (found[0] or b"").split()[-_MOST_MAILS:]:
        _state, parts = box.fetch(number.decode(), f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        ours = known(read(raw), awaited)
        if ours:
            box.store(number.decode(), "+FLAGS", "(\\Seen)")
        reports += ours
    with suppress(imaplib.IMAP4.error, OSError):
        box.logout()
    return reports
