"""SMS over SMPP 3.4: bind, hand over each part, unbind; one connection a message."""

import ssl
import zlib
from collections.abc import Mapping
from datetime import timedelta

from fenghuo.base.common import net
from fenghuo.base.common.i18n import _
from fenghuo.warn.channels.message import MayHaveGone, NotSent, Outgoing, Sent
from fenghuo.warn.channels.phones import national
from fenghuo.warn.channels.plain import one_line, plain
from fenghuo.warn.channels.sms_smpp import pdu

_TIMEOUT_S = 8.0
_MOST_S = 15.0
"""For the whole exchange, so that it ends before the delivery's lease does."""
_MOST_UNITS = 20
"""Units of other matters that may come before an answer."""
_BUSY = {0x14: timedelta(minutes=1), 0x58: timedelta(minutes=1)}
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


def send(config: Mapping[str, str], out: Outgoing) -> Sent:
    """Hand one SMS to the message centre; its numbers of the parts are the receipt.

    Raises:
        NotSent: it certainly did not go. MayHaveGone: nobody knows, or a part of it went.
        net.Refused: the address may not be contacted.
    """
    host, port = config["host"], int(config.get("port") or 2775)
    try:
        with net.connect(host, port, _TIMEOUT_S, _MOST_S) as raw:
            if config.get("security") != "tls":
                return _talk(raw, config, out)
            with ssl.create_default_context().wrap_socket(raw.socket, server_hostname=host) as wrapped:
                return _talk(net.Connection(wrapped), config, out)
    except net.NoConnection as error:
        raise NotSent(str(error)) from error
    except OSError as error:  # TLS did not come about
        raise NotSent(f"{host}:{port}: {error}") from error


def _talk(link: net.Connection, config: Mapping[str, str], out: Outgoing) -> Sent:
    talk = _Talk(link, f"{config['host']}:{config.get('port') or 2775}")
    talk.bind(config)
    return talk.submit(config, out)


class _Talk:
    """One connection to a message centre."""

    def __init__(self, link: net.Connection, where: str) -> None:
        self._link = link.socket
        self._where = where
        self._sequence = 0

    def bind(self, config: Mapping[str, str]) -> None:
        self._sequence += 1
        asked = pdu.bind(self._sequence, config["system_id"], config.get("password", ""), config.get("system_type", ""))
        try:
            status, _body = self._ask(asked)
        except (OSError, pdu.Malformed) as error:
            raise NotSent(f"{self._where}: {error}") from error
        if status:
            raise NotSent(self._said(status), _BUSY.get(status))

    def submit(self, config: Mapping[str, str], out: Outgoing) -> Sent:
        text = f"{one_line(out.marked_title)}\n{plain(out.text)}"
        reference = zlib.crc32(out.delivery_id.encode()) & 0xFF
        pieces = pdu.parts(text, int(config.get("parts") or 3), reference)
        at_home = config.get("numbers") == "national"
        target = national(out.recipient) if at_home else out.recipient.removeprefix("+")
        source = config.get("source", "")
        numbers: list[str] = []
        for piece in pieces:
            self._sequence += 1
            unit = pdu.submit(self._sequence, source, target, 2 if at_home else 1, piece, long=len(pieces) > 1)
            try:
                status, body = self._ask(unit)
            except (OSError, pdu.Malformed) as error:
                raise MayHaveGone(f"{self._where}: {error}") from error
            if status and numbers:
                raise MayHaveGone(_("{answer}; only a part of it went.").format(answer=self._said(status)))
            if status:
                raise NotSent(self._said(status), _BUSY.get(status))
            numbers.append(pdu.text_of(body))
        self._leave()
        return Sent(f"{self._where}: {len(numbers)}", ",".join(numbers)[:200])

    def _said(self, status: int) -> str:
        return f"{self._where}: 0x{status:08X} {_WORDS.get(status, '')}".rstrip()

    def _ask(self, unit: pdu.Unit) -> tuple[int, bytes]:
        """Status and body of the answer to a unit; what the other side asks meanwhile is answered."""
        self._link.sendall(unit.packed())
        for _number in range(_MOST_UNITS):
            got = self._read()
            if got.sequence == unit.sequence and got.command in {unit.command | pdu.RESPONSE, pdu.GENERIC_NACK}:
                return got.status or (got.command == pdu.GENERIC_NACK), got.body
            if got.command == pdu.ENQUIRE_LINK:
                self._link.sendall(pdu.Unit(got.command | pdu.RESPONSE, 0, got.sequence).packed())
        raise pdu.Malformed("no answer among many units")

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

    def _leave(self) -> None:
        """Take leave; the message is handed over, whatever becomes of this."""
        self._sequence += 1
        try:
            self._ask(pdu.Unit(pdu.UNBIND, 0, self._sequence))
        except (OSError, pdu.Malformed):
            return
