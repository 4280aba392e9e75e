"""A message centre that speaks SMPP 3.4: takes a bind, puts the parts of a long SMS together, and gives each a number."""

import struct
from itertools import count

from fenghuo.warn.channels.emulating import StreamEmulator, Taken

_PASSWORD = "smpp-pw"  # noqa: S105 -- an emulator has no other
_BINDS = {1, 2, 9}
_RECEIVERS = {1, 9}


class Emulator(StreamEmulator):
    """It refuses by the status of its answers, and keeps receipts until somebody binds as receiver.

    Attributes:
        receipts: (number, target) of messages of which nobody was told yet.
    """

    recipient = "+8613800138000"

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.receipts: list[tuple[str, str]] = []

    def settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {"host": host, "port": str(port), "system_id": "county", "password": _PASSWORD, "source": "10690001"}

    def wrong_settings(self, host: str, port: int) -> dict[str, str]:
        """See `Emulator`."""
        return {**self.settings(host, port), "password": "another"}

    def session(self) -> "Centre":
        """See `StreamEmulator`."""
        return Centre(self)


class Centre:
    """One connection."""

    def __init__(self, house: Emulator) -> None:
        self.closed = False
        self._house = house
        self._data = b""
        self._bound = False
        self._parts: dict[tuple[str, int], dict[int, str]] = {}

    def greeting(self) -> bytes:
        """Nothing: the other side begins."""
        return b""

    def feed(self, data: bytes) -> bytes:
        """Answers to every whole unit."""
        self._data += data
        answers = b""
        while len(self._data) >= 16 and len(self._data) >= (size := struct.unpack_from(">I", self._data)[0]):
            unit, self._data = self._data[:size], self._data[size:]
            command, _status, sequence = struct.unpack_from(">III", unit, 4)
            status, body = self._answer(command, unit[16:])
            if command == 0x80000005:
                (self._house.receipts or self._house.replies).pop(0)
                continue
            answers += struct.pack(">IIII", 16 + len(body), 0x80000000 | command, status, sequence) + body
            if command in _RECEIVERS and not status:
                answers += b"".join(map(self._receipt, range(len(self._house.receipts))))
                answers += b"".join(self._delivered(n.lstrip("+"), t) for n, t in self._house.replies)
        return answers

    def _answer(self, command: int, body: bytes) -> tuple[int, bytes]:
        if command in _BINDS:
            return self._bind(body)
        if command == 0x15:
            return 0, b""
        if command == 6:
            self.closed = True
            return 0, b""
        if command != 4:
            return 3, b""
        return self._submit(body) if self._bound else (4, b"")

    def _bind(self, body: bytes) -> tuple[int, bytes]:
        system_id, password, _system_type, rest = body.split(b"\0", 3)
        if rest[:1] != b"\x34" or (system_id, password) != (b"county", _PASSWORD.encode()):
            self._house.refused.append("bind")
            return 0x0E, b"\0"
        self._bound = True
        return 0, b"emulator\0"

    def _submit(self, body: bytes) -> tuple[int, bytes]:
        """Fields in the order of section 4.4.1 of the specification."""
        _service, rest = body.split(b"\0", 1)
        _source, rest = rest[2:].split(b"\0", 1)
        target, rest = rest[2:].split(b"\0", 1)
        form = rest[0]
        _schedule, rest = rest[3:].split(b"\0", 1)
        _validity, rest = rest.split(b"\0", 1)
        receipt, coding, length = rest[0], rest[2], rest[4]
        text = rest[5 : 5 + length]
        if self._house.busy:
            self._house.refused.append("throttled")
            return 0x58, b""
        if len(text) != length or length > 140 or not target.isdigit() or coding not in {0, 8} or receipt not in {0, 1}:
            self._house.refused.append("submit")
            return 0x45, b""
        self._take(target.decode(), text, bool(form & 0x40), "utf-16-be" if coding == 8 else "ascii")
        number = f"id{next(self._house.numbers)}"
        if receipt:
            self._house.receipts.append((number, target.decode()))
        return 0, number.encode() + b"\0"

    def _receipt(self, place: int) -> bytes:
        """A deliver_sm in the form of appendix B of the specification."""
        number, target = self._house.receipts[place]
        state = "DELIVRD" if self._house.arrives else "UNDELIV"
        text = f"id:{number} sub:001 dlvrd:001 submit date:2611240912 done date:2611240912 stat:{state} err:000 text:"
        return self._delivered(target, text, 4, 0, "ascii")

    def _delivered(self, source: str, text: str, form: int = 0, coding: int = 8, code: str = "utf-16-be") -> bytes:
        raw = text.encode(code)
        body = b"\0\1\1" + source.encode() + b"\0\0\1" + b"10690001\0" + bytes([form, 0, 0]) + b"\0\0"
        body += bytes([0, 0, coding, 0, len(raw)]) + raw
        return struct.pack(">IIII", 16 + len(body), 5, 0, 1000) + body

    def _take(self, target: str, text: bytes, headed: bool, code: str) -> None:
        if not headed:
            self._house.taken.append(Taken(target, text.decode(code)))
            return
        header, rest = text[1 : 1 + text[0]], text[1 + text[0] :]
        reference, total, number = header[2], header[3], header[4]
        found = self._parts.setdefault((target, reference), {})
        found[number] = rest.decode(code)
        if len(found) == total:
            self._house.taken.append(Taken(target, "".join(found[n] for n in range(1, total + 1))))
