"""Certificates that a server should have sent and did not, fetched from where the others say that they are; a look-up, not a visit."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import aiohttp

from fenghuo.base.common import door
from fenghuo.base.common.net import AGENT, Refused
from fenghuo.see.screening.fetch.trust import Roots, certificates_in, issuer_url
from fenghuo.see.screening.fetch.web import old_tls
from fenghuo.see.screening.fetch.wire import CONNECT_S, Denied, Wire

_MOST_STEPS = 3
_MOST_BODY = 64 * 1024
_PORTS = frozenset({80})


async def fetch_issuers(
    wire: Wire,
    chain: Sequence[bytes],
    roots: Roots,
    ports: frozenset[int] = _PORTS,
    resolve: Callable[[str, float], Awaitable[list[str]]] = door.resolve,
) -> tuple[bytes, ...]:
    """Issuers above a chain, DER, until it leads to a root, nothing more can be had, or look-ups are not allowed."""
    found: list[bytes] = []
    for _ in range(_MOST_STEPS):
        url = issuer_url([*chain, *found])
        fresh = [der for der in await _fetch(wire, url, ports, resolve) if der not in (*chain, *found)]
        found += fresh
        if not fresh or roots.leads_here([*chain, *found], wire.now()):
            break
    return tuple(found)


async def _fetch(
    wire: Wire, url: str, ports: frozenset[int], resolve: Callable[[str, float], Awaitable[list[str]]]
) -> list[bytes]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return []
    # The address comes out of a certificate that anybody may have made: it must not send us anywhere but to a public file.
    if parts.scheme != "http" or not host or port not in ports or parts.query or parts.username or len(url) > 300:
        return []
    try:
        addresses = await resolve(host, CONNECT_S)
        if not addresses:
            return []
        wire.look_up_logged(addresses[0], port, f"AIA {url}")
        http = door.HttpDoor(lambda _address: False, old_tls(), connections=1)
        try:
            answer = await http.get(url, host, addresses[0], {"User-Agent": AGENT}, CONNECT_S, _MOST_BODY)
        finally:
            await http.close()
    except (Denied, Refused, OSError, TimeoutError, aiohttp.ClientError, ValueError):
        return []
    return certificates_in(answer.body) if answer.status == 200 and not answer.cut else []
