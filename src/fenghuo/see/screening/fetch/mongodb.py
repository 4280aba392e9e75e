"""As much of MongoDB's wire protocol as a hello takes: OP_QUERY, which every version takes for a hello, and OP_MSG of 3.6 and later."""

import asyncio

_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013
_SINCE_3_6 = 6
_MOST_REPLY = 65_536
_WIRE_VERSION = b"\x10maxWireVersion\x00"


class NotMongo(Exception):
    """What answers speaks something else."""


def _document(*elements: bytes) -> bytes:
    body = b"".join(elements) + b"\x00"
    return (len(body) + 4).to_bytes(4, "little") + body


def _one(name: str) -> bytes:
    return b"\x10" + name.encode() + b"\x00" + (1).to_bytes(4, "little")


def _message(number: int, kind: int, body: bytes) -> bytes:
    header = (16 + len(body), number, 0, kind)
    return b"".join(value.to_bytes(4, "little") for value in header) + body


def _query(number: int, document: bytes) -> bytes:
    ends = (-1).to_bytes(4, "little", signed=True)
    return _message(number, _OP_QUERY, bytes(4) + b"admin.$cmd\x00" + bytes(4) + ends + document)


HELLO = _query(1, _document(_one("isMaster")))
"""What every driver says first; answered without a password."""


def parameter(wire_version: int) -> bytes:
    """Asks whether the server logs quietly: a setting of no interest, refused with an error where a password is wanted."""
    wanted = (_one("getParameter"), _one("quiet"))
    if wire_version < _SINCE_3_6:
        return _query(2, _document(*wanted))
    to_admin = b"\x02$db\x00" + (6).to_bytes(4, "little") + b"admin\x00"
    return _message(2, _OP_MSG, bytes(4) + b"\x00" + _document(*wanted, to_admin))


def wire_version(said: bytes) -> int | None:
    """The newest protocol that an answer to `HELLO` names, None where it is no such answer."""
    if b"ismaster\x00" not in said and b"isWritablePrimary\x00" not in said:
        return None
    at = said.find(_WIRE_VERSION) + len(_WIRE_VERSION)
    return int.from_bytes(said[at : at + 4], "little") if _WIRE_VERSION in said else 0


def is_served(said: bytes) -> bool:
    """Whether an answer to `parameter` gave it."""
    return b"\x08quiet\x00" in said and b"errmsg\x00" not in said


async def reply(reader: asyncio.StreamReader) -> bytes:
    """The body of the next message.

    Raises:
        NotMongo: something else answers. EOFError, OSError: none came.
    """
    header = await reader.readexactly(16)
    size, kind = int.from_bytes(header[:4], "little"), int.from_bytes(header[12:], "little")
    if kind not in {_OP_REPLY, _OP_MSG} or not 16 < size <= _MOST_REPLY:
        raise NotMongo(repr(header))
    return await reader.readexactly(size - 16)
