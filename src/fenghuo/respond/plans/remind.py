"""Reminders that a plan must be looked through: to the unit whose it is, else to the duty desk."""

from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common import clock
from fenghuo.respond.plans.actions import REVIEW
from fenghuo.respond.plans.decide import REMIND_DAYS, reminders_due
from fenghuo.respond.plans.models import Plan, ReviewNudge
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.notices.messages import LANGUAGES, first_of_duty, persons_of

_RANK = 4


def remind_due() -> int:
    """Remind of every review whose time has come, once for each distance; how many reminders."""
    now = clock.now()
    soon = Deadline.objects.filter(
        subject__startswith="plan:", kind=REVIEW, stopped_at=None, due_at__lte=now + timedelta(days=max(REMIND_DAYS))
    )
    made = 0
    for deadline in soon.order_by("due_at"):
        reached = reminders_due(deadline.due_at, now)
        if reached and _remind(deadline, min(reached)):
            made += 1
    return made


@transaction.atomic
def _remind(deadline: Deadline, days: int) -> bool:
    now, plan_id = clock.now(), deadline.subject.partition(":")[2]
    plan = Plan.objects.select_related("unit").get(id=plan_id)
    row, fresh = ReviewNudge.objects.get_or_create(plan=plan, due_at=deadline.due_at, days=days, defaults={"at": now})
    if not fresh:
        return False
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(plan, deadline, days)
    emails = list(persons_of(plan.unit).values())[:1] if plan.unit else first_of_duty(now)
    values = {"plan_id": plan.id, "unit_id": plan.unit_id or ""}
    message = Message(plan.subject, f"review:{row.due_at:%Y%m%d}:{days}", _RANK, texts, values)
    if emails:
        enqueue(message, emails, now, named_only=True)
    return True


def _texts(plan: Plan, deadline: Deadline, days: int) -> tuple[str, str]:
    words = {"title": plan.title, "due": localtime(deadline.due_at).strftime("%Y-%m-%d"), "days": days}
    if days:
        title = ngettext(
            "Emergency plan: review due in %(days)s day", "Emergency plan: review due in %(days)s days", days
        )
    else:
        title = _("Emergency plan: review is due")
    text = _(
        "%(title)s must be looked through by %(due)s.\nSign in to the platform: file a new version, or state that it still holds."
    )
    return title % words, text % words
