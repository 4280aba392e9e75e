"""Fifty TLS servers, judged by our eleven connections and by sslyze's hundreds: the same protocols, the same word on the certificate."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from fenghuo.see.screening.facts import Failure, Target
from fenghuo.see.screening.facts.network import TlsFacts
from fenghuo.see.screening.fetch import tls
from fenghuo.see.screening.fetch.tests.loopback import KeptLog
from fenghuo.see.screening.fetch.tls_hello import VERSIONS
from fenghuo.see.screening.fetch.trust import Roots, names_host
from tests.screening.certificates import authority, leaf
from tests.screening.conftest import Start, wire
from tests.screening.tls_servers import AIA, HOST, ORACLE, Certificates, TlsServer, start_all
from tests.service.conftest import free_port, program

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def made(folder: Path) -> Certificates:
    return Certificates(folder)


@pytest.fixture(scope="module")
def servers(start: Start, made: Certificates) -> Iterator[list[TlsServer]]:
    return start_all(start, made)


@pytest.fixture(scope="module")
def ours(servers: list[TlsServer], made: Certificates) -> dict[str, tuple[TlsFacts, int]]:
    """What we find, and with how many connections."""

    async def one(server: TlsServer) -> tuple[TlsFacts, int]:
        log = KeptLog()
        return await collect(server.port, made, log), len(log.contacts)

    async def all_of_them() -> dict[str, tuple[TlsFacts, int]]:
        return {server.name: await one(server) for server in servers}

    return asyncio.run(all_of_them())


@pytest.fixture(scope="module")
def oracle(servers: list[TlsServer], made: Certificates) -> dict[str, Any]:
    asked = json.dumps([{"name": server.name, "host": HOST, "port": server.port} for server in servers])
    script = Path(__file__).with_name("sslyze_verdicts.py")
    done = subprocess.run(
        [str(ORACLE), str(script), str(made.roots)], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout)
    return said


async def collect(port: int, made: Certificates, log: KeptLog | None = None, **more: Any) -> TlsFacts:
    async def nowhere(_host: str, _seconds: float) -> list[str]:
        return []

    target = Target(HOST, "website", HOST, f"https://{HOST}:{port}/")
    more.setdefault("resolve", nowhere)
    return await tls.collect(wire(HOST, log=log), target, ["127.0.0.1"], Roots((made.root.der,)), **more)


def accepted(facts: TlsFacts) -> bool:
    """Whether a browser would accept the certificate, as it follows from the facts: what `trusted` leaves out is added here."""
    first = x509.load_der_x509_certificate(facts.chain[0])
    in_time = first.not_valid_before_utc <= datetime.now(UTC) <= first.not_valid_after_utc
    return facts.trusted and in_time and names_host(facts.chain[0], HOST)


def test_our_word_agrees_with_sslyze(ours: dict[str, tuple[TlsFacts, int]], oracle: dict[str, Any]) -> None:
    cells, other = 0, []
    for name, (facts, _connections) in ours.items():
        said = oracle[name]
        for version in VERSIONS:
            if said["versions"] and version in said["versions"]:
                cells += 1
                if facts.offered[version] is not said["versions"][version]:
                    other.append(f"{name}: {version}: {facts.offered[version]}, sslyze {said['versions'][version]}")
        if said["trusted"] is not None:
            cells += 1
            if accepted(facts) is not said["trusted"]:
                other.append(f"{name}: accepted {accepted(facts)}, sslyze {said['trusted']} {said['why']}")
    judged = [name for name in ours if oracle[name]["versions"]]
    print(f"{len(judged)} configurations, {cells} cells, {len(other)} differ: {other}")
    assert len(judged) >= 40
    assert cells >= 240
    assert len(other) <= cells * 0.01, other


def test_weak_suites_are_those_that_sslyze_sees(ours: dict[str, tuple[TlsFacts, int]], oracle: dict[str, Any]) -> None:
    marks = {"null": "NULL", "export": "EXPORT", "rc4": "RC4", "3des": "3DES"}
    for name, (facts, _connections) in ours.items():
        if oracle[name]["versions"]:
            for group, mark in marks.items():
                seen = any(
                    mark in suite and (group != "rc4" or "EXPORT" not in suite) for suite in oracle[name]["suites"]
                )
                assert facts.offered[group] is seen, f"{name}: {group}"


def test_no_question_stays_open_and_none_is_asked_twice(ours: dict[str, tuple[TlsFacts, int]]) -> None:
    for name, (facts, connections) in ours.items():
        assert connections <= 11, name
        assert not [said for said in facts.offered.values() if isinstance(said, Failure)], name


def test_certificates_are_judged_as_they_were_made(
    ours: dict[str, tuple[TlsFacts, int]], servers: list[TlsServer]
) -> None:
    for server in servers:
        facts = ours[server.name][0]
        assert accepted(facts) is server.good, server.name
    assert ours["openssl dh1024"][0].dh_bits == 1024
    assert ours["openssl 1.3"][0].dh_bits == 0
    assert len(ours["openssl with-root"][0].chain) == 3


async def test_a_missing_certificate_is_fetched_where_the_other_says(
    start: Start, servers: list[TlsServer], made: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made.folder / "between.cer").write_bytes(made.between.der)
    web = free_port()
    temporary = " ".join(
        f"{kind}_temp_path {made.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (made.folder / "aia.conf").write_text(
        f"daemon off; pid {made.folder}/aia.pid; error_log {made.folder}/aia-error.log; events {{ worker_connections 16; }}\n"
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{web}; root {made.folder}; }} }}\n"
    )
    start(web, program("nginx"), "-c", str(made.folder / "aia.conf"), "-e", str(made.folder / "aia-early.log"))
    monkeypatch.setattr("fenghuo.base.common.door.may_contact", lambda address: address == "127.0.0.1")
    place = AIA.replace("/between.cer", f":{web}/between.cer")
    holder = leaf(HOST, made.between, aia=place)
    (made.folder / "fetched.pem").write_bytes(holder.pem)
    (made.folder / "fetched.key").write_bytes(holder.key_pem)
    port = free_port()
    files = ["-cert", str(made.folder / "fetched.pem"), "-key", str(made.folder / "fetched.key")]
    start(port, program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", *files)
    log = KeptLog()

    async def here(_host: str, _seconds: float) -> list[str]:
        return ["127.0.0.1"]

    found = await collect(port, made, log, aia_ports=frozenset({web}), resolve=here)
    assert (found.trusted, found.with_issuers, found.issuers) == (False, True, (made.between.der,))
    assert log.contacts[-1].what == f"AIA {place}"
    assert log.contacts[-1].check_class == "lookup"
    refused = await collect(port, made, log, resolve=here)
    assert (refused.with_issuers, refused.issuers) == (False, ()), "port 80 only"


def test_two_authorities_are_two(made: Certificates) -> None:
    other = authority("Fengsui Root")
    chain = [leaf(HOST, other).der, other.der]
    assert not Roots((made.root.der,)).leads_here(chain, datetime.now(UTC)), "the same name with another key"
