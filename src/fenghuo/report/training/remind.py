"""Who is told that certificates end: one message for all that end on one day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.report.training.certificates import EXPIRY
from fenghuo.report.training.decide import REMIND_DAYS, reached
from fenghuo.report.training.paper_models import Certificate, CertificateNudge, Credential
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.notices.messages import LANGUAGES

_RANK = 4
_MOST_LINES = 20
_LONG_AGO = timedelta(days=7)


def remind_due() -> int:
    """Tell of certificates whose end is near or has come, once for each distance; how many messages. The clock of one that ended stops."""
    now = clock.now()
    near = Deadline.objects.filter(kind=EXPIRY, stopped_at=None, due_at__lte=now + timedelta(days=max(REMIND_DAYS)))
    groups: dict[tuple[datetime, int], list[str]] = defaultdict(list)
    for deadline in near.order_by("due_at", "subject"):
        days = reached((deadline.due_at - now) / timedelta(days=1))
        if days is not None:
            groups[deadline.due_at, days].append(deadline.subject)
    return sum(_tell(subjects, due_at, days) for (due_at, days), subjects in groups.items())


@transaction.atomic
def _tell(subjects: Sequence[str], due_at: datetime, days: int) -> bool:
    now = clock.now()
    told = set(
        CertificateNudge.objects.filter(subject__in=subjects, due_at=due_at, days=days).values_list(
            "subject", flat=True
        )
    )
    fresh = [one for one in subjects if one not in told]
    CertificateNudge.objects.bulk_create(
        [CertificateNudge(subject=one, due_at=due_at, days=days, at=now) for one in fresh]
    )
    if not days:
        for one in subjects:
            clocks.stop(one, now, EXPIRY)
    emails = [p.email for p in Person.objects.filter(is_active=True) if p.email and p.can(Permission.EDIT_TRAINING)]
    # One that was recorded when it had ended long ago is no news.
    if not fresh or not emails or now - due_at > _LONG_AGO:
        return False
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(fresh, due_at, days)
    key = f"certificates-end:{due_at:%Y%m%d}:{days}:{len(told)}"
    enqueue(Message(f"certificates:{due_at:%Y%m%d}", key, _RANK, texts, {}), emails, now, named_only=True)
    return True


def _texts(subjects: Sequence[str], due_at: datetime, days: int) -> tuple[str, str]:
    ids = [one.partition(":")[2] for one in subjects]
    lines = [
        f"{one.unit_name} · {one.course_title} · {one.text}"
        for one in Certificate.objects.filter(id__in=ids).order_by("text")
    ]
    lines += [
        f"{one.unit.name} · {one.kind} · {one.number}"
        for one in Credential.objects.filter(id__in=ids).select_related("unit")
    ]
    many = len(lines)
    if many > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], "…"]
    words = {
        "n": many,
        "days": days,
        "last": localtime(due_at - timedelta(seconds=1)).strftime("%Y-%m-%d"),
        "link": f"{settings().public_url.rstrip('/')}/training/certificates/",
        "lines": "\n".join(lines),
    }
    if days:
        title = ngettext(
            "%(n)s training certificate ends on %(last)s", "%(n)s training certificates end on %(last)s", many
        )
    else:
        title = ngettext("%(n)s training certificate has ended", "%(n)s training certificates have ended", many)
    return title % words, _("Last day %(last)s:\n%(lines)s\n%(link)s") % words
