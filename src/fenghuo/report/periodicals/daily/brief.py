"""The brief of 24 hours: counted once in the morning, frozen, told to the leaders and who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.report.periodicals.daily.figures import Figures, count
from fenghuo.report.periodicals.daily.matters import open_matters
from fenghuo.report.periodicals.daily.papers import gravest_of, rows_of
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.actions import keep_brief
from fenghuo.warn.duty.models import Brief
from fenghuo.warn.duty.queries import shifts_at, terms

LANGUAGES = ("zh-hans", "en")
_DAY = timedelta(days=1)
_MATTERS = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A brief as a page shows it; `frozen`: when it was made, None where it is counted now."""

    since: datetime
    until: datetime
    figures: Figures
    matters: Sequence[str]
    frozen: datetime | None


def day_of(found: Found) -> date:
    """The day on whose morning the brief ends."""
    return localtime(found.until).date()


def kept_or_now(day: date) -> Found:
    """The frozen brief of a day, else what is counted now for the 24 hours up to that morning, or up to now."""
    row = Brief.objects.filter(day=day).first()
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    if row is not None:
        content: dict[str, Any] = row.content
        return Found(
            row.since, row.until, Figures.from_json(content["figures"]), content["matters"][language], row.made_at
        )
    until = min(_morning(day), clock.now())
    matters = [matter.text for matter in open_matters(clock.now())[:_MATTERS]]
    return Found(until - _DAY, until, count(until - _DAY, until), matters, None)


def _morning(day: date) -> datetime:
    return datetime.combine(day, terms().brief_at, get_default_timezone())


def brief_due() -> bool:
    """Make and send the brief of today once its hour has come; whether it did. A platform that stood still makes it late, once."""
    now = clock.now()
    day = localtime(now).date()
    until = _morning(day)
    if now < until or Brief.objects.filter(day=day).exists():
        return False
    return _make(day, until)


@transaction.atomic
def _make(day: date, until: datetime) -> bool:
    figures = count(until - _DAY, until)
    matters = {}
    for language in LANGUAGES:
        with translation.override(language):
            matters[language] = [matter.text for matter in open_matters(clock.now())[:_MATTERS]]
    row = keep_brief(day, until - _DAY, until, {"figures": figures.as_json(), "matters": matters})
    if row is None:
        return False
    people = {person.pk: person for person in with_role(Role.LEADER)}
    people |= {shift.person_id: shift.person for shift in shifts_at(clock.now())}
    named = [of_person(person) for person in people.values()]
    if named:
        message = Message(f"brief:{day.isoformat()}", "brief", 4, _texts(day, figures, matters))
        enqueue(message, named, clock.now(), named_only=True)
    return True


def _texts(day: date, figures: Figures, matters: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            lines = [f"{what}: {figure}" for what, figure in rows_of(figures)]
            gravest = [f"- {line}" for line in gravest_of(figures)] or [_("No new warning.")]
            still_open = [f"- {line}" for line in matters[language]] or [_("Nothing is open.")]
            page = f"{settings().public_url.rstrip('/')}/duty/brief/?day={day.isoformat()}"
            parts = [
                "\n".join(lines),
                _("The gravest new warnings"),
                "\n".join(gravest),
                _("Still open"),
                "\n".join(still_open),
                page,
            ]
            texts[language] = (_("Duty brief of %(day)s") % {"day": day.isoformat()}, "\n\n".join(parts))
    return texts
