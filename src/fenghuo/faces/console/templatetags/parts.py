"""The parts that pages are built of, each once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from fenghuo.base.common import clock as house_clock
from fenghuo.base.common.severity import SigmaLevel, WarningLevel
from fenghuo.faces.console.evidence import HIDDEN, EvidenceLine, pieces
from fenghuo.faces.console.pages import ListPage
from fenghuo.faces.console.times import ago_text, clock_stage, duration_text, left_text, moment_text
from fenghuo.faces.console.values import DeliveryResult, LedgerOutcome, Rung, StateKind, TimelineEntry
from fenghuo.see.events import match_of
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.sources import ParseContext, parse_line
from fenghuo.see.sources.persons import person_spans
from fenghuo.warn.early_warnings.names import raised_by

register = template.Library()
Values = dict[str, Any]


@register.filter
def rule_title(title: str) -> str:
    """The title of a rule or of a finding in the reader's language, where it is one of ours."""
    return raised_by(title)


@register.filter
def rule_reason(reason: str) -> str:
    """Why the engine refuses or leaves out a rule, in the reader's language."""
    return reason_text(reason, _)


@register.filter
def duration(seconds: float) -> str:
    """A length of time by its two largest units; "–" for none."""
    return duration_text(seconds)


@register.inclusion_tag("parts/level.html")
def level(value: str) -> Values:
    """Block of colour with the word of a warning level ("red", "orange", "yellow" or "blue")."""
    words = {
        WarningLevel.RED: pgettext("warning level", "Red"),
        WarningLevel.ORANGE: pgettext("warning level", "Orange"),
        WarningLevel.YELLOW: pgettext("warning level", "Yellow"),
        WarningLevel.BLUE: pgettext("warning level", "Blue"),
    }
    known = WarningLevel(value)
    return {"level": known.value, "word": words[known]}


@register.inclusion_tag("parts/clock.html")
def clock(started: datetime, due: datetime, stopped: datetime | None = None) -> Values:
    """What is left until `due`; turns at 50, 75 and 90 % of the time since `started`. A stopped clock stands still."""
    now = stopped or house_clock.now()
    return {
        "started": started,
        "due": due,
        "due_text": moment_text(due, house_clock.now()),
        "stage": "stopped" if stopped else clock_stage(started, due, now),
        "text": left_text(due - now),
        "running": stopped is None,
    }


@register.inclusion_tag("parts/moment.html")
def moment(when: datetime | None, with_distance: bool = True) -> Values:
    """A time as at the desk, with its distance from now; a dash where there is none, also where what would hold it is missing."""
    now = house_clock.now()
    if not when:  # a template makes "" of an attribute of None
        return {"when": None}
    return {
        "when": when,
        "text": moment_text(when, now),
        "ago": ago_text(when, now),
        "with_distance": with_distance,
    }


@register.simple_tag
@lru_cache(maxsize=500)
def state(kind: str, word: str) -> SafeString:
    """State of work: `kind` is a `StateKind`, `word` what it is called here. Lists hold hundreds of the same few."""
    signs = {StateKind.WAITING: "○", StateKind.WORKING: "◐", StateKind.DONE: "✓", StateKind.GONE: "–"}
    known = StateKind(kind)
    return render_to_string("parts/state.html", {"kind": known.value, "sign": signs[known], "word": word})


@register.inclusion_tag("parts/unit.html")
def unit(name: str, url: str = "") -> Values:
    """A unit by its name, linked where there is an address."""
    return {"name": name, "url": url}


@register.inclusion_tag("parts/evidence.html")
def evidence(line: EvidenceLine) -> Values:
    """A log line with what the rule matched marked in it, and the names of persons hidden."""
    found = pieces(line.text, line.matches, line.hidden)
    apart = () if any(piece.marked for piece in found) else line.apart
    return {"line": line, "pieces": found, "apart": apart}


