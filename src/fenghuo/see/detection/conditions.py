"""Conditions (Sigma rules specification 2.1, "Condition"): or, and, not, `1 of`, `all of`, parentheses, weakest first."""

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from fenghuo.see.events import Match

Outcome = tuple[bool, tuple[Match, ...]]
Look = Callable[[str], Outcome]
Condition = Callable[[Look], Outcome]

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")
_NO: Outcome = (False, ())


class BadCondition(ValueError):
    """A condition that is not one; the message says why."""


def parse_condition(text: str, names: Sequence[str]) -> Condition:
    """The condition over detection items of these names.

    Raises:
        BadCondition: a name is missing, a pattern names nothing, or the text is not a condition.
    """
    if not isinstance(text, str) or not text.strip():
        raise BadCondition("the condition is missing")
    if "|" in text:
        raise BadCondition("aggregation in a condition is not part of Sigma 2; write a correlation rule")
    return _Parser(_TOKEN.findall(text), names).parse()


def any_of(conditions: Sequence[Condition]) -> Condition:
    """True where one of them is; their matches together."""
    return _joined(list(conditions), need_all=False)


class _Parser:
    def __init__(self, tokens: list[str], names: Sequence[str]) -> None:
        self._tokens, self._names, self._at = tokens, names, 0

    def parse(self) -> Condition:
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

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._peek().lower() == "or":
            self._next()
            parts.append(self._both())
        return _joined(parts, need_all=False) if len(parts) > 1 else parts[0]

    def _both(self) -> Condition:
        parts = [self._negation()]
        while self._peek().lower() == "and":
            self._next()
            parts.append(self._negation())
        return _joined(parts, need_all=True) if len(parts) > 1 else parts[0]

    def _negation(self) -> Condition:
        if self._peek().lower() == "not":
            self._next()
            inner = self._negation()
            return lambda look: (not inner(look)[0], ())
        return self._single()

    def _single(self) -> Condition:
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
        return lambda look: look(word)

    def _of(self, count: str, pattern: str) -> Condition:
        if pattern.lower() == "them":
            names = [n for n in self._names if not n.startswith("_")]
        else:
            names = [n for n in self._names if fnmatchcase(n, pattern)]
        if not names:
            raise BadCondition(f"'{count} of {pattern}' names nothing in the detection")
        need = len(names) if count == "all" else 1 if count == "any" else int(count)

        def evaluate(look: Look) -> Outcome:
            found = [outcome for outcome in map(look, names) if outcome[0]]
            return (True, tuple(m for _, matches in found for m in matches)) if len(found) >= need else _NO

        return evaluate


def _joined(parts: list[Condition], *, need_all: bool) -> Condition:
    def every(look: Look) -> Outcome:
        matches: tuple[Match, ...] = ()
        for part in parts:
            held, found = part(look)
            if not held:
                return _NO
            matches += found
        return True, matches

    def some(look: Look) -> Outcome:
        found = [outcome for outcome in (part(look) for part in parts) if outcome[0]]
        return (True, tuple(m for _, matches in found for m in matches)) if found else _NO

    return every if need_all else some


def looker(items: Mapping[str, Callable[[], Outcome]]) -> Look:
    """Evaluate each detection item at most once."""
    known: dict[str, Outcome] = {}

    def look(name: str) -> Outcome:
        if name not in known:
            known[name] = items[name]()
        return known[name]

    return look
