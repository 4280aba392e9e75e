"""The reference evaluator: row by row, faithful to the specification; every faster path must equal it."""

from collections.abc import Iterator, Sequence

from fenghuo.see.detection.ast import AllOf, And, AnyOf, ConditionNode, Count, Detection, FieldNode, ItemNode, Name, Not
from fenghuo.see.detection.modifiers import ItemTests, ValueTest
from fenghuo.see.detection.rule import Rule
from fenghuo.see.detection.tests_of_values import compare_fields
from fenghuo.see.events import Event, Match, Value, text_of

Outcome = tuple[bool, tuple[Match, ...]]
_NO: Outcome = (False, ())


def evaluate(rule: Rule, event: Event) -> Outcome:
    """Whether a rule with its filters matches an event, whatever the log source of either, and why."""
    held, matches = detected(rule.detection, event)
    if held and not any(detected(f, event)[0] for f in rule.filters):
        return True, matches
    return _NO


def detected(detection: Detection, event: Event) -> Outcome:
    """Whether a detection holds; each of its items is looked at once at most."""
    return condition_outcome(detection.condition, detection, event)


def condition_outcome(node: ConditionNode, detection: Detection, event: Event) -> Outcome:
    """Whether a condition, or a part of one, holds over a detection's items."""
    return _condition(node, detection, event, {})


def holds(node: ItemNode, name: str, event: Event) -> Outcome:
    """Whether an item holds; the matches carry `name` as their selection."""
    if isinstance(node, FieldNode):
        return _field(name, node.field, node.tests, event)
    if isinstance(node, AllOf):
        matches: tuple[Match, ...] = ()
        for part in node.parts:
            held, found = holds(part, name, event)
            if not held:
                return _NO
            matches += found
        return True, matches
    if isinstance(node, AnyOf):
        return next((outcome for part in node.parts if (outcome := holds(part, name, event))[0]), _NO)
    return _keywords(name, node.tests, event)


def _condition(node: ConditionNode, detection: Detection, event: Event, known: dict[str, Outcome]) -> Outcome:
    if isinstance(node, Name):
        if node.name not in known:
            known[node.name] = holds(detection.items[node.name], node.name, event)
        return known[node.name]
    if isinstance(node, Not):
        return not _condition(node.part, detection, event, known)[0], ()
    if isinstance(node, And):
        matches: tuple[Match, ...] = ()
        for part in node.parts:
            held, found = _condition(part, detection, event, known)
            if not held:
                return _NO
            matches += found
        return True, matches
    parts = tuple(Name(n) for n in node.names) if isinstance(node, Count) else node.parts
    need = node.need if isinstance(node, Count) else 1
    held_parts = [outcome for outcome in (_condition(p, detection, event, known) for p in parts) if outcome[0]]
    return (True, tuple(m for _, found in held_parts for m in found)) if len(held_parts) >= need else _NO


def _keywords(name: str, tests: ItemTests, event: Event) -> Outcome:
    found = []
    for alternatives in tests.tests:
        match = next((m for field, text in texts_of(event) if (m := _match(name, field, text, alternatives))), None)
        if match is not None:
            found.append(match)
        elif tests.every:
            return _NO
    return (True, tuple(found)) if found else _NO


def texts_of(event: Event) -> Iterator[tuple[str, str]]:
    """Field and text of each value of an event that is not null, in order."""
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


def _field(name: str, field: str, tests: ItemTests, event: Event) -> Outcome:
    present = field in event.fields
    if tests.exists is not None:
        held = (present is tests.exists) != tests.negated
        return (True, (Match(name, field, None, "exists" if tests.exists else "not exists"),)) if held else _NO
    if not present or (tests.negated and any(ref.field not in event.fields for ref in tests.refs)):
        return _NO
    value = event.fields[field]
    held, matches = _value(name, field, value, tests, event)
    if tests.negated:
        return (True, (Match(name, field, shown(value), "neq"),)) if not held else _NO
    return (True, matches) if held else _NO


def _value(name: str, field: str, value: Value, tests: ItemTests, event: Event) -> Outcome:
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
