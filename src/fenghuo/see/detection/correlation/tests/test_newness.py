"""new_value: what is new, what is not, what is kept of a million values, and what it costs to keep it."""

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.detection.correlation import Engine, Limits, Outcome, Row, Step, memory, newness
from fenghuo.see.detection.correlation.memory import PARTS, Memory, fingerprint, owner_of
from fenghuo.see.events import Hit

from .oracle import replay
from .test_passing import compiled
from .test_replay import BASE, LIMITS, SECOND, START, as_result, make_hit

DAY = 86_400
NEW = """title: {0}
id: {0}
name: {0}
correlation: {{type: new_value, rules: [{1}], group-by: [user], timespan: {2}, {3}condition: {{field: host}}}}
fenghuo: {{threat_class: scanning{4}}}
---
"""
TWO_WEEKS = NEW.format("new", "a", "14d", "learn: 7d, ", ", passing: true")
Seen = tuple[float, str, str]


def hits_of(seen: list[Seen]) -> list[Hit]:
    return [make_hit(n * 11 + 1, "a", at, 0, user=user, host=host) for n, (at, user, host) in enumerate(seen)]


def found(seen: list[Seen], document: str = TWO_WEEKS, limits: Limits | None = None) -> list[tuple[float, str, str]]:
    """(day, group, value) of what is new, each event fed by itself."""
    engine = Engine(compiled(document).correlations, limits)
    outcomes: list[Outcome] = []
    for hit in hits_of(seen):
        outcomes += engine.feed([hit]) + engine.advance(hit.event_time)
    return [((o.time - START) / SECOND / DAY, o.group[0][1], o.group[1][1]) for o in outcomes if o.step is Step.RAISED]


def test_nothing_is_new_while_a_group_learns_and_then_what_it_never_showed_is() -> None:
    usual: list[Seen] = [(day * DAY, "school", "usual") for day in range(30)]
    others: list[Seen] = [(6.9 * DAY, "school", "early"), (7.5 * DAY, "school", "late"), (12 * DAY, "school", "late")]
    assert found(sorted([*usual, *others])) == [(7.5, "school", "late")]


def test_a_value_that_was_away_for_the_timespan_is_new_again_and_one_that_was_not_is_not() -> None:
    usual: list[Seen] = [(day * DAY, "school", "usual") for day in range(40)]
    others: list[Seen] = [(day * DAY, "school", "rare") for day in (1, 14, 27, 27.5)]
    assert found(sorted([*usual, *others])) == []
    back: list[Seen] = [(1 * DAY, "school", "back"), (15.5 * DAY, "school", "back")]
    assert found(sorted([*usual, *back])) == [(15.5, "school", "back")]


def test_a_new_group_learns_for_itself_and_so_does_one_that_was_silent_for_a_timespan() -> None:
    first: list[Seen] = [(day * DAY, "school", "usual") for day in range(40)]
    second: list[Seen] = [(day * DAY, "clinic", f"v{day}") for day in (10, 11, 18, 33, 34)]
    raised = found(sorted([*first, *second]))
    assert raised == [(18, "clinic", "v18")], "33 is fifteen days after 18: the clinic learns again"


def test_a_result_names_group_and_value_and_one_hit() -> None:
    engine = Engine(compiled(TWO_WEEKS).correlations)
    hits = hits_of([(day * DAY, "school", "usual") for day in range(9)] + [(8.5 * DAY, "school", "strange")])
    for hit in hits[:-1]:
        engine.feed([hit])
        engine.advance(hit.event_time)
    (raised,) = engine.feed(hits[-1:])
    assert raised.group == (("user", "school"), ("host", "strange"))
    assert (raised.crossing, raised.hit_ids, raised.value) == (hits[-1].hit_id, (hits[-1].hit_id,), 1)
    earlier = replace(hits[-1], hit_id="earlier", event_time=hits[-1].event_time - SECOND)
    (changed,) = engine.feed([earlier])
    assert (changed.step, changed.crossing, changed.result_id) == (Step.CHANGED, "earlier", raised.result_id)


