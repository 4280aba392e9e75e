"""Asking for approval: who may decide on a notice or a formal warning learns at once that one waits; part of this room's verbs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import decides_as
from fenghuo.warn.early_warnings.formal import VersionState
from fenghuo.warn.early_warnings.models import LEVELS, BulletinVersion
from fenghuo.warn.notices.decide import NoticeState
from fenghuo.warn.notices.models import Notice

_ASKED = "approval.asked"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision; `edition` changes with every edit, so that a changed text is asked for again."""

    subject: str
    edition: str
    level: str
    title: str
    by: str
    authors: tuple[str, ...]
    page: str
    exercise: bool


def waiting() -> Iterator[Waiting]:
    """Notices and versions of formal warnings that wait for another person's decision."""
    for row in Notice.objects.filter(state=NoticeState.REVIEW, approved_by=""):
        about = (row.level, row.title, row.drafted_by, tuple(row.authors))
        yield Waiting(f"notice:{row.id}", str(row.version), *about, f"notices/{row.id}/", row.exercise)
    for version in BulletinVersion.objects.filter(state=VersionState.REVIEW).select_related("bulletin"):
        about = (version.level, version.title, version.drafted_by, tuple(version.authors))
        bulletin, edition = version.bulletin, f"{version.number}.{version.revision}"
        yield Waiting(bulletin.subject, edition, *about, f"bulletins/{bulletin.id}/", bulletin.exercise)


def ask_due() -> int:
    """Tell of everything that waits for approval, once for each edition; how many."""
    found = list(waiting())
    if not found:
        return 0
    rows = AuditRow.objects.filter(verb=_ASKED, subject__in=[one.subject for one in found])
    asked = {(subject, json.loads(detail).get("edition")) for subject, detail in rows.values_list("subject", "detail")}
    return sum(_ask(one) for one in found if (one.subject, one.edition) not in asked)


def may_approve(authors: Sequence[str], now: datetime) -> list[Person]:
    """Leaders, and who decides for one who is away; nobody who wrote it, nor who would decide for its author."""
    leaders = with_role(Role.LEADER)
    others = [person for person in Person.objects.filter(is_active=True) if person not in leaders]
    free = [leader for leader in leaders if str(leader.pk) not in authors]
    for person in others:
        away = decides_as(person, Permission.ISSUE_NOTICES, now)
        if away is not None and not {str(person.pk), str(away.pk)} & set(authors):
            free.append(person)
    return free


@transaction.atomic
def _ask(one: Waiting) -> int:
    now = clock.now()
    record(SYSTEM, _ASKED, one.subject, {"edition": one.edition})
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            link = f"{settings().public_url.rstrip('/')}/{one.page}"
            words = {"level": dict(LEVELS).get(one.level, ""), "title": one.title, "by": one.by, "link": link}
            title = _("To be approved, %(level)s: %(title)s") if one.level else _("To be approved: %(title)s")
            texts[language] = (title % words, _("Drafted by %(by)s. Read and decide: %(link)s") % words)
    people = [of_person(person) for person in may_approve(one.authors, now)]
    rank = WarningLevel(one.level).rank if one.level else 3
    enqueue(Message(one.subject, f"approve:{one.edition}", rank, texts, {}, one.exercise), people, now, named_only=True)
    return 1
