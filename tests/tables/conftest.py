"""What the tests of tables share: a unit, persons of every role, hits."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.utils import translation
from tests.tables.moving import Time

from fenghuo.base.accounts.actions import add_person
from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.base.common.ids import derived_id
from fenghuo.base.units.actions import save_unit
from fenghuo.base.units.models import Unit
from fenghuo.see.events import Hit, Match

HIT = Hit(
    hit_id="",
    rule_id="r1",
    rule_hash="h1",
    rule_title="SQL injection in a web request",
    rule_level="high",
    rule_author="Fenghuo",
    rule_pack="web-attacks",
    threat_class="web-attack",
    tags=(),
    log_position="",
    event_time=1_795_500_000_000_000_000,
    ingest_time=1_795_500_000_000_000_000,
    source_id="",
    unit_id="",
    asset="www.yunling.example",
    peer="192.0.2.9",
    exercise=False,
    src_ip="203.0.113.5",
    dst_ip="",
    domain="",
    url="",
    hash="",
    raw="GET /?id=1 <b>union</b> select 注入".encode(),
    matches=(Match("selection", "cs-uri-query", "id=1 union select", "union", (5, 10)),),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Django keeps the language of the last request for the thread, so that each test begins with its own."""
    with translation.override("en"):
        yield


@pytest.fixture
def time() -> Iterator[Time]:
    """The clock of a test, moved by hand."""
    moving = Time()
    with clock.moved(lambda: moving.ns):
        yield moving


@pytest.fixture
def unit(db: None) -> Unit:
    return save_unit(TESTER, Unit(code="edu", name="教育局", kind="department", importance="important"))


@pytest.fixture
def other_unit(db: None) -> Unit:
    return save_unit(TESTER, Unit(code="health", name="卫健局"))


@pytest.fixture
def make_hit() -> Callable[..., Hit]:
    """Hits that differ by number; store them with `store`."""

    def make(number: int, unit_id: str = "", **changes: object) -> Hit:
        position = f"records.normal.0:{number}"
        hit = replace(HIT, unit_id=unit_id, log_position=position, **changes)
        return replace(hit, hit_id=derived_id("hit", hit.rule_id, hit.rule_hash, position))

    return make


@pytest.fixture
def store_and_judge(db: None) -> Callable[[list[Hit]], int]:
    """What the judge does with hits."""
    from fenghuo.see.rulebook.actions import store_hits
    from fenghuo.warn.early_warnings.actions import judge

    return lambda hits: judge(store_hits(hits).raising, clock.now())


@pytest.fixture
def person_of(db: None) -> Callable[..., Person]:
    """A person with these roles; the password is "correct horse battery"."""

    def make(*roles: Role, units: tuple[Unit, ...] = (), email: str = "") -> Person:
        name = "-".join(roles)
        person, _ = add_person(TESTER, name, name, roles, units=units, email=email, password="correct horse battery")
        return person

    return make


@pytest.fixture
def settings_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address under which persons reach the console is set."""
    from fenghuo.base.common import settings as own

    known = replace(own.settings(), public_url="https://fenghuo.office.example")
    for module in ("asking", "secrets"):
        monkeypatch.setattr(f"fenghuo.warn.channels.{module}.settings", lambda: known)
