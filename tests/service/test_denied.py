"""Denied connections on the whole road: a worm inside is a warning about its host, though the judge is killed; the rest leaves no row."""

import os
import signal
import urllib.request
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from tests.firewall_traffic import denied, worm
from tests.service.conftest import Platform, until


def send(platform: Platform, token: str, lines: list[str]) -> None:
    request = urllib.request.Request(
        f"{platform.ingest}ingest", "\n".join(lines).encode(), {"Authorization": f"Bearer {token}"}
    )
    assert urllib.request.urlopen(request).status in {200, 202}


@pytest.mark.service
def test_a_worm_is_a_warning_and_noise_is_not_stored(platform: Platform) -> None:
    platform.cli("units", "add", "--code", "gov", "--name", "县政府")
    token = platform.json("sources", "add", "--unit", "gov", "--kind", "syslog")["token"]
    start = datetime.now(timezone(timedelta(hours=8))) - timedelta(seconds=150)
    noise, attack = list(denied(3000, start=start)), list(worm(25, start=start))
    send(platform, token, noise[:1500] + attack[:15])
    until(lambda: len(platform.export("events")) == 1515, what="the first events")
    os.kill(platform.run["processes"]["judge"], signal.SIGKILL)
    send(platform, token, attack[15:] + noise[1500:])
    (warning,) = until(lambda: platform.export("warnings"), 30, "the warning")
    assert (warning["asset"], warning["count"]) == ("10.20.3.77", 1)
    until(lambda: len(platform.export("events")) == 3025, what="every event")
    stored = Counter(hit["rule_title"] for hit in platform.export("hits") if hit["rule_level"] == "informational")
    assert stored["A connection from inside to a service that worms look for, denied or not answered"] == 20
    assert stored.total() <= 25, "beside these only the last hits of what is kept for chains"
