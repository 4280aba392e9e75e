"""Literal texts that a value must hold where a costly test can match: the engine looks for these first.

Each answer is sound: whatever the test matches holds, for each set of the answer, one of its texts, folded, at its place. An empty
answer means that nothing can be required.
"""

import re._constants as sre
import re._parser as sre_parser
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from fenghuo.see.detection.strings import Place, StringTest, Wild, fold
from fenghuo.see.detection.tests_of_values import CidrTest, RegexTest

Required = tuple[tuple[Place, str], ...]

_MAX_ALTERNATIVES = 64
_MAX_RUNS = 8
_LEAST_RUN = 8
_UNLIKE_PYTHON = ("[:", r"\Q", r"\p", r"\P", r"\C", r"\z", r"\K", "(?U", "(?P>", "++", "*+", "?+", "}+", "(?>")
_ONE_TO_ONE_BUT_FOR = {"s", "k"}
"""ASCII letters that a regular expression without case also finds in other characters (long s, Kelvin sign)."""


def required_of(test: object) -> tuple[Required, ...]:
    """The sets of texts of a wildcard pattern, a string that minds case, a regular expression or a network."""
    if isinstance(test, StringTest):
        return _of_string(test)
    if isinstance(test, RegexTest):
        return _of_regex(test)
    network = _of_network(test) if isinstance(test, CidrTest) else None
    return (network,) if network else ()


def _of_string(test: StringTest) -> tuple[Required, ...]:
    if test.literal is not None:
        return (((test.place, fold(test.literal)),),) if test.literal else ()
    places = []
    for number, part in enumerate(test.parts):
        if not isinstance(part, Wild):
            first, last = number == 0, number == len(test.parts) - 1
            places.append((Place.STARTS if first else Place.ENDS if last else Place.CONTAINS, fold(part)))
    return tuple((place,) for place in places)


def _of_network(test: CidrTest) -> Required | None:
    network = test.network
    if network.version != 4 or network.prefixlen < 8:
        return None
    octets = network.prefixlen // 8
    rest = 8 - network.prefixlen % 8
    bases = network.network_address.packed
    fixed = ".".join(str(o) for o in bases[:octets])
    if octets == 4:
        return ((Place.EQUALS, fixed),)
    if network.prefixlen % 8 == 0:
        return ((Place.STARTS, fixed + "."),)
    if 1 << rest > _MAX_ALTERNATIVES:
        return ((Place.STARTS, fixed + "."),)
    place, end = (Place.STARTS, ".") if octets < 3 else (Place.EQUALS, "")
    return tuple((place, f"{fixed}.{last}{end}") for last in range(bases[octets], bases[octets] + (1 << rest)))


def _of_regex(test: RegexTest) -> tuple[Required, ...]:
    tree = _tree_of(test)
    if tree is None:
        return ()
    found = _sets(list(tree), ignore_case=bool(tree.state.flags & sre.SRE_FLAG_IGNORECASE))
    return tuple(tuple((Place.CONTAINS, text) for text in sorted(texts)) for texts in found)


def _tree_of(test: RegexTest) -> Any:
    """The expression as Python reads it; None where it may mean something else to RE2."""
    pattern = test.pattern
    if any(mark in pattern for mark in _UNLIKE_PYTHON) or _has_digit_escape(pattern):
        return None
    flags = 0
    for name in test.flags:
        flags |= {"i": sre.SRE_FLAG_IGNORECASE, "m": sre.SRE_FLAG_MULTILINE, "s": sre.SRE_FLAG_DOTALL}[name]
    try:
        return sre_parser.parse(pattern, flags)
    except (sre_parser.error, RecursionError, OverflowError):
        return None


def least_length(test: RegexTest) -> int:
    """Bytes that a value must have at least for the expression to match; 0 where that is not known."""
    tree = _tree_of(test)
    return int(tree.getwidth()[0]) if tree is not None else 0


Run = tuple[frozenset[int], int]
"""Bytes, and how many of them stand side by side."""


def longest_run(test: RegexTest) -> Run | None:
    """What must stand in a value for the expression to match, where it asks for many characters of a kind in a row."""
    tree = _tree_of(test)
    if tree is None:
        return None
    runs = list(_runs(list(tree), ignore_case=bool(tree.state.flags & sre.SRE_FLAG_IGNORECASE)))
    best = max(runs, key=lambda run: run[1], default=None)
    return best if best and best[1] >= _LEAST_RUN else None


