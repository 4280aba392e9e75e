"""The test bench: which rules match these events, and why a rule does or does not."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.evidence import Piece, pieces, readable
from fenghuo.faces.console.rules.forms import BenchForm
from fenghuo.faces.console.rules.words import Line, line_of, source_words, verdict_words
from fenghuo.see.detection import Rule, RuleSet, RuleSource
from fenghuo.see.detection.correlation.model import SCALE
from fenghuo.see.detection.correlation.together import Correlating
from fenghuo.see.detection.explain import Verdict, explain
from fenghuo.see.detection.rule import LogSource
from fenghuo.see.events import Event, LogRecord, Match, SourceStamp, records_to_batch
from fenghuo.see.events import events_of as rows_of
from fenghuo.see.inventory.models import LogSource as Sender
from fenghuo.see.rulebook import queries, stats
from fenghuo.see.rulebook.models import StoredHit, StoredRule
from fenghuo.see.sources import UnreadableInput, parse_records, read_events

_MOST_EVENTS = 50
_MOST_EXPLAINED = 10


class CannotRead(Exception):
    """The events can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The chosen rule on one event, in words; `filters` as the condition."""

    verdict: str
    matches: bool
    condition: Line
    filters: list[Line]


@dataclass(frozen=True, slots=True)
class Tried:
    """One event: its line with what matched marked, what it was read as, the rules that match, the chosen rule explained."""

    number: int
    pieces: list[Piece]
    source: str
    problem: str
    fields: list[tuple[str, str]]
    matches: list[tuple[Rule, tuple[Match, ...]]]
    explained: Explained | None


def events_of(text: str, kind: str) -> list[tuple[bytes, Event]]:
    """The events of pasted lines with their bytes.

    Raises:
        CannotRead.
    """
    stream = io.BytesIO(text.strip().encode())
    found: list[tuple[bytes, Event]] = []
    try:
        for read in read_events(stream, _("events"), kind, clock.now_ns()):
            found.append((read.raw, read.event))
            if len(found) == _MOST_EVENTS:
                break
    except UnreadableInput as error:
        raise CannotRead(str(error)) from error
    return found


def events_of_hits(viewer: Viewer, rule_id: str, number: int) -> list[tuple[bytes, Event]]:
    """The lines of the latest hits, read as their source's lines are."""
    rows = stats.hits_visible_to(viewer).order_by("-event_time", "hit_id")
    found = list((rows.filter(rule_id=rule_id) if rule_id else rows)[:number])
    senders = {sender.id: sender for sender in Sender.objects.filter(id__in={hit.source_id for hit in found})}
    records = [LogRecord(bytes(h.raw), _stamp(h, senders), h.peer, "", h.ingest_time, h.exercise) for h in found]
    batch = parse_records(records_to_batch(records), [hit.log_position for hit in found])
    return [(record.raw, event) for record, (_envelope, event) in zip(records, rows_of(batch), strict=True)]


def _stamp(hit: StoredHit, senders: Mapping[str, Sender]) -> SourceStamp:
    sender = senders.get(hit.source_id)
    if sender is None:
        return SourceStamp(hit.source_id, hit.unit_id)
    return SourceStamp(sender.id, hit.unit_id, sender.kind, sender.zone, sender.asset, sender.options)


def run(events: Sequence[tuple[bytes, Event]], chosen: Rule | None, *, only: bool = False) -> list[Tried]:
    """Try the rules in force (or `only` the chosen one) on the events; the chosen one is explained on the first of them."""
    rules = RuleSet([chosen], []) if only and chosen is not None else queries.compiled()
    return [_tried(n, raw, event, rules, chosen) for n, (raw, event) in enumerate(events, 1)]


