"""Clocks of formal warnings that ran out: the desk and the leaders are told, once for each. Called each second."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.audit import SYSTEM
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.clocks.queries import running
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import ladder
from fenghuo.warn.early_warnings.models import Bulletin, BulletinAlarm, BulletinVersion


def alarms_due() -> int:
    """Tell of every clock of a formal warning that has run out; how many."""
    now = clock.now()
    due = list(running().filter(subject__startswith="bulletin:", due_at__lte=now)[:200])
    told = set(BulletinAlarm.objects.filter(clock__in=[d.kind for d in due]).values_list("bulletin_id", "clock"))
    return sum(_tell(row, now) for row in due if (row.subject.partition(":")[2], row.kind) not in told)


@transaction.atomic
def _tell(row: Deadline, now: datetime) -> int:
    bulletin = Bulletin.objects.select_for_update().get(id=row.subject.partition(":")[2])
    if bulletin.alarms.filter(clock=row.kind).exists():
        return 0
    BulletinAlarm.objects.create(bulletin=bulletin, clock=row.kind, at=now)
    version = bulletin.versions.order_by("-number").first()
    assert version is not None, "a warning has a version from its first moment"
    people = [of_person(person) for rung in ladder(now) for person in rung]
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts[language] = _texts(version, row)
    values = {"bulletin_id": bulletin.id, "clock": row.kind, "due_at": row.due_at.isoformat()}
    rank = WarningLevel(version.level).rank
    enqueue(Message(bulletin.subject, f"late:{row.kind}", rank, texts, values, bulletin.exercise), people, now)
    record(SYSTEM, "bulletin.clock-late", bulletin.subject, {"clock": row.kind, "due": row.due_at.isoformat()})
    return 1


def clock_word(kind: str) -> str:
    """What a clock of a formal warning waits for, in the reader's language."""
    words = {"review": _("review by a second person"), "report": _("situation report"), "summary": _("summary")}
    return words[kind.partition("-")[0]]


def _texts(version: BulletinVersion, row: Deadline) -> tuple[str, str]:
    words = {
        "level": version.get_level_display(),
        "title": version.title,
        "what": clock_word(row.kind),
        "due": localtime(row.due_at).strftime("%Y-%m-%d %H:%M"),
    }
    title = _("[%(level)s] Late: %(what)s") % words
    return title, _("Early warning “%(title)s”: %(what)s was due by %(due)s.") % words
