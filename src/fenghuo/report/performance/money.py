"""The verbs of money: contracts, acceptance, payments, adjustments. With `actions` the only writer of this room's tables."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.report.performance import queries
from fenghuo.report.performance.amounts import MOST_FEN
from fenghuo.report.performance.cells import BadSheet
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Acceptance, Adjustment, Contract, Payment, Project
from fenghuo.report.performance.sheet import Known, Paid, read


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract as it is to be."""

    number: str
    name: str
    party: str
    amount_fen: int
    signed_on: date
    document: str = ""


def _texts(**texts: str) -> None:
    for code, text in texts.items():
        if not text.strip():
            raise Refused(code)


@transaction.atomic
def add_contract(actor: Actor, project_id: str, wanted: Agreed) -> Contract:
    """Enter a contract.

    Raises:
        Refused: "number", "name", "party", "amount", "exists". Project.DoesNotExist.
    """
    project = Project.objects.get(id=project_id)
    _texts(number=wanted.number, name=wanted.name, party=wanted.party)
    if not 0 < wanted.amount_fen <= MOST_FEN:
        raise Refused("amount")
    made = Contract(
        project=project,
        number=wanted.number.strip()[:80],
        name=wanted.name.strip()[:200],
        party=wanted.party.strip()[:200],
        amount_fen=wanted.amount_fen,
        signed_on=wanted.signed_on,
        document=wanted.document.strip()[:200],
        by=actor.name[:150],
        at=clock.now(),
    )
    _save_once(made)
    told = {"number": made.number, "party": made.party, "amount_fen": made.amount_fen}
    record(actor, "project.contract-added", project.subject, told)
    return made


def _save_once(made: Contract | Payment) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("exists") from error


@transaction.atomic
def accept(actor: Actor, contract_id: int, on: date, passed: bool, what: str, document: str) -> Acceptance:
    """Enter what an acceptance found.

    Raises:
        Refused: "name" (what was examined is missing), "document". Contract.DoesNotExist.
    """
    contract = Contract.objects.select_related("project").get(pk=contract_id)
    _texts(name=what, document=document)
    values = {"what": what.strip()[:300], "document": document.strip()[:200]}
    made = Acceptance.objects.create(
        contract=contract, on=on, passed=passed, **values, by=actor.name[:150], at=clock.now()
    )
    told = {"contract": contract.number, "on": on.isoformat(), "passed": passed, **values}
    record(actor, "project.acceptance-added", contract.project.subject, told)
    return made


@transaction.atomic
def pay(actor: Actor, project_id: str, paid: Paid) -> Payment:
    """Enter one payment; below nought for a reversal.

    Raises:
        Refused: "voucher", "payee", "amount", "day", "contract", "exists". Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    _texts(voucher=paid.voucher, payee=paid.payee)
    if not 0 < abs(paid.amount_fen) <= MOST_FEN:
        raise Refused("amount")
    if paid.on.year != project.year or paid.on > today():
        raise Refused("day")
    contract = project.contracts.filter(number=paid.contract).first() if paid.contract else None
    if paid.contract and contract is None:
        raise Refused("contract")
    made = _payment(project, paid, contract, actor, "")
    _save_once(made)
    record(actor, "project.payment-added", project.subject, _told(paid))
    return made


def _told(paid: Paid) -> dict[str, object]:
    return {"voucher": paid.voucher, "on": paid.on.isoformat(), "amount_fen": paid.amount_fen, "payee": paid.payee}


def _payment(project: Project, paid: Paid, contract: Contract | None, actor: Actor, batch: str) -> Payment:
    return Payment(
        project=project,
        contract=contract,
        voucher=paid.voucher.strip()[:80],
        paid_on=paid.on,
        amount_fen=paid.amount_fen,
        payee=paid.payee.strip()[:200],
        purpose=paid.purpose.strip()[:300],
        batch=batch,
        by=actor.name[:150],
        at=clock.now(),
    )


@transaction.atomic
def import_payments(actor: Actor, project_id: str, content: bytes) -> Sequence[Payment]:
    """Take every payment of a sheet, or none.

    Raises:
        BadSheet: what is wrong in each row, in the reader's language. Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    contracts = {one.number: one for one in project.contracts.all()}
    money = queries.spending(project)
    known = Known(
        year=project.year,
        today=today(),
        budget_fen=money.budget,
        vouchers=frozenset(project.payments.values_list("voucher", flat=True)),
        contracts=frozenset(contracts),
        paid_fen=money.paid,
    )
    rows, batch = read(content, known), hashlib.sha256(content).hexdigest()
    made = Payment.objects.bulk_create(
        [_payment(project, one, contracts.get(one.contract), actor, batch) for one in rows], batch_size=500
    )
    told = {"rows": len(made), "sum_fen": sum(one.amount_fen for one in made), "sha256": batch}
    record(actor, "project.payments-imported", project.subject, told)
    return made


@transaction.atomic
def adjust(actor: Actor, project_id: str, on: date, amount_fen: int, why: str, document: str) -> Adjustment:
    """Change the budget within the year, by an amount that may lie below nought.

    Raises:
        Refused: "amount" (nought, or the budget would not stay above it), "day", "why", "document". Project.DoesNotExist.
    """
    project = Project.objects.select_for_update().get(id=project_id)
    _texts(why=why, document=document)
    if on.year != project.year:
        raise Refused("day")
    changed = sum(project.adjustments.values_list("amount_fen", flat=True))
    if not amount_fen or not 0 < project.budget_fen + changed + amount_fen <= MOST_FEN:
        raise Refused("amount")
    values = {"why": why.strip()[:300], "document": document.strip()[:200]}
    made = Adjustment.objects.create(
        project=project, on=on, amount_fen=amount_fen, **values, by=actor.name[:150], at=clock.now()
    )
    record(actor, "project.adjusted", project.subject, {"on": on.isoformat(), "amount_fen": amount_fen, **values})
    return made


__all__ = ["Agreed", "BadSheet", "Paid", "accept", "add_contract", "adjust", "import_payments", "pay"]
