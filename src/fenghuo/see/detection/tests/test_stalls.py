"""No event and no rule holds up matching: long values, many alternatives, expressions that backtrack elsewhere."""

import random
import string
import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
import re2
import yaml

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.tests.test_engine import all_rules, shared_data
from fenghuo.see.detection.tests_of_values import RegexTest
from fenghuo.see.events import Event, Value, make_batch
from fenghuo.see.events.batch import Origin

MEGABYTE = 1_000_000
BUSY_S = 0.05
"""An event may take so long on a core that counts to 200,000 in `COUNTING_S`; a slower one has so much more."""
COUNTING_S = 0.009
ATTEMPTS = 40
"""Where a neighbour works on the same core, processor time doubles; one of so many attempts has the core to itself."""
CHANCE = random.Random(8)
VALUES = {
    "one letter": "a" * MEGABYTE,
    "letters": "".join(CHANCE.choices("abcdefghijkl mnop\\/-.:", k=MEGABYTE)),
    "Chinese": "".join(CHANCE.choices("网络安全 abcＡé", k=MEGABYTE // 3)),
    "blanks": " " * MEGABYTE,
    "words": "".join(CHANCE.choices(string.ascii_lowercase + '  -\\/.:|"', k=MEGABYTE)),
}
DETECTIONS: dict[str, dict[str, Any]] = {
    "10,000 alternatives": {"F|contains": ["".join(CHANCE.choices("abcdefghijklmnop", k=12)) for _ in range(10_000)]},
    "alternatives with one beginning": {"F|contains": ["a" * n + "b" for n in range(8, 800)]},
    "nested repetition": {"F|re": ["(a+)+$", "(a|aa)+b", "([a-z]+)*[0-9]{3}"]},
    "wildcards": {"F": "*a*b*c*d*e*f*g*zz*"},
}


LOGSOURCE = {"title": "t", "id": "r", "logsource": {"product": "p"}}
GOOD = RuleSource("good.yml", "title: g\nid: good\nlogsource: {product: p}\ndetection: {s: {F: a}, condition: s}\n")
ORIGIN = Origin(0, "", "", "x:0", "", "", False, b"")


def rules(selection: dict[str, Any]) -> RuleSet:
    detection = {"s": selection, "condition": "s"}
    document = {"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection}
    compiled = compile_rules([RuleSource("r.yml", yaml.safe_dump(document, allow_unicode=True))])
    assert not compiled.refused
    return compiled


def batch(values: Sequence[str]) -> pa.RecordBatch:
    events = [Event({"F": value}, "p") for value in values]
    return make_batch(events, [Origin(0, "", "", f"x:{n}", "", "", False, b"") for n in range(len(events))])


@pytest.mark.parametrize("detection", DETECTIONS)
@pytest.mark.parametrize("value", VALUES)
def test_an_event_of_a_megabyte_does_not_hold_up_matching(detection: str, value: str) -> None:
    compiled = rules(DETECTIONS[detection])
    compiled.watch(time.process_time)
    compiled.match(batch(["warm"]))
    assert quickest(compiled, batch([VALUES[value]])) < BUSY_S


def slowness() -> float:
    """How many times as slow as promised this core is at this moment, 1 at least: neighbours and clocks change it by the second."""
    started, total = time.process_time(), 0
    for number in range(200_000):
        total += number
    return max(1.0, (time.process_time() - started) / COUNTING_S)


def quickest(compiled: RuleSet, events: pa.RecordBatch) -> float:
    """Seconds of processor time that matching would take at best on a core as fast as promised, once it takes less than it may."""
    compiled.match(events)  # a rule that holds it up is left out from then on
    best = float("inf")
    for _ in range(ATTEMPTS):
        slow = slowness()
        started = time.process_time()
        compiled.match(events)
        best = min(best, (time.process_time() - started) / slow)
        if best < BUSY_S:
            break
    return best


@shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize("value", VALUES)
def test_an_event_of_a_megabyte_does_not_hold_up_all_rules(value: str) -> None:
    compiled = all_rules()
    compiled.watch(time.process_time)
    fields: dict[str, Value] = {"Image": "C:\\a.exe", "CommandLine": VALUES[value]}
    events = make_batch([Event(fields, "windows", "process_creation")], [ORIGIN])
    assert quickest(compiled, events) < BUSY_S


def test_a_rule_that_takes_too_long_is_left_out_and_named() -> None:
    compiled = rules({"F|re": "evil x{100}"})
    seconds = iter(range(100))
    compiled.watch(lambda: next(seconds))
    text = "evil " + "x" * 200
    compiled.match(batch([text]))
    ((rule, took),) = compiled.take_stalled()
    assert (rule.id, took) == ("r", 1)
    assert compiled.match(batch([text, text + "y"])).num_rows == 0
    assert compiled.take_stalled() == []


MANY = 10_000
MANY_QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "expressions": ({"F|re": [f"[a-m]{{2}}{n}?[n-z]$" for n in range(MANY)]}, "abcd" * 30),
    "wildcards": ({"F": [f"*a*{n}*b" for n in range(MANY)]}, " ".join(f"a{n}" for n in range(MANY))),
    "cased": ({"F|contains|cased": [f"a{n}B" for n in range(MANY)]}, "".join(f"A{n}b" for n in range(2 * MANY))),
    "numbers": ({"F|gt": [10**6 + n for n in range(MANY)]}, "12"),
    "networks": ({"F|cidr": [f"2001:{n:x}::/32" for n in range(MANY)]}, "fe80::1"),
    "other fields": ({"F|fieldref|contains": [f"G{n}" for n in range(MANY)]}, "x"),
}


@pytest.mark.parametrize("kind", MANY_QUESTIONS)
def test_ten_thousand_small_questions_of_one_rule_are_one_large_one(kind: str) -> None:
    """Each takes microseconds; together they hold an event up, so that the rule is left out, unless it is quick enough."""
    selection, value = MANY_QUESTIONS[kind]
    compiled = rules(selection)
    compiled.watch(time.process_time)
    compiled.match(batch(["warm"]))
    assert quickest(compiled, batch([value])) < BUSY_S
    assert all(took < 4 * BUSY_S for _, took in compiled.take_stalled()), "it is stopped soon after its time is over"


def test_many_selections_and_deep_conditions_are_matched_or_refused_with_a_reason() -> None:
    many = {f"s{n}": {"F|contains": f"a{n}"} for n in range(5000)}
    value = " ".join(f"a{n}" for n in range(5000))
    for condition, text, expected in (
        ("all of s*", value, 1),
        ("all of s*", value.replace("a4999", ""), 0),
        ("1 of s*", "a3", 1),
        (" and ".join(many), value, 1),
        (" or ".join(many), "a4999", 1),
        (" and ".join(f"not {name}" for name in many), "b", 1),
        (" and ".join(f"not {name}" for name in many), "a77", 0),
    ):
        found = compile_rules(
            [RuleSource("r.yml", yaml.safe_dump(LOGSOURCE | {"detection": many | {"condition": condition}}))]
        )
        assert found.match(batch([text])).num_rows == expected
        assert len(found.match_event(Event({"F": text}, "p"))) == expected
    for condition in ("not " * 5000 + "s1", "(" * 5000 + "s1" + ")" * 5000, "2500 of s*"):
        found = compile_rules(
            [RuleSource("r.yml", yaml.safe_dump(LOGSOURCE | {"detection": many | {"condition": condition}}))]
        )
        assert "more than" in found.refused[0].reason or "deeper than" in found.refused[0].reason


@pytest.mark.parametrize(
    "detection",
    [
        "[" * 400_000,
        "{a: " * 100_000,
        "[" * 50_000 + "a" + "]" * 50_000,
        "{s: " + "[" * 5000 + "a" + "]" * 5000 + ", condition: s}",
        "\n" + "- " * 200_000 + "a",
        "\n" + "? " * 200_000 + "a",
        "\n" + "".join(" " * n + "a:\n" for n in range(1, 1400)),
    ],
    ids=["open lists", "open maps", "lists", "in a selection", "dashes", "question marks", "indented"],
)
def test_a_file_that_is_nested_too_deep_is_refused_and_no_crash(detection: str) -> None:
    """The YAML reader in C calls itself for each level: the process would end."""
    found = compile_rules([RuleSource("r.yml", yaml.safe_dump(LOGSOURCE) + "detection: " + detection), GOOD])
    assert [rule.id for rule in found.rules] == ["good"]
    assert "nested deeper than" in found.refused[0].reason or "not readable as YAML" in found.refused[0].reason


def test_placeholders_that_would_make_millions_of_values_are_refused() -> None:
    detection = {"s": {"F|expand": "%a%%a%%a%%a%"}, "condition": "s"}
    text = yaml.safe_dump(LOGSOURCE | {"detection": detection})
    found = compile_rules([RuleSource("r.yml", text)], {"a": [str(n) for n in range(100)]})
    assert "placeholders make more than" in found.refused[0].reason


@pytest.mark.parametrize(
    "text", ["", "a" * 9, "a" * 10, "aé\n" + "网" * 12 + "\nrest of it", "\n" * 30, "x" * 5 + "\n" + "y" * 10]
)
def test_an_expression_about_length_alone_says_what_re2_would(text: str) -> None:
    found = re2.search(".{10,}", text)
    assert RegexTest(".{10,}", "").span(text) == (found.span() if found else None)
