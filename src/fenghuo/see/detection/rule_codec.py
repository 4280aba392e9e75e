"""Rules, filters, correlations and refusals as JSON, and back: what the parser made of a file, without reading YAML again."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from fenghuo.base.common.severity import Harm, SigmaLevel
from fenghuo.see.detection.ast import (
    AllOf,
    And,
    AnyOf,
    ConditionNode,
    Count,
    Detection,
    FieldNode,
    ItemNode,
    KeywordNode,
    Name,
    Not,
    Or,
)
from fenghuo.see.detection.correlation.model import Draft, Kind
from fenghuo.see.detection.heading import Heading
from fenghuo.see.detection.parser import Filter
from fenghuo.see.detection.rule import LogSource, Refusal, Rule
from fenghuo.see.detection.threat_classes import ThreatClass
from fenghuo.see.detection.value_codec import TestReader, encode_tests

Parsed = Rule | Filter | Draft | Refusal
_HEADING = [field.name for field in fields(Heading)]
_DRAFT = [field.name for field in fields(Draft) if field.name not in _HEADING]
_REFUSAL = [field.name for field in fields(Refusal)]

_CLOSED: dict[str, dict[str, StrEnum]] = {
    name: {str(word): word for word in words}
    for name, words in (("level", SigmaLevel), ("threat_class", ThreatClass), ("harm", Harm))
}


def encode(found: Parsed) -> list[Any]:
    """What one document of a rule file became, as lists of plain values."""
    if isinstance(found, Refusal):
        return ["refusal", [getattr(found, name) for name in _REFUSAL]]
    if isinstance(found, Filter):
        return ["filter", found.named, _logsource(found.logsource), encoded_detection(found.detection)]
    heading = [getattr(found, name) for name in _HEADING]
    if isinstance(found, Draft):
        return ["correlation", heading, [getattr(found, name) for name in _DRAFT]]
    return ["rule", heading, _logsource(found.logsource), encoded_detection(found.detection)]


def _logsource(source: LogSource) -> list[str | None]:
    return [source.product, source.category, source.service]


def encoded_detection(detection: Detection) -> list[Any]:
    """Items and condition."""
    return [{name: _item(node) for name, node in detection.items.items()}, _condition(detection.condition)]


def _item(node: ItemNode) -> list[Any]:
    if isinstance(node, FieldNode):
        return ["field", node.field, node.modifiers, encode_tests(node.tests)]
    if isinstance(node, KeywordNode):
        return ["words", encode_tests(node.tests)]
    return ["all" if isinstance(node, AllOf) else "any", [_item(part) for part in node.parts]]


def _condition(node: ConditionNode) -> list[Any]:
    if isinstance(node, Name):
        return ["name", node.name]
    if isinstance(node, Not):
        return ["not", _condition(node.part)]
    if isinstance(node, Count):
        return ["count", node.need, node.names, node.written]
    return ["and" if isinstance(node, And) else "or", [_condition(part) for part in node.parts]]


class Reader:
    """Makes documents again."""

    def __init__(self) -> None:
        self._tests = TestReader()

    def read(self, found: list[Any]) -> Parsed:
        """What `encode` was given."""
        kind = found[0]
        if kind == "rule":
            return Rule(**_heading_of(found[1]), logsource=LogSource(*found[2]), detection=self._detection_of(found[3]))
        if kind == "filter":
            return Filter(found[1], LogSource(*found[2]), self._detection_of(found[3]))
        if kind == "correlation":
            return _draft_of(found)
        return Refusal(*found[1])

    def _detection_of(self, found: list[Any]) -> Detection:
        items, condition = found
        return Detection({name: self._item_of(node) for name, node in items.items()}, _condition_of(condition))

    def _item_of(self, found: list[Any]) -> ItemNode:
        kind = found[0]
        if kind == "field":
            return FieldNode(found[1], tuple(found[2]), self._tests.tests(found[3]))
        if kind == "words":
            return KeywordNode(self._tests.tests(found[1]))
        parts = tuple([self._item_of(part) for part in found[1]])
        return AllOf(parts) if kind == "all" else AnyOf(parts)


def _heading_of(found: list[Any]) -> dict[str, Any]:
    heading = dict(zip(_HEADING, found, strict=True))
    for name in ("tags", "references", "falsepositives"):
        heading[name] = tuple(heading[name])
    for name, words in _CLOSED.items():
        heading[name] = words[heading[name]]
    return heading


def _draft_of(found: list[Any]) -> Draft:
    own = dict(zip(_DRAFT, found[2], strict=True))
    for name in ("refs", "group_by", "field"):
        own[name] = tuple(own[name])
    own["condition"] = tuple((operator, bound) for operator, bound in own["condition"])
    own["kind"] = Kind(own["kind"])
    return Draft(**_heading_of(found[1]), **own)


def _condition_of(found: list[Any]) -> ConditionNode:
    kind = found[0]
    if kind == "name":
        return Name(found[1])
    if kind == "not":
        return Not(_condition_of(found[1]))
    if kind == "count":
        return Count(found[1], tuple(found[2]), found[3])
    parts = tuple([_condition_of(part) for part in found[1]])
    return And(parts) if kind == "and" else Or(parts)
