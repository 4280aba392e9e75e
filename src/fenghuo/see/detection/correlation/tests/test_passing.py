"""Which rules are counted in passing, and that the memory of such counting is small and seldom stored."""

import pytest

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.correlation import Engine, Limits

from .test_replay import BASE, START, make_hit

SECOND = 10**9
COUNT = """title: {0}
id: {0}
name: {0}
correlation: {{type: value_count, rules: [{1}], group-by: [user], timespan: 1m, condition: {{field: host, gte: 3}}{2}}}
fenghuo: {{threat_class: scanning{3}}}
---
"""
PASSING = ", passing: true"


def compiled(*documents: str) -> RuleSet:
    return compile_rules(
        [RuleSource("r.yml", "".join(BASE.format(n) for n in "ab") + "".join(documents).removesuffix("---\n"), "p")]
    )


def test_a_rule_is_counted_in_passing_where_all_who_refer_to_it_say_so() -> None:
    one, two = COUNT.format("one", "a", "", PASSING), COUNT.format("two", "a, b", "", PASSING)
    assert compiled(one, two).passing == {("p", "id-a"), ("p", "id-b")}
    loud = COUNT.format("loud", "b", "", "")
    rules = compiled(one, two, loud)
    assert rules.passing == set(), "b is stored, so two is not in passing, so a is stored, so one is not"
    assert not any(c.passing for c in rules.correlations)
    assert compiled(one, COUNT.format("raising", "a", ", generate: true", PASSING)).passing == set()


def test_another_pack_neither_silences_a_rule_nor_makes_it_loud_by_a_word_less() -> None:
    own = "".join(BASE.format(n) for n in "ab") + COUNT.format("one", "a", "", PASSING)

    def with_other(document: str) -> RuleSet:
        other = RuleSource("o.yml", document.removesuffix("---\n"), "office")
        return compile_rules([RuleSource("r.yml", own.removesuffix("---\n"), "p"), other])

    plain = with_other(COUNT.format("theirs", "a, b", "", ""))
    assert {rule.id: (rule.quiet, rule.passing) for rule in plain.rules} == {
        "id-a": (True, False),
        "id-b": (False, False),
    }, "stored, and silent as before"
    counting = with_other(COUNT.format("theirs", "a", "", PASSING))
    assert {rule.id: rule.passing for rule in counting.rules} == {"id-a": True, "id-b": False}
    loud = with_other(COUNT.format("theirs", "a", ", generate: true", ""))
    assert not any(rule.quiet for rule in loud.rules)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("passing: true", "passing: perhaps", "'passing' is true or false"),
        ("gte: 3", "lte: 3", "only value_count with gt or gte"),
        ("value_count", "event_count", "only value_count with gt or gte"),
        ("timespan: 1m", "timespan: 16m", "fifteen minutes at most"),
    ],
)
def test_what_cannot_be_counted_in_passing_is_refused(old: str, new: str, reason: str) -> None:
    text = COUNT.format("one", "a", "", PASSING).replace(old, new)
    if new == "event_count":
        text = text.replace("field: host, ", "")
    (refused,) = compiled(text).refused
    assert reason in refused.reason


def test_groups_that_did_not_fire_are_not_stored_and_the_oldest_are_given_up() -> None:
    rules = compiled(COUNT.format("one", "a", "", PASSING))
    engine = Engine(rules.correlations, Limits(passing_groups=50, passing_hot=10))
    engine.track()
    for n in range(400):
        engine.feed([make_hit(n, "a", n / 100, 0, user=f"u{n}", host="h")])
        engine.advance(START + n * SECOND // 100)
        assert {row.rule for row in engine.changed()} <= {"meta"}
    assert engine.groups <= 50
    assert engine.metrics[("p", "one")]["evicted"] == 350
    assert engine.feed([make_hit(903 + n, "a", 4, 0, user="scan", host=f"h{n}") for n in range(3)])
    assert len([row for row in engine.changed() if row.rule != "meta"]) == 1


def test_a_rule_that_was_not_there_before_a_restart_counts_nothing_again() -> None:
    rules = compiled(COUNT.format("one", "a", "", PASSING))
    hits = [make_hit(1 + n, "a", n, 0, user="u", host=f"h{n}") for n in range(3)]
    assert Engine(rules.correlations).recount(hits) == []
    known = Engine(rules.correlations)
    known.restore(Engine(rules.correlations).changed())
    assert known.recount(hits[:2]) == []
    assert [outcome.value for outcome in known.feed(hits[2:])] == [3]
