"""The one door for outbound connections: which addresses may be contacted, for how long, and how much is read.

A name is resolved once, each address is checked, and the connection goes to the checked address, so that a name which
changes its address between check and use leads nowhere else.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common import clock
from fenghuo.base.common.alarms import Alarms
from fenghuo.base.common.i18n import _
from fenghuo.base.common.idle import Idle
from fenghuo.base.common.settings import settings

MOST_READ = 1024 * 1024
AGENT = "Fenghuo"


_skews: dict[str, float] = {}
"""Host → by how many seconds our clock was ahead of its own, at its last answer."""
_MOST_WITNESSES = 16
_alarms = Alarms()
_idle = Idle(_alarms)


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
    """Status, headers in order, and at most `MOST_READ` bytes of an HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """The first value of a header, "" where it is absent."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")


def may_contact(address: str) -> bool:
    """Global addresses, and those inside the networks of the setting `outbound_private`."""
    found = ipaddress.ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or found
    if inner.is_global and not inner.is_multicast:
        return True
    networks = [n for n in settings().outbound_private.replace(" ", "").split(",") if n]
    return any(inner in ipaddress.ip_network(network, strict=False) for network in networks)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _LookUp:
    """A question to the system's resolver, for all who ask it meanwhile."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.found: list[Any] | OSError = []


_look_ups: dict[tuple[str, int], _LookUp] = {}
_look_ups_guard = threading.Lock()
_MOST_LOOK_UPS = 64
"""At once. A name server that never answers holds a thread for each name, however often it is asked for, and no more than these."""


def _resolved(host: str, port: int, timeout: float) -> "list[Any]":
    """What the system's resolver says. It knows no time-out and may hang for minutes, so that it is asked in a thread; an address is no
    question for it."""
    if _is_address(host):
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    with _look_ups_guard:
        asked = _look_ups.get((host, port))
        if asked is None:
            if len(_look_ups) >= _MOST_LOOK_UPS:
                raise OSError(_("too many names are being looked up already"))
            asked = _LookUp()
            threading.Thread(target=_look_up, args=(host, port, asked), name="fenghuo-resolve", daemon=True).start()
            _look_ups[host, port] = asked
    if not asked.done.wait(timeout):
        raise OSError(_("no answer in {seconds:g} s").format(seconds=timeout))
    if isinstance(asked.found, OSError):
        raise OSError(asked.found.strerror or str(asked.found)) from asked.found
    return asked.found


def _look_up(host: str, port: int, asked: _LookUp) -> None:
    try:
        asked.found = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        asked.found = error if isinstance(error, OSError) else OSError(str(error))
    finally:
        with _look_ups_guard:
            del _look_ups[host, port]
        asked.done.set()


def _addresses(host: str, port: int, timeout: float) -> "Sequence[tuple[int, tuple[Any, ...]]]":
    try:
        found = _resolved(host, port, timeout)
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
    """A connection to the first address that answers; `timeout` bounds all of it, the name included."""
    end = time.monotonic() + timeout
    problem: OSError | None = None
    for family, where in _addresses(host, port, timeout):
        left = end - time.monotonic()
        if left <= 0:
            break
        made = socket.socket(family, socket.SOCK_STREAM)
        made.settimeout(left)
        try:
            made.connect(where)
        except OSError as error:
            made.close()
            problem = error
        else:
            made.settimeout(timeout)
            # Head and body leave by two calls: on a connection that serves again the second would wait for the other side's word.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
    text = problem or _("no answer in {seconds:g} s").format(seconds=timeout)
    raise NoConnection(f"{host}:{port}: {text}")


