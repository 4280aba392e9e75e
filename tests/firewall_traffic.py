"""An office hour at the firewalls of a unit: everything in it is denied, and nothing of it is a search by a host inside.

`denied(count, seed)` gives lines of the Linux kernel's firewall, twenty a second, the same for the same seed: the internet's
noise, what Windows and phones call out to everybody, file sharing between programs, clocks and names, late answers of servers,
drives and printers that are gone, monitoring, traces of routes, an administrator at work.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone

_START = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))
_A_SECOND = 20
_WANTED = (
    22,
    23,
    80,
    81,
    443,
    445,
    1433,
    2323,
    3389,
    5060,
    5555,
    5900,
    6379,
    7001,
    8080,
    8443,
    8728,
    9200,
    37215,
    60023,
)
_ANNOUNCED = ((137, 137), (138, 138), (1900, 51000), (5353, 5353), (5355, 52000), (3702, 53000), (67, 68))
_SERVERS = (443, 443, 80, 993, 3306, 8080, 1521)

Packet = tuple[str, int, str, int, str]
"""(source, its port, destination, its port, protocol)."""


def line(at: datetime, packet: Packet, words: str = "FW-DROP") -> str:
    """The kernel's line of a packet."""
    source, from_port, destination, to_port, protocol = packet
    return (
        f"<4>{at:%b} {at.day:2d} {at:%H:%M:%S} fw kernel: {words} IN=eth0 OUT=eth1 MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 "
        f"SRC={source} DST={destination} LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=10895 DF PROTO={protocol} SPT={from_port} DPT={to_port} "
        "WINDOW=64240 RES=0x00 SYN URGP=0"
    )


def denied(count: int, seed: int = 1, start: datetime = _START) -> Iterator[str]:
    """`count` lines."""
    rng = random.Random(seed)
    kinds: dict[Callable[[random.Random], Packet], int] = {
        _noise: 40,
        _scanner: 12,
        _called_out: 16,
        _shared: 8,
        _blocked_page: 6,
        _clock_or_name: 5,
        _late_answer: 7,
        _gone_drive: 4,
        _monitored: 3,
        _traced: 2,
        _administrator: 1,
        _passive_ftp: 1,
    }
    makers = rng.choices(list(kinds), weights=list(kinds.values()), k=count)
    for number, make in enumerate(makers):
        yield line(start + timedelta(seconds=number // _A_SECOND), make(rng))


def worm(seconds: int, port: int = 445, start: datetime = _START) -> Iterator[str]:
    """A host inside that tries one service of another host each second."""
    for n in range(seconds):
        yield line(
            start + timedelta(seconds=60 + n), ("10.20.3.77", 50_000 + n, f"10.20.{n % 9}.{n % 250 + 1}", port, "TCP")
        )


def _public(rng: random.Random) -> str:
    return f"{rng.choice((45, 71, 89, 103, 141, 162, 185, 205))}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def _host(rng: random.Random) -> str:
    return f"10.20.{rng.randrange(8)}.{rng.randrange(2, 250)}"


def _ephemeral(rng: random.Random) -> int:
    return rng.randrange(32_768, 61_000)


def _noise(rng: random.Random) -> Packet:
    return _public(rng), _ephemeral(rng), f"192.0.2.{rng.randrange(1, 17)}", rng.choice(_WANTED), "TCP"


def _scanner(rng: random.Random) -> Packet:
    return (
        f"198.51.100.{rng.randrange(40)}",
        _ephemeral(rng),
        f"192.0.2.{rng.randrange(1, 17)}",
        rng.randrange(1, 10_000),
        "TCP",
    )


def _called_out(rng: random.Random) -> Packet:
    to_port, from_port = rng.choice(_ANNOUNCED)
    everybody = rng.choice(("10.20.3.255", "255.255.255.255", "224.0.0.251", "239.255.255.250", _host(rng)))
    return _host(rng), from_port, everybody, to_port, "UDP"


def _shared(rng: random.Random) -> Packet:
    return (
        f"10.20.5.{rng.randrange(30, 34)}",
        6881,
        _public(rng),
        rng.choice((6881, 51413, _ephemeral(rng))),
        rng.choice(("TCP", "UDP")),
    )


def _blocked_page(rng: random.Random) -> Packet:
    return _host(rng), _ephemeral(rng), _public(rng), rng.choice((80, 443, 8080, 5222, 14000)), "TCP"


def _clock_or_name(rng: random.Random) -> Packet:
    return _host(rng), _ephemeral(rng), _public(rng), rng.choice((123, 53, 853)), "UDP"


def _late_answer(rng: random.Random) -> Packet:
    return (
        f"10.20.0.{rng.randrange(10, 14)}",
        rng.choice(_SERVERS),
        f"10.20.1.{rng.randrange(2, 6)}",
        _ephemeral(rng),
        "TCP",
    )


def _gone_drive(rng: random.Random) -> Packet:
    return (
        _host(rng),
        _ephemeral(rng),
        f"10.20.0.{rng.randrange(200, 206)}",
        rng.choice((445, 139, 9100, 515, 135)),
        "TCP",
    )


def _monitored(rng: random.Random) -> Packet:
    return "10.20.0.9", _ephemeral(rng), _host(rng), rng.choice((161, 161, 10_050, 9_090)), rng.choice(("UDP", "TCP"))


def _traced(rng: random.Random) -> Packet:
    return f"10.20.2.{rng.randrange(3)}", _ephemeral(rng), "203.0.113.1", 33_434 + rng.randrange(90), "UDP"


def _administrator(rng: random.Random) -> Packet:
    return "10.20.0.5", _ephemeral(rng), f"10.20.0.{rng.randrange(20, 35)}", rng.choice((22, 3389, 8443)), "TCP"


def _passive_ftp(rng: random.Random) -> Packet:
    return "10.20.4.8", _ephemeral(rng), "203.0.113.21", _ephemeral(rng), "TCP"
