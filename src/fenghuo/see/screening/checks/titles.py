"""Whether two titles or lists of keywords speak of the same site."""

import re
from collections.abc import Iterable

_EMPTY = re.compile(
    r"(?:首页|网站首页|欢迎(?:访问|光临|您)?|门户网站|官方网站|官网|网站|home|index|welcome|untitled(?: document)?|无标题文档)",
    re.IGNORECASE,
)
_LIKE = 0.3


def akin(title: str, known: Iterable[str]) -> bool:
    """Whether a title shares enough with one that is known, or says nothing of its own ("首页")."""
    own = _pairs(title)
    if not own:
        return True
    return any(_share(own, pairs) >= _LIKE for each in known if (pairs := _pairs(each)))


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[\W_\d]+", "", _EMPTY.sub("", text)).lower()
    return {plain[i : i + 2] for i in range(len(plain) - 1)} or ({plain} if plain else set())


def _share(one: set[str], other: set[str]) -> float:
    """Common pairs by the smaller set: a unit's name inside a longer title is enough."""
    return len(one & other) / min(len(one), len(other))
