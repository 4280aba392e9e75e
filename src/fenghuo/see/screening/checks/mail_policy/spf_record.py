"""The grammar of SPF records (RFC 7208, section 12): text → mechanisms and modifiers, or what is wrong with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from fenghuo.see.screening.checks.mail_policy.spf_macros import (
    ANY_LETTER,
    IN_NAMES,
    BadMacro,
    check_macros,
    ends_in_macro,
)

_VERSION = re.compile(r"v=spf1(?: |\Z)", re.IGNORECASE)
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9._-]*)(.*)", re.DOTALL)
_BOTH_PREFIXES = re.compile(r"(.*?)(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?", re.DOTALL)
_ONE_PREFIX = re.compile(r"([^/]+)(?:/(0|[1-9]\d{0,2}))?", re.DOTALL)
_TOP_LABEL = re.compile(r"(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")

ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
"""Mechanisms that cost a look-up (4.6.4)."""


class BadRecord(ValueError):
    """A record breaks the grammar; the text says where."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One directive.

    Attributes:
        qualifier: "+", "-", "~" or "?". name: lower case.
        target: its domain-spec as written, "" where the record's own domain is meant.
        prefix4, prefix6: lengths for "a" and "mx". network: of "ip4" and "ip6".
    """

    qualifier: str
    name: str
    target: str = ""
    prefix4: int = 32
    prefix6: int = 128
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its mechanisms in order, and the domain-specs of "redirect" and "exp", "" where they are not there."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""
    explanation: str = ""

    @property
    def closing(self) -> Mechanism | None:
        """The first "all": nothing after it counts, and no redirect (5.1)."""
        return next((m for m in self.mechanisms if m.name == "all"), None)

    @property
    def effective(self) -> tuple[Mechanism, ...]:
        """The mechanisms up to the first "all", that included."""
        closing = self.closing
        return self.mechanisms[: self.mechanisms.index(closing) + 1] if closing else self.mechanisms


def spf_texts(texts: Iterable[str]) -> list[str]:
    """Those TXT records that are SPF records (4.5)."""
    return [text for text in texts if _VERSION.match(text)]


def parse_record(text: str) -> Record:
    """The record in a text that `spf_texts` chose.

    Raises:
        BadRecord: a term breaks the grammar; errors anywhere spoil all of it (4.6).
    """
    if re.search(r"[^\x20-\x7e]", text):
        raise BadRecord("characters other than printable ASCII")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in filter(None, text[len("v=spf1") :].split(" ")):
        try:
            _take(term, mechanisms, modifiers)
        except (BadMacro, ValueError) as error:
            raise BadRecord(f"{term}: {error}") from error
    return Record(tuple(mechanisms), modifiers.get("redirect", ""), modifiers.get("exp", ""))


def _take(term: str, mechanisms: list[Mechanism], modifiers: dict[str, str]) -> None:
    if modifier := _MODIFIER.fullmatch(term):
        name, value = modifier.group(1).lower(), modifier.group(2)
        if name not in {"redirect", "exp"}:
            check_macros(value, ANY_LETTER)
            return
        if name in modifiers:
            raise BadRecord("stands twice")
        modifiers[name] = _domain_spec(value)
        return
    directive = _DIRECTIVE.fullmatch(term)
    if not directive:
        raise BadRecord("neither mechanism nor modifier")
    qualifier, name, rest = directive.groups()
    mechanisms.append(_mechanism(qualifier or "+", name.lower(), rest))


def _mechanism(qualifier: str, name: str, rest: str) -> Mechanism:
    if name == "all" and not rest:
        return Mechanism(qualifier, name)
    if name in {"include", "exists"} and rest.startswith(":"):
        return Mechanism(qualifier, name, _domain_spec(rest[1:]))
    if name == "ptr" and (not rest or rest.startswith(":")):
        return Mechanism(qualifier, name, _domain_spec(rest[1:]) if rest else "")
    if name in {"a", "mx"}:
        return _with_prefixes(qualifier, name, rest)
    if name in {"ip4", "ip6"} and rest.startswith(":"):
        return Mechanism(qualifier, name, network=_network(name, rest[1:]))
    raise BadRecord("unknown mechanism, or its value is missing or misplaced")


def _with_prefixes(qualifier: str, name: str, rest: str) -> Mechanism:
    parts = _BOTH_PREFIXES.fullmatch(rest)
    assert parts is not None  # its beginning takes anything
    prefix4, prefix6 = int(parts.group(2) or 32), int(parts.group(3) or 128)
    if prefix4 > 32 or prefix6 > 128:
        raise BadRecord("prefix length out of range")
    target = parts.group(1)
    if target and not target.startswith(":"):
        raise BadRecord("unexpected text after the mechanism")
    return Mechanism(qualifier, name, _domain_spec(target[1:]) if target else "", prefix4, prefix6)


def _network(name: str, text: str) -> IPv4Network | IPv6Network:
    parts = _ONE_PREFIX.fullmatch(text)
    if not parts or "%" in text:
        raise BadRecord("no address")
    length = parts.group(2) or ("32" if name == "ip4" else "128")
    family: type[IPv4Network] | type[IPv6Network] = IPv4Network if name == "ip4" else IPv6Network
    found = ip_network(f"{parts.group(1)}/{length}", strict=False)
    if not isinstance(found, family):
        raise BadRecord("address of the other family")
    return found


def _domain_spec(text: str) -> str:
    """A domain-spec (7.1): macros and visible characters that end in a macro or in a dot and a top label."""
    check_macros(text, IN_NAMES)
    if ends_in_macro(text):
        return text
    _, dot, top = text.removesuffix(".").rpartition(".")
    if not dot or not _TOP_LABEL.fullmatch(top):
        raise BadRecord("no domain name")
    return text
