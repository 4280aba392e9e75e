"""Every address × every role × own and foreign unit: nobody sees a row that is not theirs to see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.tables import blocks_world as blocks
from tests.tables import duty_world as duty
from tests.tables import incidents_world as incidents
from tests.tables import inspections_world as inspections
from tests.tables import notices_world as notices
from tests.tables import performance_world as performance
from tests.tables import plans_world as plans
from tests.tables import publication_world as publications
from tests.tables import screening_world as screening
from tests.tables import survey_world as surveys
from tests.tables import tasks_world as tasks
from tests.tables import training_world as training

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import RIGHTS, SCOPED, Permission, Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.base.tables.queries import in_force
from fenghuo.base.tables.shipped import WARNING_LEVEL
from fenghuo.base.units.actions import save_asset, save_unit
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.console.access import REQUIRED
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.intel.actions import add_one
from fenghuo.see.intel.formats import Row
from fenghuo.see.intel.models import ImportRun
from fenghuo.see.inventory.actions import add_source
from fenghuo.see.rulebook.actions import silence, sync_builtin_packs
from fenghuo.see.rulebook.models import StoredRule
from fenghuo.see.rulebook.office import save_rule
from fenghuo.warn.channels.actions import add_channel
from fenghuo.warn.early_warnings.models import EarlyWarning

OFFICE_RULE = """title: office rule
id: 0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99
logsource: {category: webserver}
detection:
  selection: {cs-uri-query: abc}
  condition: selection
