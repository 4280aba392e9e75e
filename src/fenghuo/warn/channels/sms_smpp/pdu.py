"""Units of SMPP 3.4 as a sender of SMS needs them. Pure: bytes out, bytes in."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

RESPONSE = 0x8000_0000
GENERIC_NACK = 0x8000_0000
BIND_RECEIVER = 0x0000_0001
BIND_TRANSMITTER = 0x0000_0002
SUBMIT_SM = 0x0000_0004
DELIVER_SM = 0x0000_0005
UNBIND = 0x0000_0006
ENQUIRE_LINK = 0x0000_0015

_HEAD = struct.Struct(">IIII")
_LONGEST = 65_536
_UCS2 = 8
_IS_RECEIPT = 0x04
_NUMBER = re.compile(r"\bid:(\S+)")
_STATE = re.compile(r"\bstat:(\w+)", re.IGNORECASE)
_WITH_HEADER = 0x40
_ONE_PART = 140
_LONG_PART = 134
"""Bytes of a part: 140, less the six that say which part of what it is."""


class Malformed(Exception):
    """These bytes are no unit of SMPP."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: command, status, sequence number and body."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def packed(self) -> bytes:
        """Its bytes."""
        return _HEAD.pack(_HEAD.size + len(self.body), self.command, self.status, self.sequence) + self.body


def length_of(head: bytes) -> int:
    """How long a unit is whose first four bytes these are.

    Raises:
        Malformed: no unit is that long, or that short.
    """
    (length,) = struct.unpack(">I", head)
    if not _HEAD.size <= length <= _LONGEST:
        raise Malformed(f"a unit of {length} bytes")
    return int(length)


def unpacked(data: bytes) -> Unit:
    """The unit that these bytes are, all of them."""
    _length, command, status, sequence = _HEAD.unpack_from(data)
    return Unit(command, status, sequence, data[_HEAD.size :])


def text_of(body: bytes) -> str:
    """The first C octet string of a body: the message id of a `submit_sm_resp`."""
    return body.partition(b"\0")[0].decode("latin-1")


def bind(command: int, sequence: int, system_id: str, password: str, system_type: str) -> Unit:
    """`bind_receiver` or `bind_transmitter`, version 3.4."""
    body = b"".join(part.encode("latin-1", "replace") + b"\0" for part in (system_id, password, system_type))
    return Unit(command, 0, sequence, body + bytes([0x34, 0, 0]) + b"\0")


def submit(sequence: int, source: str, target: str, kind: int, part: bytes, *, long: bool, report: bool = True) -> Unit:
    """`submit_sm` of one part in UCS-2.

    Args:
        kind: type of the target's number, 1 international, 2 national; the plan is E.164.
        report: whether a delivery receipt is asked for.
    """
    source_kind = 5 if source and not source.isdigit() else 0
    body = b"\0" + bytes([source_kind, 1 if source.isdigit() else 0]) + source.encode("ascii") + b"\0"
    body += bytes([kind, 1]) + target.encode("ascii") + b"\0"
    body += bytes([_WITH_HEADER if long else 0, 0, 0]) + b"\0\0" + bytes([int(report), 0, _UCS2, 0, len(part)]) + part
    return Unit(SUBMIT_SM, 0, sequence, body)


def receipt_of(body: bytes) -> tuple[str, str] | None:
    """(message id, state) of a `deliver_sm` that is a delivery receipt, by its text (appendix B); None for another message."""
    fields = _fields(body)
    if fields is None or not fields[1] & _IS_RECEIPT:
        return None
    text = fields[3].decode("ascii", "replace")
    number, state = _NUMBER.search(text), _STATE.search(text)
    return (number[1], state[1].upper()) if number and state else None


def reply_of(body: bytes) -> tuple[str, str] | None:
    """(number, text) of a `deliver_sm` that a person wrote; None for a receipt, and for a part of a long message."""
    fields = _fields(body)
    if fields is None or fields[1] & (_IS_RECEIPT | _WITH_HEADER):
        return None
    code = "utf-16-be" if fields[2] == _UCS2 else "latin-1"
    return fields[0], fields[3].decode(code, "replace")


def _fields(body: bytes) -> tuple[str, int, int, bytes] | None:
    """Source, `esm_class`, data coding and text of a `deliver_sm`; None where it is cut off."""
    try:
        _service, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        _target, rest = rest[2:].split(b"\0", 1)
        form = rest[0]
        _schedule, rest = rest[3:].split(b"\0", 1)
        _validity, rest = rest.split(b"\0", 1)
        return source.decode("latin-1"), form, rest[2], rest[5 : 5 + rest[4]]
    except (ValueError, IndexError):
        return None


def room(most: int) -> int:
    """How many characters so many parts hold, where none takes two units."""
    return most * (_LONG_PART // 2) - most - 1


def parts(text: str, most: int, reference: int) -> Sequence[bytes]:
    """The text in UCS-2, as one part or as several that a phone puts together again; at most `most`, the rest is left out.

    Args:
        reference: a number from 0 to 255 that tells this message's parts from another's.
    """
    raw = _ucs2(text)
    if len(raw) <= _ONE_PART:
        return [raw]
    pieces = _pieces(text)
    if len(pieces) > most:
        pieces = _pieces(_fitting(text, most))
    if len(pieces) == 1:
        return pieces
    head = bytes([5, 0, 3, reference, len(pieces)])
    return [head + bytes([number]) + piece for number, piece in enumerate(pieces, 1)]


def _ucs2(text: str) -> bytes:
    return text.encode("utf-16-be", "replace")


def _pieces(text: str) -> list[bytes]:
    """Pieces that end between characters, so that none is torn that takes two units."""
    found, piece = [], b""
    for character in text:
        unit = _ucs2(character)
        if len(piece) + len(unit) > _LONG_PART:
            found.append(piece)
            piece = b""
        piece += unit
    return [*found, piece]


def _fitting(text: str, most: int) -> str:
    most_units = room(most)  # a character of two units may leave one free at the end of a part
    used = 0
    for place, character in enumerate(text):
        used += len(_ucs2(character)) // 2
        if used > most_units:
            return text[:place] + "…"
    return text
