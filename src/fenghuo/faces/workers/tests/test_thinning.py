"""What the matching processes leave out changes nothing of what new_value says."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenghuo.faces.workers import thinning
from fenghuo.faces.workers.thinning import Thinner
from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.detection.correlation import Correlation, Engine, Limits, Outcome, Step
from fenghuo.see.detection.correlation.tests.test_replay import BASE, SECOND, START, make_hit
from fenghuo.see.events import Hit, hits_from_batch, hits_to_batch

NEW = """title: {0}
id: {0}
correlation: {{type: new_value, rules: [{1}], group-by: [{2}], timespan: {3}, learn: {4}, condition: {{field: {5}}}}}
fenghuo: {{passing: true}}
---
"""
DOMAIN = '"@@registered_domain"'


def rules_of(*documents: str) -> tuple[Correlation, ...]:
    text = "".join(BASE.format(n) for n in "abcd") + "".join(documents).removesuffix("---\n")
    compiled = compile_rules([RuleSource("r.yml", text, "p")])
    assert compiled.refused == ()
    return compiled.correlations


RULES = rules_of(
    NEW.format("domains", "a", '"@@unit_id"', "30s", "5s", DOMAIN),
    NEW.format("hosts", "b", "user", "10m", "8s", "host"),
    NEW.format("twice", "c", "user", "20s", "5s", "host"),
    NEW.format("twice-2", "c", "user", "40s", "5s", "host"),
)


@st.composite
def batches(draw: st.DrawFn) -> list[list[Hit]]:
    rng = random.Random(draw(st.integers(0, 2**32)))
    count, spread = draw(st.integers(0, 120)), draw(st.sampled_from([20, 100, 900]))
    hits = []
    for number in range(count):
        hit = make_hit(
            number,
            rng.choice("aaabbcd"),
            rng.choice([rng.randrange(spread), rng.random() * spread]),
            rng.random() * 9,
            user=rng.choice(["u1", "u2"]),
            host=f"h{rng.randrange(4)}",
        )
        name = rng.choice(["", "printer", "w1.one.com", "w2.one.com", "two.net", "three.org", "three.org"])
        hits.append(replace(hit, unit_id=rng.choice("xy"), domain=name, quiet=True))
    hits.sort(key=lambda h: h.ingest_time)
    found: list[list[Hit]] = []
    while hits:
        size = rng.randint(1, 20)
        found.append(hits[:size])
        hits = hits[size:]
    return found


def said(parts: list[list[Hit]], ends: list[int]) -> dict[str, tuple[str, bool]]:
    engine = Engine(RULES, Limits(lateness=10 * SECOND, idle=10**6 * SECOND))
    standing: dict[str, Outcome] = {}
    for part, end in zip(parts, ends, strict=True):
        for outcome in engine.feed(part) + engine.advance(end - 1):
            if outcome.step is Step.WITHDRAWN:
                del standing[outcome.result_id]
            else:
                standing[outcome.result_id] = outcome
    return {result_id: (outcome.crossing, outcome.exercise) for result_id, outcome in standing.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches(), st.integers(1, 3), st.booleans())
def test_the_rest_says_what_all_of_them_say(parts: list[list[Hit]], workers: int, forgetful: bool) -> None:
    """Also where several processes hand over, and where what one of them remembers is too much."""
    thinners = [Thinner(RULES) for _ in range(workers)]
    rng = random.Random(1)
    rest = []
    for part in parts:
        thinner = rng.choice(thinners)
        rest.append(list(hits_from_batch(thinner.thin(hits_to_batch(part)))))
        if forgetful and rng.random() < 0.2:
            thinner.forget()
        assert {h.hit_id for h in rest[-1]} >= {h.hit_id for h in part if h.rule_title in "cd"}, "others are left alone"
    ends = [part[-1].ingest_time for part in parts]
    assert said(rest, ends) == said(parts, ends)


def test_a_value_is_handed_over_once_a_slot_and_again_where_it_is_earlier_or_did_not_arrive() -> None:
    thinner = Thinner(RULES)
    base = replace(make_hit(1, "a", 100.5, 0), domain="www.one.com", unit_id="x")

    def handed(*seconds: float, domain: str = "www.one.com") -> list[float]:
        hits = [replace(base, hit_id=f"{s}", event_time=START + int(s * SECOND), domain=domain) for s in seconds]
        return [float(h.hit_id) for h in hits_from_batch(thinner.thin(hits_to_batch(hits)))]

    assert handed(100.9, 100.5, 100.7) == [100.5]
    assert handed(100.6) == []
    assert handed(100.1) == [100.1]
    assert handed(101, 101.5) == [101]
    assert handed(99, 99.5) == [99], "of a slot before, to be sure"
    assert handed(101.2, domain="cdn.one.com") == [], "the same domain"
    assert handed(101.2, domain="printer") == [], "none"
    thinner.forget()
    assert handed(101.2) == [101.2]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thinning, "MOST_REMEMBERED", 50)
    thinner = Thinner(RULES)
    for n in range(200):
        hit = replace(make_hit(n, "a", 1, 0), domain=f"d{n}.com", unit_id="x")
        assert thinner.thin(hits_to_batch([hit])).num_rows == 1
    assert sum(len(way.handed) for way in thinner._ways.values()) <= 50
