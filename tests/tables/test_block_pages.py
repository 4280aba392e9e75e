"""The pages of block orders: order, approve as another person, lift, object; the numbers for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.tables import blocks_world as world

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.units.models import Unit
from fenghuo.respond.blocks import actions
from fenghuo.respond.blocks.decide import State
from fenghuo.respond.blocks.models import Block
from fenghuo.share.blocklists.models import Consumer
from fenghuo.warn.early_warnings.models import EarlyWarning

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def sign_in(person_of: Callable[..., Person]) -> Callable[..., Client]:
    def make(*roles: Role) -> Client:
        client = Client()
        client.force_login(person_of(*roles), BACKEND)
        return client

    return make


def test_from_a_warning_to_the_list_and_off_it(
    unit: Unit, make_hit: Callable[..., Any], store_and_judge: Callable[..., int], sign_in: Callable[..., Client]
) -> None:
    store_and_judge([make_hit(1, unit.id, src_ip="45.9.148.71")])
    warning = EarlyWarning.objects.get()
    officer, leader = sign_in(Role.DUTY_OFFICER), sign_in(Role.LEADER)
    path = f"/blocks/new/?warning={warning.id}"
    page = officer.get(path).content.decode()
    assert 'value="45.9.148.71"' in page, "the address of the hits is offered"
    said = {"text": "45.9.148.71", "reason": "attack-source", "days": "7", "why": "injects SQL"}
    assert b"Nothing is blocked without" in officer.post(path, said).content
    assert b"Select a valid choice" in officer.post(path, {**said, "reason": "opinion"}).content
    answer = officer.post(path, {**said, "evidence": [f"warning:{warning.id}"]})
    block = Block.objects.get()
    assert answer.headers["Location"] == f"/blocks/{block.id}/"
    assert "another person has to decide" in officer.get(f"/blocks/{block.id}/").content.decode()
    assert officer.post(f"/blocks/{block.id}/approve/", {"verb": "approve"}).status_code == 403
    leader.post(f"/blocks/{block.id}/approve/", {"verb": "approve"})
    block.refresh_from_db()
    assert block.state == State.IN_FORCE
    assert "No device has fetched it yet" in leader.get(f"/blocks/{block.id}/").content.decode()
    officer.post(f"/blocks/{block.id}/do/", {"verb": "lift", "why": "cleaned"})
    block.refresh_from_db()
    assert (block.state, block.ended_why) == (State.LIFTED, "cleaned")
    assert "45.9.148.71" in officer.get("/blocks/?q=45.9").content.decode()
    assert b"45.9.148.71" in b"".join(officer.get("/blocks/?export=1").streaming_content)  # type: ignore[attr-defined]


def test_a_leader_who_orders_cannot_approve_it_alone(
    sign_in: Callable[..., Client], unit: Unit, make_hit: Any, store_and_judge: Any
) -> None:
    store_and_judge([make_hit(1, unit.id, src_ip="45.9.148.71")])
    leader = sign_in(Role.LEADER)
    said = {"text": "45.9.148.71", "reason": "attack-source", "days": "7", "why": "x"}
    leader.post("/blocks/new/", {**said, "evidence": [f"warning:{EarlyWarning.objects.get().id}"]})
    block = Block.objects.get()
    answer = leader.post(f"/blocks/{block.id}/approve/", {"verb": "approve"}, follow=True)
    assert "You ordered it" in answer.content.decode()
    block.refresh_from_db()
    assert block.state == State.ASKED


def test_an_objection_is_entered_given_and_answered(
    sign_in: Callable[..., Client], person_of: Callable[..., Person]
) -> None:
    block = actions.approve(world.APPROVER, world.ordered().id)
    officer = sign_in(Role.DUTY_OFFICER)
    analyst, leader = person_of(Role.ANALYST), person_of(Role.LEADER)
    officer.post(f"/blocks/{block.id}/object/", {"who": "A", "contact": "1", "text": "not us", "owner": leader.pk})
    [objection] = block.objections.all()
    officer.post(f"/blocks/objections/{objection.pk}/", {"verb": "give", "owner": analyst.pk})
    assert (
        "Only the person who is named"
        in officer.post(
            f"/blocks/objections/{objection.pk}/", {"verb": "uphold", "text": "x"}, follow=True
        ).content.decode()
    )
    client = Client()
    client.force_login(analyst, BACKEND)
    assert "not us" in client.get("/blocks/objections/").content.decode()
    client.post(f"/blocks/objections/{objection.pk}/", {"verb": "uphold", "text": "cleaned indeed"})
    block.refresh_from_db()
    assert block.state == State.LIFTED


def test_devices_get_an_address_once(sign_in: Callable[..., Client]) -> None:
    admin = sign_in(Role.SECURITY_ADMIN)
    page = admin.post("/blocks/devices/new/", {"name": "edge", "every_s": "30"}).content.decode()
    address = page.partition("/blocks/lists/")[2].partition("<")[0]
    assert Client().get(f"/blocks/lists/{address}").status_code == 200
    assert "edge" in admin.get("/blocks/devices/").content.decode()
    device = Consumer.objects.get()
    assert "fhb_" in admin.post(f"/blocks/devices/{device.id}/", {"verb": "renew"}).content.decode()
    admin.post(f"/blocks/devices/{device.id}/", {"verb": "close"})
    assert Consumer.objects.get().closed_at is not None


def test_everybody_may_read_the_numbers_and_nothing_else(db: None) -> None:
    actions.lift(world.ORDERER, actions.approve(world.APPROVER, world.ordered().id).id, "cleaned")
    page = Client().get("/blocks/numbers/").content.decode()
    assert "attack source" in page
    assert "45.9.148.71" not in page
    assert "张伟" not in page
    lines = b"".join(Client().get("/blocks/numbers/?export=1").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[2:4] for line in lines if "attack source" in line] == [["1", "1"]]
