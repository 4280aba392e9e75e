"""The verbs of block orders and objections; the only writer of their tables."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.respond.blocks import messages
from fenghuo.respond.blocks.decide import TRANSITIONS, State, Verb, due, obstacle
from fenghuo.respond.blocks.guard import LONGEST_TEXT, Refused, Target, Wanted, names
from fenghuo.respond.blocks.models import Block, Objection, Proof
from fenghuo.respond.blocks.proofs import Evidence
from fenghuo.respond.blocks.queries import cells, guard_in_force

ANSWER = "answer"
_MOST_PROOFS = 20
_MOST_AT_ONCE = 500


@transaction.atomic
def order(actor: Actor, wanted: Wanted, why: str, evidence: Sequence[Evidence], incident_id: str = "") -> Block:
    """Ask for something to be blocked; it is on no list before a second person approves it.

    Raises:
        Refused: "evidence" (none, or too much), "why", "mixed" (evidence of an exercise for the real list, or the other way
            round), "standing" (such an order stands already), or a code of `Guard.check`.
    """
    now = clock.now()
    if not 0 < len(evidence) <= _MOST_PROOFS:
        raise Refused("evidence")
    if not why.strip():
        raise Refused("why")
    if any(one.exercise != wanted.exercise for one in evidence):
        raise Refused("mixed")
    target = guard_in_force().check(wanted, now)
    confirmed = [one.confirmed_at for one in evidence if one.confirmed_at]
    made = Block(
        kind=target.kind.value,
        value=target.value,
        value_hash=_hash(target, wanted.exercise),
        reason=wanted.reason,
        why=why.strip()[:LONGEST_TEXT],
        stated=wanted.stated.strip()[:LONGEST_TEXT],
        exercise=wanted.exercise,
        until=wanted.until,
        ordered_by_id=actor.id[:40],
        ordered_by=actor.name[:150],
        ordered_at=now,
        confirmed_at=min(confirmed) if confirmed else None,
        incident_id=incident_id,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("standing") from error
    rows = {(one.kind, one.reference): _proof(made, target, one) for one in evidence}
    Proof.objects.bulk_create(rows.values())
    record(actor, "block.ordered", made.subject, {**_told(made), "evidence": [f"{k}:{r}" for k, r in rows]})
    messages.tell_approvers(made, now)
    return made


def _hash(target: Target, exercise: bool) -> str:
    return hashlib.sha256(f"{target.kind}|{target.value}|{exercise}".encode()).hexdigest()


def _proof(block: Block, target: Target, one: Evidence) -> Proof:
    named = names(target, one.observables)
    values = {
        "asset": one.asset[:300],
        "said": one.said[:LONGEST_TEXT],
        "sha256": one.sha256,
        "at": one.at,
        "names_target": named,
    }
    return Proof(block=block, kind=one.kind.value, reference=one.reference, **values)


def _told(block: Block) -> dict[str, object]:
    told = {"kind": block.kind, "value": block.value[:500], "reason": block.reason, "until": block.until.isoformat()}
    more = {"why": block.why, "stated": block.stated, "incident": block.incident_id, "exercise": block.exercise}
    return {**told, **{name: value for name, value in more.items() if value}}


def approve(actor: Actor, block_id: str) -> Block:
    """Put an order in force, as a second person; the guards are asked again, because the register may have changed.

    Raises:
        Refused: an `Obstacle`, or a code of `Guard.check`. Block.DoesNotExist.
    """
    return _step(actor, block_id, Verb.APPROVE, "")


def refuse(actor: Actor, block_id: str, why: str) -> Block:
    """Refuse an order, as a second person.

    Raises:
        Refused: an `Obstacle`. Block.DoesNotExist.
    """
    return _step(actor, block_id, Verb.REFUSE, why)


def withdraw(actor: Actor, block_id: str, why: str) -> Block:
    """Take an order of one's own back before it is in force.

    Raises:
        Refused: an `Obstacle`. Block.DoesNotExist.
    """
    return _step(actor, block_id, Verb.WITHDRAW, why)


def lift(actor: Actor, block_id: str, why: str) -> Block:
    """Take something off the list before its term ends. One person is enough: it gives back, and a new order takes two.

    Raises:
        Refused: an `Obstacle`. Block.DoesNotExist.
    """
    return _step(actor, block_id, Verb.LIFT, why)


@transaction.atomic
def _step(actor: Actor, block_id: str, verb: Verb, why: str) -> Block:
    block, now = Block.objects.select_for_update().get(id=block_id), clock.now()
    found = obstacle(State(block.state), verb, actor.id[:40], block.ordered_by_id, why)
    if found is not None:
        raise Refused(found.value)
    if verb is Verb.APPROVE:
        wanted = Wanted(block.value, block.reason, block.until, block.stated, block.exercise)
        guard_in_force().check(wanted, now)
    _enter(actor, block, verb, why, now)
    return block


def _enter(actor: Actor, block: Block, verb: Verb, why: str, now: datetime) -> None:
    block.state = TRANSITIONS[State(block.state), verb].value
    if verb is Verb.APPROVE:
        block.approved_by_id, block.approved_by, block.approved_at = actor.id[:40], actor.name[:150], now
    else:
        # The list ended with the term, also where a stopped platform writes it down later.
        ended = min(now, block.until) if verb is Verb.EXPIRE else now
        block.ended_by, block.ended_at, block.ended_why = actor.name[:150], ended, why.strip()[:LONGEST_TEXT]
    block.save()
    told = {"value": block.value[:500], "reason": block.reason}
    record(actor, f"block.{block.state}", block.subject, {**told, "why": block.ended_why} if why else told)


def ending() -> list[tuple[str, str]]:
    """(order, its incident or "") of those whose term is over, and of those that nobody approved in time; the first of them."""
    now, hours = clock.now(), cells()["lapse_hours"]
    over = Q(state=State.IN_FORCE, until__lte=now) | Q(state=State.ASKED, until__lte=now)
    over |= Q(state=State.ASKED, ordered_at__lte=now - timedelta(hours=hours))
    return list(Block.objects.filter(over).values_list("id", "incident_id")[:_MOST_AT_ONCE])


@transaction.atomic
def end(block_id: str) -> Block | None:
    """Write down the end of an order by time, None where it does not end now."""
    block, now = Block.objects.select_for_update().get(id=block_id), clock.now()
    verb = due(State(block.state), now, block.ordered_at, block.until, cells()["lapse_hours"])
    if verb is None:
        return None
    _enter(SYSTEM, block, verb, "", now)
    return block


def end_due() -> int:
    """End what is to end, whatever it belongs to; how many."""
    return sum(end(block_id) is not None for block_id, _incident in ending())


def remind_objections() -> int:
    """Tell the owner and the leaders of each objection that should have been answered by now, once for each owner; how many."""
    now = clock.now()
    late = Deadline.objects.filter(
        subject__startswith="block-objection:", kind=ANSWER, stopped_at=None, due_at__lte=now
    )
    numbers = [int(subject.partition(":")[2]) for subject in late.values_list("subject", flat=True)]
    rows = Objection.objects.filter(pk__in=numbers, upheld=None).select_related("block")
    return sum(messages.tell_late(objection, now) for objection in rows)


@transaction.atomic
def take_objection(actor: Actor, block_id: str, who: str, contact: str, text: str, owner: Actor) -> Objection:
    """Write down that somebody says an order is wrong; `owner` answers within the days of the table.

    Raises:
        Refused: "state" (it is not in force), "text", "owner" (who ordered or approved can't judge it). Block.DoesNotExist.
    """
    block, now = Block.objects.select_for_update().get(id=block_id), clock.now()
    if block.state != State.IN_FORCE:
        raise Refused("state")
    if not text.strip():
        raise Refused("text")
    _check_owner(block, owner)
    made = Objection.objects.create(
        block=block,
        who=who.strip()[:200],
        contact=contact.strip()[:200],
        text=text.strip()[: 4 * LONGEST_TEXT],
        taken_by=actor.name[:150],
        taken_at=now,
        owner_id=owner.id[:40],
        owner=owner.name[:150],
    )
    clocks.start(made.subject, ANSWER, now, clocks.Limit(workdays=cells()["objection_workdays"]))
    record(actor, "block.objection-taken", block.subject, {"objection": made.pk, "owner": made.owner})
    messages.tell_owner(made, now)
    return made


def _check_owner(block: Block, owner: Actor) -> None:
    if not owner.id or owner.id[:40] in {block.ordered_by_id, block.approved_by_id}:
        raise Refused("owner")


@transaction.atomic
def give_objection(actor: Actor, objection_id: int, owner: Actor) -> Objection:
    """Give an open objection to another owner; its clock goes on.

    Raises:
        Refused: "answered", "owner". Objection.DoesNotExist.
    """
    objection = Objection.objects.select_for_update(of=("self",)).select_related("block").get(id=objection_id)
    if objection.upheld is not None:
        raise Refused("answered")
    _check_owner(objection.block, owner)
    objection.owner_id, objection.owner = owner.id[:40], owner.name[:150]
    objection.save(update_fields=["owner_id", "owner"])
    record(
        actor, "block.objection-given", objection.block.subject, {"objection": objection.pk, "owner": objection.owner}
    )
    messages.tell_owner(objection, clock.now())
    return objection


@transaction.atomic
def answer_objection(actor: Actor, objection_id: int, upheld: bool, text: str) -> Objection:
    """Answer an objection, as its owner; an upheld one lifts the order. Who objected is forgotten with the answer.

    Raises:
        Refused: "answered", "not-yours", "text". Objection.DoesNotExist.
    """
    block_id = Objection.objects.values_list("block_id", flat=True).get(id=objection_id)
    block, now = Block.objects.select_for_update().get(id=block_id), clock.now()
    objection = Objection.objects.select_for_update().get(id=objection_id)
    if objection.upheld is not None:
        raise Refused("answered")
    if objection.owner_id != actor.id[:40]:
        raise Refused("not-yours")
    if not text.strip():
        raise Refused("text")
    objection.upheld, objection.answer, objection.answered_at = upheld, text.strip()[: 4 * LONGEST_TEXT], now
    objection.who = objection.contact = ""
    objection.save()
    clocks.stop(objection.subject, now, ANSWER)
    record(actor, "block.objection-answered", block.subject, {"objection": objection.pk, "upheld": upheld})
    if upheld and block.state == State.IN_FORCE:
        _enter(actor, block, Verb.LIFT, objection.answer, now)
    return objection
