"""A block order, an objection and a device for the tests of pages."""

from datetime import timedelta
from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.respond.blocks import actions
from fenghuo.respond.blocks.decide import ProofKind
from fenghuo.respond.blocks.guard import Wanted
from fenghuo.respond.blocks.models import Block
from fenghuo.respond.blocks.proofs import Evidence
from fenghuo.share.blocklists.actions import add_consumer

ORDERER, APPROVER, OWNER = Actor("o-1", "张伟"), Actor("o-2", "王主任"), Actor("o-3", "李娜")


def evidence(*observables: str, exercise: bool = False) -> Evidence:
    return Evidence(ProofKind.HIT, "h-1", "www", "login", "0" * 64, clock.now(), observables, None, exercise)


def ordered(text: str = "45.9.148.71", days: float = 7) -> Block:
    wanted = Wanted(text, "attack-source", clock.now() + timedelta(days=days))
    return actions.order(ORDERER, wanted, "scans and logs in", [evidence(text)])


def standing() -> dict[str, Any]:
    """An order in force with an open objection, and a device."""
    block = actions.approve(APPROVER, ordered().id)
    objection = actions.take_objection(ORDERER, block.id, "A", "1", "not us", OWNER)
    device, _token = add_consumer(ORDERER, "edge")
    return {"block_id": block.id, "objection_id": objection.pk, "consumer_id": device.id}
