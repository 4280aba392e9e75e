"""Who is told that an indicator is about to miss its month."""

from datetime import timedelta

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
from fenghuo.report.performance.actions import MONTH
from fenghuo.report.performance.decide import REMIND_DAYS, reached
from fenghuo.report.performance.models import Indicator, MonthNudge
from fenghuo.report.performance.queries import span_of, standing
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.notices.messages import LANGUAGES

_RANK = 4


def alarms_due() -> int:
    """Tell of every indicator that is not there yet and whose month is near or over, once for each distance; how many alarms.

    The clock of an indicator that is there stops.
    """
    now = clock.now()
    near = Deadline.objects.filter(
        subject__startswith="indicator:",
        kind=MONTH,
        stopped_at=None,
        due_at__lte=now + timedelta(days=max(REMIND_DAYS)),
    )
    # Asked each second: who was told already of the nearest distance is left alone without counting records again.
    told = (
        {(str(i), due, days) for i, due, days in MonthNudge.objects.values_list("indicator_id", "due_at", "days")}
        if near
        else set()
    )
    made = 0
    for deadline in near.order_by("due_at"):
        days = reached(deadline.due_at, now)
        indicator_id = deadline.subject.partition(":")[2]
        if days is not None and (indicator_id, deadline.due_at, days) not in told:
            made += _look(deadline, indicator_id, days)
    return made


@transaction.atomic
def _look(deadline: Deadline, indicator_id: str, days: int) -> bool:
    """Alarm, or stop the clock where the records show that it was done in time."""
    now = clock.now()
    row = Indicator.objects.select_related("project", "project__unit").get(id=indicator_id)
    if standing(row, span_of(row.project)).outcome.met:
        clocks.stop(row.subject, now if now < deadline.due_at else deadline.due_at, MONTH)
        return False
    _nudge, fresh = MonthNudge.objects.get_or_create(
        indicator=row, due_at=deadline.due_at, days=days, defaults={"at": now}
    )
    if not days:
        # Nothing that comes now is in time: the clock stops as late, and is not looked at again.
        clocks.stop(row.subject, now, MONTH)
    emails = [p.email for p in Person.objects.filter(is_active=True) if p.email and p.can(Permission.EDIT_PERFORMANCE)]
    if not fresh or not emails:
        return fresh
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(row, deadline, days)
    message = Message(row.subject, f"month:{deadline.due_at:%Y%m%d}:{days}", _RANK, texts, {"indicator_id": row.id})
    enqueue(message, emails, now, named_only=True)
    return True


def _texts(row: Indicator, deadline: Deadline, days: int) -> tuple[str, str]:
    link = f"{settings().public_url.rstrip('/')}/performance/indicators/{row.id}/"
    last = localtime(deadline.due_at - timedelta(seconds=1)).strftime("%Y-%m-%d")
    words = {
        "name": row.name,
        "project": row.project.name,
        "last": last,
        "days": days,
        "link": link,
        "target": row.target,
    }
    if days:
        title = ngettext(
            "Performance: %(days)s day left for “%(name)s”", "Performance: %(days)s days left for “%(name)s”", days
        )
    else:
        title = _("Performance: the month of “%(name)s” is over")
    text = _(
        "%(project)s promised “%(name)s” by %(target)s (last day %(last)s). The records do not show it yet.\n"
        "Enter what was done, or write the reason:\n%(link)s"
    )
    return title % words, text % words
