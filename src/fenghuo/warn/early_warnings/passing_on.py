"""The warnings that a person has in hand, and the drafts of formal ones, go to another; part of this room's verbs."""

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import Act, record, record_all
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.warn.early_warnings.formal import OPEN_VERSION
from fenghuo.warn.early_warnings.models import BulletinVersion, EarlyWarning, State

_IN_HAND = (State.ACKNOWLEDGED, State.TRIAGED)
_VERBS = ("warning.acknowledged", "warning.triaged", "warning.handed-over")


def in_hand_of(person_id: str, name: str) -> QuerySet[EarlyWarning]:
    """The warnings that stand under a person's name and that this very person took on or was given: a name may be two people's."""
    rows = EarlyWarning.objects.filter(state__in=_IN_HAND, handled_by=name[:150])
    ids = dict(rows.values_list("id", "id"))
    acts = AuditRow.objects.filter(subject__in=[f"warning:{pk}" for pk in ids], verb__in=_VERBS).order_by("number")
    last: dict[str, str] = {}
    for subject, verb, actor_id, detail in acts.values_list("subject", "verb", "actor_id", "detail"):
        given_to_him = f'"to":"{person_id}"' in detail if verb == "warning.handed-over" else actor_id == person_id
        last[subject] = person_id if given_to_him else ""
    own = [subject.partition(":")[2] for subject, who in last.items() if who == person_id]
    return EarlyWarning.objects.filter(id__in=own)


@transaction.atomic
def pass_on(actor: Actor, person_id: str, name: str, to_id: str, to_name: str) -> int:
    """Put another person's name on the warnings that one has in hand; how many."""
    rows = list(in_hand_of(person_id, name).select_for_update())
    for row in rows:
        row.handled_by, row.changed = to_name[:150], clock.now_ns()
        row.save(update_fields=["handled_by", "changed"])
    detail = {"from": person_id, "to": to_id, "reason": f"{name} → {to_name}"}
    record_all(actor, [Act("warning.handed-over", row.subject, detail) for row in rows])
    return len(rows)


def drafts_of(person_id: str, name: str) -> QuerySet[BulletinVersion]:
    """Versions of formal warnings that a person drafted and that are not published yet."""
    rows = BulletinVersion.objects.filter(state__in=OPEN_VERSION, drafted_by=name[:150])
    return BulletinVersion.objects.filter(
        pk__in=[pk for pk, authors in rows.values_list("pk", "authors") if person_id in authors]
    )


@transaction.atomic
def pass_drafts_on(actor: Actor, person_id: str, name: str, to_id: str, to_name: str) -> int:
    """Make another person the drafter; how many versions. Who takes a draft over counts as its author and can't publish it."""
    rows = list(drafts_of(person_id, name).select_for_update(of=("self",)).select_related("bulletin"))
    for row in rows:
        row.drafted_by = to_name[:150]
        row.authors = list(dict.fromkeys([*row.authors, to_id]))
        row.revision += 1
        row.save(update_fields=["drafted_by", "authors", "revision"])
        detail = {"version": row.number, "from": person_id, "to": to_id}
        record(actor, "bulletin.handed-over", row.bulletin.subject, detail)
    return len(rows)
