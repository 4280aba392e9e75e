"""Orders, evidence and their course as rows of a page."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fenghuo.base.audit.models import AuditRow
from fenghuo.faces.console.blocks.words import block_kind
from fenghuo.faces.console.values import TimelineEntry
from fenghuo.respond.blocks.decide import ProofKind
from fenghuo.respond.blocks.models import Block, Proof
from fenghuo.share.blocklists.queries import Reach, reaches


@dataclass(frozen=True, slots=True)
class BlockRow:
    """An order, how its state is drawn, and how far it reaches.

    `minutes`: from confirmed (else ordered) to the first device, rounded; "" while none has it.
    """

    block: Block
    kind: str
    reach: Reach
    minutes: str


def block_rows(blocks: Iterable[Block]) -> list[BlockRow]:
    """The rows for these orders."""
    return [rows_of_reach(reach) for reach in reaches(blocks)]


def rows_of_reach(reach: Reach) -> BlockRow:
    """The row of one order."""
    minutes = reach.protection.minutes
    told = (
        "" if minutes is None else "<0.1" if minutes < 0.05 else f"{minutes:.1f}" if minutes < 10 else f"{minutes:.0f}"
    )
    return BlockRow(reach.block, block_kind(reach.block.state), reach, told)


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A piece of evidence and the page that shows it, "" for none."""

    proof: Proof
    url: str


def proof_rows(block: Block) -> list[ProofRow]:
    """The evidence of an order."""
    return [
        ProofRow(p, reverse("warnings:show", args=[p.reference]) if p.kind == ProofKind.WARNING else "")
        for p in block.proofs.all()
    ]


def course(acts: Iterable[AuditRow]) -> list[TimelineEntry]:
    """What happened to an order, from the audit trail."""
    words = _words()
    return [TimelineEntry(a.at, _who(a), words.get(a.verb, a.verb), _why(a)) for a in acts]


def _who(act: AuditRow) -> str:
    return "" if act.actor_id == "system" else act.actor_name


def _why(act: AuditRow) -> str:
    told = json.loads(act.detail) if act.detail else {}
    return str(told.get("why") or told.get("owner") or "")


def _words() -> Mapping[str, str]:
    return {
        "block.ordered": _("Order given"),
        "block.in-force": _("Approved: in force"),
        "block.refused": _("Refused"),
        "block.withdrawn": _("Withdrawn"),
        "block.lapsed": _("Lapsed: nobody approved it in time"),
        "block.lifted": _("Lifted"),
        "block.expired": _("Expired"),
        "block.objection-taken": _("Objection taken; it is answered by"),
        "block.objection-given": _("Objection given to"),
        "block.objection-answered": _("Objection answered"),
    }
