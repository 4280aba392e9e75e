"""Why a rule is refused is said in the reader's language."""

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from fenghuo.see.detection import RuleSource, compile_rules, stall_reason
from fenghuo.see.rulebook.reasons import reason_text


def test_reasons_are_said_in_chinese_where_they_are_known() -> None:
    with translation.override("zh-hans"):
        said = reason_text("selection: F|re: regular expression '[' is not one of RE2: missing ]: [", gettext)
        assert said == "selection: F|re: 正则表达式 '[' 不是 RE2 所接受的：missing ]: ["
        assert reason_text("something new: altogether", gettext) == "something new: altogether"


REFUSED = {
    "correlation: {type: event_count, rules: [x], timespan: 1m, condition: {gte: 2}}": "there is no rule 'x'",
    "correlation: {type: event_count, rules: [x], timespan: 1q, condition: {gte: 2}}": "timespan '1q'",
    "correlation: {type: sum, rules: [x], timespan: 1m, condition: {gte: 2}}": "type 'sum'",
    "correlation: {type: event_count, rules: [x], timespan: 1m, condition: 3}": "'condition' is a map",
    "correlation: {type: event_count, rules: [x], timespan: 1m, condition: {gt: 1, eq: 2}}": "one comparison or a range",
    "correlation: {type: value_count, rules: [x], timespan: 1m, condition: {gte: 2}}": "needs 'field'",
    "correlation: {type: temporal, rules: [x], timespan: 1m}": "two rules",
    "correlation: {type: new_value, rules: [x], timespan: 1d, condition: {gte: 2}}": "'field' and nothing else",
    "correlation: {type: new_value, rules: [x], timespan: 1d, learn: 2d, condition: {field: f}}": "at most as long as",
    "correlation: {type: absence, rules: [x], timespan: 1d, learn: 1d}": "has no 'learn'",
    "correlation: {type: temporal, rules: [x, y], timespan: 1m}\nfenghuo: {passing: true}": "counted in passing",
    "correlation: {type: temporal, rules: [x, y], timespan: 1m}\nfenghuo: {passing: 1}": "true or false",
    "correlation: {type: temporal, rules: [x, y], timespan: 1m}\nfenghuo: {asset: z}": "none of the names",
    "logsource: {product: p}\ndetection: {a: {F: 1}, condition: 3 of a}": "asks for 3 of 1",
    "logsource: {product: p}\ndetection: {a: {'|exists': true}, condition: a}": "needs a field",
}


@pytest.mark.parametrize("text", REFUSED)
def test_every_reason_to_refuse_is_said_in_chinese_too(text: str) -> None:
    (refusal,) = compile_rules([RuleSource("r.yml", f"title: t\n{text}\n")]).refused
    assert REFUSED[text] in refusal.reason
    with translation.override("zh-hans"):
        assert re.search("[\u4e00-\u9fff]", reason_text(refusal.reason, gettext)), refusal.reason
    with translation.override("en"):
        assert reason_text(refusal.reason, gettext) == refusal.reason


@pytest.mark.parametrize("seconds", [0.0, 0.081])
def test_why_a_rule_was_left_out_is_said_in_chinese_too(seconds: float) -> None:
    with translation.override("zh-hans"):
        assert re.search("[\u4e00-\u9fff]", reason_text(stall_reason(seconds), gettext))
