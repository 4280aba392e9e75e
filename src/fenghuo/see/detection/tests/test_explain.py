"""Why a rule matches or not: trees made by hand, and rules as they are written."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.ast import AllOf, And, AnyOf, Count, Detection, FieldNode, KeywordNode, Name, Not, Or
from fenghuo.see.detection.explain import Explanation, Step, StepKind, Verdict, explain
from fenghuo.see.detection.modifiers import build
from fenghuo.see.detection.rule import Rule
from fenghuo.see.events import Event

FILTER = """
---
title: our own scanner
logsource: {product: windows, category: process_creation}
filter:
  rules: any
  own: {User: scanner}
  condition: own
"""


def rule_of(detection: dict[str, Any], more: str = "") -> Rule:
    document = {
        "title": "t",
        "id": "r1",
        "logsource": {"product": "windows", "category": "process_creation"},
        "detection": detection,
    }
    compiled = compile_rules([RuleSource("r.yml", yaml.safe_dump(document) + more)])
    assert not compiled.refused
    return compiled.rules[0]


def event(**fields: Any) -> Event:
    return Event(fields=fields, product="windows", category="process_creation")


def flat(step: Step) -> list[Step]:
    return [step, *(inner for part in step.parts for inner in flat(part))]


def field(explanation: Explanation, name: str) -> Step:
    return next(s for s in flat(explanation.condition) if s.kind is StepKind.FIELD and s.text.startswith(name))


def test_a_match_names_field_value_and_span() -> None:
    rule = rule_of({"selection": {"Image|endswith": "\\cmd.exe"}, "condition": "selection"})
    found = explain(rule, event(Image="C:\\x\\CMD.EXE"))
    assert found.verdict is Verdict.MATCH
    (match,) = found.condition.matches
    assert (match.field, match.value, match.span) == ("Image", "C:\\x\\CMD.EXE", (4, 12))


def test_what_was_wanted_and_what_was_seen() -> None:
    rule = rule_of(
        {
            "selection": {"Image|endswith": ["\\cmd.exe", "\\sh.exe"], "CommandLine|contains|all": ["a", "b"]},
            "condition": "selection",
        }
    )
    found = explain(rule, event(Image="C:\\sh.exe", CommandLine="only a"))
    assert found.verdict is Verdict.NO_MATCH
    image, line = field(found, "Image"), field(found, "CommandLine")
    assert (image.text, image.held, image.every) == ("Image|endswith", True, False)
    assert [(w.text, w.held) for w in image.wanted] == [("*\\cmd.exe", False), ("*\\sh.exe", True)]
    assert (line.held, line.every, line.seen) == (False, True, ("only a",))
    assert [w.held for w in line.wanted] == [True, False]


@pytest.mark.parametrize(
    ("fields", "present", "seen", "near"),
    [
        ({"image": "x"}, False, (), "image"),
        ({"Image": None}, True, (None,), ""),
        ({"Image": ""}, True, ("",), ""),
        ({"Image": ["a", 1, None]}, True, ("a", "1", None), ""),
    ],
)
def test_missing_null_empty_and_many_are_told_apart(
    fields: dict[str, Any], present: bool, seen: tuple[str | None, ...], near: str
) -> None:
    rule = rule_of({"selection": {"Image": "y"}, "condition": "selection"})
    step = field(explain(rule, event(**fields)), "Image")
    assert (step.present, step.seen, step.near, step.held) == (present, seen, near, False)


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("F", None, [("null", False)]),
        ("F|exists", False, [("not exists", False)]),
        ("F|gte", 5, [("gte 5", True)]),
        ("F|fieldref", "G", [("= G", False)]),
        ("F|cidr", "10.0.0.0/8", [("10.0.0.0/8", False)]),
        ("F|neq", "7", [("7", True)]),
    ],
)
def test_values_of_every_kind(key: str, value: object, wanted: list[tuple[str, bool]]) -> None:
    rule = rule_of({"selection": {key: value}, "condition": "selection"})
    step = field(explain(rule, event(F=7, G=8)), "F")
    assert [(w.text, w.held) for w in step.wanted] == wanted
    assert step.negated is ("neq" in key)
    assert step.held is (wanted[0][1] and "neq" not in key)


def test_another_log_source_is_said_and_the_condition_still_worked_out() -> None:
    rule = rule_of({"selection": {"Image": "x"}, "condition": "selection"})
    found = explain(rule, replace(event(Image="x"), category="file_event"))
    assert found.verdict is Verdict.OTHER_SOURCE
    assert not found.source_fits
    assert found.condition.held
    assert (found.wanted_source.category, found.seen_source.category) == ("process_creation", "file_event")


def test_a_filter_that_excludes() -> None:
    rule = rule_of({"selection": {"Image": "x"}, "condition": "selection"}, FILTER)
    assert explain(rule, event(Image="x", User="a")).verdict is Verdict.MATCH
    found = explain(rule, event(Image="x", User="scanner"))
    assert found.verdict is Verdict.FILTERED
    assert [step.held for step in found.filters] == [True]


def test_keywords_lists_and_counts() -> None:
    rule = rule_of(
        {
            "words": ["mimikatz", "rubeus"],
            "selection_a": [{"Image": "a"}, {"Image": "b"}],
            "selection_b": {"Image": "c"},
            "condition": "words and 1 of selection_* and not selection_b",
        }
    )
    found = explain(rule, event(Image="b", CommandLine="run Mimikatz"))
    assert found.verdict is Verdict.MATCH
    kinds = [step.kind for step in flat(found.condition)]
    assert kinds[:3] == [StepKind.AND, StepKind.SELECTION, StepKind.KEYWORDS]
    count = next(step for step in flat(found.condition) if step.kind is StepKind.COUNT)
    assert (count.text, [part.held for part in count.parts]) == ("1 of selection_*", [True, False])
    assert any(step.kind is StepKind.ANY_OF and [p.held for p in step.parts] == [False, True] for step in flat(count))
    assert next(s for s in flat(found.condition) if s.kind is StepKind.NOT).held


def test_trees_made_by_hand() -> None:
    words = KeywordNode(replace(build(["contains"], ["x", "q"], {}), every=True))
    image = FieldNode("Image", ("contains",), build(["contains"], ["x"], {}))
    other = FieldNode("Other", (), build([], ["y"], {}))
    items = {"words": words, "map": AllOf((image, AnyOf((other, image))))}
    condition = Or((And((Name("words"), Not(Name("map")))), Count(1, ("map",), "1 of map")))
    made = replace(rule_of({"s": {"a": "b"}, "condition": "s"}), detection=Detection(items, condition))
    found = explain(made, event(Image="xx", Other=None))
    assert found.verdict is Verdict.MATCH
    first, second = found.condition.parts
    assert (first.kind, first.held, second.kind, second.held) == (StepKind.AND, False, StepKind.COUNT, True)
    assert [w.held for w in first.parts[0].parts[0].wanted] == [True, False]
    assert {m.selection for m in second.parts[0].matches} == {"map"}


def test_an_explanation_says_what_the_engine_does() -> None:
    rule = rule_of(
        {
            "a": {"F|contains": ["1", "2"], "G|re": "^x+$"},
            "b": ["3", {"G": None}],
            "c": {"F|neq": "4"},
            "condition": "(a or not b) and c",
        }
    )
    matcher = RuleSet([rule], [])
    for f in ("1", "4", "13", None):
        for g in ("xx", "y", None):
            given = event(F=f, G=g)
            assert (explain(rule, given).verdict is Verdict.MATCH) is bool(matcher.match_event(given))
