"""What rules mean. T-numbers are the traps of the reference that a test guards."""

from typing import Any

import pytest
import yaml

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.strings import parse_string
from fenghuo.see.events import Event


def rules(detection: dict[str, Any], **more: Any) -> RuleSet:
    document = {"title": "t", "id": "r1", "logsource": {"product": "windows"}, "detection": detection, **more}
    return compile_rules([RuleSource("r.yml", yaml.safe_dump(document, allow_unicode=True))])


def matches(detection: dict[str, Any], **fields: Any) -> bool:
    compiled = rules(detection)
    assert not compiled.refused, compiled.refused
    return bool(compiled.match_event(Event(fields=fields, product="windows")))


def one(key: str, value: object, **fields: Any) -> bool:
    return matches({"selection": {key: value}, "condition": "selection"}, **fields)


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("F", "ABC", "abc", True),  # T01
        ("F", "Ü", "ü", True),  # T02
        ("F|contains", "网站", "某网站后台", True),
        ("F", "a?c", "abc", True),  # T04
        ("F", "a?c", "ac", False),
        ("F", "a*c", "a\nb\nc", True),  # T05
        ("F|contains", "a|b (c)+", "x a|b (c)+ y", True),  # T06
        ("F", "", "", True),  # T07
        ("F", None, None, True),
        ("F", "", None, False),
        ("F|re", "a.c$", "xxabc", True),  # T16
        ("F|re", "ABC", "abc", False),  # T01
        ("F|re|i", "ABC", "abc", True),
        ("F|cidr", "10.0.0.0/8", "10.9.8.7", True),  # T18
        ("F|cidr", "10.0.0.0/8", "LOCAL", False),
        ("F|cidr", "2001:db8::/32", "2001:db8::1", True),
        ("F", 4624, "4624", True),  # T19
        ("F", "4624", 4624, True),
        ("F", True, "true", True),
        ("F|gte", -1.5, "-1.5", True),  # T20
        ("F|lt", 10, "9", True),
        ("F|lt", 10, "abc", False),
        ("F|gt", 9007199254740992, 9007199254740993, True),  # T21
        ("F|contains|cased", "AbC", "xAbCx", True),  # T24
        ("F|contains|cased", "AbC", "xabcx", False),
        ("F|contains|windash", " -enc", "powershell –enc x", True),  # T15
        ("F|contains|windash", " -a -b", "x /a —b", True),
        ("F|base64", "whoami", "d2hvYW1p", True),
        ("F|wide|base64offset|contains", "ping", "cABpAG4AZwA=", True),
        ("F|hour", 3, "2026-11-24T03:59:00+08:00", True),  # T31
        ("F|startswith", "", "any", True),
        ("F|exists", True, None, True),  # T08
        ("F|neq", "a", "b", True),  # T23
        ("F|neq", "a", "a", False),
        ("F", "x", ["a", "X"], True),  # T28
    ],
)
def test_a_value_means_what_the_specification_says(key: str, value: object, field: object, expected: bool) -> None:
    assert one(key, value, F=field) is expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [(r"a\b", r"a\b"), (r"a\*b", "a*b"), (r"a\\\*", r"a\*"), (r"a\\\\b", r"a\\b")],
)
def test_backslashes(text: str, parts: str) -> None:  # T03
    assert parse_string(text).literal() == parts


def test_a_backslash_before_a_wildcard() -> None:  # T03
    assert one("F", r"c:\\*", F="C:\\windows")
    assert not one("F", r"c:\\*", F="c:x")


def test_missing_is_not_null_and_not_empty() -> None:  # T07 T09 T23
    assert not one("F", None)
    assert not one("F", "")
    assert not one("F|neq", "a")
    assert one("F|exists", False)
    assert matches({"selection": {"A": 1}, "filter": {"F": "x"}, "condition": "selection and not filter"}, A="1")


def test_keywords_search_values_not_names() -> None:  # T10
    detection = {"keywords": ["evil", "worse"], "condition": "keywords"}
    assert matches(detection, message="an EVIL line")
    assert not matches(detection, evil="good")
    every = {"keywords": {"|all": ["evil", "worse"]}, "condition": "keywords"}
    assert not matches(every, message="an evil line")
    assert matches(every, message="an evil line", other="and worse")


def test_all_needs_each_value() -> None:  # T11
    assert one("F|contains|all", ["a", "b"], F="b-a")
    assert not one("F|contains|all", ["a", "b"], F="a")
    assert "more than one" in rules({"s": {"F|contains|all": "a"}, "condition": "s"}).refused[0].reason


def test_conditions_bind_weakest_first() -> None:  # T12 T13 T14
    detection = {"a": {"F": 1}, "b": {"F": 2}, "c": [{"G": 3}, {"G": 4}], "condition": "a or b and not c"}
    assert matches(detection, F=1, G=3)
    assert not matches(detection, F=2, G=4)
    assert matches(detection, F=2, G=5)
    them = {"x_1": {"F": 1}, "x_2": {"G": 2}, "_helper": {"H": 9}, "condition": "all of them"}
    assert matches(them, F=1, G=2)
    assert matches({**them, "condition": "1 of x_*"}, G=2)
    assert "names nothing" in rules({**them, "condition": "1 of y*"}).refused[0].reason


