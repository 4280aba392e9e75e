"""From a correlation document (Sigma correlation specification 2.1) to a `Draft`, or to the reason why not."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from fenghuo.see.detection.correlation.model import SCALE, Draft, Kind, names_of
from fenghuo.see.detection.heading import BadPart, read_heading, word
from fenghuo.see.detection.rule import Refusal, RuleSource

MOST_COUNTED = 100_000
"""Highest bound of event_count and value_count: so many events of a group are remembered exactly."""

_PARTS = {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate", "learn"}
_OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")
_TIMESPAN = re.compile(r"([0-9]{1,9})([smhdwMy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
LONGEST_PASSING_NS = 900 * 10**9
"""Longest timespan of value_count in passing: so much is counted again after a restart."""
_LONGEST_NS = 10 * _SECONDS["y"] * 10**9


def read_correlation(source: RuleSource, node: yaml.Node, document: dict[str, Any]) -> Draft | Refusal:
    """The correlation of one YAML document whose keys were checked already."""
    lines = _lines(node)
    try:
        return _draft(source, document, lines)
    except BadPart as error:
        line, reason = lines.get(error.part, lines["correlation"]), str(error)
    except ValueError as error:
        line, reason = lines["correlation"], str(error)
    return Refusal(source.path, line, word(document.get("id")), word(document.get("title")), reason)


def _draft(source: RuleSource, document: dict[str, Any], lines: dict[str, int]) -> Draft:
    if "detection" in document:
        raise BadPart("detection", "a document is a rule or a correlation, not both")
    content = document["correlation"]
    if not isinstance(content, dict):
        raise BadPart("correlation", "'correlation' is a map of type, rules, group-by, timespan and condition")
    unknown = next((str(name) for name in content if name not in _PARTS), None)
    if unknown is not None:
        raise BadPart(unknown, f"{unknown!r} is no part of a correlation")
    kind = _kind(content.get("type"))
    heading = read_heading(document, source.pack, source.path, ("id", "correlation", "level", "fenghuo"))
    refs = _refs(content.get("rules"), kind)
    timespan = _timespan(content.get("timespan"))
    learn = _learn(content.get("learn"), kind, timespan)
    condition, field, percentile = _condition(content.get("condition"), kind, len(refs))
    generate = _generate(content.get("generate", document.get("generate")))
    group_by = _names(content.get("group-by"), "group-by")
    return Draft(
        **heading,
        kind=kind,
        refs=refs,
        group_by=group_by,
        timespan_ns=timespan,
        learn_ns=learn,
        condition=condition,
        field=field,
        percentile=percentile,
        aliases=_aliases(content.get("aliases")),
        generate=generate,
        asset=_asset(document, names_of(kind, group_by, field)),
        passing=_passing(document, kind, timespan, condition) and not generate,
        lines=lines,
    )


def _kind(value: object) -> Kind:
    if word(value) not in set(Kind):
        raise BadPart("type", f"type {word(value)!r} is not one of {', '.join(Kind)}")
    return Kind(word(value))


def _refs(value: object, kind: Kind) -> tuple[str, ...]:
    refs = _names(value, "rules")
    if not refs:
        raise BadPart("rules", "'rules' is missing: ids, names or titles of the rules that are correlated")
    if kind is not Kind.TEMPORAL_ORDERED and len(set(refs)) < len(refs):
        raise BadPart("rules", "a rule stands twice in 'rules'")
    if kind in {Kind.TEMPORAL, Kind.TEMPORAL_ORDERED} and len(refs) < 2:
        raise BadPart("rules", f"{kind} needs two rules or more")
    return refs


def _learn(value: object, kind: Kind, timespan: int) -> int:
    """As long as the timespan where nothing is said: then whatever was not seen in it is new indeed."""
    if kind is not Kind.NEW_VALUE:
        if value is not None:
            raise BadPart("learn", f"{kind} has no 'learn'")
        return 0
    learn = timespan if value is None else _timespan(value, "learn")
    if learn > timespan:
        raise BadPart("learn", "'learn' is at most as long as the timespan")
    return learn


def _timespan(value: object, part: str = "timespan") -> int:
    found = _TIMESPAN.fullmatch(word(value))
    if found is None:
        raise BadPart(part, f"timespan {word(value)!r} is not a number and one of s, m, h, d, w, M, y")
    span = int(found[1]) * _SECONDS[found[2]] * 10**9
    if not 0 < span <= _LONGEST_NS:
        raise BadPart(part, "a timespan is longer than nothing and at most ten years")
    return span


def _condition(value: object, kind: Kind, rules: int) -> tuple[tuple[tuple[str, int], ...], tuple[str, ...], int]:
    if kind is Kind.ABSENCE:
        if value is not None:
            raise BadPart("condition", "absence has no condition")
        return (), (), 0
    if kind is Kind.NEW_VALUE:
        if not isinstance(value, dict) or set(value) != {"field"} or not value["field"]:
            raise BadPart("condition", "the condition of new_value is 'field' and nothing else")
        return (), _names(value["field"], "condition"), 0
    if value is None and kind in {Kind.TEMPORAL, Kind.TEMPORAL_ORDERED}:
        return (("gte", rules),), (), 0
    if not isinstance(value, dict):
        raise BadPart("condition", "'condition' is a map such as gte: 10")
    unknown = next((str(n) for n in value if n not in {*_OPERATORS, "field", "percentile"}), None)
    if unknown is not None:
        raise BadPart("condition", f"{unknown!r} is no part of a condition")
    bounds = tuple((name, _bound(value[name], kind)) for name in _OPERATORS if name in value)
    if not bounds:
        raise BadPart("condition", f"the condition has none of {', '.join(_OPERATORS)}")
    if len(bounds) > 1 and ({name for name, _ in bounds} & {"eq", "neq"} or len(bounds) > 2):
        raise BadPart("condition", "a condition is one comparison or a range such as gt: 100 with lte: 200")
    if kind is Kind.TEMPORAL_ORDERED and bounds not in {(("gte", rules),), (("eq", rules),), (("gt", rules - 1),)}:
        raise BadPart("condition", "temporal_ordered means all of its rules; another number is not understood")
    if kind is Kind.TEMPORAL_ORDERED:
        bounds = (("gte", rules),)
    return bounds, _field(value, kind), _percentile(value.get("percentile"), kind)


def _field(condition: dict[str, Any], kind: Kind) -> tuple[str, ...]:
    names = _names(condition.get("field"), "condition")
    needed = kind is Kind.VALUE_COUNT or kind.is_numeric
    if needed != bool(names):
        raise BadPart("condition", f"{kind} needs 'field' in its condition" if needed else f"{kind} has no 'field'")
    if kind.is_numeric and len(names) > 1:
        raise BadPart("condition", f"{kind} takes one field")
    return names


def _percentile(value: object, kind: Kind) -> int:
    if kind is not Kind.VALUE_PERCENTILE:
        if value is not None:
            raise BadPart("condition", f"{kind} has no 'percentile'")
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 100:
        raise BadPart("condition", "value_percentile needs 'percentile' from 1 to 100 in its condition")
    return value


def _bound(value: object, kind: Kind) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadPart("condition", f"{value!r} is no number to compare with")
    if kind.is_numeric:
        number = scaled(str(value))
        if number is None:
            raise BadPart("condition", f"{value!r} is no number to compare with, or too large")
        return number
    if not re.fullmatch(r"[0-9]+", str(value)) or int(value) > MOST_COUNTED:
        raise BadPart("condition", f"{value!r} is no whole number from 0 to {MOST_COUNTED}")
    return int(value)


def scaled(text: str) -> int | None:
    """The number of a text in ten-thousandths (ties to even); None where it is none, or beyond ±9·10¹⁴."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 9 * 10**14:
        return None
    return int((number * SCALE).to_integral_value())


