"""Macros of SPF (RFC 7208, section 7): their grammar, and what they become."""

import re
from collections.abc import Callable
from urllib.parse import quote

IN_NAMES = frozenset("slodipvh")
ANY_LETTER = IN_NAMES | frozenset("crt")
"""In explanations also the client's address in readable form, the receiver and the time."""

LONGEST_NAME = 253
_MACRO = re.compile(r"%(?:\{([A-Za-z])(\d*)([rR]?)([.+,/_=-]*)\}|([%_-]))")
_SIGNS = {"%": "%", "_": " ", "-": "%20"}


class BadMacro(ValueError):
    """A text breaks the grammar of macros."""


def check_macros(text: str, letters: frozenset[str], spaces: bool = False) -> None:
    """Whether a text is a macro-string.

    Args:
        letters: lower-case macro letters that are allowed in it.
        spaces: whether spaces are allowed, as in explanations.

    Raises:
        BadMacro: it is none.
    """
    for macro in _MACRO.finditer(text):
        letter, digits = macro.group(1), macro.group(2)
        if letter and letter.lower() not in letters:
            raise BadMacro(f"unknown macro letter {letter}")
        if digits and int(digits[:6]) == 0:
            raise BadMacro("a macro that keeps no part")
    plain = _MACRO.sub("", text)
    if "%" in plain:
        raise BadMacro("a percent sign that begins no macro")
    if re.search(r"[^\x20-\x7e]" if spaces else r"[^\x21-\x7e]", plain):
        raise BadMacro("a character that is not allowed")


def ends_in_macro(text: str) -> bool:
    """Whether a macro stands last."""
    return any(macro.end() == len(text) for macro in _MACRO.finditer(text))


def expand(text: str, value: Callable[[str], str]) -> str:
    """A checked macro-string with its macros replaced; `value` gives what a lower-case letter stands for."""

    def replaced(macro: re.Match[str]) -> str:
        letter, digits, backwards, delimiters, sign = macro.groups()
        if sign:
            return _SIGNS[sign]
        parts = re.split(f"[{re.escape(delimiters or '.')}]", value(letter.lower()))
        if backwards:
            parts.reverse()
        if digits:
            parts = parts[-int(digits[:6]) :]
        joined = ".".join(parts)
        return quote(joined, safe="-._~") if letter.isupper() else joined

    return _MACRO.sub(replaced, text)


def as_name(expanded: str) -> str:
    """An expanded domain-spec as a name to ask for: without the last dot, cut from the left until it is short enough (7.3)."""
    name = expanded.removesuffix(".")
    while len(name) > LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name
