"""Nothing outside a permit is contacted, however a site tries to lead there."""

import random
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fenghuo.see.screening.facts import CheckClass, Untested, Why
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.screen import pin
from fenghuo.see.screening.fetch.tests.loopback import HOST, NOW, KeptLog, means, permit, site
from fenghuo.see.screening.fetch.web import Web
from fenghuo.see.screening.fetch.wire import Wire
from fenghuo.see.screening.permit import canonical

BEGINS = (NOW - timedelta(days=1)).astimezone(ZoneInfo("Asia/Shanghai"))
OTHERS = ["127.0.0.2", "127.0.0.3", "::1", "10.0.0.1", "169.254.169.254", "192.0.2.1", "2001:db8::1"]
NOTATIONS = [
    "2130706434",
    "0x7f000002",
    "0177.0.0.2",
    "127.2",
    "127.0.0.2.",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[0:0:0:0:0:ffff:7f00:0002]",
    "１２７.0.0.2",
    "127。0。0。2",
    "[fe80::1%25lo]",
    "[::]",
    "0",
    "0.0.0.0",
    "localhost",
    "localhost.",
]


def hostile(chance: random.Random, port: int) -> str:
    """A place to which a site might try to lead."""
    other = chance.choice([*OTHERS[:2], *NOTATIONS, "other.example", f"{HOST}.evil.example", f"evil-{HOST}"])
    where = chance.choice(
        [other, f"{HOST}@{other}", f"{HOST}:80@{other}", f"{other}#@{HOST}", f"{other}\\@{HOST}", f"{HOST}%00.{other}"]
    )
    scheme = chance.choice(
        ["http://", "https://", "//", "HTTP://", "http:\\\\", "ftp://", "gopher://", "file:///etc/", "javascript:"]
    )
    space = chance.choice(["", "", "", " ", "\t", "\r\n"])
    number = chance.choice(["", f":{port}", ":22", ":0", ":99999", ":８０"])
    return f"{space}{scheme}{where}{number}/{chance.choice(['', 'a', '?x=' + HOST, '..//' + HOST])}{space}"


async def test_ten_thousand_ways_out_lead_nowhere() -> None:
    log, chance = KeptLog(), random.Random(20261125)

    async def never(_request: object) -> None:
        raise AssertionError("contacted")

    async with site(never, "127.0.0.2") as forbidden:  # type: ignore[arg-type]
        wire = Wire(permit("127.0.0.1"), Limiter(spacing=0.0), log, lambda: NOW)
        async with Web(wire, means().scanner, {HOST: "127.0.0.1"}, frozenset({80, 443, forbidden.port})) as web:
            for _ in range(10_000):
                url = hostile(chance, forbidden.port)
                with pytest.raises(Untested) as refused:
                    await web.get(url)
                assert refused.value.failure.why is Why.LEFT_THE_SITE, url
        assert forbidden.asked == []
    assert log.contacts == []


async def test_a_redirect_out_of_the_permit_is_not_followed() -> None:
    from aiohttp import web as server

    async def elsewhere(request: server.Request) -> server.Response:
        return server.Response(status=302, headers={"Location": f"http://127.0.0.2:{request.url.port}/"})

    log = KeptLog()
    async with site(elsewhere) as asked:
        wire = Wire(permit(), Limiter(spacing=0.0), log, lambda: NOW)
        async with Web(wire, means().scanner, {HOST: "127.0.0.1"}, frozenset({asked.port})) as web:
            with pytest.raises(Untested) as refused:
                await web.follow(asked.target().url)
    assert refused.value.failure.why is Why.LEFT_THE_SITE
    assert [c.address for c in log.contacts] == ["127.0.0.1"]
    assert asked.asked[0][2]["X-Screening"].endswith("order W-1)")


async def test_a_name_that_changes_its_address_meanwhile_leads_nowhere_else() -> None:
    answers = iter([["203.0.113.7"], ["127.0.0.2"]])

    async def changing(_host: str, _seconds: float) -> list[str]:
        return next(answers)

    wire = Wire(permit(addresses=frozenset()), Limiter(spacing=0.0), KeptLog(), lambda: NOW)
    assert await pin(means_target(), wire, changing) == ["203.0.113.7"]
    refusal = wire.permit.refusal(CheckClass.VISIT, HOST, "127.0.0.2", NOW)
    assert refusal is not None
    assert refusal.why is Why.NOT_AUTHORISED
    assert not wire.permit.names("203.0.113.7"), "an address that was only looked up is no licence for a private one"


async def test_a_site_that_moved_away_from_its_pinned_address_is_not_contacted() -> None:
    async def moved(_host: str, _seconds: float) -> list[str]:
        return ["203.0.113.9"]

    wire = Wire(permit("203.0.113.7"), Limiter(spacing=0.0), KeptLog(), lambda: NOW)
    with pytest.raises(Untested) as refused:
        await pin(means_target(), wire, moved)
    assert refused.value.failure.why is Why.NOT_AUTHORISED
    assert "203.0.113.9" in refused.value.failure.detail


def means_target() -> object:
    from fenghuo.see.screening.facts import Target

    return Target(HOST, "website", HOST, f"http://{HOST}/")


def test_classes_time_quiet_hours_and_budget() -> None:
    given = permit(classes=frozenset({CheckClass.VISIT}), quiet=((time(22), time(6)),), begins=BEGINS)
    assert given.refusal(CheckClass.VISIT, HOST, "127.0.0.1", NOW) is None
    for check_class, host, moment, why in [
        (CheckClass.PORTS, HOST, NOW, Why.NOT_AUTHORISED),
        (CheckClass.VISIT, "other.example", NOW, Why.LEFT_THE_SITE),
        (CheckClass.VISIT, HOST, NOW + timedelta(days=1), Why.OUTSIDE_WINDOW),
        (CheckClass.VISIT, HOST, NOW - timedelta(days=2), Why.OUTSIDE_WINDOW),
        (CheckClass.VISIT, HOST, NOW + timedelta(hours=10), Why.OUTSIDE_WINDOW),
        (CheckClass.VISIT, HOST, NOW + timedelta(hours=17), Why.OUTSIDE_WINDOW),
    ]:
        refusal = given.refusal(check_class, host, "127.0.0.1", moment)
        assert refusal is not None
        assert refusal.why is why, moment


@pytest.mark.parametrize("text", ["127.1", "0x7f000001", "2130706433", "127.0.0.01", "127.0.0.1.", ""])
def test_strange_ways_of_writing_an_address_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        canonical(text)


def test_one_address_is_written_in_one_way() -> None:
    assert canonical("::ffff:127.0.0.1") == canonical("127.0.0.1")
    assert canonical("FE80::1%eth0") == "fe80::1"
