"""Samples: ports as a server and as devices before it show them."""

from fenghuo.see.screening.checks.samples import Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import PORTS
from fenghuo.see.screening.facts.network import Port

_ALL = (
    21,
    22,
    23,
    80,
    139,
    161,
    443,
    445,
    873,
    1433,
    1521,
    2375,
    3306,
    3389,
    5432,
    5900,
    6379,
    7001,
    8009,
    8080,
    9200,
    11211,
    27017,
)


def _open(**banners: bytes) -> Facts:
    """80 and 443 and these ports (p22=…) are open, all others closed."""
    said = {80: b"", 443: b"", **{int(name[1:]): banner for name, banner in banners.items()}}
    numbers = sorted({*_ALL, *said})
    return facts({PORTS: tuple(Port(n, "open" if n in said else "closed", said.get(n, b"")) for n in numbers)})


SAMPLES = [
    Sample("web only", _open(), "pass"),
    Sample(
        "filtered is not open",
        facts({PORTS: (Port(443, "open"), Port(3389, "filtered"), Port(22, "filtered"))}),
        "pass",
    ),
    Sample("remote desktop", _open(p3389=b""), ["remote-desktop"]),
    Sample("VNC", _open(p5900=b"RFB 003.008\n"), ["remote-desktop"]),
    Sample("shares", _open(p139=b"", p445=b""), ["file-sharing"]),
    Sample("telnet", _open(p23=b"\xff\xfd\x18"), ["telnet"]),
    Sample("databases", _open(p3306=b"J\x00\x00\x00\n8.0.35\x00", p1433=b""), ["database"]),
    Sample("docker", _open(p2375=b""), ["management"]),
    Sample("AJP and WebLogic", _open(p8009=b"", p7001=b""), ["middleware"]),
    Sample("SSH", _open(p22=b"SSH-2.0-OpenSSH_9.2p1\r\n"), ["ssh"]),
    Sample("SSH where nobody looks for it", _open(p8080=b"SSH-2.0-OpenSSH_7.4\r\n"), ["ssh"]),
    Sample("FTP", _open(p21=b"220 (vsFTPd 3.0.3)\r\n"), ["ftp"]),
    Sample("rsync", _open(p873=b"@RSYNCD: 31.0\n"), ["rsync"]),
    Sample("SNMP", _open(p161=b""), ["snmp"]),
    Sample("a device answers for every port", _open(**{f"p{n}": b"" for n in _ALL}), "could-not-test"),
    Sample("shut out", facts({PORTS: tuple(Port(n, "filtered") for n in _ALL)}), "could-not-test"),
    Sample("no port tried", facts({PORTS: ()}), "could-not-test"),
    Sample("not allowed", facts({PORTS: Failure(Why.NOT_AUTHORISED)}), "could-not-test"),
]
