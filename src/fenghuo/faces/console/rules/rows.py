"""Rules, silences and trials as rows of a page: with the names and figures that a person needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.base.tables.queries import warning_matrix
from fenghuo.base.units.queries import Viewer, importance_of, names
from fenghuo.faces.console.values import StateKind
from fenghuo.see.events import Hit
from fenghuo.see.rulebook import attack, queries, stats
from fenghuo.see.rulebook.decide import SOON
from fenghuo.see.rulebook.hits import hit_of
from fenghuo.see.rulebook.models import Disposition, RuleQuarantine, RuleTrial, Silence, StoredRule
from fenghuo.see.rulebook.queries import RuleState
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.rulebook.stats import Day, Held
from fenghuo.see.rulebook.storing import storing_now
from fenghuo.warn.early_warnings.decide import becomes_warning, classify, raised_to
from fenghuo.warn.early_warnings.models import State, WarningHit
from fenghuo.warn.early_warnings.queries import warnings_visible_to

_KINDS = {
    RuleState.IN_FORCE: StateKind.DONE,
    RuleState.TRIAL: StateKind.WORKING,
    RuleState.QUARANTINED: StateKind.WAITING,
    RuleState.OFF: StateKind.GONE,
    RuleState.REFUSED: StateKind.GONE,
}
_BAR, _GAP, _HEIGHT = 16, 4, 48
_MOST_HELD = 300


def state_kind(state: RuleState) -> str:
    """How the state is drawn."""
    return _KINDS[state].value


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of the list: how it stands, its hits of seven days, the reason of a refusal in the reader's language."""

    rule: StoredRule
    state: str
    kind: str
    hits: int
    reason: str


def rule_rows(rules: Sequence[StoredRule], viewer: Viewer) -> list[RuleRow]:
    """The rows for these rules."""
    states = queries.states_of(rules)
    hits = stats.hits_of_rules({rule.rule_id for rule in rules if rule.rule_id}, viewer)
    return [
        RuleRow(
            rule,
            str(states[rule.pk].label),
            state_kind(states[rule.pk]),
            hits.get(rule.rule_id, 0),
            reason_text(rule.reason, _),
        )
        for rule in rules
    ]


