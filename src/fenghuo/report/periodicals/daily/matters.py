"""What is open at a moment, as lines that one officer hands to the next. Every line names its thing, so that a page can link it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.common.severity import WarningLevel
from fenghuo.base.units.queries import names
from fenghuo.respond.incidents.decide import FINAL as INCIDENT_FINAL
from fenghuo.respond.incidents.models import Incident
from fenghuo.warn.channels.queries import in_trouble
from fenghuo.warn.early_warnings.decide import FINAL
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.early_warnings.names import class_name
from fenghuo.warn.notices.asking import waiting
from fenghuo.warn.notices.models import NoticeCopy

_EACH = 20
_SHORT = "%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Matter:
    """One open matter: "kind:id", and a line in the reader's language."""

    subject: str
    text: str


def open_matters(now: datetime) -> list[Matter]:
    """Incidents, warnings of red to yellow, notices whose time ran out or that wait for approval, and messages that do not go;
    of each the gravest or most urgent twenty, and how many more there are."""
    return [*_incidents(), *_warnings(), *_late_copies(now), *_waiting_notices(), *_undelivered(now)]


def _incidents() -> Iterator[Matter]:
    rows = Incident.objects.exclude(state__in=INCIDENT_FINAL).order_by("received_at")
    found = list(rows[:_EACH])
    subjects = [row.subject for row in found]
    due: dict[str, datetime] = {}
    for clock in Deadline.objects.filter(subject__in=subjects, stopped_at=None).order_by("-due_at"):
        due[clock.subject] = clock.due_at
    for row in found:
        text = _("Incident %(number)s, %(state)s: %(title)s") % {
            "number": row.number,
            "state": row.get_state_display(),
            "title": row.title,
        }
        if row.subject in due:
            text += _("; next clock ends %(due)s") % {"due": localtime(due[row.subject]).strftime(_SHORT)}
        yield Matter(row.subject, text)
    yield from _rest("incident", rows.count() - len(found))


def _warnings() -> Iterator[Matter]:
    rows = EarlyWarning.objects.exclude(state__in=FINAL).filter(exercise=False, rank__lte=WarningLevel.YELLOW.rank)
    found, units = list(rows.order_by("rank", "raised_at")[:_EACH]), names()
    for row in found:
        values = {
            "level": row.get_level_display(),
            "unit": units.get(row.unit_id) or _("unknown sender"),
            "what": class_name(row.threat_class),
            "state": row.get_state_display(),
        }
        text = _("[%(level)s] %(unit)s: %(what)s, %(state)s") % values
        if row.handled_by:
            text = _("%(matter)s, in the hands of %(who)s") % {"matter": text, "who": row.handled_by}
        yield Matter(f"warning:{row.id}", text)
    yield from _rest("warning", rows.count() - len(found))
    blue = (
        EarlyWarning.objects.exclude(state__in=FINAL).filter(exercise=False, rank__gt=WarningLevel.YELLOW.rank).count()
    )
    if blue:
        yield Matter("warning:*", ngettext("%(n)d blue warning", "%(n)d blue warnings", blue) % {"n": blue})


def _late_copies(now: datetime) -> Iterator[Matter]:
    late = Deadline.objects.filter(subject__startswith="notice-copy:", stopped_at=None, due_at__lt=now).order_by(
        "due_at"
    )
    due: dict[str, datetime] = {}
    for subject, moment in late.values_list("subject", "due_at"):
        due.setdefault(subject, moment)
    chosen = dict(list(due.items())[:_EACH])
    copies = NoticeCopy.objects.filter(id__in=[s.partition(":")[2] for s in chosen]).select_related("notice", "unit")
    for copy in sorted(copies, key=lambda copy: chosen[f"notice-copy:{copy.id}"]):
        values = {
            "unit": copy.unit.name,
            "title": copy.notice.title,
            "due": localtime(chosen[f"notice-copy:{copy.id}"]).strftime(_SHORT),
        }
        yield Matter(f"notice-copy:{copy.id}", _("%(unit)s is late since %(due)s: %(title)s") % values)
    yield from _rest("notice-copy", len(due) - len(chosen))


def _waiting_notices() -> Iterator[Matter]:
    found = list(waiting())
    for row in found[:_EACH]:
        yield Matter(row.subject, _("Waits for approval: %(title)s") % {"title": row.title})
    yield from _rest("notice", len(found) - _EACH)


def _undelivered(now: datetime) -> Iterator[Matter]:
    number = in_trouble(now).aggregate(number=Count("id"))["number"]
    if number:
        text = ngettext("%(n)d message is not delivered", "%(n)d messages are not delivered", number)
        yield Matter("delivery:*", text % {"n": number})


def _rest(kind: str, number: int) -> Iterator[Matter]:
    if number > 0:
        yield Matter(
            f"{kind}:*", ngettext("and %(n)d more of this kind", "and %(n)d more of this kind", number) % {"n": number}
        )
