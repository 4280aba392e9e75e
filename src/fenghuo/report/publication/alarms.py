"""Who is told that the twentieth day of a public document is near or over."""

from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.report.publication.decide import REMIND_DAYS, reached
from fenghuo.report.publication.models import Publication, PublicationNudge
from fenghuo.report.publication.queries import PUBLISH
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.notices.messages import LANGUAGES

_RANK = 4


def alarms_due() -> int:
    """Tell of every document whose twentieth day is near or over and that is not published, once for each distance; how many."""
    now = clock.now()
    near = Deadline.objects.filter(
        subject__startswith="publication:",
        kind=PUBLISH,
        stopped_at=None,
        due_at__lte=now + timedelta(days=max(REMIND_DAYS)),
    )
    made = 0
    for deadline in near.order_by("due_at"):
        days = reached(deadline.due_at, now)
        if days is not None:
            made += _tell(deadline, days)
    return made


@transaction.atomic
def _tell(deadline: Deadline, days: int) -> bool:
    now = clock.now()
    row = Publication.objects.get(id=deadline.subject.partition(":")[2])
    told = PublicationNudge.objects.filter(publication=row, due_at=deadline.due_at, days=days)
    if told.exists():
        return False
    PublicationNudge.objects.create(publication=row, due_at=deadline.due_at, days=days, at=now)
    people = Person.objects.filter(is_active=True)
    emails = [p.email for p in people if p.email and p.can(Permission.EDIT_DISCLOSURE)]
    if not emails:
        return False
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(row, deadline, days)
    message = Message(row.subject, f"publish:{deadline.due_at:%Y%m%d}:{days}", _RANK, texts, {"publication_id": row.id})
    enqueue(message, emails, now, named_only=True)
    return True


def _texts(row: Publication, deadline: Deadline, days: int) -> tuple[str, str]:
    words = {
        "year": row.year,
        "days": days,
        "last": localtime(deadline.due_at - timedelta(seconds=1)).strftime("%Y-%m-%d"),
        "approved": row.approved_on,
        "link": f"{settings().public_url.rstrip('/')}/disclosure/{row.id}/",
    }
    if days:
        title = ngettext(
            "Budget of %(year)s: %(days)s day left to publish it",
            "Budget of %(year)s: %(days)s days left to publish it",
            days,
        )
    else:
        title = _("Budget of %(year)s: the twentieth day is over")
    text = _(
        "The budget of %(year)s was approved on %(approved)s. It is to be published within twenty days (last day %(last)s).\n"
        "Here the document is not published yet:\n%(link)s"
    )
    return title % words, text % words
