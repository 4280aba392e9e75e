"""Detection items: keyword lists, maps and lists of maps (Sigma rules specification 2.1, "Detection")."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from fenghuo.see.detection.ast import AllOf, AnyOf, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.conditions import Outcome
from fenghuo.see.detection.modifiers import ItemTests, ValueTest, build
from fenghuo.see.detection.tests_of_values import BadValue, compare_fields
from fenghuo.see.events import Event, Match, Value, text_of

_NO: Outcome = (False, ())


def build_item(name: str, value: object, placeholders: Mapping[str, Sequence[str]]) -> ItemNode:
    """The test of one named detection item.

    Raises:
        BadValue: the item can't be understood; says which and why.
    """
    try:
        return _build(value, placeholders)
    except BadValue as error:
        raise BadValue(f"{name}: {error}") from error


def _build(value: object, placeholders: Mapping[str, Sequence[str]]) -> ItemNode:
    if isinstance(value, dict):
        if not value:
            raise BadValue("the map is empty")
        return AllOf(tuple(_field(str(key), inner, placeholders) for key, inner in value.items()))
    if isinstance(value, list):
        if not value:
            raise BadValue("the list is empty")
        words = [v for v in value if not isinstance(v, dict)]
        parts = [_build(v, placeholders) for v in value if isinstance(v, dict)]
        if words:
            parts.append(_keywords(words, (), placeholders))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
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
        tests = build(modifiers, values, placeholders)
    except BadValue as error:
        raise BadValue(f"{key}: {error}") from error
    return FieldNode(field, tuple(modifiers), tests)


def _keywords(
    values: Sequence[object], modifiers: Sequence[str], placeholders: Mapping[str, Sequence[str]]
) -> ItemNode:
    """Words searched in every value of the event: one of them, or each under `all`."""
    kept = [m for m in modifiers if m != "all"]
    places = [] if set(kept) & {"re", "contains"} else ["contains"]
    tests = build([*kept, *places], [v for v in values if v is not None], placeholders)
    return KeywordNode(replace(tests, every="all" in modifiers))


def holds(node: ItemNode, name: str, event: Event) -> Outcome:
    """Whether the part of the selection `name` holds for the event, with its matches."""
    match node:
        case FieldNode(field, _, tests):
            return _field_outcome(name, field, tests, event)
        case KeywordNode(tests):
            return _keyword_outcome(name, tests, event)
        case AllOf(parts):
            found = [holds(part, name, event) for part in parts]
            return (True, tuple(m for _, matches in found for m in matches)) if all(f[0] for f in found) else _NO
        case AnyOf(parts):
            return next((outcome for part in parts if (outcome := holds(part, name, event))[0]), _NO)


def _keyword_outcome(name: str, tests: ItemTests, event: Event) -> Outcome:
    found = []
    for alternatives in tests.tests:
        match = next((m for field, text in _texts_of(event) if (m := _match(name, field, text, alternatives))), None)
        if match is not None:
            found.append(match)
        elif tests.every:
            return _NO
    return (True, tuple(found)) if found else _NO


def _texts_of(event: Event) -> Iterator[tuple[str, str]]:
    for field, value in event.fields.items():
        for member in value if isinstance(value, list) else [value]:
            text = text_of(member)
            if text is not None:
                yield field, text


def _match(name: str, field: str, text: str, alternatives: Sequence[ValueTest]) -> Match | None:
    for test in alternatives:
        span = test.span(text)
        if span is not None:
            return Match(name, field, text, test.pattern, span)
    return None


def _field_outcome(name: str, field: str, tests: ItemTests, event: Event) -> Outcome:
    present = field in event.fields
    if tests.exists is not None:
        held = (present is tests.exists) != tests.negated
        return (True, (Match(name, field, None, "exists" if tests.exists else "not exists"),)) if held else _NO
    if not present:
        return _NO
    value = event.fields[field]
    held, matches = _value_outcome(name, field, value, tests, event)
    if tests.negated:
        return (True, (Match(name, field, shown(value), "neq"),)) if not held else _NO
    return (True, matches) if held else _NO


def _value_outcome(name: str, field: str, value: Value, tests: ItemTests, event: Event) -> Outcome:
    """One value of the rule on any member of the field; under `all` each value of the rule."""
    members = [text_of(v) for v in value] if isinstance(value, list) else [text_of(value)]
    texts = [t for t in members if t is not None]
    found: list[Match] = []
    for alternatives in tests.tests:
        match = next((m for text in texts if (m := _match(name, field, text, alternatives))), None)
        if match is not None:
            found.append(match)
            if not tests.every:
                return True, (match,)
        elif tests.every:
            return _NO
    if tests.nulls and None in members:
        found.append(Match(name, field, None, "null"))
    for ref in tests.refs:
        other = shown(event.fields.get(ref.field))
        equal = other is not None and any(compare_fields(t, other, ref.mode, cased=tests.cased) for t in texts)
        if equal:
            found.append(Match(name, field, texts[0], ref.field))
        elif tests.every:
            return _NO
    return (True, tuple(found)) if found else _NO


def shown(value: Value) -> str | None:
    """A field's value as one text; the members of an array joined by commas."""
    return ", ".join(text_of(v) or "" for v in value) if isinstance(value, list) else text_of(value)
