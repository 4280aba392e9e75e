"""Mail exchangers of aiosmtpd and name servers of our own: STARTTLS as it should be, and with certificates as they should not."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.facts.network import MailServer
from fenghuo.see.screening.fetch import mail
from fenghuo.see.screening.fetch.resolver import Resolver
from fenghuo.see.screening.fetch.tests.nameserver import name_server, records
from fenghuo.see.screening.fetch.trust import Roots
from tests.screening.certificates import Holder, authority, leaf
from tests.screening.conftest import wire
from tests.service.conftest import free_port

pytestmark = pytest.mark.service
HOST = "mail.fengsui.example"
ZONE = ("fengsui.example MX 10 mail.fengsui.example.", "mail.fengsui.example A 127.0.0.1")
ROOT = authority("Fengsui Root")
BETWEEN = authority("Fengsui Between", ROOT)


class Nothing:
    """Keeps what arrives, which must be nothing."""

    def __init__(self) -> None:
        self.senders: list[str] = []

    async def handle_MAIL(self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.senders.append(address)
        return "250 OK"


@pytest.fixture
def exchanger(folder: Path) -> Iterator[Callable[..., int]]:
    """Starts an SMTP server, with STARTTLS where a chain is given; returns its port."""
    started: list[tuple[Controller, Nothing]] = []

    def start(*chain: Holder) -> int:
        context = None
        if chain:
            (folder / "mail.pem").write_bytes(b"".join(one.pem for one in chain) + chain[0].key_pem)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "mail.pem")
        handler, port = Nothing(), free_port()
        controller = Controller(handler, hostname="127.0.0.1", port=port, tls_context=context)
        controller.start()
        started.append((controller, handler))
        return port

    yield start
    for controller, handler in started:
        controller.stop()
        assert handler.senders == []


async def collect(port: int) -> MailServer:
    made = wire(HOST)
    async with name_server(records(*ZONE)) as server:
        ask = Resolver(made, ["127.0.0.1"], server.port)
        target = Target("www.fengsui.example", "website", "www.fengsui.example")
        [found] = await mail.collect(made, target, [], ask, Roots((ROOT.der,)), port)
    return found


async def test_without_starttls(exchanger: Callable[..., int]) -> None:
    found = await collect(exchanger())
    assert (found.starttls, found.chain, found.trusted) == (False, (), False)


async def test_with_a_good_chain(exchanger: Callable[..., int]) -> None:
    issued = leaf(HOST, BETWEEN)
    found = await collect(exchanger(issued, BETWEEN))
    assert (found.starttls, found.chain, found.trusted) == (True, (issued.der, BETWEEN.der), True)


@pytest.mark.parametrize(
    "chain", [(leaf(HOST),), (leaf("www.other.example", BETWEEN), BETWEEN), (leaf(HOST, BETWEEN),)]
)
async def test_with_a_chain_that_nobody_trusts(exchanger: Callable[..., int], chain: tuple[Holder, ...]) -> None:
    found = await collect(exchanger(*chain))
    assert (found.starttls, found.trusted, len(found.chain)) == (True, False, len(chain))