def _runs(items: Sequence[Any], *, ignore_case: bool) -> Iterator[Run]:
    for op, argument in items:
        if op is sre.SUBPATTERN and not argument[1] and not argument[2]:
            yield from _runs(list(argument[3]), ignore_case=ignore_case)
        elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0] > 1 and len(argument[2]) == 1:
            kind = _kind(*argument[2][0], ignore_case=ignore_case)
            if kind is not None:
                yield kind, int(argument[0])


def _kind(op: Any, argument: Any, *, ignore_case: bool) -> frozenset[int] | None:
    """The bytes that one part of an expression takes, where all are ASCII."""
    if op is not sre.IN:
        return None
    found: set[int] = set()
    for part, value in argument:
        low, high = value if part is sre.RANGE else (value, value)
        if part not in {sre.LITERAL, sre.RANGE} or high > 0x7F:
            return None
        found.update(range(low, high + 1))
    if not ignore_case:
        return frozenset(found)
    if any(not _keeps_place(chr(code), ignore_case=True) for code in found):
        return None
    return frozenset(ord(cased) for code in found for cased in (chr(code).lower(), chr(code).upper()))


def _has_digit_escape(pattern: str) -> bool:
    """True where a backslash stands before a digit: octal in one dialect, a reference in another."""
    return any(a == "\\" and b.isdigit() for a, b in pairwise(pattern))


def _sets(items: Sequence[Any], *, ignore_case: bool) -> list[set[str]]:
    """Sets of texts: one of each set must stand in whatever the sequence matches."""
    found: list[set[str]] = []
    runs = {""}

    def end_runs() -> None:
        nonlocal runs
        folded = {fold(run) for run in runs}
        if "" not in folded and folded not in found:
            found.append(folded)
        runs = {""}

    for op, argument in items:
        characters = _characters(op, argument, ignore_case=ignore_case)
        if characters is not None:
            longer = {run + character for run in runs for character in characters}
            if len(longer) > _MAX_RUNS:
                end_runs()
                longer = set(characters)
            runs = longer
        elif op is not sre.AT:
            end_runs()
            found += [texts for texts in _inside(op, argument, ignore_case=ignore_case) if texts not in found]
    end_runs()
    return found


def _characters(op: Any, argument: Any, *, ignore_case: bool) -> set[str] | None:
    """The characters, folded, of which one stands there; None where they are many or not known."""
    if op is sre.LITERAL:
        return {fold(chr(argument))} if _keeps_place(chr(argument), ignore_case=ignore_case) else None
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0] == argument[1] == 1 and len(argument[2]) == 1:
        return _characters(*argument[2][0], ignore_case=ignore_case)
    if op is not sre.IN:
        return None
    found: set[str] = set()
    for part, value in argument:
        if part is not sre.LITERAL or not _keeps_place(chr(value), ignore_case=ignore_case):
            return None
        found.add(fold(chr(value)))
    return found if len(found) <= _MAX_RUNS else None


def _best(items: Sequence[Any], *, ignore_case: bool) -> set[str] | None:
    """The set whose shortest text is longest."""
    return max(_sets(items, ignore_case=ignore_case), key=lambda texts: min(len(t) for t in texts), default=None)


def _keeps_place(character: str, *, ignore_case: bool) -> bool:
    if not ignore_case:
        return True
    return character.isascii() and character.lower() not in _ONE_TO_ONE_BUT_FOR


def _inside(op: Any, argument: Any, *, ignore_case: bool) -> list[set[str]]:
    if op is sre.SUBPATTERN:
        _group, added, removed, items = argument
        ignoring = (ignore_case or bool(added & sre.SRE_FLAG_IGNORECASE)) and not removed & sre.SRE_FLAG_IGNORECASE
        return _sets(list(items), ignore_case=ignoring)
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0] >= 1:
        return _sets(list(argument[2]), ignore_case=ignore_case)
    if op is sre.BRANCH:
        branches = [_best(list(items), ignore_case=ignore_case) for items in argument[1]]
        union = {text for branch in branches if branch for text in branch}
        return [union] if all(branches) and len(union) <= _MAX_ALTERNATIVES else []
    return []
