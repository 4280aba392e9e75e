"""Days of ordinary DNS and web traffic of some units, with what is new every day: the same for the same seed.

`days(units, count)` gives (second, unit, kind, line) in order of time: the sites that everybody uses under ever new names of content
networks, services of a unit's own, some domains that nobody asked for before, reverse look-ups, names inside the network, programs that
update themselves, installers and uploads to sites that are known; with `odd`, also names that look made by a machine, of a service
that everybody has used for long.
"""

import json
import random
from collections.abc import Iterator

DAY = 86_400
Told = tuple[int, str, str, str]
"""(second, unit, kind of log, line)."""

_USUAL = [f"usual{n}.example-{'abcd'[n % 4]}.com" for n in range(60)]
ODD = "bcdfghjkmnpqrstvw.net"
_A_DAY = 160


def days(units: int, count: int, seed: int = 1, odd: bool = False) -> Iterator[Told]:
    """`count` days of so many units."""
    daily = [*_USUAL, "dl.vendor-known.com", "up.vendor-known.com", *([ODD] if odd else [])]
    rng = random.Random(seed)
    told: list[Told] = []
    for day in range(count):
        for unit in range(units):
            told += [(day * DAY + rng.randrange(DAY), f"u{unit}", *_said(rng, unit, day, odd)) for _ in range(_A_DAY)]
            told += [
                (day * DAY + 60 + n, f"u{unit}", *_asked(name))
                for n, name in enumerate([*daily, f"oa.unit{unit}-own.cn"])
            ]
    return iter(sorted(told))


def _said(rng: random.Random, unit: int, day: int, odd: bool) -> tuple[str, str]:
    host = f"10.{unit}.1.{rng.randrange(20, 60)}"
    kind = rng.random()
    if kind < 0.55:
        name = rng.choice(_USUAL)
        return _asked(name if rng.random() < 0.5 else f"{rng.randrange(1 << 32):08x}.cdn.{name}", host)
    if kind < 0.60:
        return _asked(f"www.first-seen-{day}-{rng.randrange(30)}.com", host)
    if kind < 0.70:
        return _asked(f"{rng.randrange(256)}.{rng.randrange(256)}.1.10.in-addr.arpa", host, "PTR")
    if kind < 0.80:
        return _asked(rng.choice(["printer", "nas.local", "wpad.corp", "fileserver.lan", "www.fengsui.gov.cn"]), host)
    if kind < 0.86:
        return _asked(ODD if odd else f"oa.unit{unit}-own.cn", host)
    if kind < 0.94:
        return _web(rng.choice(["dl.vendor-known.com", rng.choice(_USUAL)]), "/update/client.exe", host)
    if kind < 0.97:
        return _web("up.vendor-known.com", "/report", host, rng.randrange(30_000_000))
    return _web(f"www.first-seen-{day}-{rng.randrange(30)}.com", "/index.html", host, rng.randrange(3000))


def _asked(name: str, host: str = "10.9.9.9", kind: str = "A") -> tuple[str, str]:
    line = f"client @0x7f2b8c001a00 {host}#53211 ({name}): query: {name} IN {kind} +E(0)K (10.8.0.53)"
    return "bind", f"24-Nov-2026 14:03:21.123 queries: info: {line}"


def _web(host: str, uri: str, source: str, sent: int = 0) -> tuple[str, str]:
    record = {
        "_path": "http",
        "ts": 1795500000.0,
        "uid": "Cn4Vb81kq2Mx7Rt5Ya",
        "id.orig_h": source,
        "id.resp_h": "203.0.113.80",
        "method": "POST" if sent else "GET",
        "host": host,
        "uri": uri,
        "status_code": 200,
        "request_body_len": sent,
    }
    return "zeek", json.dumps(record)