@register.filter
def byte_span(stored: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where in the value of a stored match the wanted text stands, in bytes."""
    return match_of(stored).byte_span


@register.filter
def nameless(text: str) -> str:
    """A stretch of a log line of unknown kind, without what looks like the name of a person."""
    for start, end in reversed(person_spans(text, parse_line("", text.encode(), ParseContext()).fields)):
        text = f"{text[:start]}{HIDDEN}{text[end:]}"
    return text


@register.inclusion_tag("parts/timeline.html")
def timeline(entries: Iterable[TimelineEntry]) -> Values:
    """What happened to a matter: who, when, what, why."""
    return {"entries": list(entries)}


@register.inclusion_tag("parts/ladder.html")
def ladder(rungs: Iterable[Rung]) -> Values:
    """Who was told, over which channel, and how that ended."""
    looks = {
        DeliveryResult.WAITING: ("○", _("not yet sent")),
        DeliveryResult.DONE: ("✓", _("delivered")),
        DeliveryResult.FAILED: ("!", _("not delivered")),
    }
    return {"rungs": [(rung, *looks[rung.result]) for rung in rungs]}


@register.inclusion_tag("parts/tile.html")
def tile(what: str, figure: object, url: str = "", change: str = "", series: Sequence[float] = ()) -> Values:
    """A number with what it counts, how it changed, its recent course and the link to its rows."""
    return {"what": what, "figure": figure, "url": url, "change": change, "points": _polyline(series)}


def _polyline(series: Sequence[float]) -> str:
    """Points of a line in a box of 100 × 24, lowest value at the bottom; "" for fewer than two values."""
    if len(series) < 2:
        return ""
    low, high = min(series), max(series)
    height, step = (high - low) or 1, 100 / (len(series) - 1)
    return " ".join(f"{i * step:.1f},{22 - (value - low) / height * 20:.1f}" for i, value in enumerate(series))


@register.inclusion_tag("parts/empty.html")
def empty(title: str, text: str = "", verb: str = "", url: str = "") -> Values:
    """What a list without rows says: since when, what was checked, and what one can do."""
    return {"title": title, "text": text, "verb": verb, "url": url}


@register.simple_tag
def ledger(outcome: str, reason: str = "") -> SafeString:
    """One cell of the coverage ledger."""
    return _ledger(outcome, reason, get_language() or "")


@register.simple_tag
def sums(found: Iterable[tuple[str, int]]) -> SafeString:
    """A cell of the ledger that stands for several: (outcome, how many), the number left away where it is 0."""
    language = get_language() or ""
    cells = format_html_join(
        "",
        '<span class="sum">{}{}</span>',
        ((_ledger(outcome, "", language), number or "") for outcome, number in found),
    )
    return format_html('<span class="sums">{}</span>', cells)


@lru_cache(maxsize=2000)
def _ledger(outcome: str, reason: str, _language: str) -> SafeString:
    """Boards hold hundreds of the same few cells."""
    looks = {
        LedgerOutcome.PASS: ("●", _("passed")),
        LedgerOutcome.FAIL: ("▲", _("failed")),
        LedgerOutcome.NOT_APPLICABLE: ("–", _("not applicable")),
        LedgerOutcome.COULD_NOT_TEST: ("?", _("could not be tested")),
    }
    known = LedgerOutcome(outcome)
    sign, word = looks[known]
    return render_to_string("parts/ledger.html", {"outcome": known.value, "sign": sign, "word": word, "reason": reason})


@register.inclusion_tag("parts/two_persons.html", takes_context=True)
def two_persons(context: template.Context, what: str, url: str, first: str = "", may_confirm: bool = True) -> Values:
    """A step that two persons take: `first` is who asked for it already, "" before anyone did.

    `may_confirm` is False for the one who asked; the rule itself is held by the verb behind `url`, not here.
    """
    values = {"what": what, "url": url, "first": first, "may_confirm": may_confirm}
    return {**values, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("parts/pager.html")
def pager(page: "ListPage[Any]") -> Values:
    """Links to the previous and the next rows of a list."""
    return {"page": page}


@register.inclusion_tag("parts/filters.html", takes_context=True)
def filters(context: template.Context, form: Form, export_url: str = "") -> Values:
    """The filters of a list as a form that leads to an address one can share.

    On a phone they are folded, so that the list itself is seen; a check box opens them, because a page must do without script and
    an element of details can't be open on one screen and folded on another.
    """
    request = context["request"]
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    asked = sum(bool(request.GET.get(bound.name)) for bound in form.visible_fields())
    values = {"form": form, "export_url": export_url, "query": query.urlencode(), "path": request.path}
    return {**values, "asked": asked}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField) -> Values:
    """A form field: label, hint, what is wrong with it, and the input, tied together for screen readers.

    A field of many boxes is a group: hint and problem belong to the group, not to each box. A single box stands before its label.
    """
    ids = [f"{bound.auto_id}_hint"] if bound.help_text else []
    ids += [f"{bound.auto_id}_problem"] if bound.errors else []
    many, described = bound.field.widget.use_fieldset, " ".join(ids)
    attributes: dict[str, str | bool] = {}
    if not many and described:
        attributes["aria-describedby"] = described
    if not many and bound.errors:
        attributes["aria-invalid"] = "true"
    single = not many and getattr(bound.field.widget, "input_type", "") == "checkbox"
    values = {"bound": bound, "many": many, "single": single, "described": described}
    return {**values, "widget": bound.as_widget(attrs=attributes)}


@register.filter
def rule_level(value: str) -> str:
    """Level of a rule in the reader's language; a refused rule may have none."""
    words = {
        SigmaLevel.INFORMATIONAL: pgettext("rule level", "informational"),
        SigmaLevel.LOW: pgettext("rule level", "low"),
        SigmaLevel.MEDIUM: pgettext("rule level", "medium"),
        SigmaLevel.HIGH: pgettext("rule level", "high"),
        SigmaLevel.CRITICAL: pgettext("rule level", "critical"),
    }
    return words.get(SigmaLevel(value), "") if value in set(SigmaLevel) else "–"


@register.inclusion_tag("parts/icon.html")
def icon(name: str) -> Values:
    """A line icon of the rail, by the name of its entry."""
    return {"name": name}
