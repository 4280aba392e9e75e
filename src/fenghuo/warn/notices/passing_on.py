"""The drafts of a person who leaves go to another; part of this room's verbs."""

from django.db import transaction
from django.db.models import QuerySet

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.warn.notices.decide import NoticeState
from fenghuo.warn.notices.models import Notice

_NOT_OUT = (NoticeState.DRAFT, NoticeState.REVIEW)


def drafts_of(person_id: str, name: str) -> QuerySet[Notice]:
    """Notices that a person drafted and that are not out yet."""
    rows = Notice.objects.filter(state__in=_NOT_OUT, drafted_by=name[:150])
    own = [pk for pk, authors in rows.values_list("id", "authors") if person_id in authors]
    return Notice.objects.filter(id__in=own)


@transaction.atomic
def pass_on(actor: Actor, person_id: str, name: str, to_id: str, to_name: str) -> int:
    """Make another person the drafter; how many notices. Who takes a draft over counts as its author and can't approve it."""
    rows = list(drafts_of(person_id, name).select_for_update())
    for row in rows:
        row.drafted_by = to_name[:150]
        row.authors = list(dict.fromkeys([*row.authors, to_id]))
        row.version += 1
        row.save(update_fields=["drafted_by", "authors", "version"])
        record(actor, "notice.handed-over", f"notice:{row.id}", {"from": person_id, "to": to_id})
    return len(rows)
