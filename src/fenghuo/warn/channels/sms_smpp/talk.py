"""A connection to a message centre: units out, their answers in, whatever else comes between."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from fenghuo.base.common import net
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import NotSent
from fenghuo.warn.channels.sms_smpp import pdu

_TIMEOUT_S = 8.0
_MOST_S = 15.0
"""For the whole exchange, so that it ends before the delivery's lease does."""
_MOST_UNITS = 20
"""Units of other matters that may come before an answer."""
BUSY = {0x14: timedelta(minutes=1), 0x58: timedelta(minutes=1)}
"""Queue full, throttled."""
_WORDS = {
    0x0D: "bind failed",
    0x0E: "invalid password",
    0x0F: "invalid system id",
    0x14: "queue full",
    0x58: "throttled",
}
_WORDS |= {
    0x05: "already bound",
    0x0A: "invalid source address",
    0x0B: "invalid destination address",
    0x45: "submit failed",
}


@contextmanager
def talking(config: Mapping[str, str], bind: int) -> "Iterator[Talk]":
    """A bound connection; `bind` is the command of the bind.

    Raises:
        NotSent: it did not come about, or the message centre does not know us. net.Refused: the address may not be contacted.
    """
    host, port = config["host"], int(config.get("port") or 2775)
    try:
        with net.connect(host, port, _TIMEOUT_S, _MOST_S) as raw:
            if config.get("security") != "tls":
                yield _bound(raw, config, bind)
                return
            try:
                wrapped = ssl.create_default_context().wrap_socket(raw.socket, server_hostname=host)
            except OSError as error:
                raise NotSent(f"{host}:{port}: {error}") from error
            with wrapped:
                yield _bound(net.Connection(wrapped), config, bind)
    except net.NoConnection as error:
        raise NotSent(str(error)) from error


def _bound(link: net.Connection, config: Mapping[str, str], bind: int) -> "Talk":
    talk = Talk(link, f"{config['host']}:{config.get('port') or 2775}")
    account = (config["system_id"], config.get("password", ""), config.get("system_type", ""))
    try:
        status, _body = talk.ask(pdu.bind(bind, talk.next(), *account))
    except (OSError, pdu.Malformed) as error:
        raise NotSent(f"{talk.where}: {error}") from error
    if status:
        raise NotSent(talk.said(status), BUSY.get(status))
    return talk


class Talk:
    """One connection."""

    def __init__(self, link: net.Connection, where: str) -> None:
        self.where = where
        self._link = link.socket
        self._sequence = 0
        self._waiting: list[pdu.Unit] = []

    def next(self) -> int:
        """The next sequence number."""
        self._sequence += 1
        return self._sequence

    def said(self, status: int) -> str:
        """A status for people."""
        return f"{self.where}: 0x{status:08X} {_WORDS.get(status, '')}".rstrip()

    def ask(self, unit: pdu.Unit) -> tuple[int, bytes]:
        """Status and body of the answer to a unit; messages that come before it wait for `messages`.

        Raises:
            OSError, pdu.Malformed: no answer.
        """
        self._link.sendall(unit.packed())
        for _number in range(_MOST_UNITS):
            got = self._read()
            if got.sequence == unit.sequence and got.command in {unit.command | pdu.RESPONSE, pdu.GENERIC_NACK}:
                return got.status or (got.command == pdu.GENERIC_NACK), got.body
            self._between(got)
        raise pdu.Malformed("no answer among many units")

    def messages(self, most: int, quiet_s: float) -> Iterator[pdu.Unit]:
        """What the message centre hands over, until it is silent for so long, or so many came. Each is taken before it is given."""
        self._link.settimeout(quiet_s)
        for _number in range(most):
            if not self._waiting:
                try:
                    self._between(self._read())
                except (OSError, pdu.Malformed):
                    return
            while self._waiting:
                yield self._waiting.pop(0)

    def leave(self) -> None:
        """Take leave; what was handed over is so, whatever becomes of this."""
        try:
            self.ask(pdu.Unit(pdu.UNBIND, 0, self.next()))
        except (OSError, pdu.Malformed):
            return

    def _between(self, got: pdu.Unit) -> None:
        if got.command == pdu.ENQUIRE_LINK:
            self._link.sendall(pdu.Unit(got.command | pdu.RESPONSE, 0, got.sequence).packed())
        elif got.command == pdu.DELIVER_SM:
            self._link.sendall(pdu.Unit(got.command | pdu.RESPONSE, 0, got.sequence, b"\0").packed())
            self._waiting.append(got)

    def _read(self) -> pdu.Unit:
        head = self._exactly(4)
        return pdu.unpacked(head + self._exactly(pdu.length_of(head) - 4))

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self._link.recv(count - len(data))
            if not piece:
                raise ConnectionError(_("the other side hung up"))
            data += piece
        return bytes(data)
