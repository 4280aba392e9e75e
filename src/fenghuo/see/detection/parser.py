"""From YAML to rules (Sigma specification 2.1: rules and filters). What can't be taken is refused, with line and reason."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from fenghuo.see.detection.ast import ConditionNode, Count, Detection, FieldNode, ItemNode, KeywordNode, Name, Not
from fenghuo.see.detection.conditions import BadCondition, any_of, parse_condition
from fenghuo.see.detection.correlation.model import Draft
from fenghuo.see.detection.correlation.parser import read_correlation
from fenghuo.see.detection.heading import BadPart, read_heading, word
from fenghuo.see.detection.items import build_item
from fenghuo.see.detection.rule import LogSource, Refusal, Rule, RuleSource
from fenghuo.see.detection.tests_of_values import BadValue

MAX_BYTES = 1024 * 1024
_MAX_NODES = 100_000
_MOST_STEPS = 1_000_000
_DEEPEST = 200
_LONG_INDENT = re.compile(rf"^[ ?:-]{{{_DEEPEST},}}", re.MULTILINE)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_NAME_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}


class _Refused(Exception):
    """A reason, and the line where it is known better than the rule's first."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


class Filter:
    """A filter document: added to rules as AND NOT."""

    def __init__(self, rules: object, logsource: LogSource, detection: Detection) -> None:
        self.named = [str(r).lower() for r in (rules if isinstance(rules, list) else [rules])]
        self.logsource = logsource
        self.detection = detection

    def applies_to(self, rule: Rule) -> bool:
        """True for the rules that it names, or all of its log source where it says `any`."""
        named = any(r in {rule.id.lower(), rule.title.lower(), "any"} for r in self.named)
        return named and self.logsource == rule.logsource


