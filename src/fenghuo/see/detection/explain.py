"""Why a rule matches an event, or why not: the condition as a tree, down to what each field should hold and does hold.

The tree follows the rule as it is written. Whether a part holds is always the reference evaluator's word, so that an
explanation can't differ from what the engine does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

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
)
from fenghuo.see.detection.modifiers import ItemTests, ValueTest
from fenghuo.see.detection.reference import holds
from fenghuo.see.detection.rule import LogSource, Rule
from fenghuo.see.detection.ruleset import is_about
from fenghuo.see.events import Event, Match, text_of


class Verdict(StrEnum):
    """How it ends."""

    MATCH = "match"
    NO_MATCH = "no-match"
    FILTERED = "filtered"
    OTHER_SOURCE = "other-source"


class StepKind(StrEnum):
    """What a step of an explanation is about; `ALL_OF` is a map of a selection, `ANY_OF` a list."""

    AND = "and"
    OR = "or"
    NOT = "not"
    COUNT = "count"
    SELECTION = "selection"
    ALL_OF = "all-of"
    ANY_OF = "any-of"
    FIELD = "field"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value that the rule asks for, as its pattern, and whether the event has it."""

    text: str
    held: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the condition or of a selection.

    Attributes:
        text: as the rule writes it: "Image|endswith", "1 of selection_*", the name of a selection; "" where it says nothing.
        every: for fields and words, each wanted value is needed, not only one.
        negated: the field must be there with none of the wanted values.
        present: the event has the field. True where the step is about no field.
        seen: the event's values of the field; None is null. Empty where the field is missing.
        near: another field of the event whose name differs from the missing one in case only, "" for none.
        matches: the evidence, as a hit would carry it.
    """

    kind: StepKind
    text: str
    held: bool
    wanted: tuple[Wanted, ...] = ()
    every: bool = False
    negated: bool = False
    present: bool = True
    seen: tuple[str | None, ...] = ()
    near: str = ""
    matches: tuple[Match, ...] = ()
    parts: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What came of one rule and one event.

    Attributes:
        wanted_source, seen_source: the log source of the rule and that of the event; `source_fits` compares them.
        condition: the rule's own condition. It is worked out also where the log source does not fit.
        filters: the condition of each filter that applies to the rule; one that holds excludes the event.
    """

    rule_id: str
    title: str
    author: str
    verdict: Verdict
    wanted_source: LogSource
    seen_source: LogSource
    source_fits: bool
    condition: Step
    filters: tuple[Step, ...]


def explain(rule: Rule, event: Event) -> Explanation:
    """Why the rule matches the event, or why not."""
    seen = LogSource(event.product, event.category, event.service)
    fits = is_about(rule.logsource, seen)
    condition = _detection(rule.detection, event)
    filters = tuple(_detection(found, event) for found in rule.filters)
    if not fits:
        verdict = Verdict.OTHER_SOURCE
    elif not condition.held:
        verdict = Verdict.NO_MATCH
    else:
        verdict = Verdict.FILTERED if any(step.held for step in filters) else Verdict.MATCH
    return Explanation(rule.id, rule.title, rule.author, verdict, rule.logsource, seen, fits, condition, filters)


def _detection(detection: Detection, event: Event) -> Step:
    return _condition(detection.condition, detection, event)


def _condition(node: ConditionNode, detection: Detection, event: Event) -> Step:
    match node:
        case Name(name):
            return _selection(name, detection, event)
        case Not(part):
            inner = _condition(part, detection, event)
            return Step(StepKind.NOT, "", not inner.held, parts=(inner,))
        case Count(need, names, written):
            parts = tuple(_selection(name, detection, event) for name in names)
            return _joined(StepKind.COUNT, written, parts, need)
        case And(nodes):
            parts = tuple(_condition(part, detection, event) for part in nodes)
            return _joined(StepKind.AND, "", parts, len(parts))
        case _:
            parts = tuple(_condition(part, detection, event) for part in node.parts)
            return _joined(StepKind.OR, "", parts, 1)


def _joined(kind: StepKind, text: str, parts: tuple[Step, ...], need: int) -> Step:
    return Step(kind, text, sum(part.held for part in parts) >= need, parts=parts)


def _selection(name: str, detection: Detection, event: Event) -> Step:
    node = detection.items[name]
    held, matches = holds(node, name, event)
    inner = _item(node, name, event)
    parts = inner.parts if inner.kind is StepKind.ALL_OF else (inner,)
    return Step(StepKind.SELECTION, name, held, matches=matches, parts=parts)


def _item(node: ItemNode, name: str, event: Event) -> Step:
    held, matches = holds(node, name, event)
    match node:
        case FieldNode():
            return _field(node, held, matches, event)
        case KeywordNode(tests):
            texts = [text for value in event.fields for text in _texts(event, value) if text is not None]
            wanted = tuple(_wanted(alternatives, texts) for alternatives in tests.tests)
            return Step(StepKind.KEYWORDS, "", held, wanted, every=tests.every, matches=matches)
        case AllOf(nodes):
            kind = StepKind.ALL_OF
        case AnyOf(nodes):
            kind = StepKind.ANY_OF
    return Step(kind, "", held, matches=matches, parts=tuple(_item(part, name, event) for part in nodes))


def _field(node: FieldNode, held: bool, matches: tuple[Match, ...], event: Event) -> Step:
    present = node.field in event.fields
    near = "" if present else next((f for f in event.fields if f.lower() == node.field.lower()), "")
    return Step(
        StepKind.FIELD,
        "|".join((node.field, *node.modifiers)),
        held,
        tuple(_wanted_of(node, event)),
        every=node.tests.every,
        negated=node.tests.negated,
        present=present,
        seen=_texts(event, node.field),
        near=near,
        matches=matches,
    )


def _wanted_of(node: FieldNode, event: Event) -> Iterator[Wanted]:
    tests = node.tests
    seen = _texts(event, node.field)
    if tests.exists is not None:
        yield Wanted("exists" if tests.exists else "not exists", (node.field in event.fields) is tests.exists)
        return
    texts = [text for text in seen if text is not None]
    for alternatives in tests.tests:
        yield _wanted(alternatives, texts)
    if tests.nulls:
        yield Wanted("null", None in seen)
    for ref in tests.refs:
        alone = FieldNode(node.field, node.modifiers, ItemTests(refs=(ref,), cased=tests.cased))
        yield Wanted(f"= {ref.field}", holds(alone, "", event)[0])


def _wanted(alternatives: Sequence[ValueTest], texts: Sequence[str]) -> Wanted:
    """One value of the rule: the first of its forms, since an encoding may give many."""
    held = any(test.span(text) is not None for test in alternatives for text in texts)
    return Wanted(alternatives[0].pattern if alternatives else "", held)


def _texts(event: Event, field: str) -> tuple[str | None, ...]:
    if field not in event.fields:
        return ()
    value = event.fields[field]
    return tuple(text_of(member) for member in value) if isinstance(value, list) else (text_of(value),)
