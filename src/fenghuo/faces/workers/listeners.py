"""Where `fenghuo up` listens."""

import ipaddress
import socket
import time
from dataclasses import dataclass, fields

from fenghuo.base.common.i18n import _

OFF = "off"
_BIND_PATIENCE_S = 5.0
_BACKLOG = 512


class CannotListen(Exception):
    """An address can't be listened on; the message says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """HOST:PORT of each listener; port 0 takes a free one, "off" leaves the listener out."""

    http: str = "127.0.0.1:8800"
    ingest: str = "127.0.0.1:8801"
    syslog_udp: str = "127.0.0.1:5514"
    syslog_tcp: str = "127.0.0.1:5514"
    syslog_tls: str = "127.0.0.1:6514"
    relp: str = "127.0.0.1:2514"

    def by_name(self) -> dict[str, str]:
        """Listener name ("syslog-tcp") → HOST:PORT, without those that are off."""
        named = {f.name.replace("_", "-"): getattr(self, f.name) for f in fields(self)}
        return {name: address for name, address in named.items() if address != OFF}


def split(address: str) -> tuple[str, int]:
    """Host and port of HOST:PORT or [IPV6]:PORT.

    Raises:
        CannotListen: it is not of that form.
    """
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise CannotListen(
            _("{address}: HOST:PORT is needed, for example 127.0.0.1:8800, or off.").format(address=address)
        )
    return host, int(port)


def is_loopback(address: str) -> bool:
    """True where only this machine can reach the address."""
    host = split(address)[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind(name: str, address: str) -> socket.socket:
    """A bound socket, listening if it is a stream, that children may inherit.

    A port that a dying predecessor still holds is waited for, up to 5 seconds.

    Raises:
        CannotListen: the address is not of this machine, or another program has it.
    """
    host, port = split(address)
    kind = socket.SOCK_DGRAM if name == "syslog-udp" else socket.SOCK_STREAM
    try:
        found = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        text = _("--{name} {address}: this host is not known ({error}). Use an address.")
        raise CannotListen(text.format(name=name, address=address, error=error.strerror)) from error
    end = time.monotonic() + _BIND_PATIENCE_S
    while True:
        made = socket.socket(found[0], kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(found[4])
            if kind == socket.SOCK_STREAM:
                made.listen(_BACKLOG)
            else:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024 * 1024)
            return made
        except OSError as error:
            made.close()
            if time.monotonic() > end:
                text = _("--{name} {address}: {error}. Stop the program that has this port, or choose another.")
                raise CannotListen(text.format(name=name, address=address, error=error.strerror)) from error
            time.sleep(0.05)
