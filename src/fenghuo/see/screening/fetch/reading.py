"""Reading from what answers: with a limit in bytes and in time, and failures under their names."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from fenghuo.see.screening.facts import Untested
from fenghuo.see.screening.fetch.wire import failure_of


@contextmanager
def named_failures() -> Iterator[None]:
    """What goes wrong inside has a name outside.

    Raises:
        Untested: instead of OSError, TimeoutError, the end of the stream, a line too long, or bytes that make no sense.
    """
    try:
        yield
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError, ValueError) as error:
        raise Untested(failure_of(error)) from error


async def first_bytes(reader: asyncio.StreamReader, most: int, seconds: float, end: bytes = b"") -> bytes:
    """What comes until there are `most` bytes, the other side ends, `end` is in it, or time is over; b"" where nothing came.

    Raises:
        OSError: the connection broke before anything came.
    """
    found = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while len(found) < most and not (end and end in found):
                piece = await reader.read(most - len(found))
                if not piece:
                    break
                found += piece
    except TimeoutError:
        pass
    except OSError:
        if not found:
            raise
    return bytes(found)
