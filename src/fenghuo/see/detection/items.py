"""Detection items: keyword lists, maps and lists of maps (Sigma rules specification 2.1, "Detection")."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fenghuo.see.detection.ast import AllOf, AnyOf, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.modifiers import build
from fenghuo.see.detection.tests_of_values import BadValue

_MAX_DEPTH = 20
_NOT_FOR_KEYWORDS = {"exists", "fieldref", "neq"}


def build_item(name: str, value: object, placeholders: Mapping[str, Sequence[str]]) -> ItemNode:
    """The tree of one named detection item.

    Raises:
        BadValue: the item can't be understood; says which and why.
    """
    try:
        return _build(value, placeholders, 0)
    except BadValue as error:
        raise BadValue(f"{name}: {error}") from error


def _build(value: object, placeholders: Mapping[str, Sequence[str]], depth: int) -> ItemNode:
    if depth > _MAX_DEPTH:
        raise BadValue(f"lists are nested deeper than {_MAX_DEPTH}")
    if isinstance(value, dict):
        if not value:
            raise BadValue("the map is empty")
        parts = tuple(_field(str(key), inner, placeholders) for key, inner in value.items())
        return parts[0] if len(parts) == 1 else AllOf(parts)
    if isinstance(value, list):
        if not value:
            raise BadValue("the list is empty")
        words = [v for v in value if not isinstance(v, dict)]
        found = [_build(v, placeholders, depth + 1) for v in value if isinstance(v, dict)]
        if words:
            found.append(_keywords(words, (), placeholders))
        return found[0] if len(found) == 1 else AnyOf(tuple(found))
    if value is None:
        raise BadValue("the item is empty")
    return _keywords([value], (), placeholders)


def _field(key: str, value: object, placeholders: Mapping[str, Sequence[str]]) -> ItemNode:
    field, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    if any(isinstance(v, dict | list) for v in values):
        raise BadValue(f"{key}: a value is a text, a number, true, false or null")
    if not field:
        return _keywords(values, modifiers, placeholders)
    try:
        return FieldNode(field, tuple(modifiers), build(modifiers, values, placeholders))
    except BadValue as error:
        raise BadValue(f"{key}: {error}") from error


def _keywords(
    values: Sequence[object], modifiers: Sequence[str], placeholders: Mapping[str, Sequence[str]]
) -> KeywordNode:
    """Words searched in every value of the event: one of them, or each under `all`."""
    wrong = next((m for m in modifiers if m in _NOT_FOR_KEYWORDS), None)
    if wrong:
        raise BadValue(f"modifier {wrong!r} needs a field")
    kept = [m for m in modifiers if m != "all"]
    places = [] if set(kept) & {"re", "contains"} else ["contains"]
    tests = build([*kept, *places], [v for v in values if v is not None], placeholders)
    return KeywordNode(replace(tests, every="all" in modifiers))