def test_fieldref() -> None:  # T22
    assert one("A|fieldref", "B", A="X", B="x")
    assert one("A|fieldref|startswith", "B", A="xyz", B="XY")
    assert not one("A|fieldref", "B", A="x")


@pytest.mark.parametrize(
    ("detection", "reason"),
    [
        ({"s": {"F|nope": 1}, "condition": "s"}, "not known"),
        ({"s": {"F|re": "(?<=a)b"}, "condition": "s"}, "RE2"),  # T17
        ({"s": {"F|expand": "%x%"}, "condition": "s"}, "placeholder"),  # T27
        ({"s": {"F": 1}}, "condition is missing"),
        ({"s": {"F": 1}, "condition": "s and"}, "ends too early"),
        ({"s": {"F": 1}, "condition": "other"}, "not in the detection"),
        ({"s": {"F|cidr": "nonsense"}, "condition": "s"}, "not a network"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_reason(detection: dict[str, Any], reason: str) -> None:
    refusal = rules(detection).refused[0]
    assert reason in refusal.reason
    assert refusal.line > 0


def test_a_broken_file_leaves_the_others_standing() -> None:
    good = yaml.safe_dump(
        {"title": "g", "id": "g", "logsource": {"category": "any"}, "detection": {"s": {"F": 1}, "condition": "s"}}
    )
    double = good.replace("title: g", "title: g\nid: twice")
    compiled = compile_rules(
        [RuleSource("a.yml", "title: [\n"), RuleSource("b.yml", good), RuleSource("c.yml", double)]
    )
    assert [r.id for r in compiled.rules] == ["g"]
    assert [(r.path, "stands twice" in r.reason) for r in compiled.refused] == [("a.yml", False), ("c.yml", True)]


def test_a_rule_for_people_is_refused() -> None:
    detection = {"s": {"F": 1}, "condition": "s"}
    assert "opinion" in rules(detection, fenghuo={"threat_class": "opinion"}).refused[0].reason


def test_an_alias_bomb_is_refused_soon() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    text = (
        f"title: t\nlogsource: {{category: any}}\na0: &a0 [x, x]\n{levels}detection: {{s: {{F: *a8}}, condition: s}}\n"
    )
    assert "aliases" in compile_rules([RuleSource("bomb.yml", text)]).refused[0].reason
    assert compile_rules([RuleSource("loop.yml", "title: &a [*a]\n")]).refused


def test_placeholders_and_filters() -> None:  # T27 T32
    rule = {
        "title": "t",
        "id": "r1",
        "logsource": {"category": "any"},
        "detection": {"s": {"F|expand": "%names%"}, "condition": "s"},
    }
    unless = {
        "title": "f",
        "logsource": {"category": "any"},
        "filter": {"rules": ["r1"], "mine": {"H": "ours"}, "condition": "mine"},
    }
    text = yaml.safe_dump_all([rule, unless])
    compiled = compile_rules([RuleSource("r.yml", text)], {"names": ["a", "b"]})
    assert compiled.match_event(Event(fields={"F": "b"}, category="any"))
    assert not compiled.match_event(Event(fields={"F": "b", "H": "ours"}, category="any"))


def test_a_rule_keeps_to_its_log_source() -> None:  # T29 T30
    compiled = rules({"s": {"F": 1}, "condition": "s"}, logsource={"category": "registry_event", "product": "windows"})
    assert compiled.match_event(Event(fields={"F": 1}, product="windows", category="registry_set", service="sysmon"))
    assert not compiled.match_event(Event(fields={"F": 1}, product="windows"))
    assert not compiled.match_event(Event(fields={"F": 1}, product="linux", category="registry_set"))


def test_why_it_matched() -> None:
    compiled = rules({"selection": {"F|contains": "evil"}, "condition": "selection"})
    (_, (match,)) = compiled.match_event(Event(fields={"F": "so EVIL!"}, product="windows"))[0]
    assert (match.selection, match.field, match.value, match.span) == ("selection", "F", "so EVIL!", (3, 7))


def test_a_name_that_yaml_reads_as_something_else_is_refused_and_the_rest_loads() -> None:
    bad = "title: T\nlogsource: {product: x}\ndetection:\n  off: {a: b}\n  condition: off\n"
    good = "title: G\nlogsource: {product: x}\ndetection:\n  s: {a: b}\n  condition: s\n"
    compiled = compile_rules([RuleSource("a.yml", bad, "p"), RuleSource("b.yml", good, "p")])
    assert [(r.path, r.line) for r in compiled.refused] == [("a.yml", 4)]
    assert "quotes" in compiled.refused[0].reason
    assert [rule.title for rule in compiled.rules] == ["G"]
