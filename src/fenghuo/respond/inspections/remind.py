"""Telling units that they are to check themselves, and reminding them; word to the duty desk of who has let the time pass."""

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fenghuo.base.clocks.office import last_day
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.respond.inspections.decide import EDITABLE, CampaignState
from fenghuo.respond.inspections.models import CheckReminder, SelfCheck
from fenghuo.respond.inspections.queries import clocks_of
from fenghuo.respond.tasks.decide import Mark, marks_due
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.notices.messages import LANGUAGES, first_of_duty, persons_of

_ASKED, _RETURNED = "asked", "returned"
_RANK = 4


def remind_due() -> int:
    """Tell each unit once that it is asked, or that its self-check came back, and remind it at each mark; how many. Called each second.

    A machine that stood still sends the last mark that was passed, not all of them.
    """
    now, made = clock.now(), 0
    asked = SelfCheck.objects.filter(campaign__state=CampaignState.OPEN, state__in=[s.value for s in EDITABLE])
    checks = list(asked.select_related("campaign", "unit"))
    clocks = clocks_of(checks)
    rows = CheckReminder.objects.filter(check_of__in=asked)
    told = set(rows.values_list("check_of_id", "turn", "due_on", "mark", "count"))
    for check in checks:
        deadline = clocks.get(check.id)
        if deadline is None:
            continue
        reached = marks_due(deadline.started_at, deadline.due_at, now)
        first = _RETURNED if check.returns else _ASKED
        mark, count = (reached[-1][0].value, reached[-1][1]) if reached else (first, 0)
        day = last_day(deadline.due_at)
        if (check.id, check.returns, day, mark, count) not in told:
            made += _remind(check, day, mark, count, now)
    return made


@transaction.atomic
def _remind(check: SelfCheck, day: date, mark: str, count: int, now: datetime) -> bool:
    key = {"check_of": check, "turn": check.returns, "due_on": day, "mark": mark, "count": count}
    _row, fresh = CheckReminder.objects.get_or_create(**key, defaults={"at": now})
    people = list(persons_of(check.unit).values())[:1]
    if not people or mark in {Mark.OVER, Mark.LATE}:
        people += first_of_duty(now)
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = _texts(check, mark, day.isoformat())
    values = {"check_id": check.id, "unit_id": check.unit_id}
    message = Message(
        check.subject,
        f"{mark}:{day:%Y%m%d}:{count}" + (f":{check.returns}" if check.returns else ""),
        _RANK,
        texts,
        values,
    )
    if people and fresh:
        enqueue(message, people, now, named_only=True)
    return fresh


def _texts(check: SelfCheck, mark: str, due: str) -> tuple[str, str]:
    words = {
        "unit": check.unit.name,
        "title": check.campaign.title,
        "due": due,
        "why": check.why_returned,
        "link": f"{settings().public_url.rstrip('/')}/inspections/checks/{check.id}/",
    }
    if mark == _RETURNED:
        title = _("%(unit)s: self-check returned, to be handed in again by %(due)s")
        text = _(
            "%(title)s\nUnit: %(unit)s\nWhat is missing: %(why)s\nLast day: %(due)s\nSign in and hand it in again:\n%(link)s"
        )
        return title % words, text % words
    late = mark in {Mark.OVER, Mark.LATE}
    title = _("%(unit)s: self-check not handed in") if late else _("%(unit)s: self-check to be handed in by %(due)s")
    text = _("%(title)s\nUnit: %(unit)s\nLast day: %(due)s\nSign in, answer the items and hand it in:\n%(link)s")
    return title % words, text % words
