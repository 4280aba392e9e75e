"""The verbs of the audit trail; the only writer of its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from fenghuo.base.audit import heads
from fenghuo.base.audit.actor import Actor
from fenghuo.base.audit.chain import Row, detail_text, digest
from fenghuo.base.audit.models import AuditHead, AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.rows import insert


@dataclass(frozen=True, slots=True)
class Act:
    """What was done.

    Attributes:
        verb: "object.verb", e.g. "warning.acknowledged".
        subject: what it was done to, "kind:id", e.g. "warning:8f14…".
        detail: what else matters, JSON; no secrets.
    """

    verb: str
    subject: str
    detail: Mapping[str, object] | None = None


def record(actor: Actor, verb: str, subject: str, detail: Mapping[str, object] | None = None) -> int:
    """Write one act down (see `Act`), inside the caller's transaction; the row's number."""
    return record_all(actor, [Act(verb, subject, detail)])


@transaction.atomic
def record_all(actor: Actor, acts: Sequence[Act]) -> int:
    """Write acts down one after the other, inside the caller's transaction; the last row's number, 0 where there is no act."""
    if not acts:
        return 0
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    rows = []
    for act in acts:
        row = Row(
            head.number + 1,
            clock.now(),
            actor.id[:40],
            actor.name[:150],
            actor.address[:64],
            act.verb,
            act.subject[:200],
            detail_text(act.detail),
            head.digest,
        )
        head.number, head.digest = row.number, digest(row)
        rows.append(AuditRow(digest=head.digest, **asdict(row)))
    insert(rows)
    head.save()
    return head.number


def sign_head() -> bool:
    """Sign the present head where it moved since the last signature; whether it did."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.number:
        return False
    signed = heads.read()
    if signed and signed[-1].number == head.number:
        return False
    heads.append(head.number, head.digest, clock.now().isoformat())
    return True
