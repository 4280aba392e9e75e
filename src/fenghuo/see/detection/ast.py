"""The syntax tree of a rule's detection: what the parser makes, the reference walks, and the engine compiles."""

from collections.abc import Mapping
from dataclasses import dataclass

from fenghuo.see.detection.modifiers import ItemTests


@dataclass(frozen=True, slots=True)
class FieldNode:
    """One `field|modifiers: values`."""

    field: str
    modifiers: tuple[str, ...]
    tests: ItemTests


@dataclass(frozen=True, slots=True)
class KeywordNode:
    """Words searched in every value of the event: one of them, or each where `tests.every`."""

    tests: ItemTests


@dataclass(frozen=True, slots=True)
class AllOf:
    """A map: each of its parts."""

    parts: tuple["ItemNode", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A list: one of its parts."""

    parts: tuple["ItemNode", ...]


ItemNode = FieldNode | KeywordNode | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Name:
    """A selection that the condition names."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its part."""

    part: "ConditionNode"


@dataclass(frozen=True, slots=True)
class And:
    """Each of its parts."""

    parts: tuple["ConditionNode", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of its parts."""

    parts: tuple["ConditionNode", ...]


@dataclass(frozen=True, slots=True)
class Count:
    """At least `need` of the selections `names`; `written` as in the rule, e.g. "1 of selection_*"."""

    need: int
    names: tuple[str, ...]
    written: str


ConditionNode = Name | Not | And | Or | Count


@dataclass(frozen=True, slots=True)
class Detection:
    """The items of a rule by name, and the condition over them."""

    items: Mapping[str, ItemNode]
    condition: ConditionNode
