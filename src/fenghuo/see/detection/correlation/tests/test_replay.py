"""Whatever order, batches, workers and restarts: what is final is what a sorted replay of the oracle says."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.detection.correlation import Correlation, Engine, Limits, Outcome, Row, Step
from fenghuo.see.events import Hit

from .oracle import Result, replay

SECOND = 10**9
START = 1_795_500_000 * SECOND
LATENESS = 30 * SECOND
LIMITS = Limits(lateness=LATENESS, idle=5 * SECOND, hot=3)

BASE = """
title: {0}
name: {0}
id: id-{0}
logsource: {{category: test}}
detection: {{s: {{x: 1}}, condition: s}}
---
"""
RULES = (
    "".join(BASE.format(n) for n in "abcde")
    + """
title: count
id: count
name: count
correlation: {type: event_count, rules: [a, b], group-by: [user], timespan: 10s, condition: {gte: 3}}
---
title: values
id: values
name: values
correlation: {type: value_count, rules: [a], group-by: [user], timespan: 12s, condition: {field: host, gt: 2}}
---
title: pairs
id: pairs
correlation: {type: value_count, rules: [a, b], timespan: 5s, condition: {field: [host, user], gte: 4}}
---
title: near
id: near
name: near
correlation: {type: temporal, rules: [a, b, c], group-by: [user], timespan: 15s}
---
title: two-of
id: two-of
correlation: {type: temporal, rules: [a, b, c], group-by: [user], timespan: 4s, condition: {gte: 2}}
---
title: ordered
id: ordered
name: ordered
correlation:
  type: temporal_ordered
  rules: [a, b, c]
  group-by: [who]
  timespan: 20s
  aliases: {who: {a: user, b: user, c: host}}
