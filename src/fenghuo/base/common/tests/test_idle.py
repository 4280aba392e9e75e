"""A connection serves again where its last answer was whole and the other side keeps it; else a new one is made."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fenghuo.base.common import idle, net


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))


class Office:
    """The other side: how many connections came, what each asked, and how it answers."""

    def __init__(self) -> None:
        self.connections = 0
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.ends = False
        self.ended = threading.Event()


@pytest.fixture
def office() -> Iterator[tuple[Office, str]]:
    made = Office()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # it writes head and body apart

        def setup(self) -> None:
            made.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked.append(body.decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"ok")
            self.close_connection = self.close_connection or made.ends

        def finish(self) -> None:
            super().finish()
            made.ended.set()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made, f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def post(url: str, text: str) -> None:
    assert net.post(url, text.encode(), {}, 3).body == b"ok"


def test_messages_one_after_the_other_take_one_connection_and_no_time(office: tuple[Office, str]) -> None:
    made, url = office
    begun = time.monotonic()
    for number in range(20):
        post(url, str(number))
    assert time.monotonic() - begun < 0.5, "the second half of a request waits for nobody's word (20 times 40 ms)"
    assert (made.connections, made.asked) == (1, [str(number) for number in range(20)])


def test_two_at_the_same_moment_have_a_connection_each(office: tuple[Office, str]) -> None:
    made, url = office
    both = threading.Barrier(2)

    def one(text: str) -> None:
        both.wait(5)
        for number in range(10):
            post(url, f"{text}{number}")

    threads = [threading.Thread(target=one, args=(text,)) for text in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert made.connections <= 2
    assert sorted(made.asked) == sorted(f"{text}{number}" for text in "ab" for number in range(10))


def test_who_says_that_it_closes_is_not_asked_again_on_the_same_one(office: tuple[Office, str]) -> None:
    made, url = office
    made.headers = {"Connection": "close"}
    post(url, "a")
    post(url, "b")
    assert (made.connections, made.asked) == (2, ["a", "b"])


def test_one_that_the_other_side_closed_without_a_word_is_seen_and_no_message_is_in_doubt(
    office: tuple[Office, str],
) -> None:
    made, url = office
    made.ends = True
    post(url, "a")
    assert made.ended.wait(5)
    time.sleep(0.05)
    post(url, "b")
    assert (made.connections, made.asked) == (2, ["a", "b"])


def test_one_that_nobody_takes_is_closed(office: tuple[Office, str], monkeypatch: pytest.MonkeyPatch) -> None:
    made, url = office
    monkeypatch.setattr(idle, "_KEPT_S", 0.1)
    post(url, "a")
    assert made.ended.wait(5)
    post(url, "b")
    assert made.connections == 2