def test_a_late_event_takes_back_what_it_proves_to_be_not_new() -> None:
    engine = Engine(
        compiled(NEW.format("new", "a", "20s", "learn: 3s, ", "")).correlations, Limits(lateness=10 * SECOND)
    )
    seen: list[Seen] = [(n, "u", "usual") for n in range(30)]
    hits = hits_of(sorted([*seen, (5, "u", "seldom"), (27, "u", "seldom"), (23, "u", "seldom")]))
    late = next(hit for hit in hits if hit.event_time == START + 23 * SECOND and dict(hit.fields)["host"] == "seldom")
    steps = []
    for hit in [*(h for h in hits if h is not late), late]:
        steps += [(o.step, o.group[1][1]) for o in engine.feed([hit]) + engine.advance(hit.event_time)]
    assert steps == [
        (Step.RAISED, "seldom"),
        (Step.FINAL, "seldom"),
        (Step.RAISED, "seldom"),
        (Step.WITHDRAWN, "seldom"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("learn: 7d", "learn: 15d", "'learn' is at most as long as the timespan"),
        ("learn: 7d", "learn: soon", "timespan 'soon' is not a number"),
        ("field: host", "field: host, gte: 2", "the condition of new_value is 'field' and nothing else"),
        ("{field: host}", "{gte: 2}", "the condition of new_value is 'field' and nothing else"),
        ("{field: host}", "{field: []}", "the condition of new_value is 'field' and nothing else"),
        ("type: new_value", "type: event_count", "event_count has no 'learn'"),
        ("rules: [a]", "rules: [other]", "new_value looks at rules, and 'other' is a correlation"),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str, reason: str) -> None:
    other = NEW.format("other", "b", "1d", "", "")
    (refused,) = compiled(other, TWO_WEEKS.replace(old, new)).refused
    assert reason in refused.reason


def test_it_is_counted_in_passing_over_any_timespan_and_nothing_of_it_is_counted_again() -> None:
    rules = compiled(TWO_WEEKS)
    assert rules.passing == {("p", "id-a")}
    engine = Engine(rules.correlations)
    hits = hits_of([(day * DAY, "school", "usual") for day in range(9)])
    for hit in hits:
        engine.feed([hit])
        engine.advance(hit.event_time)
    assert engine.recount_from == engine.watermark, "the stream need not reach back for days"
    again = Engine(rules.correlations)
    again.load(engine.dump())
    assert again.recount(hits) == []
    assert [o.step for o in again.feed(hits_of([(8.2 * DAY, "school", "new")]))] == [Step.RAISED]


def test_another_version_goes_on_with_what_was_learned_and_leaves_what_was_said() -> None:
    first = Engine(compiled(TWO_WEEKS).correlations)
    first.track()
    usual = hits_of([(day * DAY, "school", "usual") for day in range(9)])
    for hit in usual:
        first.feed([hit])
        first.advance(hit.event_time)
    (said,) = first.feed([replace(usual[-1], hit_id="x", fields=(("user", "school"), ("host", "strange")))])
    rows = {(row.rule, row.group, row.segment): row.data for row in first.changed()}
    second = Engine(compiled(TWO_WEEKS.replace("learn: 7d", "learn: 6d")).correlations)
    second.restore(Row(*key, data) for key, data in rows.items())
    second.track()
    assert ('[0,"school","strange"]', None) in {(row.group, row.data) for row in second.changed()}
    again = [
        replace(usual[-1], hit_id=f"y{n}", fields=(("user", "school"), ("host", f"strange{n}"[: 7 + n])))
        for n in (0, 1)
    ]
    (new,) = second.feed(again)
    assert new.group == (("user", "school"), ("host", "strange1")), "and the one that was said is not said again"
    assert new.result_id != said.result_id
    other = Engine(compiled(TWO_WEEKS.replace("timespan: 14d", "timespan: 15d")).correlations)
    other.restore(Row(*key, data) for key, data in rows.items())
    assert other.groups == 0, "what looks at something else begins anew"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and merges of a few values, so that few values go all ways."""
    monkeypatch.setattr(memory, "_PAGE", 2)
    monkeypatch.setattr(memory, "_MERGED_AT", 3)
    monkeypatch.setattr(memory, "_COST_OF_A_PART", 0.05)


SPANS = "".join(
    NEW.format(f"n{n}", "a, b" if n % 2 else "a", f"{span}s", f"learn: {learn}s, ", ", passing: true" * (n % 3 == 0))
    for n, (span, learn) in enumerate([(3, 1), (6, 6), (20, 3), (60, 10), (200, 20)])
)
DENSE = compile_rules(
    [RuleSource("r.yml", "".join(BASE.format(n) for n in "ab") + SPANS.removesuffix("---\n"), "p")]
).correlations


STEPS = st.sampled_from([0, 0.4, 1, 1, 2, 3, 4, 5, 6, 7, 15, 20, 25, 60, 70])


def sparse_hits(lateness: int) -> st.SearchStrategy[list[Hit]]:
    """Bursts with silence between them, about as long as the timespans; some come late."""
    return st.builds(_sparse, st.lists(STEPS, max_size=45), st.integers(0, 2**32), st.just(lateness))


def _sparse(steps: list[float], seed: int, lateness: int) -> list[Hit]:
    rng = random.Random(seed)
    hits: list[Hit] = []
    at, hosts = 0.0, rng.randint(1, 6)
    for number, step in enumerate(steps):
        at += step
        user, host = rng.choice(["u1", "u1", "u2"]), f"h{rng.randrange(hosts)}"
        delay = rng.choice([0, 0, rng.random() * lateness * 0.99])
        hits.append(make_hit(number, rng.choice("aab"), at, delay, user=user, host=host))
    return hits


class Saved:
    """An engine whose rows are stored as the tables do, and what stands of its results."""

    def __init__(self, lateness: int) -> None:
        self.limits = replace(LIMITS, lateness=lateness * SECOND)
        self.rows: dict[tuple[str, str, int], bytes] = {}
        self.standing: dict[str, Outcome] = {}
        self.start()

    def start(self) -> None:
        self.engine = Engine(DENSE, self.limits)
        self.engine.restore(Row(*key, data) for key, data in sorted(self.rows.items()))
        self.engine.track()

    def note(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            assert (outcome.result_id in self.standing) is not (outcome.step is Step.RAISED)
            if outcome.step is Step.WITHDRAWN:
                del self.standing[outcome.result_id]
            else:
                self.standing[outcome.result_id] = outcome

    def save(self) -> None:
        """Removals first, as `save_memory` does."""
        rows = self.engine.changed()
        for row in rows:
            if row.data is None:
                gone = [k for k in self.rows if k[:2] == (row.rule, row.group) and k[2] >= row.segment]
                for key in gone:
                    del self.rows[key]
        self.rows |= {(row.rule, row.group, row.segment): row.data for row in rows if row.data is not None}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("most_known", "lateness"), [(2, 30), (1000, 2), (1000, 10)])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.integers(0, 2**32))
def test_any_order_and_any_kill_equal_the_sorted_replay(
    monkeypatch: pytest.MonkeyPatch, most_known: int, lateness: int, data: st.DataObject, seed: int
) -> None:
    monkeypatch.setattr(newness, "_MOST_KNOWN", most_known)
    rng = random.Random(seed)
    hits = data.draw(sparse_hits(lateness))
    saved = Saved(lateness)
    waiting = sorted(hits, key=lambda h: h.ingest_time)
    while waiting:
        size = rng.randint(1, 5)
        batch, waiting = waiting[:size], waiting[size:]
        rng.shuffle(batch)
        saved.note(saved.engine.feed(batch))
        if waiting and rng.random() < 0.6:
            saved.note(saved.engine.advance(waiting[0].ingest_time))
        saved.save()
        if rng.random() < 0.1:
            saved.start()
            saved.note(saved.engine.feed(rng.sample(batch, rng.randint(0, len(batch)))))  # a matcher was killed, too
    saved.note(saved.engine.advance(START + DAY * SECOND))
    expected = replay(DENSE, hits)
    assert {key: as_result(outcome) for key, outcome in saved.standing.items()} == expected
    assert all(outcome.final for outcome in saved.standing.values())
    assert saved.engine.groups == 0
    saved.save()
    names = {key[1] for key in saved.rows}
    assert names <= {"", "place", "parts", "changes-0", "changes-1"}, "no row of a group or of what waited is left"


def test_the_oracle_finds_new_values_in_such_hits() -> None:
    """So that the test above compares something with something."""
    rng = random.Random(1)
    hits = [make_hit(n, "a", n * 3, 0, user="u1", host=f"h{rng.randint(0, 6)}") for n in range(60)]
    results = replay(DENSE, hits).values()
    assert {result.rule for result in results} == {"n0", "n1", "n2", "n3", "n4"}
    assert len(results) > 60


def stored(rows: dict[tuple[str, int], bytes], changed: list[Row]) -> int:
    """Store rows of a memory; the bytes that were written."""
    for row in changed:
        if row.data is None:
            for key in [k for k in rows if k[0] == row.group and k[1] >= row.segment]:
                del rows[key]
    rows |= {(row.group, row.segment): row.data for row in changed if row.data is not None}
    return sum(len(row.data or b"") for row in changed)


def restored(rows: dict[tuple[str, int], bytes]) -> Memory:
    again = Memory()
    for name in {name for name, _ in rows}:
        assert again.restore(name, [rows[key] for key in sorted(rows) if key[0] == name])
    return again


@pytest.mark.parametrize("seed", range(4))
def test_a_memory_equals_a_dict_and_comes_back_from_its_rows(seed: int) -> None:
    rng = random.Random(seed)
    held, plain, rows = Memory(), dict[int, int](), dict[tuple[str, int], bytes]()
    keys = [rng.getrandbits(64) for _ in range(20_000)]
    most = 0
    for slot in range(400):
        for key in rng.sample(keys, 300):
            held.note(key, slot, key % 7, tracked=True)
            plain[key] = slot
        if held.is_full_of_changes:
            assert held.merge(0, 10**6) == {}
        most = max(most, stored(rows, list(held.rows("r"))))
        if slot % 50 == 49:
            held = restored(rows)
            assert {key: held.last(key) for key in keys if key in plain} == plain
    assert held.last(rng.getrandbits(64)) is None
    assert most < 150_000, "no turn stores more than a part of it"
    assert sum(map(len, rows.values())) < 3 * 16 * (len(plain) + 2 * 4096), "what is stored twice goes again"


def test_what_was_seen_before_a_slot_is_dropped() -> None:
    held = Memory()
    for key in range(8000):
        held.note(key, key // 1000, 1, tracked=False)
    assert held.merge(6, 10**6) == {}
    assert [held.last(key) for key in (0, 5999, 6000, 7999)] == [None, None, 6, 7]
    assert list(held.rows("r")) != [], "the parts"
    assert len(held) == 2000


def test_beyond_the_bound_the_group_that_holds_most_lets_go_of_what_it_saw_longest_ago() -> None:
    held = Memory()
    for key in range(9000):
        held.note(key, key // 100, 1, tracked=False)
    for key in range(9000, 10_000):
        held.note(key, 0, 2, tracked=False)
    reach = held.merge(0, 8000)
    assert set(reach) == {1}
    assert len(held) == 7000
    assert all(held.last(key) is not None for key in range(9000, 10_000)), "the small group keeps all"
    assert held.last(8999) == 89
    assert max(slot for slot in (held.last(key) for key in range(9000)) if slot is not None) == 89
    assert all(held.last(key) is not None for key in range(9000) if key // 100 >= reach[1])


def test_a_value_that_was_let_go_raises_no_flood_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """One unit asks for hundreds of thousands of names; it learns anew, the others raise what they would have raised."""
    monkeypatch.setattr(memory, "_MERGED_AT", 500)
    limits = Limits(values=2000)
    quiet: list[Seen] = [(day * DAY, "quiet", f"q{n}") for day in range(12) for n in range(50)]
    loud: list[Seen] = [(day * DAY, "loud", f"l{n}") for day in range(9) for n in range(100)]
    flood: list[Seen] = [(9 * DAY + n, "loud", f"flood{n}") for n in range(9000)]
    after: list[Seen] = [(10.5 * DAY + n, "loud", f"l{n}") for n in range(100)]
    late: list[Seen] = [(11 * DAY, "quiet", "strange"), (11.5 * DAY, "loud", "strange")]
    raised = found(sorted([*quiet, *loud, *flood, *after, *late]), limits=limits)
    assert [one for one in raised if one[1] == "quiet"] == [(11, "quiet", "strange")]
    named = [value for _, group, value in raised if group == "loud"]
    assert 500 <= len(named) < 3000, "until values had to be let go"
    assert all(value.startswith("flood") for value in named)


def test_more_new_values_than_may_wait_are_remembered_without_a_word() -> None:
    engine = Engine(compiled(TWO_WEEKS).correlations, Limits(waiting=5))
    for hit in hits_of([(day * DAY, "school", "usual") for day in range(9)]):
        engine.feed([hit])
        engine.advance(hit.event_time)
    flood = hits_of([(8 * DAY + 60, "school", f"v{n}") for n in range(20)])
    assert len(engine.feed(flood)) == 5
    assert engine.metrics["p", "new"]["crowded"] == 15
    assert (
        engine.feed([replace(hit, hit_id=f"x{n}", event_time=hit.event_time + SECOND) for n, hit in enumerate(flood)])
        == []
    )


def test_the_groups_that_were_seen_longest_ago_are_given_up() -> None:
    engine = Engine(compiled(TWO_WEEKS).correlations, Limits(passing_groups=8))
    for hit in hits_of([(n * 60, f"unit{n}", "v") for n in range(30)]):
        engine.feed([hit])
        engine.advance(hit.event_time)
    assert engine.groups <= 8
    assert engine.metrics["p", "new"]["evicted"] >= 22


def test_fingerprints_tell_groups_and_values_apart_and_stay_the_same() -> None:
    assert fingerprint('[0,"u"]', "a.example") == 0x19CA3E99D9EC0EA2
    assert len({fingerprint(group, value) for group in ("a", "b") for value in ("x", "y", "\udcff")}) == 6
    assert owner_of("a") != owner_of("b")
    assert PARTS == 256