---
title: twice
id: twice
correlation: {type: temporal_ordered, rules: [a, a, b], group-by: [user], timespan: 20s}
---
title: sum
id: sum
correlation: {type: value_sum, rules: [a, b], group-by: [user], timespan: 10s, condition: {field: size, gt: 7.5}}
---
title: avg
id: avg
name: avg
correlation: {type: value_avg, rules: [a], group-by: [user], timespan: 10s, condition: {field: size, gte: 3}}
---
title: p90
id: p90
correlation: {type: value_percentile, rules: [a], timespan: 9s, condition: {field: size, percentile: 90, gte: 5}}
---
title: median
id: median
correlation: {type: value_median, rules: [a, c], timespan: 9s, condition: {field: size, gt: 3, lte: 5}}
---
title: median-at-once
id: median-at-once
correlation: {type: value_median, rules: [a, c], timespan: 9s, condition: {field: size, gt: 3}}
---
title: few
id: few
name: few
correlation: {type: event_count, rules: [a], group-by: [user], timespan: 10s, condition: {lt: 3}}
---
title: exactly
id: exactly
correlation: {type: value_count, rules: [a, c], group-by: [user], timespan: 10s, condition: {field: host, eq: 2}}
---
title: range
id: range
correlation: {type: event_count, rules: [a, b, c], timespan: 6s, condition: {gt: 2, lte: 5}}
---
title: silent
id: silent
name: silent
correlation: {type: absence, rules: [a], group-by: [user], timespan: 8s}
---
title: unanswered
id: unanswered
name: unanswered
correlation: {type: absence, rules: [a, b], group-by: [user], timespan: 6s}
---
title: chain
id: chain
name: chain
correlation: {type: temporal_ordered, rules: [count, c], group-by: [user], timespan: 30s}
---
title: chain-of-closed
id: chain-of-closed
correlation: {type: event_count, rules: [few, silent, b], group-by: [user], timespan: 20s, condition: {gte: 3}}
---
title: chain-by-crossing
id: chain-by-crossing
correlation: {type: value_count, rules: [count, near, avg], group-by: [user], timespan: 40s, condition: {field: host, gte: 2}}
---
title: chain-of-chains
id: chain-of-chains
correlation: {type: absence, rules: [chain, values], group-by: [user], timespan: 20s}
---
title: chain-without-group
id: chain-without-group
correlation: {type: event_count, rules: [chain, unanswered, ordered], timespan: 25s, condition: {gte: 2}}
---
title: passing
id: passing
name: passing
correlation: {type: value_count, rules: [d, e], group-by: [user], timespan: 12s, condition: {field: host, gte: 2}}
fenghuo: {passing: true}
---
title: passing-pairs
id: passing-pairs
correlation: {type: value_count, rules: [d], timespan: 20s, condition: {field: [host, user], gt: 2}}
fenghuo: {passing: true}
---
title: new
id: new
name: new
correlation: {type: new_value, rules: [a, b], group-by: [user], timespan: 30s, learn: 5s, condition: {field: host}}
---
title: new-pairs
id: new-pairs
name: new-pairs
correlation: {type: new_value, rules: [a, c], timespan: 20s, condition: {field: [host, size]}}
---
title: soon-new-again
id: soon-new-again
correlation: {type: new_value, rules: [a, b], group-by: [user], timespan: 4s, learn: 1s, condition: {field: host}}
---
title: new-in-passing
id: new-in-passing
name: new-in-passing
correlation: {type: new_value, rules: [d, e], group-by: [user], timespan: 25s, learn: 3s, condition: {field: host}}
fenghuo: {passing: true}
---
title: several-new
id: several-new
correlation: {type: value_count, rules: [new, new-pairs], group-by: [host], timespan: 40s, condition: {field: user, gte: 2}}
---
title: new-and-then
id: new-and-then
correlation: {type: temporal_ordered, rules: [new-in-passing, c], group-by: [user, host], timespan: 30s}
---
title: chain-of-passing
id: chain-of-passing
correlation: {type: temporal_ordered, rules: [passing, c], group-by: [user], timespan: 30s}
"""
)


@pytest.fixture(scope="module")
def correlations() -> tuple[Correlation, ...]:
    return _compiled()


def _compiled() -> tuple[Correlation, ...]:
    compiled = compile_rules([RuleSource("rules.yml", RULES, "p")])
    assert compiled.refused == ()
    assert len(compiled.correlations) == RULES.count("correlation:")
    return compiled.correlations


CORRELATIONS = _compiled()


def make_hit(number: int, rule: str, seconds: float, delay: float, **fields: str | None) -> Hit:
    at = START + int(seconds * SECOND)
    return Hit(
        hit_id=derived_id("hit", number),
        rule_id=f"id-{rule}",
        rule_hash="h",
        rule_title=rule,
        rule_level="medium",
        rule_author="",
        rule_pack="p",
        threat_class="",
        tags=(),
        log_position=f"records.normal.0:{number}",
        event_time=at,
        ingest_time=at + int(delay * SECOND),
        source_id=f"s{number % 2}",
        unit_id="u",
        asset="www",
        peer="",
        exercise=number % 11 == 0,
        src_ip="",
        dst_ip="",
        domain="",
        url="",
        hash="",
        raw=b"",
        matches=(),
        fields=tuple((name, value) for name, value in fields.items() if value is not None),
    )


@st.composite
def hit_lists(draw: st.DrawFn) -> list[Hit]:
    count = draw(st.integers(0, 45))
    spread = draw(st.sampled_from([5, 20, 60, 200]))
    hits = []
    for number in range(count):
        hits.append(
            make_hit(
                number,
                draw(st.sampled_from("aaabbcddde")),
                draw(st.integers(0, spread)),
                draw(st.integers(0, 29)),
                user=draw(st.sampled_from(["u1", "u1", "u2", None])),
                host=draw(st.sampled_from(["h1", "h2", "h3", "u1"])),
                size=draw(st.sampled_from(["1", "2.5", "4", "-1", "9.00004", "much"])),
            )
        )
    return hits


class Driver:
    """An engine that is fed, saved and started again, and what became of its results."""

    def __init__(self) -> None:
        self.engine = Engine(CORRELATIONS, LIMITS)
        self.engine.track()
        self.stored: dict[tuple[str, str, int], bytes] = {}
        self.standing: dict[str, Outcome] = {}
        self.fed: list[Hit] = []

    def feed(self, hits: list[Hit]) -> None:
        self.fed += hits
        self.note(self.engine.feed(hits))

    def note(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            before = self.standing.get(outcome.result_id)
            if outcome.step is Step.RAISED:
                assert before is None
            else:
                assert before is not None
                assert not before.final, "what is final does not change"
            if outcome.step is Step.WITHDRAWN:
                del self.standing[outcome.result_id]
            else:
                self.standing[outcome.result_id] = outcome

    def save(self) -> None:
        for row in self.engine.changed():
            if row.data is not None:
                self.stored[row.rule, row.group, row.segment] = row.data
            else:
                gone = [k for k in self.stored if k[:2] == (row.rule, row.group) and k[2] >= row.segment]
                for key in gone:
                    del self.stored[key]

    def restart(self, rng: random.Random) -> None:
        self.save()
        self.engine = Engine(CORRELATIONS, LIMITS)
        self.engine.restore(Row(*key, data) for key, data in sorted(self.stored.items()))
        self.engine.track()
        first = self.engine.recount_from
        again = [hit for hit in self.fed if first is None or hit.event_time >= first or rng.random() < 0.3]
        for batch in (again[: len(again) // 2], again[len(again) // 2 :]):
            assert self.engine.recount(batch) == [], "nothing is said twice"

    def dump_and_load(self) -> None:
        data = self.engine.dump()
        self.stored = {(row.rule, row.group, row.segment): row.data or b"" for row in self.engine.rows()}
        self.engine = Engine(CORRELATIONS, LIMITS)
        self.engine.load(data)
        self.engine.track()


def drive(hits: list[Hit], rng: random.Random) -> Driver:
    """Feed in order of arrival, in random batches, with the clock moving on, restarts and saved states."""
    driver = Driver()
    waiting = sorted(hits, key=lambda h: h.ingest_time)
    while waiting:
        size = rng.randint(1, 8)
        batch, waiting = waiting[:size], waiting[size:]
        rng.shuffle(batch)
        driver.feed(batch)
        action = rng.random()
        if action < 0.5 and waiting:
            driver.note(driver.engine.advance(waiting[0].ingest_time))
        if action < 0.15:
            driver.restart(rng)
        elif action < 0.25:
            driver.save()
        elif action < 0.35:
            driver.dump_and_load()
    driver.note(driver.engine.advance(START + 3600 * SECOND))
    return driver


def as_result(outcome: Outcome) -> Result:
    return Result(
        outcome.correlation.draft.id,
        tuple(value for _, value in outcome.group),
        outcome.exercise,
        outcome.time,
        outcome.value,
        outcome.crossing,
        outcome.first_time,
        outcome.hit_ids,
    )


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(hit_lists(), st.integers(0, 2**32))
def test_any_arrival_equals_the_sorted_replay(hits: list[Hit], seed: int) -> None:
    driver = drive(hits, random.Random(seed))
    expected = replay(CORRELATIONS, hits)
    assert all(outcome.final for outcome in driver.standing.values())
    assert {key: as_result(outcome) for key, outcome in driver.standing.items()} == expected
    assert not any("too-late" in counts for counts in driver.engine.metrics.values())
    assert driver.engine.groups == 0, "nothing is left once its time is over"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(hit_lists(), st.integers(0, 2**32))
def test_two_workers_with_streams_of_their_own(hits: list[Hit], seed: int) -> None:
    rng = random.Random(seed)
    driver = Driver()
    streams = [sorted((h for h in hits if h.source_id == s), key=lambda h: h.ingest_time) for s in ("s0", "s1")]
    while any(streams):
        stream = rng.choice([s for s in streams if s])
        size = rng.randint(1, 6)
        driver.feed(stream[:size])
        del stream[:size]
        driver.note(driver.engine.advance(min([h.ingest_time for s in streams for h in s], default=START)))
    driver.note(driver.engine.advance(START + 3600 * SECOND))
    assert {k: as_result(o) for k, o in driver.standing.items()} == replay(CORRELATIONS, hits)


def test_many_events_of_few_groups_with_compaction_and_segments() -> None:
    rng = random.Random(7)
    hits = [
        make_hit(
            n,
            rng.choice("aabdd"),
            n / 13 + rng.random() * 3,
            rng.random() * 20,
            user=rng.choice(["u1", "u2"]),
            host=f"h{rng.randint(0, 3)}",
            size=str(rng.randint(-3, 6)),
        )
        for n in range(1200)
    ]
    driver = drive(hits, rng)
    assert {k: as_result(o) for k, o in driver.standing.items()} == replay(CORRELATIONS, hits)


def test_equal_times_are_ordered_by_hit_id_not_by_arrival() -> None:
    hits = [make_hit(n, "a", 1, 0, user="u1", host=f"h{n}", size="1") for n in range(1, 9)]
    finals = []
    for seed in range(6):
        shuffled = random.Random(seed).sample(hits, len(hits))
        driver = Driver()
        for hit in shuffled:
            driver.note(driver.engine.feed([hit]))
        driver.note(driver.engine.advance(START + 3600 * SECOND))
        finals.append({k: as_result(o) for k, o in driver.standing.items()})
    assert all(final == finals[0] for final in finals)
    assert finals[0]


def test_exercise_and_real_events_never_meet() -> None:
    hits = [replace(make_hit(n, "a", n, 0, user="u1"), exercise=n % 2 == 0) for n in range(4)]
    driver = Driver()
    driver.note(driver.engine.feed(hits))
    assert not [o for o in driver.standing.values() if o.correlation.draft.id == "count"]
