"""Conditions (Sigma rules specification 2.1, "Condition"): or, and, not, `1 of`, `all of`, parentheses, weakest first."""

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from fenghuo.see.detection.ast import And, ConditionNode, Count, Name, Not, Or
from fenghuo.see.events import Match

Outcome = tuple[bool, tuple[Match, ...]]
Look = Callable[[str], Outcome]

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")
_NO: Outcome = (False, ())


class BadCondition(ValueError):
    """A condition that is not one; the message says why."""


def parse_condition(text: str, names: Sequence[str]) -> ConditionNode:
    """The condition over detection items of these names.

    Raises:
        BadCondition: a name is missing, a pattern names nothing, or the text is not a condition.
    """
    if not isinstance(text, str) or not text.strip():
        raise BadCondition("the condition is missing")
    if "|" in text:
        raise BadCondition("aggregation in a condition is not part of Sigma 2; write a correlation rule")
    return _Parser(_TOKEN.findall(text), names).parse()


def any_of(conditions: Sequence[ConditionNode]) -> ConditionNode:
    """True where one of them is; their matches together."""
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))


class _Parser:
    def __init__(self, tokens: list[str], names: Sequence[str]) -> None:
        self._tokens, self._names, self._at = tokens, names, 0

    def parse(self) -> ConditionNode:
        condition = self._either()
        if self._at < len(self._tokens):
            raise BadCondition(f"the condition goes on after its end: {self._tokens[self._at]!r}")
        return condition

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise BadCondition("the condition ends too early")
        self._at += 1
        return token

    def _either(self) -> ConditionNode:
        parts = [self._both()]
        while self._peek().lower() == "or":
            self._next()
            parts.append(self._both())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _both(self) -> ConditionNode:
        parts = [self._negation()]
        while self._peek().lower() == "and":
            self._next()
            parts.append(self._negation())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _negation(self) -> ConditionNode:
        if self._peek().lower() == "not":
            self._next()
            return Not(self._negation())
        return self._single()

    def _single(self) -> ConditionNode:
        word = self._next()
        if word == "(":
            condition = self._either()
            if self._next() != ")":
                raise BadCondition("a parenthesis is not closed")
            return condition
        if self._peek().lower() == "of" and (word.lower() in {"all", "any"} or word.isdigit()):
            self._next()
            return self._of(word.lower(), self._next())
        if word not in self._names:
            raise BadCondition(f"the condition names {word!r}, which is not in the detection")
        return Name(word)

    def _of(self, count: str, pattern: str) -> ConditionNode:
        if pattern.lower() == "them":
            names = [n for n in self._names if not n.startswith("_")]
        else:
            names = [n for n in self._names if fnmatchcase(n, pattern)]
        if not names:
            raise BadCondition(f"'{count} of {pattern}' names nothing in the detection")
        need = len(names) if count == "all" else 1 if count == "any" else int(count)
        return Count(need, tuple(names), f"{count} of {pattern}")


def evaluate(node: ConditionNode, look: Look) -> Outcome:
    """Whether the condition holds, with the matches of the selections that made it hold."""
    match node:
        case Name(name):
            return look(name)
        case Not(part):
            return not evaluate(part, look)[0], ()
        case And(parts):
            found = [evaluate(part, look) for part in parts]
            held = all(outcome[0] for outcome in found)
        case Or(parts):
            found = [outcome for outcome in (evaluate(part, look) for part in parts) if outcome[0]]
            held = bool(found)
        case Count(need, names, _):
            found = [outcome for outcome in map(look, names) if outcome[0]]
            held = len(found) >= need
    return (True, tuple(m for _, matches in found for m in matches)) if held else _NO


def looker(items: Mapping[str, Callable[[], Outcome]]) -> Look:
    """Evaluate each detection item at most once."""
    known: dict[str, Outcome] = {}

    def look(name: str) -> Outcome:
        if name not in known:
            known[name] = items[name]()
        return known[name]

    return look