fenghuo: {threat_class: web-attack}
"""
PUBLIC = {
    "start",
    "health",
    "setup:first",
    "account:login",
    "account:second",
    "account:logout",
    "account:language",
    "ready",
    "answer:show",
    "answer:done",
    "answer:new-code",
    "answer:chat",
    "unit-notice:show",
    "unit-notice:enter",
    "unit-notice:new-code",
    "unit-notice:do",
    "unit-notice:paper",
    "unit-incident:show",
    "unit-incident:enter",
    "unit-incident:new-code",
    "unit-incident:report",
    "unit-incident:add",
    "unit-incident:receipt",
    "unit-incident:paper",
    "survey:answer",
    "quiz:answer",
    "certificate:check",
    "blocks:poll",
    "blocks:poll-by-header",
    "blocks:numbers",
}
"""Addresses that state no permission, on purpose: each shows nothing of anybody; a unit's own pages open by link and code.
Chat products prove themselves by a signature. A block list opens by its token, and the numbers of blocks name nothing."""
STREAMS = {"desk:live"}
OF_UNITS = {"unit_id", "source_id", "warning_id", "asset_id", "finding_id", "authorisation_id", "host_id", "shot_id"}
OF_UNITS |= {"notice_id", "copy_id", "incident_id", "plan_id", "version_id", "bulletin_id", "task_id", "step_id"}
OF_UNITS |= {"check_id", "proof_id"}
"""Parameters that name something of one unit."""
BINARY = {"screening:report-docx", "screening:report-pdf", "screening:report-xlsx", "screening:findings-xlsx"}
BINARY |= {"screening:picture"}
BINARY |= {"duty:export", "duty:log-paper", "duty:brief-paper"}
BINARY |= {"notices:paper", "notices:copy-paper", "notices:file"}
BINARY |= {"incidents:report-docx", "incidents:summary"}
BINARY |= {"surveys:xlsx", "surveys:slips"}
BINARY |= {"tasks:xlsx", "tasks:proof"}
BINARY |= {"inspections:xlsx", "inspections:summary", "inspections:proof"}
BINARY |= {"disclosure:paper", "disclosure:holdings-xlsx"}
BINARY |= {"performance:xlsx", "performance:frozen-xlsx", "performance:sample", "performance:document"}
BINARY |= {"performance:activities-sample"}
BINARY |= {"training:xlsx", "training:bank-xlsx", "training:bank-sample", "training:material", "training:paper"}
BINARY |= {"training:credential-document", "training:slips", "training:slip-anew"}
"""Downloads that are no text; what a report holds is tested with the report."""


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    parameters: tuple[str, ...]
    permission: Permission | None
    public: bool


def walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, route, (pattern.namespace + ":") if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            stated = hasattr(pattern.callback, REQUIRED)
            permission = getattr(pattern.callback, REQUIRED, None)
            parameters = tuple(pattern.pattern.converters)
            yield Address(f"{space}{pattern.name}", route, parameters, permission, not stated)


ADDRESSES = list(walk(get_resolver()))


@dataclass(frozen=True)
class World:
    own: dict[str, Any]
    foreign: dict[str, Any]
    secrets: tuple[str, ...]


@pytest.fixture
def world(db: None, make_hit: Callable[..., Any], store_and_judge: Callable[..., Any]) -> World:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    sync_builtin_packs()
    channel = add_channel(TESTER, "hook", "webhook", {"url": "http://h.example/", "secret": "x"}, [], "blue", "en")
    sides = {}
    for number, side in enumerate(("own", "foreign")):
        unit = save_unit(TESTER, Unit(code=side, name=f"unit-{side}-name"))
        asset = save_asset(TESTER, Asset(unit=unit, kind="website", name=f"asset-{side}-name", value=f"{side}.example"))
        source, _ = add_source(TESTER, unit, "nginx", name=f"source-{side}-name")
        store_and_judge([make_hit(number, unit.id, asset=f"{side}.example", raw=f"raw-{side}-line".encode())])
        sides[side] = {
            "unit_id": unit.id,
            "asset_id": asset.pk,
            "source_id": source.id,
            "warning_id": EarlyWarning.objects.get(unit_id=unit.id).id,
            "channel_id": channel.id,
            "unit": unit,
            "finding_id": screening.fail(asset).id,
            "authorisation_id": screening.allow(asset, given_by=f"giver-{side}-name").id,
            "host_id": screening.see_host(asset, f"host-{side}.example").pk,
            "shot_id": screening.picture(asset).pk,
            "bulletin_id": notices.publish_to(unit, f"giver-{side}-name").id,
        }
    screening.note()
    round_id = screening.run_round()
    for side, values in duty.both().items():
        sides[side] |= values
    for side in ("own", "foreign"):
        sides[side] |= incidents.enter(sides[side]["unit"], side)
    for side, values in notices.issue_both(sides["own"], sides["foreign"]).items():
        sides[side] |= values
    person = Person.objects.create(username="victim", name="v", roles=["observer"], created_at=clock.now())
    pair = [
        Person.objects.create(username=f"i{n}", name=f"i{n}", roles=["analyst"], created_at=clock.now()) for n in "12"
    ]
    looked = inspections.of_units(sides["own"]["unit"], sides["foreign"]["unit"], *pair)
    sides["own"] |= looked[0]
    sides["foreign"] |= looked[1]
    rule = StoredRule.objects.filter(pack_id="web-attacks").first()
    assert rule is not None
    office_rule = save_rule(TESTER, OFFICE_RULE, "test").version.rule_id
    made = silence(TESTER, rule.rule_id, clock.now() + timedelta(days=1), "test")
    indicator = add_one(TESTER, Row("1", "c2.evil.example", note="<b>from a friend</b>"))
    run = ImportRun.objects.create(
        feed=indicator.feed, name="list", format="plain", started_at=clock.now(), refused={"person": 1}
    )
    standing = blocks.standing() | performance.standing() | publications.standing() | surveys.standing()
    standing |= training.standing()
    for side in sides.values():
        side["round_id"] = round_id
        side.update(standing)
        name = "own" if side is sides["own"] else "foreign"
        side.update(plans.of_unit(side["unit"], name) | tasks.of_unit(side["unit"], name))
        side |= {"indicator_id": indicator.pk, "run_id": run.pk, "feed_id": indicator.feed_id}
        side["number"] = person.pk
        side["rule_id"], side["silence"] = office_rule, made.pk
        side |= {"table": "notice-terms", "version": 1}
        side["table_id"] = in_force(WARNING_LEVEL).pk
    kinds = ("unit-foreign-name", "asset-foreign-name", "foreign.example", "source-foreign-name", "raw-foreign-line")
    kinds += ("giver-foreign-name", "host-foreign.example", "system-foreign-name", "plan-foreign-name")
    kinds += ("clause-foreign", "task-foreign-name", "said-foreign", "note-foreign-text", "defect-foreign-text")
    return World(sides["own"], sides["foreign"], kinds)


def path_of(address: Address, values: dict[str, Any]) -> str:
    route = address.route
    for parameter in address.parameters:
        value = values[parameter]
        if address.name.startswith("rules:") and parameter == "number":
            value = StoredRule.objects.values_list("pk", flat=True).first()
        for converter in ("str", "int"):
            route = route.replace(f"<{converter}:{parameter}>", str(value))
    return "/" + route


def test_every_address_states_its_permission_or_is_public_on_purpose() -> None:
    assert {a.name for a in ADDRESSES if a.public} == PUBLIC
    assert len(ADDRESSES) > 30


@pytest.mark.parametrize("role", list(Role))
def test_who_may_open_what(role: Role, world: World, person_of: Callable[..., Person], client: Client) -> None:
    client.force_login(person_of(role, units=(world.own["unit"],)), "django.contrib.auth.backends.ModelBackend")
    for address in ADDRESSES:
        if address.public or address.name in STREAMS:
            continue
        allowed = address.permission is None or address.permission in RIGHTS[role]
        scoped = role in SCOPED and OF_UNITS & set(address.parameters)
        for side in ("own", "foreign"):
            path = path_of(address, getattr(world, side))
            for method in ("get", "post"):
                answer = getattr(client, method)(path)
                place = f"{role} {method} {path}: {answer.status_code}"
                if not allowed:
                    assert answer.status_code == 403, place
                elif scoped and side == "foreign":
                    assert answer.status_code in {404, 405}, place
                else:
                    assert answer.status_code in {200, 302, 405}, place
                if role in SCOPED and address.name not in BINARY:
                    body = b"".join(answer) if answer.streaming else answer.content
                    leaked = [secret for secret in world.secrets if secret in body.decode()]
                    assert not leaked, f"{place} shows {leaked}"


def test_a_stranger_sees_nothing(world: World, client: Client) -> None:
    for address in ADDRESSES:
        if address.public:
            continue
        for side in (world.own, world.foreign):
            for method in ("get", "post"):
                answer = getattr(client, method)(path_of(address, side))
                assert answer.status_code == 302, address.name
                assert answer.headers["Location"].startswith("/account/sign-in/"), address.name


def test_pages_escape_what_logs_bring(
    world: World, person_of: Callable[..., Person], client: Client, make_hit: Any, store_and_judge: Any
) -> None:
    evil = "<script>alert(1)</script>"
    store_and_judge(
        [make_hit(77, world.own["unit_id"], asset=evil, rule_title=evil, raw=evil.encode() + b"\x1b[31m\xff")]
    )
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    warning = EarlyWarning.objects.get(asset=evil)
    for path in ("/desk/", "/warnings/", f"/warnings/{warning.id}/", "/wall/", "/warnings/?q=%3Cscript%3Ealert(1)"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert evil not in answer.content.decode()
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_an_export_holds_no_formula(
    world: World, person_of: Callable[..., Person], client: Client, make_hit: Any, store_and_judge: Any
) -> None:
    store_and_judge([make_hit(78, world.own["unit_id"], asset="=HYPERLINK(1)")])
    client.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    body = b"".join(client.get("/warnings/export/")).decode()
    assert ",'=HYPERLINK(1)," in body


def test_the_first_start_opens_with_its_code_only_and_once(db: None, client: Client) -> None:
    from fenghuo.faces.console.setup.code import ensure_code

    code = ensure_code()
    assert client.get("/").headers["Location"] == "/setup/"
    assert client.get("/setup/?code=wrong").status_code == 403
    values = {"code": code, "county": "云岭县", "office": "网信办", "name": "张", "username": "zhang"}
    weak = client.post("/setup/", {**values, "password": "123"})
    assert weak.status_code == 200
    assert not Person.objects.exists()
    mail = {"email": "z@office.example", "mail_host": "192.0.2.25", "mail_sender": "f@office.example"}
    done = client.post("/setup/", {**values, **mail, "password": "correct horse battery"})
    assert done.status_code == 302, done.content.decode()
    assert client.get("/", follow=True).status_code == 200
    assert client.get(f"/setup/?code={code}").headers["Location"] == "/"
    from fenghuo.warn.channels.models import Delivery

    assert Delivery.objects.get().occasion == "test"
