"""Pages of screening ask the tables as often for many sites as for few; figures of time are `bench/pages.py`'s."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.tables import screening_world as world

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.screening import availability, queries, watching
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.models import Cell, UpSpan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def time() -> Iterator[None]:
    with clock.moved(lambda: clock.to_ns(NOW)):
        SiteProfile.objects.create(county="c", office="o", set_up_at=NOW)
        yield


def watched(unit: Unit, value: str) -> Asset:
    asset = world.site(unit, value)
    world.allow(asset)
    world.fail(asset)
    for minutes in range(4):
        watching.observe(asset, NOW - (4 - minutes) * MINUTE, "tcp" if minutes < 3 else "", 10)
    return asset


def test_more_sites_take_no_more_questions(
    unit: Unit, other_unit: Unit, person_of: Callable[..., Person], client: Client
) -> None:
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    asset = watched(unit, "www.jy.example")
    watched(other_unit, "www.wj.example")
    world.note()
    pages = ["", f"units/{unit.id}/", "findings/", "uptime/", "authorisations/", f"assets/{asset.pk}/"]

    def asked() -> dict[str, int]:
        counts = {}
        for page in pages:
            client.get(f"/screening/{page}")  # the first look fills what is kept in memory
            with CaptureQueriesContext(connection) as seen:
                assert client.get(f"/screening/{page}").status_code == 200
            counts[page] = len(seen)
        return counts

    few = asked()
    for number in range(5):
        watched((unit, other_unit)[number % 2], f"www.s{number}.example")
    world.note()
    assert asked() == few
    assert max(few.values()) <= 12, few


def test_the_list_of_availability_says_what_spans_say(unit: Unit) -> None:
    """The quick way over sums in the tables equals the way over every span, also where one reaches over the first of the month."""
    asset = world.site(unit, "www.jy.example")
    first, now = NOW - timedelta(days=24), NOW
    at = first - timedelta(days=3)
    for state, hours in (("up", 30), ("down", 1), ("up", 50), ("maintenance", 2), ("unwatched", 5), ("pending", 0.01)):
        until = at + timedelta(hours=hours)
        UpSpan.objects.create(asset=asset, state=state, stage="tcp" if state == "down" else "", begins=at, ends=until)
        at = until
    UpSpan.objects.create(asset=asset, state="up", begins=at, ends=now)
    spans = availability.spans_of([asset.pk], first - timedelta(days=9), now)[asset.pk]
    for begins in (first, first - timedelta(days=2), now - timedelta(hours=1)):
        quick = availability.standings([asset.pk], begins, now, first - timedelta(days=9))[asset.pk]
        slow = availability.over(spans, begins, now)
        for name in ("up", "down", "maintenance", "unwatched"):
            assert getattr(quick.sums, name) == pytest.approx(getattr(slow, name), abs=0.01), (begins, name)
        assert quick.now == availability.now_of(spans, now)
        assert quick.outage == next(g for g in availability.gaps(spans, now) if g.state is Up.DOWN)
    assert availability.standings([asset.pk], first, now, first)[asset.pk].outage is None, "too long ago"


def test_months_go_back_to_the_first_of_which_something_is_written_down() -> None:
    assert queries.periods("2026-02") == ["2026-02"]
    cell = {"asset_id": 1, "unit_id": "u", "check_id": "c", "check_class": "visit", "version": 1, "at": NOW}
    Cell.objects.create(period="round:0", verdict="pass", **cell)
    Cell.objects.create(period="2025-11", verdict="pass", **cell)
    assert queries.periods("2026-02") == ["2026-02", "2026-01", "2025-12", "2025-11"]


def test_an_asset_that_nobody_visited_yet_has_a_page(
    unit: Unit, person_of: Callable[..., Person], client: Client
) -> None:
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    answer = client.get(f"/screening/assets/{world.site(unit, 'www.new.example').pk}/")
    assert answer.status_code == 200
    assert "never" in answer.content.decode()
