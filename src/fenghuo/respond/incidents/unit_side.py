"""What a unit itself does: report in the short form (Art. 7 items 1 and 2), and add what it knows later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents import command, reporting
from fenghuo.respond.incidents.actions import CannotDo, Reported, report
from fenghuo.respond.incidents.models import Incident, Kind, LogKind, Origin
from fenghuo.warn.channels.actions import enqueue
from fenghuo.warn.channels.message import Message
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import ladder


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Items 1 and 2 of Art. 7 as a person on a phone states them; what is not known yet is "".

    Attributes:
        system: what is hit: name, domain or address. place: where it was found. effect: what it does so far. measures: what was done.
        ransom: sum, way and date demanded, for ransomware. reporter, phone: whom the office calls back.
    """

    kind: str
    system: str
    discovered_at: datetime
    effect: str
    place: str = ""
    measures: str = ""
    ransom: str = ""
    reporter: str = ""
    phone: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def report_short(
    actor: Actor,
    unit: Unit | None,
    form: ShortForm,
    origin: str = Origin.UNIT,
    warning_id: str = "",
    exercise: bool = False,
) -> Incident:
    """Enter an incident from the short form, with its first report frozen; where the unit reports, the desk is told at once.

    Args:
        unit: None where the one who calls belongs to no registered unit.

    Raises:
        CannotDo: as `report` and `freeze_report`; "text": neither system nor effect is stated. Nothing was stored then.
    """
    if not form.system.strip() or not form.effect.strip():
        raise CannotDo("text")
    kind = str(dict(Kind.choices).get(form.kind, pgettext("report", "incident")))
    name = unit.name if unit else ""
    told = Reported(
        title=_("%(what)s: %(system)s") % {"what": kind, "system": form.system.strip()},
        discovered_at=form.discovered_at,
        origin=origin,
        unit_id=unit.id if unit else "",
        asset=form.system.strip(),
        warning_id=warning_id,
        exercise=exercise,
        facts=form.facts,
        kind=form.kind,
        reporter=form.reporter,
        reporter_phone=form.phone,
    )
    made = report(actor, told)
    reporting.freeze_report(actor, made.id, _items(name, kind, form))
    if origin == Origin.UNIT:
        _tell_desk(made, name)
    made.refresh_from_db()
    return made


def _items(unit: str, kind: str, form: ShortForm) -> dict[str, str]:
    lines = [
        (pgettext("report", "Found"), localtime(form.discovered_at).strftime("%Y-%m-%d %H:%M")),
        (pgettext("report", "Where"), form.place),
        (pgettext("report", "What happened"), kind),
        (_("Effect and harm so far"), form.effect),
        (_("Measures taken and their result"), form.measures),
        (_("Ransom: sum, way and date demanded"), form.ransom),
    ]
    event = "\n".join(f"{word}{_(': ')}{text.strip()}" for word, text in lines if text.strip())
    return {"unit": f"{unit or _('unit not registered')}\n{_('System')}{_(': ')}{form.system.strip()}", "event": event}


def _tell_desk(incident: Incident, unit: str) -> None:
    now = clock.now()
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            mark = _("[Exercise] ") if incident.exercise else ""
            title = _("Incident %(number)s reported by %(unit)s") % {"number": incident.number, "unit": unit}
            text = _("%(unit)s reports an incident. Grade it within 15 minutes; its clocks run since %(since)s.")
            since = localtime(incident.discovered_at).strftime("%Y-%m-%d %H:%M")
            texts[language] = (mark + title, text % {"unit": unit, "since": since})
    values = {"incident": incident.number, "unit_id": incident.unit_id}
    message = Message(incident.subject, "reported", 1, texts, values, incident.exercise)
    enqueue(message, [of_person(person) for rung in ladder(now)[:2] for person in rung], now)


@transaction.atomic
def add_words(actor: Actor, incident_id: str, text: str) -> None:
    """The unit tells more about its incident; it stands in the situation log under the unit's name.

    Raises:
        CannotDo: "text". Incident.DoesNotExist.
    """
    command.log(actor, incident_id, LogKind.NOTE, text)
