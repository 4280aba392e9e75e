"""Which ports of a fixed list are open, and the first thing that they say by themselves."""

import asyncio
from collections.abc import Sequence

from fenghuo.see.screening.facts import CheckClass, Failure, Target, Untested, Why
from fenghuo.see.screening.facts.network import Port
from fenghuo.see.screening.fetch.limiter import AT_ONCE
from fenghuo.see.screening.fetch.reading import first_bytes
from fenghuo.see.screening.fetch.wire import Denied, Wire

_MOST_BANNER = 200
_BANNER_S = 2.0


async def collect(wire: Wire, target: Target, addresses: Sequence[str], numbers: Sequence[int]) -> tuple[Port, ...]:
    """The state of each port of the target's first address, in the order of `numbers`; nothing is sent.

    Raises:
        Untested: the permit does not allow it, or does not allow all of them any more.
    """
    if not addresses:
        raise Untested(Failure(Why.NAME_NOT_FOUND, target.host))
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Port | Denied:
        async with turn:
            try:
                return await _port(wire, target.host, addresses[0], number)
            except Denied as denied:
                return denied

    found = await asyncio.gather(*(one(number) for number in dict.fromkeys(numbers)))
    for state in found:
        if isinstance(state, Denied):
            raise state
    return tuple(state for state in found if isinstance(state, Port))


async def _port(wire: Wire, host: str, address: str, number: int) -> Port:
    try:
        async with wire.connect(CheckClass.PORTS, host, address, number, "port") as (reader, _writer):
            try:
                banner = await first_bytes(reader, _MOST_BANNER, _BANNER_S)
            except OSError:
                banner = b""
            return Port(number, "open", banner)
    except Denied:
        raise
    except Untested as missing:
        return Port(number, "closed" if missing.failure.why is Why.REFUSED else "filtered")
