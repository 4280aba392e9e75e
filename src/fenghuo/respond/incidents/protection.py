"""Protective measures of an incident: orders to block that rest on its evidence, each step written to its situation log too."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.blocks import actions as blocks
from fenghuo.respond.blocks.decide import ProofKind
from fenghuo.respond.blocks.guard import Refused, Wanted
from fenghuo.respond.blocks.models import Block, Objection
from fenghuo.respond.blocks.proofs import Evidence
from fenghuo.respond.incidents.actions import locked, touch, write_log
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.models import Evidence as Collected
from fenghuo.respond.incidents.models import Incident, LogKind
from fenghuo.respond.incidents.queries import incidents_visible_to


def confirmed_at(incident: Incident) -> datetime | None:
    """When a person first confirmed the incident's grade, None while nobody has."""
    found = incident.gradings.filter(confirmed=True).order_by("number").first()
    return found.at if found is not None else None


def of_evidence(viewer: Viewer, evidence_id: int) -> Evidence:
    """A piece of an incident's evidence, for an order.

    Raises:
        LookupError: there is none that the person may see.
    """
    seen = incidents_visible_to(viewer).values("id")
    found = Collected.objects.select_related("incident").filter(incident__in=seen, id=evidence_id).first()
    if found is None:
        raise LookupError(evidence_id)
    incident = found.incident
    return Evidence(
        ProofKind.INCIDENT_EVIDENCE,
        f"{incident.number}/{found.number}",
        incident.asset,
        f"{found.name} {found.description}".strip(),
        found.sha256,
        found.collected_at,
        f"{found.name} {found.description}".split(),
        confirmed_at(incident),
        incident.exercise,
    )


@transaction.atomic
def order_block(actor: Actor, incident_id: str, wanted: Wanted, why: str, evidence: Sequence[Evidence]) -> Block:
    """Order a block as a measure of an incident.

    Raises:
        Refused: "state" (the incident is closed), or what `blocks.actions.order` says. Incident.DoesNotExist.
    """
    incident = locked(incident_id)
    if incident.state in FINAL:
        raise Refused("state")
    made = blocks.order(actor, wanted, why, evidence, incident_id)
    began = confirmed_at(incident)
    if began is not None and (made.confirmed_at is None or began < made.confirmed_at):
        made.confirmed_at = began
        made.save(update_fields=["confirmed_at"])
    _log(actor, incident, made)
    return made


@transaction.atomic
def step(actor: Actor, block_id: str, verb: Callable[[Actor, str], Block]) -> Block:
    """Take a step on an order (`verb` is one of `blocks.actions`), and tell its incident.

    Raises:
        Refused: what the verb says. Block.DoesNotExist.
    """
    incident_id = Block.objects.values_list("incident_id", flat=True).get(id=block_id)
    incident = _locked_or_none(incident_id)
    block = verb(actor, block_id)
    if incident is not None:
        _log(actor, incident, block)
    return block


def end_due() -> int:
    """End the orders whose time is over, and tell the incidents that they protected; how many."""
    ended = 0
    for block_id, incident_id in blocks.ending():
        with transaction.atomic():
            incident = _locked_or_none(incident_id)
            block = blocks.end(block_id)
            if block is not None:
                ended += 1
                if incident is not None:
                    _log(SYSTEM, incident, block)
    return ended


@transaction.atomic
def answer_objection(actor: Actor, objection_id: int, upheld: bool, text: str) -> Objection:
    """Answer an objection (see `blocks.actions`); where that lifts the order, its incident is told.

    Raises:
        Refused: what the verb says. Objection.DoesNotExist.
    """
    incident_id = Objection.objects.values_list("block__incident_id", flat=True).get(id=objection_id)
    incident = _locked_or_none(incident_id)
    objection = blocks.answer_objection(actor, objection_id, upheld, text)
    if upheld and incident is not None:
        _log(actor, incident, Block.objects.get(id=objection.block_id))
    return objection


def _locked_or_none(incident_id: str) -> Incident | None:
    return Incident.objects.select_for_update().filter(id=incident_id).first() if incident_id else None


def _log(actor: Actor, incident: Incident, block: Block) -> None:
    text = _("Block of %(value)s: %(state)s") % {"value": block.value[:300], "state": block.get_state_display()}
    write_log(actor, incident, LogKind.MEASURE, text, clock.now())
    touch(incident)
