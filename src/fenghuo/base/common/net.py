"""The one door for outbound connections: which addresses may be contacted, for how long, and how much is read.

A name is resolved once, each address is checked, and the connection goes to the checked address, so that a name which
changes its address between check and use leads nowhere else.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import settings

MOST_READ = 1024 * 1024
AGENT = "Fenghuo"


class Refused(Exception):
    """The address may not be contacted; the text says which and what to do."""


class NoConnection(OSError):
    """No connection came about; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection to a checked address."""

    socket: socket.socket


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and at most `MOST_READ` bytes of an HTTP answer."""

    status: int
    body: bytes


def may_contact(address: str) -> bool:
    """Global addresses, and those inside the networks of the setting `outbound_private`."""
    found = ipaddress.ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or found
    if inner.is_global and not inner.is_multicast:
        return True
    networks = [n for n in settings().outbound_private.replace(" ", "").split(",") if n]
    return any(inner in ipaddress.ip_network(network, strict=False) for network in networks)


def _addresses(host: str, port: int) -> "Sequence[tuple[int, tuple[Any, ...]]]":
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        text = _("{host}: name not found ({error})")
        raise NoConnection(text.format(host=host, error=error.strerror or error)) from error
    allowed = [(family, where) for family, _kind, _protocol, _name, where in found if may_contact(str(where[0]))]
    if not allowed:
        text = _(
            "{host} ({address}) is not a public address. If it is meant, name its network in the setting outbound_private."
        )
        raise Refused(text.format(host=host, address=found[0][4][0]))
    return allowed


def _open(host: str, port: int, timeout: float) -> socket.socket:
    problem: OSError | None = None
    for family, where in _addresses(host, port):
        made = socket.socket(family, socket.SOCK_STREAM)
        made.settimeout(timeout)
        try:
            made.connect(where)
        except OSError as error:
            made.close()
            problem = error
        else:
            return made
    raise NoConnection(f"{host}:{port}: {problem}")


@contextmanager
def connect(host: str, port: int, timeout: float) -> Iterator[Connection]:
    """A TCP connection, closed at the end of the block.

    Raises:
        Refused: the address may not be contacted. NoConnection: it did not come about.
    """
    made = _open(host, port, timeout)
    try:
        yield Connection(made)
    finally:
        made.close()


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """POST to an http or https address; redirects are not followed.

    Raises:
        Refused: the address may not be contacted. NoConnection: nothing was sent. OSError: no whole answer came.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(_("{url}: an http or https address is needed.").format(url=url))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    made = _open(parts.hostname, port, timeout)
    try:
        if parts.scheme == "https":
            try:
                made = ssl.create_default_context().wrap_socket(made, server_hostname=parts.hostname)
            except OSError as error:
                raise NoConnection(f"{url}: {error}") from error
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=timeout)
        connection.sock = made
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, {"User-Agent": AGENT, **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(MOST_READ))
        except http.client.HTTPException as error:
            raise OSError(f"{url}: {type(error).__name__}: {error}") from error
    finally:
        made.close()
