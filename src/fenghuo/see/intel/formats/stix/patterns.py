"""The part of STIX patterning (STIX 2.1, 9) that is a list of values: comparisons with =, IN or ISSUBSET, joined by OR."""

import re
from collections.abc import Iterator

from fenghuo.see.intel.values import Kind

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<mark>[\[\](),=]|!=|<=?|>=?)|(?P<word>[A-Za-z0-9_.:\-*]+(?:'[^']*'[A-Za-z0-9_.:\-*\[\]]*)*))"
)
_LONGEST = 100_000
_MOST = 10_000
_PATHS = {
    "ipv4-addr:value": Kind.ADDRESS,
    "ipv6-addr:value": Kind.ADDRESS,
    "domain-name:value": Kind.DOMAIN,
    "url:value": Kind.URL,
    "network-traffic:dst_ref.value": Kind.ADDRESS,
}
_HASH_PATH = re.compile(r"(?:file|artifact):hashes\.'?(?:MD5|SHA-?1|SHA-?256)'?", re.IGNORECASE)
_PERSONAL = ("email-addr:", "email-message:", "user-account:")


class NotUnderstood(ValueError):
    """The pattern says more than a list of values; `personal` where it asks for persons."""

    def __init__(self, personal: bool = False) -> None:
        super().__init__()
        self.personal = personal


def values_of(pattern: str) -> list[tuple[Kind, str]]:
    """The values, any of which the pattern means.

    Raises:
        NotUnderstood: anything else than such a list.
    """
    tokens = list(_tokens(pattern))
    found: list[tuple[Kind, str]] = []
    place = 0
    while True:
        if _at(tokens, place) != "[":
            raise NotUnderstood
        place = _observation(tokens, place + 1, found)
        if place == len(tokens):
            return found
        if _at(tokens, place) != "OR":
            raise NotUnderstood
        place += 1


def _tokens(pattern: str) -> Iterator[str]:
    if len(pattern) > _LONGEST:
        raise NotUnderstood
    place = 0
    pattern = pattern.strip()
    while place < len(pattern):
        found = _TOKEN.match(pattern, place)
        if found is None:
            raise NotUnderstood
        yield found[0].strip()
        place = found.end()


def _at(tokens: list[str], place: int) -> str:
    return tokens[place] if place < len(tokens) else ""


def _observation(tokens: list[str], place: int, found: list[tuple[Kind, str]]) -> int:
    """Read the comparisons up to "]"; the place after it."""
    while True:
        kind = _kind(_at(tokens, place))
        operator = _at(tokens, place + 1)
        if operator == "IN" and _at(tokens, place + 2) == "(":
            place += 3
            while True:
                found.append((kind, _text(_at(tokens, place))))
                place += 1
                if _at(tokens, place) == ")":
                    break
                if _at(tokens, place) != ",":
                    raise NotUnderstood
                place += 1
            place += 1
        elif operator == "=" or (operator == "ISSUBSET" and kind is Kind.ADDRESS):
            found.append((kind, _text(_at(tokens, place + 2))))
            place += 3
        else:
            raise NotUnderstood
        if len(found) > _MOST:
            raise NotUnderstood
        if _at(tokens, place) == "]":
            return place + 1
        if _at(tokens, place) != "OR":
            raise NotUnderstood
        place += 1


def _kind(path: str) -> Kind:
    if path.startswith(_PERSONAL):
        raise NotUnderstood(personal=True)
    if path in _PATHS:
        return _PATHS[path]
    if _HASH_PATH.fullmatch(path):
        return Kind.HASH
    raise NotUnderstood


def _text(token: str) -> str:
    if len(token) < 2 or token[0] != "'":
        raise NotUnderstood
    return re.sub(r"\\(.)", r"\1", token[1:-1])
