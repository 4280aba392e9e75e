"""Secrets in the text of a script: by pattern, by how random they are, and not among those that manuals print."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.masks import hidden, masked

_AROUND = 50


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret: outcome, id of its pattern, and the line around it with the secret masked."""

    outcome: str
    pattern: str
    shown: str


def secrets_in(text: str) -> Iterator[Secret]:
    """One secret for each pattern that has one."""
    for one in toml_of("secrets-in-scripts", "patterns.toml")["pattern"]:
        found = next(_matches(text, one), None)
        if found is not None:
            yield Secret(one["outcome"], one["id"], _shown(text, found))


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches(text: str, one: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """(begin, end) of each secret that a pattern finds and that is one."""
    for match in _compiled(one["find"]).finditer(text):
        for begin, end in _spans(text, match, one):
            if _is_secret(text[begin:end], one["entropy"]):
                yield begin, end


def _spans(text: str, match: re.Match[str], one: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Where the secret stands: in the match itself, or beside it."""
    if "near" not in one:
        yield match.span("secret")
        return
    near = _compiled(one["near"])
    for begin, end in _windows(match, one["within"]):
        for other in near.finditer(text, begin, min(end, len(text))):
            yield other.span("secret") if "secret" in near.groupindex else match.span("secret")


def _windows(match: re.Match[str], within: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (max(0, match.start() - within), match.start()), (match.end(), match.end() + within)


def _is_secret(value: str, least: float) -> bool:
    known = toml_of("secrets-in-scripts", "patterns.toml")["known"]
    plain = re.sub(r"\\[nr]|[\"'+\s]", "", value).lower() if len(value) > 100 else value.lower()
    if plain in known["examples"] or any(part in plain for part in known["parts"]):
        return False
    return entropy(value) >= least


def _shown(text: str, span: tuple[int, int]) -> str:
    begin, end = span
    before = " ".join(text[max(0, begin - _AROUND) : begin].split())
    after = " ".join(text[end : end + _AROUND // 2].split())
    # a key id before the secret is shown shortened too: it names the account
    return masked(
        re.sub(r"\b((?:LTAI|AKID|AKIA)\w{4})\w+", r"\1…", f"{before}{hidden(text[begin:end].strip())}{after}")
    )
