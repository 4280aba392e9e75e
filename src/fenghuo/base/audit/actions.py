"""The verbs of the audit trail; the only writer of its tables."""

from collections.abc import Mapping

from django.db import transaction

from fenghuo.base.audit import heads
from fenghuo.base.audit.actor import Actor
from fenghuo.base.audit.chain import Row, detail_text, digest
from fenghuo.base.audit.models import AuditHead, AuditRow
from fenghuo.base.common import clock


@transaction.atomic
def record(actor: Actor, verb: str, subject: str, detail: Mapping[str, object] | None = None) -> int:
    """Write one act down, inside the caller's transaction; the row's number.

    Args:
        verb: what was done, "object.verb", e.g. "warning.acknowledged".
        subject: what it was done to, "kind:id", e.g. "warning:8f14…".
        detail: what else matters, JSON; no secrets.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    row = Row(
        head.number + 1,
        clock.now(),
        actor.id[:40],
        actor.name[:150],
        actor.address[:64],
        verb,
        subject[:200],
        detail_text(detail),
        head.digest,
    )
    value = digest(row)
    AuditRow.objects.create(
        number=row.number,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        address=row.address,
        verb=row.verb,
        subject=row.subject,
        detail=row.detail,
        previous=row.previous,
        digest=value,
    )
    head.number, head.digest = row.number, value
    head.save()
    return row.number


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