def parse_source(
    source: RuleSource, placeholders: Mapping[str, Sequence[str]]
) -> Iterator[Rule | Filter | Draft | Refusal]:
    """Every document of a rule file, as what it is."""
    if len(source.text) > MAX_BYTES:
        yield Refusal(source.path, 1, "", "", f"the file is larger than {MAX_BYTES} bytes")
        return
    if _is_deep(source.text):
        yield Refusal(source.path, 1, "", "", f"lists are nested deeper than {_DEEPEST}")
        return
    try:
        loader = _Loader(source.text)
        while loader.check_node():
            node: Any = loader.get_node()
            yield _document(source, node, loader.construct_document(node), placeholders)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield Refusal(source.path, line, "", "", f"not readable as YAML: {error.problem}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Refusal(source.path, 1, "", "", f"not readable as YAML: {error}")


def _is_deep(text: str) -> bool:
    """Whether lists and maps stand in each other so deep that the YAML reader, which calls itself for each, would run out of stack.

    Only what could be so deep is looked at: there are many brackets, or a line that begins with many blanks and dashes.
    """
    if text.count("[") + text.count("{") <= _DEEPEST and not _LONG_INDENT.search(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, _Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return True
    except yaml.YAMLError:
        return False  # it is read again, up to there, to say where and why
    return False


def _document(
    source: RuleSource, node: yaml.Node, document: Any, placeholders: Mapping[str, Sequence[str]]
) -> Rule | Filter | Draft | Refusal:
    lines = _lines(node)
    first = node.start_mark.line + 1
    if not isinstance(document, dict):
        return Refusal(source.path, first, "", "", "a rule is a map of names to values")
    try:
        _check_nodes(node)
        if "correlation" in document:
            return read_correlation(source, node, document)
        if document.get("action") is not None:
            raise _Refused("'action' is not part of Sigma 2; write each rule whole", lines.get("action", first))
        if "filter" in document:
            return _filter(document, placeholders)
        return _rule(source, document, placeholders)
    except _Refused as error:
        line, reason = error.line or lines.get("detection", first), str(error)
    except BadPart as error:
        line, reason = lines.get(error.part, first), str(error)
    except (BadCondition, BadValue, ValueError) as error:
        line, reason = lines.get("detection", first), str(error)
    return Refusal(source.path, line, word(document.get("id")), word(document.get("title")), reason)


def _rule(source: RuleSource, document: dict[str, Any], placeholders: Mapping[str, Sequence[str]]) -> Rule:
    heading = read_heading(document, source.pack, source.path, ("id", "logsource", "detection", "level", "fenghuo"))
    for name in ("logsource", "detection"):
        if not document.get(name):
            raise _Refused(f"'{name}' is missing")
    return Rule(
        **heading,
        logsource=_logsource(document["logsource"]),
        detection=_detection(document["detection"], placeholders),
    )


def _filter(document: dict[str, Any], placeholders: Mapping[str, Sequence[str]]) -> Filter:
    content = document["filter"]
    if not isinstance(content, dict) or not content.get("rules"):
        raise _Refused("a filter needs 'rules' (ids, titles, or any) and its selections")
    detection = {name: value for name, value in content.items() if name != "rules"}
    return Filter(content["rules"], _logsource(document.get("logsource") or {}), _detection(detection, placeholders))


def _logsource(value: object) -> LogSource:
    if not isinstance(value, dict):
        raise _Refused("'logsource' is a map of product, category and service")
    names = [word(value.get(name)).lower() or None for name in ("product", "category", "service")]
    return LogSource(*names)


def _detection(value: object, placeholders: Mapping[str, Sequence[str]]) -> Detection:
    if not isinstance(value, dict):
        raise _Refused("'detection' is a map of selections and a condition")
    items = {
        str(n): build_item(str(n), v, placeholders) for n, v in value.items() if n not in {"condition", "timeframe"}
    }
    condition = value.get("condition")
    texts = condition if isinstance(condition, list) else [condition]
    if not items or condition is None:
        raise BadCondition("the condition is missing" if items else "the detection has no selection")
    parsed = any_of([parse_condition(str(t), list(items)) for t in texts])
    if _steps(parsed, items) > _MOST_STEPS:
        raise BadCondition(f"the condition has more than {_MOST_STEPS} ways to be met")
    return Detection(items, parsed)


def _steps(node: ConditionNode, items: Mapping[str, ItemNode]) -> int:
    """How many tests a program of the condition may have: "5 of x*" asks each of its items for every number that may be needed still."""
    if isinstance(node, Name):
        return _tests(items[node.name])
    if isinstance(node, Not):
        return _steps(node.part, items)
    if isinstance(node, Count):
        return sum(_tests(items[name]) for name in node.names) * min(node.need, len(node.names) - node.need + 1)
    return sum(_steps(part, items) for part in node.parts)


def _tests(node: ItemNode) -> int:
    if isinstance(node, FieldNode | KeywordNode):
        return len(node.tests.tests) + len(node.tests.refs) + 1
    return sum(_tests(part) for part in node.parts)


def _lines(node: yaml.Node) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


def _check_nodes(root: yaml.Node) -> None:
    """YAML readers keep the last of two equal keys in silence, so half of a rule would be lost; aliases may hide a flood."""
    waiting = [root]
    visited = 0
    while waiting:
        node = waiting.pop()
        visited += 1
        if visited > _MAX_NODES:
            raise _Refused(f"the rule has more than {_MAX_NODES} parts, aliases counted as often as they are used")
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            names = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            double = next((k for n, k in enumerate(names) if k.value in {e.value for e in names[:n]}), None)
            if double is not None:
                raise _Refused(f"{double.value!r} stands twice", double.start_mark.line + 1)
            other = next((k for k, _ in node.value if k.tag not in _NAME_TAGS), None)
            if other is not None:
                word = other.value if isinstance(other, yaml.ScalarNode) else "this name"
                raise _Refused(f"{word!r} is no text to YAML; put it in quotes", other.start_mark.line + 1)
            waiting.extend(value for _, value in node.value)
