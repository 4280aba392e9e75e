"""What a report would say by what is known: a person reads it, mends it, and freezes it."""

from collections.abc import Mapping

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import find_asset
from fenghuo.respond.incidents.grading.report import value_text
from fenghuo.respond.incidents.grading.scales import words
from fenghuo.respond.incidents.models import Incident, LogKind, ReportKind
from fenghuo.respond.incidents.words import language

_FORM = "%Y-%m-%d %H:%M"


def prepared(incident: Incident, *, summary: bool) -> Mapping[str, str]:
    """Item → text of the next report: the last version's words, brought up to what facts, log and register say now.

    Nothing is guessed: an item of which nothing is known is empty.
    """
    of_kind = incident.reports.filter(kind=ReportKind.SUMMARY)
    last = (of_kind if summary else incident.reports.exclude(kind=ReportKind.SUMMARY)).order_by("-number").first()
    before = dict(last.content) if last else {}
    if summary:
        return {**_summary(incident), **before}
    event = _brought_up(before["event"].splitlines(), _event(incident)) if before else _event(incident)
    return {"unit": _unit(incident), **before, "event": "\n".join(event)}


def _brought_up(told: list[str], known: list[str]) -> list[str]:
    """The lines that were told, each replaced where more is known under the same word, and what is new after them."""
    found = list(told)
    for line in known:
        word, mark, _text = line.partition(str(_(": ")))
        place = next((n for n, one in enumerate(found) if mark and one.startswith(word + mark)), None)
        if place is not None:
            found[place] = line
        elif line not in found:
            found.append(line)
    return found


def _line(word: str, text: str) -> str:
    return f"{word}{_(': ')}{text.strip()}" if text.strip() else ""


def _unit(incident: Incident) -> str:
    unit = Unit.objects.filter(id=incident.unit_id).first()
    asset = find_asset(incident.unit_id, incident.asset) if unit else None
    level = str(asset.protection_level) if asset and asset.protection_level else ""
    lines = [
        unit.name if unit else str(_("unit not registered")),
        _line(pgettext("report", "System"), f"{asset.name} ({asset.value})" if asset else incident.asset),
        _line(_("Level of classified protection"), level),
        _("critical information infrastructure") if asset and asset.critical else "",
    ]
    return "\n".join(line for line in lines if line)


def _event(incident: Incident) -> list[str]:
    grade = incident.get_annex_grade_display() if incident.annex_grade else ""
    lines = [
        _line(pgettext("report", "Found"), localtime(incident.discovered_at).strftime(_FORM)),
        _line(pgettext("report", "What happened"), incident.get_kind_display() or incident.get_category_display()),
        _line(_("Type (GB/T 20986-2023)"), incident.get_category_display()),
        _line(pgettext("report", "Grade"), grade or _("not graded yet")),
        *fact_lines(incident),
        *_measures(incident),
    ]
    return [line for line in lines if line]


def fact_lines(incident: Incident) -> list[str]:
    """Every known fact as "name: value", in the order of the tables."""
    known = known_facts(incident)
    return [_line(name, text) for name, text in known]


def known_facts(incident: Incident) -> list[tuple[str, str]]:
    """(name, value) of every known fact, in the reader's language."""
    flat: dict[str, object] = {}
    for name, value in incident.facts.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        flat |= {f"{name}.{part}" if part else name: one for part, one in parts if one is not None}
    here, found = language(), []
    for name, known in words().items():
        value = flat.get(name)
        if isinstance(value, bool):
            found.append((known.names[here], str(pgettext("report", "yes") if value else pgettext("report", "no"))))
        elif isinstance(value, str | int | float):
            canonical = known.value_of(value) if isinstance(value, str) and known.values else value
            found.append((known.names[here], value_text(name, canonical if canonical is not None else value, here)))
    return found


def _measures(incident: Incident) -> list[str]:
    rows = incident.log.filter(kind=LogKind.MEASURE)
    return [f"{localtime(row.happened_at).strftime(_FORM)} {row.text}" for row in rows]


def _summary(incident: Incident) -> dict[str, str]:
    last = incident.reports.exclude(kind=ReportKind.SUMMARY).order_by("-number").first()
    told = last.content if last else {}
    return {
        "cause": told.get("cause", ""),
        "measures": "\n".join([told.get("measures", ""), *_measures(incident)]).strip(),
        "harm": "\n".join(fact_lines(incident)),
    }
