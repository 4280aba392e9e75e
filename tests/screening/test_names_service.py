"""Names against a real BIND: aliases to nowhere, wildcards, signatures that hold and that do not, zone transfers."""

import re
import subprocess
from pathlib import Path

import pytest

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.facts.network import Names
from fenghuo.see.screening.fetch import names, transfer
from fenghuo.see.screening.fetch.resolver import Resolver
from tests.screening.conftest import Start, wire
from tests.service.conftest import free_port, program, until

pytestmark = pytest.mark.service

HEAD = "$TTL 300\n@ SOA ns1 h 1 3600 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n"
ZONES = {
    "fengsui.example": HEAD
    + '@ NS ns2.provider.example.\n@ MX 10 mail\nmail A 127.0.0.1\n@ TXT "v=spf1 mx -all"\n_dmarc TXT "v=DMARC1; p=reject"\n'
    + '@ CAA 0 issue "ca.example"\nwww A 192.0.2.7\nwww AAAA 2001:db8::7\nold CNAME gone.cloud.example.\nalias CNAME www\n'
    + "".join(f"host{i} A 192.0.2.{i}\n" for i in range(1, 40)),
    "closed.example": HEAD + "www A 192.0.2.8\n",
    "large.example": HEAD + "www A 192.0.2.9\n" + "".join(f'@ TXT "{"x" * 200}{i}"\n' for i in range(20)),
    "wild.example": HEAD + "* A 192.0.2.10\nwww A 192.0.2.10\n",
    "cloud.example": HEAD,
    "provider.example": HEAD + "ns2 A 127.0.0.1\n",
    "good.example": HEAD + "www A 192.0.2.11\n",
    "bogus.example": HEAD + "www A 192.0.2.12\n",
    "late.example": HEAD + "www A 192.0.2.13\n",
    "stranger.example": HEAD + "www A 192.0.2.14\n",
    "stripped.example": HEAD + "www A 192.0.2.15\n",
}
SIGNED = ("good.example", "bogus.example", "late.example", "stranger.example")


def keyed(folder: Path, zone: str) -> str:
    """Make a key for a zone; its DS record as the parent has it."""
    made = subprocess.run(
        [program("dnssec-keygen"), "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-K", str(folder), zone],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown = subprocess.run(
        [program("dnssec-dsfromkey"), "-2", str(folder / made.stdout.strip())],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout


def signed(folder: Path, zone: str, *dates: str) -> None:
    command = [program("dnssec-signzone"), "-P", "-S", "-z", "-K", str(folder), "-d", str(folder), "-o", zone, *dates]
    subprocess.run(
        [*command, "-f", str(folder / f"{zone}.zone"), str(folder / f"{zone}.zone")], capture_output=True, check=True
    )


@pytest.fixture(scope="module")
def bind(start: Start, folder: Path) -> int:
    parent = HEAD + "".join(f"{zone}. NS ns1.{zone}.\nns1.{zone}. A 127.0.0.1\n" for zone in ZONES)
    for zone, text in ZONES.items():
        (folder / f"{zone}.zone").write_text(text)
    for zone in SIGNED:
        parent += keyed(folder, zone)
        signed(folder, zone, *(("-s", "now-2592000", "-e", "now-86400") if zone == "late.example" else ()))
    for zone in ("stripped.example", "stranger.example"):  # a key that the zone does not have
        other = folder / "other"
        other.mkdir(exist_ok=True)
        parent = re.sub(rf"^{zone}\. IN DS .*\n", "", parent, flags=re.MULTILINE) + keyed(other, zone)
    changed = folder / "bogus.example.zone"
    changed.write_text(re.sub(r"(SOA\s+\S+ \S+ \(\s+)1\b", r"\g<1>2", changed.read_text(), count=1))
    (folder / "example.zone").write_text(parent)
    keyed(folder, "example")
    signed(folder, "example")
    root = (
        HEAD.replace("ns1", "ns1.example.").replace("SOA ns1.example. h", "SOA ns1.example. h.")
        + "example. NS ns1.example.\n"
    )
    (folder / "root.zone").write_text(root)
    port = free_port()
    allowed = {"fengsui.example": "any", "large.example": "any"}
    listed = "".join(
        f'zone "{zone}" {{ type primary; file "{zone}.zone"; allow-transfer {{ {allowed.get(zone, "none")}; }}; }};\n'
        for zone in (*ZONES, "example")
    )
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; pid-file none;\n'
        f"recursion yes; dnssec-validation no; session-keyfile none; }};\ncontrols {{ }};\n"
        f'zone "." {{ type primary; file "root.zone"; }};\n{listed}'
    )
    start(port, program("named"), "-g", "-c", str(folder / "named.conf"))
    log = folder / f"named-{port}.log"
    until(
        lambda: " running\n" in log.read_text(errors="replace"), 30, "named with its zones"
    )  # it listens before it has them
    return port


async def collect(port: int, host: str) -> Names:
    made = wire(host)
    return await names.collect(made, Target(host, "website", host), [], Resolver(made, ["127.0.0.1"], port))


async def test_a_zone_as_it_is(bind: int) -> None:
    found = await collect(bind, "www.fengsui.example")
    assert (found.records["A"], found.records["AAAA"]) == (("192.0.2.7",), ("2001:db8::7",))
    assert found.records["CAA"] == ('0 issue "ca.example"',)
    assert found.records["MX"] == ("10 mail.fengsui.example.",)
    assert found.records["DMARC"] == ("v=DMARC1; p=reject",)
    assert (found.wildcard, found.dangling, found.dnssec) == (False, "", "unsigned")


async def test_aliases(bind: int) -> None:
    assert (await collect(bind, "old.fengsui.example")).dangling == "gone.cloud.example"
    found = await collect(bind, "alias.fengsui.example")
    assert (found.aliases, found.dangling) == (("www.fengsui.example",), "")


async def test_a_wildcard(bind: int) -> None:
    assert (await collect(bind, "www.wild.example")).wildcard is True


async def test_an_answer_too_long_for_a_datagram(bind: int) -> None:
    texts = (await collect(bind, "www.large.example")).records["TXT"]
    assert isinstance(texts, tuple)
    assert len(texts) == 20


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("www.good.example", "secure"),
        ("www.bogus.example", "bogus"),
        ("www.late.example", "bogus"),
        ("www.stranger.example", "bogus"),
        ("www.stripped.example", "bogus"),
        ("www.wild.example", "unsigned"),
    ],
)
async def test_signatures(bind: int, host: str, state: str) -> None:
    assert (await collect(bind, host)).dnssec == state


@pytest.mark.parametrize(("zone", "least"), [("fengsui.example", 40), ("closed.example", 0)])
async def test_zone_transfers(bind: int, zone: str, least: int) -> None:
    made = wire(f"ns1.{zone}")
    target = Target(f"www.{zone}", "website", f"www.{zone}")
    found = await transfer.collect(made, target, [], Resolver(made, ["127.0.0.1"], bind), bind)
    count = found.servers[f"ns1.{zone}"]
    assert isinstance(count, int)
    assert count >= least
    assert bool(count) is bool(least)
