"""The traps of matching, one test each, numbered as in the list that engines were compared by.

Every claim is put to the reference evaluator and to the fast path alike, and each as a column and as a dictionary: a trap that
only one of them knows is a hit that is lost in silence.
"""

import base64
from typing import Any

import pyarrow as pa
import pytest
import yaml

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.events import Event, Value, make_batch
from fenghuo.see.events.batch import Origin

MISSING = object()
ORIGIN = Origin(0, "", "", "x:0", "", "", False, b"")


def rules_of(detection: dict[str, Any], *, logsource: dict[str, str] | None = None, more: str = "") -> RuleSet:
    document = {"title": "t", "id": "r1", "logsource": logsource or {"product": "p"}, "detection": detection}
    return compile_rules([RuleSource("r.yml", yaml.safe_dump(document, allow_unicode=True) + more)])


def meets(rules: RuleSet, event: Event) -> bool:
    """Whether some rule matches, by the reference and by the fast path, which must agree."""
    assert not rules.refused, rules.refused
    by_reference = bool(rules.match_event(event))
    batch = make_batch([event, Event({}, "nothing"), event], [ORIGIN] * 3)
    coded = [
        column.dictionary_encode() if pa.types.is_string(column.type) and not name.startswith("@@") else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    for laid_out in (batch, pa.RecordBatch.from_arrays(coded, names=batch.schema.names)):
        assert rules.matched(laid_out) == (2 if by_reference else 0), "the fast path says otherwise"
    return by_reference


def matches(detection: dict[str, Any], **fields: Value) -> bool:
    return meets(rules_of(detection), Event(fields, "p"))


def one(key: str, value: object, field: Any = MISSING, **others: Value) -> bool:
    """Whether `key: value` alone matches an event whose field F has that value."""
    fields = dict(others) if field is MISSING else {"F": field, **others}
    return matches({"s": {key: value}, "condition": "s"}, **fields)


def refusal(detection: dict[str, Any], **more: Any) -> str:
    refused = rules_of(detection, **more).refused
    return refused[0].reason if refused else ""


def test_t01_texts_ignore_case_and_expressions_do_not() -> None:
    assert one("F", "ABC", "aBc")
    assert one("F|contains", "BC", "xabcx")
    assert not one("F|re", "ABC", "abc")
    assert one("F|re", "(?i)ABC", "abc")


@pytest.mark.parametrize(
    ("wanted", "seen", "expected"),
    [
        ("Ü", "ü", True),
        ("Ｆｕｌｌ", "ｆＵＬＬ", True),
        ("ß", "ẞ", True),
        ("straße", "STRASSE", False),
        ("İ", "i̇", False),
        ("K", "k", True),
        ("ΑΣ", "ας", False),
        ("ΑΣ", "ασ", True),
        ("ſ", "s", False),
        ("𐐀", "𐐨", True),
    ],
)
def test_t02_folding_is_simple_lower_case_in_all_of_unicode(wanted: str, seen: str, expected: bool) -> None:
    for key, value in (("F", seen), ("F|contains", f"x{seen}y"), ("F|endswith", f"x{seen}"), ("F|startswith", seen)):
        assert one(key, wanted, value) is expected


@pytest.mark.parametrize(
    ("wanted", "seen", "expected"),
    [
        (r"a\b", r"a\b", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\?b", "a?b", True),
        (r"a\?b", "axb", False),
        (r"a\\*", r"a\b", True),
        (r"a\\*", "a*", False),
        (r"a\\\*", r"a\*", True),
        (r"a\\\*", r"a\x", False),
        (r"a\\\\b", r"a\\b", True),
        (r"a\\\\b", r"a\b", False),
    ],
)
def test_t03_a_backslash_is_itself_but_before_what_it_escapes(wanted: str, seen: str, expected: bool) -> None:
    assert one("F", wanted, seen) is expected


def test_t03_a_backslash_at_the_end_does_not_escape_the_wildcard_of_a_modifier() -> None:
    assert one("F|contains", "\\Temp\\", "C:\\Temp\\x")
    assert not one("F|contains", "\\Temp\\", "C:\\Temp*x")
    assert one("F|startswith", "C:\\", "C:\\x")
    assert one("F|endswith", "\\", "C:\\")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [("abc", True), ("a😀c", True), ("a网c", True), ("a\nc", True), ("ac", False), ("abbc", False)],
)
def test_t04_a_question_mark_is_one_character_of_any_kind(seen: str, expected: bool) -> None:
    assert one("F", "a?c", seen) is expected
    assert one("F|contains", "a?c", f"xx{seen}yy") is expected


def test_t05_a_star_goes_over_line_ends() -> None:
    assert one("F", "a*c", "a\nb\r\nc")
    assert one("F|contains", "a*c", "x\na\n\nc\n")
    assert not one("F", "a*c", "a\nc\n")


@pytest.mark.parametrize("text", ["a.b", "a|b", "(a)", "a+", "[a]", "{a}", "^a", "a$", "a^$|", "\\d", "(?i)a"])
def test_t06_signs_of_expressions_are_plain_text(text: str) -> None:
    assert one("F", text, text)
    assert one("F|contains", text, f"x{text}y")
    assert one("F", f"{text}*z", f"{text}..z"), "beside a wildcard too"
    assert not one("F", text, "axb")
    assert not one("F", text, "a")


def test_t07_empty_null_and_missing_are_three_things() -> None:
    table = {("", ""): True, ("", None): False, (None, ""): False, (None, None): True}
    for (wanted, seen), expected in table.items():
        assert one("F", wanted, seen) is expected
    assert not one("F", "")
    assert not one("F", None)
    assert not one("F", "null", None)
    assert not one("F", "None", None)
    assert matches({"s": {"A": "1"}, "f": {"F": None}, "condition": "s and not f"}, A="1")


def test_t08_exists_asks_for_presence_only() -> None:
    for value in ("x", "", None, 0, False):
        assert one("F|exists", True, value)
        assert not one("F|exists", False, value)
    assert not one("F|exists", True)
    assert one("F|exists", False)
    assert "true or false" in refusal({"s": {"F|exists": "yes"}, "condition": "s"})


def test_t09_not_is_true_where_the_field_of_the_filter_is_missing() -> None:
    detection = {"s": {"A": "1"}, "filter": {"F|contains": "x"}, "condition": "s and not filter"}
    assert matches(detection, A="1")
    assert matches(detection, A="1", F=None)
    assert not matches(detection, A="1", F="axb")
    both = {"s": {"A": "1"}, "filter": {"F": "x", "G": "y"}, "condition": "s and not filter"}
    assert matches(both, A="1", F="x")


def test_t10_keywords_are_looked_for_in_all_values_and_not_in_names() -> None:
    words = {"keywords": ["evil", "worse", 4625], "condition": "keywords"}
    assert matches(words, A="so EVIL a line")
    assert matches(words, A=4625)
    assert matches(words, A=["x", "worse"])
    assert not matches(words, evil="good")
    every = {"keywords": {"|all": ["evil", "worse"]}, "condition": "keywords"}
    assert matches(every, A="evil", B="worse")
    assert not matches(every, A="evil")


def test_t11_all_asks_for_each_value_and_for_more_than_one() -> None:
    assert one("F|contains|all", ["a", "b"], "b-a")
    assert not one("F|contains|all", ["a", "b"], "a")
    assert one("F|all|contains", ["a", "b"], "b-a")
    assert one("F|re|all", ["a.", "b$"], "axb")
    assert "more than one" in refusal({"s": {"F|contains|all": "a"}, "condition": "s"})
    assert "more than one" in refusal({"s": {"F|contains|all": ["a"]}, "condition": "s"})


def test_t12_a_map_is_and_and_lists_are_or() -> None:
    assert matches({"s": {"F": "a", "G": "b"}, "condition": "s"}, F="a", G="b")
    assert not matches({"s": {"F": "a", "G": "b"}, "condition": "s"}, F="a")
    maps = {"s": [{"F": "a", "G": "b"}, {"H": "c"}], "condition": "s"}
    assert matches(maps, H="c")
    assert not matches(maps, F="a", H="d")
    mixed = {"s": [{"F": "a"}, "word"], "condition": "s"}
    assert matches(mixed, X="a word")
    assert matches(mixed, F="a")


def test_t13_a_pattern_of_names_may_have_a_star_anywhere_and_must_name_something() -> None:
    items = {"sel_a_x": {"F": 1}, "sel_b_x": {"G": 1}, "_hidden": {"H": 1}}
    for pattern in ("sel_*", "*_x", "sel_*_x", "s*"):
        assert matches({**items, "condition": f"1 of {pattern}"}, G=1)
        assert not matches({**items, "condition": f"all of {pattern}"}, G=1)
        assert matches({**items, "condition": f"all of {pattern}"}, F=1, G=1)
    assert matches({**items, "condition": "all of them"}, F=1, G=1)
    assert not matches({**items, "condition": "1 of them"}, H=1)
    assert matches({**items, "condition": "1 of _*"}, H=1)
    assert "names nothing" in refusal({**items, "condition": "1 of other*"})


@pytest.mark.parametrize(
    ("condition", "fields", "expected"),
    [
        ("a or b and c", {"A": 1}, True),
        ("(a or b) and c", {"A": 1}, False),
        ("not a and b", {"B": 1}, True),
        ("not a and b", {}, False),
        ("not (a and b)", {"A": 1}, True),
        ("not 1 of a* or b", {"A": 1, "B": 1}, True),
        ("not not a", {"A": 1}, True),
        ("b and not 1 of a*", {"B": 1}, True),
        (["a and b", "c"], {"C": 1}, True),
        (["a and b", "c"], {"A": 1}, False),
    ],
)
def test_t14_or_binds_weakest_then_and_then_not(condition: object, fields: dict[str, Value], expected: bool) -> None:
    items = {"a": {"A": 1}, "b": {"B": 1}, "c": {"C": 1}}
    assert matches({**items, "condition": condition}, **fields) is expected


def test_t14_a_condition_must_be_there() -> None:
    assert "condition is missing" in refusal({"s": {"F": 1}})


@pytest.mark.parametrize("dash", "-/–—―")
def test_t15_a_dash_before_a_word_is_any_of_five(dash: str) -> None:
    assert one("F|contains|windash", " -enc", f"powershell {dash}enc x")
    assert one("F|windash|contains", " /enc", f"powershell {dash}enc x")
    assert one("F|contains|windash|all", [" -a -b", "c"], f"c -a {dash}b")
    assert not one("F|contains|windash", " -enc", f"powershell {dash} enc x")
    assert one("F|contains|windash", "a-b", "a-b")
    assert one("F|contains|windash", "a-b", f"a{dash}b") is (dash == "-"), "inside a word it is a hyphen"


def test_t16_an_expression_is_searched_for_anywhere_and_has_its_flags() -> None:
    assert one("F|re", "b.c", "xxbxcxx")
    assert one("F|re|i", "B.C", "xbxc")
    assert not one("F|re", "^b$", "a\nb\nc")
    assert one("F|re|m", "^b$", "a\nb\nc")
    assert not one("F|re", "a.c", "a\nc")
    assert one("F|re|s", "a.c", "a\nc")
    assert one("F|re|i|m|s", "^B.C$", "a\nb\nc\nd")
    assert not one("F|re", r"\S", " \t"), "the class stays what it is"
    assert "must come first" in refusal({"s": {"F|contains|re": "a"}, "condition": "s"})
    assert "only after 're'" in refusal({"s": {"F|i": "a"}, "condition": "s"})


@pytest.mark.parametrize("expression", ["(?<=a)b", "(?!a)b", r"(a)\1", "a++", "(?>a)b", "(", "a{1001}", "(?P<n"])
def test_t17_what_is_beyond_the_subset_is_refused_with_its_reason(expression: str) -> None:
    assert "RE2" in refusal({"s": {"F|re": expression}, "condition": "s"})


@pytest.mark.parametrize(
    ("network", "seen", "expected"),
    [
        ("10.0.0.0/8", "10.9.8.7", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("10.1.2.3/32", "10.1.2.3", True),
        ("192.168.4.0/22", "192.168.7.255", True),
        ("192.168.4.0/22", "192.168.8.0", False),
        ("0.0.0.0/0", "203.0.113.9", True),
        ("2001:db8::/32", "2001:0DB8:0::1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("fe80::/10", "fe80::1", True),
        ("10.0.0.0/8", "-", False),
        ("10.0.0.0/8", "LOCAL", False),
        ("10.0.0.0/8", "10.0.0.1.example", False),
        ("10.0.0.0/8", "10.0.0", False),
        ("10.0.0.0/8", "::ffff:10.0.0.1", False),
        ("10.0.0.0/8", "", False),
        ("10.0.0.0/8", None, False),
        ("::/0", "10.0.0.1", False),
    ],
)
def test_t18_a_network_has_addresses_of_its_kind_only(network: str, seen: str | None, expected: bool) -> None:
    assert one("F|cidr", network, seen) is expected


@pytest.mark.parametrize(
    ("wanted", "seen", "expected"),
    [
        (4624, 4624, True),
        (4624, "4624", True),
        ("4624", 4624, True),
        (4624, 4624.0, True),
        ("0x17", "0x17", True),
        ("0x17", 23, False),
        (23, "0x17", False),
        (True, True, True),
        (True, "True", True),
        ("true", True, True),
        (True, 1, False),
        (False, 0, False),
        (1.5, "1.5", True),
        ("007", 7, False),
    ],
)
def test_t19_a_number_and_its_text_are_equal(wanted: object, seen: Any, expected: bool) -> None:
    assert one("F", wanted, seen) is expected


@pytest.mark.parametrize(
    ("key", "bound", "seen", "expected"),
    [
        ("gt", 9, 10, True),
        ("gt", 10, 10, False),
        ("gte", 10, "10", True),
        ("lt", -1, "-1.5", True),
        ("lte", -1.5, -1.5, True),
        ("gte", 0.1, "0.1", True),
        ("lt", 10, " 9 ", True),
        ("gt", 1, "x", False),
        ("lt", 1, "", False),
        ("lt", 1, None, False),
        ("gt", "-2", -1, True),
        ("lt", 1, "nan", False),
        ("gt", 1, "inf", False),
    ],
)
def test_t20_numbers_are_compared_as_numbers(key: str, bound: object, seen: Any, expected: bool) -> None:
    assert one(f"F|{key}", bound, seen) is expected


def test_t21_whole_numbers_of_64_bits_are_exact() -> None:
    for large in (2**53, 2**63 - 2):
        assert one("F|gt", large, large + 1)
        assert not one("F|gt", large + 1, large)
        assert not one("F|gte", large + 1, large)
        assert one("F", large + 1, large + 1)
        assert not one("F", large + 1, large)
        assert one("F", str(large + 1), large + 1)


def test_t22_another_field_must_be_there_and_is_compared_without_case() -> None:
    assert one("F|fieldref", "G", "Abc", G="aBC")
    assert not one("F|fieldref", "G", "a", G="b")
    assert not one("F|fieldref", "G", "a")
    assert not one("F|fieldref", "G", G="a")
    assert one("F|fieldref", "G", "4624", G=4624)
    assert one("F|fieldref|startswith", "G", "abc", G="AB")
    assert one("F|fieldref|endswith", "G", "abc", G="BC")
    assert one("F|fieldref|contains", "G", "abcd", G="BC")
    assert not one("F|fieldref|contains", "G", "abcd", G="x")
    assert not one("F|fieldref|cased", "G", "Abc", G="abc")
    assert one("F|fieldref|neq", "G", "a", G="b")
    assert not one("F|fieldref|neq", "G", "a", G="A")
    assert not one("F|fieldref|neq", "G", "a"), "the other field is missing"
    assert not one("F|fieldref|neq", "G", G="a")


def test_t23_neq_is_none_of_the_values_and_needs_the_field() -> None:
    assert one("F|neq", "a", "b")
    assert not one("F|neq", "a", "A")
    assert not one("F|neq", ["a", "b"], "b")
    assert one("F|neq", ["a", "b"], "c")
    assert not one("F|neq", "a")
    assert one("F|neq", "a", "")
    assert one("F|neq|contains", "a", "xyz")
    assert not one("F|contains|neq", "a", "xaz")
    assert one("F|re|neq", "^a", "ba")
    assert one("F|cidr|neq", "10.0.0.0/8", "LOCAL")
    assert matches({"s": {"F": "a"}, "condition": "not s"})


def test_t24_cased_minds_case_at_every_place() -> None:
    for key, value in (
        ("F|cased", "AbC"),
        ("F|cased|contains", "bC"),
        ("F|startswith|cased", "Ab"),
        ("F|cased|endswith", "C"),
    ):
        assert one(key, value, "AbC")
        assert not one(key, value, "aBc")
        assert not one(key, value.lower(), "AbC")
    assert one("F|cased|contains", "A?c*E", "xAbcdE")
    assert not one("F|cased|contains", "A?c*E", "xabcde")


@pytest.mark.parametrize("text", ["ping", "whoami", "网络", "é", "a", "😀x"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz", "网"])
def test_t25_the_three_forms_of_base64_are_cut_by_bytes(text: str, before: str) -> None:
    data = base64.b64encode(f"{before}{text} and more".encode()).decode()
    assert one("F|base64offset|contains", text, data)
    assert one("F|base64", text, base64.b64encode(text.encode()).decode())
    wide = base64.b64encode(f"{before}{text} and more".encode("utf-16-le")).decode()
    assert one("F|wide|base64offset|contains", text, wide)


@pytest.mark.parametrize("text", ["ping", "网络", "é", "😀"])
def test_t26_wide_texts_have_every_character_and_their_mark(text: str) -> None:
    for modifier, encoding in (
        ("wide", "utf-16-le"),
        ("utf16le", "utf-16-le"),
        ("utf16be", "utf-16-be"),
        ("utf16", "utf-16"),
    ):
        data = text.encode(encoding)
        assert one(f"F|{modifier}|base64", text, base64.b64encode(data).decode())
    assert not one("F|utf16|base64", text, base64.b64encode(text.encode("utf-16-le")).decode())


def test_t27_a_placeholder_without_values_refuses_the_rule() -> None:
    detection = {"s": {"F|expand": "%names%"}, "condition": "s"}
    assert "placeholder %names% has no values" in refusal(detection)
    document = {"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection}
    known = compile_rules([RuleSource("r.yml", yaml.safe_dump(document))], {"names": ["a*", "b"]})
    assert meets(known, Event({"F": "axx"}, "p"))
    assert meets(known, Event({"F": "B"}, "p"))
    assert not meets(known, Event({"F": "%names%"}, "p"))
    assert one("F", "%names%", "%names%"), "without `expand` it is text"


def test_t28_a_name_with_dots_is_one_name_first_and_an_array_matches_by_any_member() -> None:
    from fenghuo.see.sources import ParseContext, parse_line

    rules = rules_of({"s": {"a.b": "x"}, "condition": "s"}, logsource={"product": "p"})
    for line, expected in (
        (b'{"product": "p", "a.b": "x"}', True),
        (b'{"product": "p", "a": {"b": "x"}}', True),
        (b'{"product": "p", "a": {"b": ["y", "X"]}}', True),
        (b'{"product": "p", "a": [{"b": "y"}, {"b": "x"}]}', True),
        (b'{"product": "p", "a.b": "y", "a": {"b": "x"}}', False),
        (b'{"product": "p", "a": {"b": "x"}, "a.b": "y"}', False),
        (b'{"product": "p", "a": [{"b": "x"}], "a.b": ["y"]}', False),
        (b'{"product": "p", "a.b": ["y"], "a": [{"b": "x"}]}', False),
        (b'{"product": "p", "a.b": null, "a": {"b": "x"}}', False),
        (b'{"product": "p", "a.b": "x", "a": {"b": "y"}}', True),
        (b'{"product": "p", "a": {"c": "x"}}', False),
    ):
        event = parse_line("generic_json", line, ParseContext())
        assert meets(rules, Event(event.fields, "p")) is expected, line
    assert one("F", "x", ["a", "X"])
    assert not one("F|contains|all", ["a", "b"], ["xc", "d"])
    assert one("F|gt", 5, [1, 9])
    assert not one("F", "x", [])
    assert one("F", None, ["a", None])


def test_t29_one_category_has_several_sources() -> None:
    from fenghuo.see.sources import ParseContext, parse_line

    rules = rules_of(
        {"s": {"Image|endswith": "\\evil.exe", "CommandLine|contains": "run"}, "condition": "s"},
        logsource={"product": "windows", "category": "process_creation"},
    )
    sysmon = b'{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": "C:\\\\evil.exe", "CommandLine": "run"}'
    security = b'{"Channel": "Security", "EventID": 4688, "NewProcessName": "C:\\\\evil.exe", "CommandLine": "run"}'
    other = b'{"Channel": "Security", "EventID": 4689, "NewProcessName": "C:\\\\evil.exe", "CommandLine": "run"}'
    assert meets(rules, parse_line("windows", sysmon, ParseContext()))
    assert meets(rules, parse_line("windows", security, ParseContext()))
    assert not meets(rules, parse_line("windows", other, ParseContext()))


def test_t30_a_rule_is_silent_about_what_it_is_not_about() -> None:
    rules = rules_of({"s": {"F": 1}, "condition": "s"}, logsource={"product": "windows", "service": "security"})
    assert meets(rules, Event({"F": 1}, "windows", None, "security"))
    for product, category, service in (
        ("windows", None, "system"),
        ("windows", None, None),
        ("linux", None, "security"),
        (None, None, None),
    ):
        assert not meets(rules, Event({"F": 1}, product, category, service))
    anywhere = rules_of({"s": {"F": 1}, "condition": "s"}, logsource={"category": "x"})
    assert meets(anywhere, Event({"F": 1}, "linux", "x"))
    assert not meets(anywhere, Event({"F": 1}, "linux"))


@pytest.mark.parametrize(
    ("part", "value"), [("minute", 59), ("hour", 3), ("day", 1), ("week", 1), ("month", 1), ("year", 2026)]
)
def test_t31_parts_of_a_time_are_those_that_are_written(part: str, value: int) -> None:
    for written in ("2026-01-01T03:59:00+08:00", "2026-01-01T03:59:00Z", "2026-01-01 03:59:00.123456"):
        assert one(f"F|{part}", value, written)
        assert not one(f"F|{part}", value + 1, written)
    assert not one(f"F|{part}", value, "yesterday")


@pytest.mark.parametrize(
    ("named", "applies"), [("any", True), (["r1"], True), (["t"], True), (["other"], False), (["other", "r1"], True)]
)
def test_t32_filters_are_and_not(named: object, applies: bool) -> None:
    def with_filter(logsource: dict[str, str]) -> RuleSet:
        content = {"rules": named, "mine": {"H": "ours"}, "condition": "mine"}
        text = yaml.safe_dump({"title": "f", "logsource": logsource, "filter": content})
        return rules_of({"s": {"F": "x"}, "condition": "s"}, more="---\n" + text)

    rules = with_filter({"product": "p"})
    assert meets(rules, Event({"F": "x"}, "p"))
    assert meets(rules, Event({"F": "x", "H": "theirs"}, "p"))
    assert meets(rules, Event({"F": "x", "H": "ours"}, "p")) is not applies
    assert meets(with_filter({"product": "q"}), Event({"F": "x", "H": "ours"}, "p")), "a filter of another log source"