def _tried(number: int, raw: bytes, event: Event, rules: RuleSet, chosen: Rule | None) -> Tried:
    matches = rules.match_event(event)
    explained = None
    if chosen is not None and number <= _MOST_EXPLAINED:
        found = explain(chosen, event)
        filters = [line_of(step, _) for step in found.filters]
        explained = Explained(
            verdict_words(found, _), found.verdict is Verdict.MATCH, line_of(found.condition, _), filters
        )
    marks = [match for _rule, found_matches in matches for match in found_matches]
    return Tried(
        number,
        pieces(readable(raw), marks),
        source_words(LogSource(event.product, event.category, event.service), _),
        event.parse_error or "",
        [(name, readable(str(value).encode("utf-8", "replace"))[:400]) for name, value in event.fields.items()][:60],
        matches,
        explained,
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a correlation says of a stretch of the events: value and bound in words, its group, the events that count."""

    title: str
    level: str
    value: str
    group: list[tuple[str, str]]
    hits: int


@dataclass(frozen=True, slots=True)
class Together:
    """What correlations make of all events together.

    Attributes:
        found: what stands in the end.
        asked: title of the correlation that was asked for, "" where all in force were.
        counted: how many events met each of the rules that it refers to.
        without_time: events that met one and were left out, since their time is not known.
        learns: seconds for which it watches a group before a value can be new; 0 for other types.
    """

    found: list[Stretch]
    asked: str
    counted: list[tuple[str, int]]
    without_time: int
    learns: int


def together(events: Sequence[tuple[bytes, Event]], rules: RuleSet, rule_id: str = "") -> Together:
    """Run the correlations of `rules` over the events, in whatever order they stand; one of them where `rule_id` says so."""
    correlating = Correlating(rules.correlations)
    chosen = next((c for c in rules.correlations if c.draft.id == rule_id), None)
    counts = dict.fromkeys((key for position in chosen.positions for key in position.rules) if chosen else (), 0)
    titles: dict[tuple[str, str], str] = {}
    for number, (_raw, event) in enumerate(events, 1):
        correlating.see(event)
        for rule, _matches in rules.match_event(event):
            correlating.add(_("events"), number, event, rule)
            titles[rule.pack, rule.id] = rule.title
            if (rule.pack, rule.id) in counts:
                counts[rule.pack, rule.id] += 1
    found = []
    for outcome in correlating.results():
        draft = outcome.correlation.draft
        titles[draft.pack, draft.id] = draft.title
        if (draft.pack, draft.id) in counts:
            counts[draft.pack, draft.id] += 1
        if draft.id == rule_id or (not rule_id and not outcome.correlation.quiet):
            value = f"{outcome.value / SCALE:g}" if draft.kind.is_numeric else str(outcome.value)
            found.append(Stretch(draft.title, draft.level, value, list(outcome.group), len(outcome.hit_ids)))
    counted = [(titles.get(key) or _title(key), number) for key, number in counts.items()]
    learns = chosen.draft.learn_ns // 10**9 if chosen else 0
    return Together(found, chosen.draft.title if chosen else "", counted, correlating.without_time, learns)


def _title(key: tuple[str, str]) -> str:
    stored = StoredRule.objects.filter(pack_id=key[0], rule_id=key[1]).first()
    return stored.title if stored else key[1]


@requires(Permission.SEE_RULES)
def show(request: HttpRequest) -> HttpResponse:
    """Paste events or take stored hits, see what matches. Nothing is stored."""
    person = person_of(request)
    form = BenchForm(
        request.POST if request.method == "POST" else None,
        initial={"rule": request.GET.get("rule", "")},
        label_suffix="",
    )
    tried = all_of_it = None
    stored = queries.find_rule(str(form["rule"].value() or ""))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        chosen = queries.compiled_rule(stored) if stored else None
        is_correlation = stored is not None and "correlation" in stored.logsource
        events: list[tuple[bytes, Event]] = []
        if asked["rule"] and chosen is None and not is_correlation:
            form.add_error("rule", _("There is no such rule. Give its number, or words of its title."))
        elif asked["hits"]:
            detail = {"rule": stored.rule_id if stored else "", "hits": asked["hits"]}
            record(actor_of(request), "rules.tried-on-hits", "rules:bench", detail)
            events = events_of_hits(person, "" if is_correlation else str(detail["rule"]), asked["hits"])
            tried = run(events, chosen)
        else:
            try:
                events = events_of(asked["events"], asked["kind"])
                tried = run(events, chosen)
            except CannotRead as error:
                form.add_error("events", str(error))
        if events and stored is not None and is_correlation:
            source = RuleSource(stored.path, stored.text, stored.pack_id)
            all_of_it = together(events, queries.compiled_with(source), stored.rule_id)
        elif events and chosen is None:
            all_of_it = together(events, queries.compiled())
    values = {"form": form, "tried": tried, "together": all_of_it, "stored": stored, "most_explained": _MOST_EXPLAINED}
    return render(request, "rules/bench.html", values)
