"""Asking for approval: who may approve a notice learns at once that one waits, wherever they are; part of this room's verbs."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.duty.queries import decides_as
from fenghuo.warn.notices.decide import NoticeState
from fenghuo.warn.notices.models import Notice

_ASKED = "notice.approval-asked"


def ask_due() -> int:
    """Tell of every notice that waits for approval, once for each version; how many."""
    waiting = list(Notice.objects.filter(state=NoticeState.REVIEW, approved_by="").only("id", "version"))
    if not waiting:
        return 0
    rows = AuditRow.objects.filter(verb=_ASKED, subject__in=[f"notice:{row.id}" for row in waiting])
    asked = set(rows.values_list("subject", "detail"))
    return sum(_ask(row.id) for row in waiting if (f"notice:{row.id}", f'{{"version":{row.version}}}') not in asked)


def may_approve(notice: Notice, now: datetime) -> list[Person]:
    """Leaders, and who decides for one who is away; nobody who wrote it."""
    leaders = with_role(Role.LEADER)
    others = [person for person in Person.objects.filter(is_active=True) if person not in leaders]
    deputies = {person.pk: away for person in others if (away := decides_as(person, Permission.ISSUE_NOTICES, now))}
    free = [leader for leader in leaders if str(leader.pk) not in notice.authors]
    return free + [
        p for p in others if p.pk in deputies and not {str(p.pk), str(deputies[p.pk].pk)} & set(notice.authors)
    ]


@transaction.atomic
def _ask(notice_id: str) -> int:
    notice, now = Notice.objects.select_for_update().get(id=notice_id), clock.now()
    if notice.state != NoticeState.REVIEW:
        return 0
    record(SYSTEM, _ASKED, f"notice:{notice.id}", {"version": notice.version})
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            link = f"{settings().public_url.rstrip('/')}/notices/{notice.id}/"
            words = {"level": notice.get_level_display(), "title": notice.title, "by": notice.drafted_by, "link": link}
            title = _("To be approved, %(level)s: %(title)s") if notice.level else _("To be approved: %(title)s")
            texts[language] = (title % words, _("Drafted by %(by)s. Read and decide: %(link)s") % words)
    emails = [person.email for person in may_approve(notice, now) if person.email]
    rank = WarningLevel(notice.level).rank if notice.level else 3
    message = Message(f"notice:{notice.id}", f"approve:{notice.version}", rank, texts, {}, notice.exercise)
    enqueue(message, emails, now, named_only=True)
    return 1
