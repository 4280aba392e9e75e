"""Versions as servers and programs state them: compared, bounded, and told from those that a distribution mends by itself; pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

Range = tuple[str, str]
"""From this version on, and before that one; "" leaves a side open, and "2.4.48+" is after that one."""

_TOKENS = re.compile(r"([.\-_+~ ]?)(\d+|[a-z]+)")
_BEFORE_RELEASE = {
    name: rank
    for rank, names in enumerate(
        (("dev", "snapshot", "canary"), ("alpha", "a"), ("beta", "b", "m"), ("pre", "preview", "rc", "cr"))
    )
    for name in names
}
_NO_MEANING = {"final", "ga", "release", "stable", "v"}
_PARTS = 10
_END = (0, 0)
_DISTRIBUTION = re.compile(
    r"\((?:ubuntu|debian|raspbian|centos|red ?hat|rocky|almalinux|fedora|oracle linux|suse|opensuse|openeuler|kylin|neokylin|anolis|uos|"
    r"deepin|amazon)\b|[-+~](?:\d+)?(?:deb|ubuntu|dfsg|uos|deepin)\d*|(?<=\d)(?:deb|ubuntu|dfsg)\d|\+deb\d+u\d+|[-.]el\d|\.(?:ky|oe|an|amzn)\d|-fips\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def key(version: str) -> tuple[tuple[int, int], ...]:
    """What versions are ordered by: numbers by value, names of versions before a release below it, letters after a number above it."""
    found: list[tuple[int, int]] = []
    for between, token in _TOKENS.findall(version.lower()):
        if token.isdigit():
            found.append((0, int(token[:12])))
        elif token in _NO_MEANING:
            continue
        elif token in _BEFORE_RELEASE and (between or len(token) > 1):
            found.append((-1, _BEFORE_RELEASE[token]))
        else:
            found.append((1, ord(token[0])))
    return tuple((found + [_END] * _PARTS)[:_PARTS])


def within(version: str, bounds: Range) -> bool:
    """Whether a version lies in a range."""
    first, before = bounds
    if first and key(version) < key(first):
        return False
    if before.endswith("+"):
        return key(version) <= key(before[:-1])
    return not before or key(version) < key(before)


def mended_in(before: str) -> str:
    """The end of a range as a person reads it: "≥ 2.4.51", "> 2.4.48"."""
    return f"> {before[:-1]}" if before.endswith("+") else f"≥ {before}"


def numbers(version: str) -> int:
    """How many numbers a version states: 3 for "2.4.49"."""
    return len(re.findall(r"\d+", version))


def of_branch(version: str, branch: str) -> bool:
    """Whether a version belongs to a branch: "7.4.33" to "7.4" and to "7", "7.40" to neither but the latter."""
    wanted, stated = re.findall(r"\d+", branch), re.findall(r"\d+", version)
    return stated[: len(wanted)] == wanted


def agree(versions: Iterable[str]) -> bool:
    """Whether versions can all be the same one, some stated more roughly: "2.4" and "2.4.49"."""
    by_length = sorted(set(versions), key=numbers)
    return all(of_branch(by_length[-1], one) for one in by_length[:-1]) if by_length else True


def mended_by_distribution(text: str) -> bool:
    """Whether what a server says of itself names a distribution, which mends faults without a new version number."""
    return bool(_DISTRIBUTION.search(text))