def _aliases(value: object) -> dict[str, dict[str, str]]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(fields, dict) and fields for fields in value.values()):
        raise BadPart("aliases", "'aliases' is a map of alias to a map of rule to field")
    return {str(alias): {str(r): word(f) for r, f in fields.items()} for alias, fields in value.items()}


def _generate(value: object) -> bool:
    if value is not None and not isinstance(value, bool):
        raise BadPart("generate", "'generate' is true or false")
    return bool(value)


def _asset(document: dict[str, Any], group_by: tuple[str, ...]) -> str:
    """Our own `asset`: an attack that a host of ours makes is about that host, not about the last one that it tried."""
    name = word((document.get("fenghuo") or {}).get("asset"))
    if name and name not in group_by:
        raise BadPart("fenghuo", f"'asset' {name!r} is none of the names of 'group-by'")
    return name


def _passing(document: dict[str, Any], kind: Kind, timespan: int, condition: tuple[tuple[str, int], ...]) -> bool:
    """Our own `passing`. Only where a hit that is seen twice counts once, and where little must be counted again after a restart;
    what new_value has seen is stored, so nothing is."""
    value = (document.get("fenghuo") or {}).get("passing")
    if value is None or value is False:
        return False
    if value is not True:
        raise BadPart("fenghuo", "'passing' is true or false")
    if kind is Kind.NEW_VALUE:
        return True
    if kind is not Kind.VALUE_COUNT or any(operator not in {"gt", "gte"} for operator, _ in condition):
        raise BadPart("fenghuo", "only value_count with gt or gte and new_value can be counted in passing")
    if timespan > LONGEST_PASSING_NS:
        raise BadPart("fenghuo", "value_count in passing has a timespan of fifteen minutes at most")
    return True


def _lines(node: yaml.Node) -> dict[str, int]:
    """Line of each key, those of the correlation itself included; outer keys give way to inner ones of the same name."""
    lines: dict[str, int] = {}
    for key, value in node.value:
        lines.setdefault(str(key.value), key.start_mark.line + 1)
        if key.value == "correlation" and isinstance(value, yaml.MappingNode):
            lines.update({str(inner.value): inner.start_mark.line + 1 for inner, _ in value.value})
    return lines


def _names(value: object, part: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    if any(isinstance(v, dict | list) or not word(v) for v in values):
        raise BadPart(part, f"{part!r} is a name or a list of names")
    return tuple(word(v) for v in values)