def overview() -> Mapping[str, object]:
    """What stands above the list: counts by state, quarantine with reasons, trials to decide, silences, coverage."""
    now = clock.now()
    everything = StoredRule.objects.all()
    quarantined = list(RuleQuarantine.objects.order_by("-since"))
    trials = list(RuleTrial.objects.filter(until__lte=now).order_by("until"))
    wanted = {q.rule_id for q in quarantined} | {t.rule_id for t in trials}
    found = {r.rule_id: r for r in everything.filter(rule_id__in=wanted)}
    pairs = everything.filter(pk__in=queries.in_state(everything, RuleState.IN_FORCE).values("pk"))
    columns = attack.matrix(pairs.exclude(attack="").values_list("pack_id", "attack"))
    return {
        "states": [(s.value, s.label, queries.in_state(everything, s.value).count()) for s in RuleState],
        "quarantined": [(found.get(q.rule_id), q) for q in quarantined],
        "due_trials": [(found[t.rule_id], t) for t in trials if t.rule_id in found],
        "storing": storing_now(),
        "silent": stats.silences_in_force().count(),
        "soon": stats.running_out().count(),
        "covered": len({cell.technique.id for column in columns for cell in column.covered}),
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the picture, in its units; `quiet` is the part that was held back, drawn above."""

    x: int
    y: float
    height: float
    quiet_y: float
    quiet_height: float
    day: Day


def bars(days: Sequence[Day]) -> list[Bar]:
    """The days as bars of a picture that is `len(days) * 20` wide and 48 high."""
    most = max((day.all for day in days), default=0) or 1
    found = []
    for number, day in enumerate(days):
        quiet = day.suppressed + day.canary
        high, low = day.all / most * _HEIGHT, day.raised / most * _HEIGHT
        part = round(quiet / most * _HEIGHT, 1)
        found.append(
            Bar(number * (_BAR + _GAP), round(_HEIGHT - low, 1), round(low, 1), round(_HEIGHT - high, 1), part, day)
        )
    return found


@dataclass(frozen=True, slots=True)
class Judged:
    """How warnings with hits of a rule were judged: `false` of `judged`; `all` counts those still open too."""

    all: int
    judged: int
    false: int

    @property
    def share(self) -> int:
        """False alarms in percent of those that were judged."""
        return round(100 * self.false / self.judged) if self.judged else 0


def false_alarms(rule_id: str, viewer: Viewer) -> Judged:
    """The share of false alarms among the warnings that hits of the rule are in."""
    ids = WarningHit.objects.filter(hit__rule_id=rule_id).values("warning_id")
    rows = warnings_visible_to(viewer).filter(id__in=ids).order_by().values_list("state")
    counts: dict[str, int] = dict(rows.annotate(n=Count("id")))
    judged = sum(counts.get(s.value, 0) for s in (State.TRIAGED, State.FALSE_POSITIVE, State.CLOSED))
    return Judged(sum(counts.values()), judged, counts.get(State.FALSE_POSITIVE.value, 0))


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence with names and what it held back."""

    silence: Silence
    rule: StoredRule | None
    unit: str
    what: str
    held: int
    soon: bool
    over: bool


def silence_rows(silences: Iterable[Silence]) -> list[SilenceRow]:
    """The rows for these silences."""
    found = list(silences)
    units = names()
    rules = {r.rule_id: r for r in StoredRule.objects.filter(rule_id__in={s.rule_id for s in found})}
    held = stats.held_by(found)
    now = clock.now()
    return [
        SilenceRow(
            silence,
            rules.get(silence.rule_id),
            units.get(silence.unit_id, silence.unit_id) if silence.unit_id else _("all units"),
            _what(silence),
            held.get(silence.pk, 0),
            silence.until <= now + SOON,
            silence.ended_at is not None or silence.until <= now,
        )
        for silence in found
    ]


def _what(silence: Silence) -> str:
    if not silence.hits:
        return _("raises nothing")
    minutes = silence.within_s // 60
    return _("raises from %(hits)d hits in %(minutes)d min on") % {"hits": silence.hits, "minutes": minutes}


@dataclass(frozen=True, slots=True)
class Would:
    """What a rule on trial would have raised.

    Attributes:
        rows: (unit's name, hits of one unit, asset and day, level of the warning or "" where hits stay hits).
        levels: level → number of warnings, one for each unit and asset.
        over: the trial's time is over and somebody has to decide.
        cut: there is more than what is shown.
    """

    rows: list[tuple[str, Held, str]]
    levels: list[tuple[str, int]]
    hits: int
    over: bool
    cut: bool


def would_raise(rule: StoredRule, trial: RuleTrial, viewer: Viewer) -> Would:
    """What the rule would have raised since its trial began; the grading is the one that the judge uses."""
    held = stats.held_back(rule.rule_id, Disposition.CANARY, viewer, since=trial.since, most=_MOST_HELD)
    units = names()
    levels: dict[tuple[str, str], str] = {}
    latest = stats.latest_hit(rule.rule_id)
    hit = hit_of(latest) if latest is not None else None
    for row in held:
        levels.setdefault((row.unit_id, row.asset), _level(hit, row) if hit is not None else "")
    counts = {level.value: sum(found == level for found in levels.values()) for level in WarningLevel}
    return Would(
        [(units.get(r.unit_id) or _("unknown sender"), r, levels[r.unit_id, r.asset]) for r in held],
        [(level, n) for level, n in counts.items() if n],
        sum(row.hits for row in held),
        trial.until <= clock.now(),
        len(held) == _MOST_HELD,
    )


def _level(hit: Hit, row: Held) -> str:
    """The level that the judge would give a hit like this one at the unit and asset of the row."""
    if not becomes_warning(hit):
        return ""
    by_table = warning_matrix().level(importance_of(row.unit_id, row.asset), classify(hit)[1]).level
    return raised_to(by_table, hit).value
