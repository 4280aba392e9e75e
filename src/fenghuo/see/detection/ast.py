"""What a rule asks, as a tree: the items of its detection and the condition over them (Sigma rules specification 2.1)."""

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
    """Words searched in every value: one of them, or each where `tests.every`."""

    tests: ItemTests


@dataclass(frozen=True, slots=True)
class AllOf:
    """A map: each part."""

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
    """The part does not hold."""

    part: "ConditionNode"


@dataclass(frozen=True, slots=True)
class And:
    """Every part."""

    parts: tuple["ConditionNode", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts."""

    parts: tuple["ConditionNode", ...]


@dataclass(frozen=True, slots=True)
class Count:
    """At least `need` of `names`; `written` as in the rule, e.g. "1 of selection_*"."""

    need: int
    names: tuple[str, ...]
    written: str


ConditionNode = Name | Not | And | Or | Count
