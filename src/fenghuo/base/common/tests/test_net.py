"""The one door waits for nobody longer than it said, and tells no secrets."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from fenghuo.base.common import net


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))


@contextmanager
def server(talk: Callable[[socket.socket, Event], None]) -> Iterator[int]:
    """Lets `talk` have each connection, once the request's head has come."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while not ended.is_set():
                try:
                    link, _address = listener.accept()
                except OSError:
                    return
                with link:
                    link.recv(65_536)
                    try:
                        talk(link, ended)
                    except OSError:
                        continue

        Thread(target=run, daemon=True).start()
        yield listener.getsockname()[1]
        ended.set()


def test_a_name_server_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    free = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: free.wait(10) and [])
    started = time.monotonic()
    with pytest.raises(net.NoConnection, match=r"hang\.example"):
        net.post("http://hang.example/?token=open-sesame", b"", {}, 0.3)
    assert time.monotonic() - started < 2
    free.set()


def test_a_name_that_hangs_is_asked_for_once_and_not_every_name_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    free, asked = Event(), []

    def hang(host: str, *_a: object, **_k: object) -> list[object]:
        asked.append(host)
        free.wait(10)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    for _again in range(5):
        with pytest.raises(net.NoConnection, match="no answer"):
            net.post("http://slow.example/", b"", {}, 0.02)
    assert asked == ["slow.example"], "however often it is asked for"
    for number in range(net._MOST_LOOK_UPS + 10):
        with pytest.raises(net.NoConnection):
            net.post(f"http://slow{number}.example/", b"", {}, 0.001)
    assert len(asked) == net._MOST_LOOK_UPS
    free.set()
    end = time.monotonic() + 5
    while net._look_ups and time.monotonic() < end:
        time.sleep(0.01)
    with pytest.raises(net.NoConnection, match="Name or service not known"):
        net.post("http://slow.example/", b"", {}, 2)


def test_a_name_that_can_not_be_asked_for_is_no_connection() -> None:
    with pytest.raises(net.NoConnection):
        net.post("http://" + "x" * 70 + ".example/", b"", {}, 3)


def test_an_answer_that_trickles_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def trickle(link: socket.socket, ended: Event) -> None:
        link.sendall(b"HTTP/1.1 200 OK\r\n")
        while not ended.wait(0.1):
            link.sendall(b"X-Slow: 1\r\n")

    with server(trickle) as port:
        started = time.monotonic()
        with pytest.raises(TimeoutError) as caught:
            net.post(f"http://127.0.0.1:{port}/?token=open-sesame", b"", {}, 0.5)
        assert time.monotonic() - started < 3
    assert "open-sesame" not in str(caught.value)


def test_half_an_answer_is_no_answer() -> None:
    def half(link: socket.socket, _ended: Event) -> None:
        link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}")

    with server(half) as port, pytest.raises(OSError, match="broke off"):
        net.post(f"http://127.0.0.1:{port}/", b"", {}, 3)


def test_headers_and_body_of_an_answer() -> None:
    def whole(link: socket.socket, _ended: Event) -> None:
        link.sendall(b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno")

    with server(whole) as port:
        answer = net.post(f"http://127.0.0.1:{port}/", b"x", {}, 3)
    assert (answer.status, answer.body, answer.header("retry-AFTER"), answer.header("absent")) == (429, b"no", "7", "")


def test_a_connection_for_a_while() -> None:
    def silent(_link: socket.socket, ended: Event) -> None:
        ended.wait(5)

    with server(silent) as port:
        started = time.monotonic()
        with net.connect("127.0.0.1", port, 4.0, 0.3) as raw:
            raw.socket.sendall(b"x")
            assert raw.socket.recv(1) == b"", "cut although the time-out of a single answer is longer"
        assert time.monotonic() - started < 3