@contextmanager
def connect(host: str, port: int, timeout: float, most: float | None = None) -> Iterator[Connection]:
    """A TCP connection, closed at the end of the block.

    Args:
        timeout: seconds until it stands, and then for each answer.
        most: seconds after which it is cut, whatever still trickles in; None for never.

    Raises:
        Refused: the address may not be contacted. NoConnection: it did not come about.
    """
    made = _open(host, port, timeout)
    try:
        if most is None:
            yield Connection(made)
        else:
            with _at_most(made, most, f"{host}:{port}"):
                yield Connection(made)
    finally:
        made.close()


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """POST to an http or https address; redirects are not followed. Errors name the host, since an address may hold a secret.

    Args:
        timeout: seconds for name and connection, for TLS, and for the whole exchange after it, each.

    Raises:
        Refused: the address may not be contacted. NoConnection: nothing was sent. OSError: no whole answer came.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(_("{url}: an http or https address is needed.").format(url=f"{parts.scheme}://{parts.hostname}"))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    key = (parts.scheme, parts.hostname, port)
    made = _idle.take(key) or _ready(*key, timeout)
    again = False
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _at_most(made, timeout, f"{parts.hostname}:{port}") as late:
            answer, again = _exchange(made, parts.netloc.rpartition("@")[2], path, body, headers)
            if late.is_set():  # what was cut among its headers looks like a whole answer without a body
                again = False
                raise TimeoutError
            return answer
    finally:
        if again:
            _idle.keep(key, made)
        else:
            made.close()


def _ready(scheme: str, host: str, port: int, timeout: float) -> socket.socket:
    """A new connection, with TLS where the scheme asks for it."""
    made = _open(host, port, timeout)
    if scheme != "https":
        return made
    try:
        return ssl.create_default_context().wrap_socket(made, server_hostname=host)
    except OSError as error:
        made.close()
        raise NoConnection(f"{host}:{port}: {error}") from error


def _exchange(
    made: socket.socket, host: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[Answer, bool]:
    """The answer, and whether the connection may serve once more."""
    connection = http.client.HTTPConnection(host)
    connection.sock = made
    try:
        connection.request("POST", path, body, {"User-Agent": AGENT, "Host": host, **headers})
        answer = connection.getresponse()
        _note_date(host, answer.getheader("Date", ""))
        found = Answer(answer.status, answer.read(MOST_READ), tuple(answer.getheaders()))
        if answer.length and len(found.body) < MOST_READ:  # read(n) says nothing of an answer that breaks off
            raise OSError(_("{host}: the answer broke off").format(host=host))
        return found, answer.isclosed() and not answer.will_close
    except http.client.HTTPException as error:
        raise OSError(f"{host}: {type(error).__name__}: {error}") from error


@contextmanager
def _at_most(made: socket.socket, seconds: float, where: str) -> Iterator[threading.Event]:
    """End the connection after so many seconds, whatever still trickles in: a socket's time-out begins anew with each byte.

    Gives an event that is set when that happened.
    """
    late = threading.Event()
    handle = made.dup()  # the connection may be wrapped in TLS meanwhile, which takes the first handle away

    def end() -> None:
        late.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    alarm = _alarms.after(seconds, end)
    try:
        yield late
    except OSError as error:
        if late.is_set():
            text = _("{host}: no whole answer in {seconds:g} s").format(host=where, seconds=seconds)
            raise TimeoutError(text) from error
        raise
    finally:
        alarm.call_off()
        handle.close()


def _note_date(host: str, stated: str) -> None:
    try:
        theirs = parsedate_to_datetime(stated)
    except ValueError:
        return
    if theirs.tzinfo is None:
        return
    if len(_skews) >= _MOST_WITNESSES and host not in _skews:
        _skews.pop(next(iter(_skews)))
    # A Date has whole seconds: on average half a second has gone since it began.
    _skews[host] = (clock.now() - theirs).total_seconds() - 0.5


def skew() -> tuple[float | None, int]:
    """By how many seconds our clock is ahead of those of the servers that answered this process, and of how many servers that is the
    middle. (None, 0) where none has answered. It is no measurement of time: it only shows that somebody's clock is wrong.
    """
    found = sorted(_skews.values())
    return (found[len(found) // 2], len(found)) if found else (None, 0)
