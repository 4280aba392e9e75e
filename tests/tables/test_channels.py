"""Messages go out once recorded, again where in doubt, and are never given up."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock, net
from fenghuo.warn.channels import actions, lanes
from fenghuo.warn.channels.message import Message, signature
from fenghuo.warn.channels.models import Channel, Delivery

pytestmark = pytest.mark.django_db
MESSAGE = Message("warning:1", "raised:red", 1, {"en": ("A title", "A text")}, {"n": 1})


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "may_contact", lambda address: address.startswith("127."))


class Sink:
    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 not now"
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[tuple[Sink, int]]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=0)
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    yield sink, controller.port
    controller.stop()


@pytest.fixture
def hook() -> Iterator[tuple[list[Any], int]]:
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield got, server.server_port
    server.shutdown()


def mail_channel(port: int) -> None:
    config = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "f@office.example"}
    actions.add_channel(TESTER, "mail", "email", config, ["desk@office.example"], "blue", "en")


def test_a_mail_arrives(smtp: tuple[Sink, int]) -> None:
    sink, port = smtp
    mail_channel(port)
    actions.enqueue(MESSAGE, ["a@office.example"], clock.now())
    assert actions.enqueue(MESSAGE, ["a@office.example"], clock.now()) == 2
    assert Delivery.objects.count() == 2, "the same occasion twice is one message a person"
    assert actions.deliver_once() == 2
    assert {envelope.rcpt_tos[0] for envelope in sink.mails} == {"desk@office.example", "a@office.example"}
    assert b"A title" in sink.mails[0].content
    assert actions.deliver_once() == 0


def test_a_refused_mail_is_tried_again(smtp: tuple[Sink, int]) -> None:
    sink, port = smtp
    mail_channel(port)
    sink.refuse = True
    actions.enqueue(MESSAGE, [], clock.now())
    actions.deliver_once()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.possible_double) == ("waiting", False)
    assert "451" in delivery.answer
    sink.refuse = False
    later = clock.now_ns() + 10_000_000_000
    with clock.moved(lambda: later):
        actions.deliver_once()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, len(sink.mails)) == ("sent", 2, 1)


def test_a_lost_lease_is_sent_again_and_marked(smtp: tuple[Sink, int]) -> None:
    sink, port = smtp
    mail_channel(port)
    actions.enqueue(MESSAGE, [], clock.now())
    [leased] = lanes._lease(Channel.objects.get(), 20)
    lanes._turn(None, leased)
    lanes._in_hand.clear()
    assert actions.deliver_once() == 0, "leased: nobody else sends it"
    later = clock.now_ns() + int(actions.LEASE / timedelta(microseconds=1)) * 1000 + 10**9
    with clock.moved(lambda: later):
        assert actions.deliver_once() == 1
    assert Delivery.objects.get().possible_double
    assert sink.mails[0].content.count(b"X-Fenghuo-Possible-Double") == 1


def test_a_webhook_is_signed(hook: tuple[list[Any], int]) -> None:
    got, port = hook
    config = {"url": f"http://127.0.0.1:{port}/x?y=1", "secret": "s3cret"}
    actions.add_channel(TESTER, "hook", "webhook", config, [], "orange", "en")
    actions.enqueue(MESSAGE, [], clock.now())
    actions.deliver_once()
    headers, body = got[0]
    expected = "sha256=" + signature("s3cret", headers["X-Fenghuo-Timestamp"], body)
    assert headers["X-Fenghuo-Signature"] == expected
    assert json.loads(body)["values"] == {"n": 1}
    assert json.loads(body)["delivery_id"] == Delivery.objects.get().id


def test_a_level_below_the_channels_lowest_does_not_go(hook: tuple[list[Any], int]) -> None:
    actions.add_channel(TESTER, "hook", "webhook", {"url": "http://127.0.0.1:1/", "secret": "x"}, [], "orange", "en")
    low = Message("warning:2", "raised:blue", 4, MESSAGE.texts)
    assert actions.enqueue(low, [], clock.now()) == 0


@pytest.mark.parametrize(
    ("kind", "config"),
    [("email", {"host": "h"}), ("webhook", {"url": "ftp://x", "secret": "x"}), ("webhook", {"url": "http://x"})],
)
def test_channels_that_can_not_be(kind: str, config: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        actions.add_channel(TESTER, "x", kind, config, [], "blue", "en")


def test_secrets_are_not_in_the_table() -> None:
    actions.add_channel(
        TESTER, "hook", "webhook", {"url": "https://x.example/", "secret": "open-sesame"}, [], "blue", "en"
    )
    from fenghuo.warn.channels.models import Channel

    assert "open-sesame" not in Channel.objects.get().sealed


def test_private_addresses_need_a_permit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "224.0.0.1", "fd00::1"):
        assert not net.may_contact(address), address
    assert net.may_contact("1.1.1.1")
    with pytest.raises(net.Refused):
        net.post("http://127.0.0.1:9/", b"", {}, 1)
