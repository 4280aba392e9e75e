"""Formal early warnings (预警): what one may become, what must be known before it is published, and how versions differ. Pure.

A warning of the machine is a matter at the desk; a formal one is an act of the office: drafted, reviewed by a second person, published to
chosen units, raised, lowered and lifted. Each of these is a version that stays as it was.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any

from fenghuo.base.common.severity import WarningLevel
from fenghuo.see.intel.values import TLPS, Tlp

TABLE = "warning-terms"


class BulletinState(StrEnum):
    """The life of a formal warning."""

    DRAFT = "draft"
    PUBLISHED = "published"
    LIFTED = "lifted"
    ARCHIVED = "archived"
    DISCARDED = "discarded"


class VersionState(StrEnum):
    """The life of one version."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class VersionVerb(StrEnum):
    """What is done to a version."""

    SUBMIT = "submit"
    REJECT = "reject"
    PUBLISH = "publish"
    DISCARD = "discard"


class Change(StrEnum):
    """What a version does: publish first, change the words, raise, lower or lift."""

    FIRST = "first"
    AMEND = "amend"
    RAISE = "raise"
    LOWER = "lower"
    LIFT = "lift"


class Origin(StrEnum):
    """Whose warning it is: the office's own, or one of a higher level that is passed on (转发)."""

    OWN = "own"
    RELAYED = "relayed"


_V, _S = VersionVerb, VersionState
VERSION_TRANSITIONS: Mapping[VersionState, Mapping[VersionVerb, VersionState]] = {
    _S.DRAFT: {_V.SUBMIT: _S.REVIEW, _V.DISCARD: _S.DISCARDED},
    _S.REVIEW: {_V.REJECT: _S.DRAFT, _V.PUBLISH: _S.PUBLISHED, _V.DISCARD: _S.DISCARDED},
    _S.PUBLISHED: {},
    _S.DISCARDED: {},
}
BULLETIN_TRANSITIONS: Mapping[BulletinState, frozenset[BulletinState]] = {
    BulletinState.DRAFT: frozenset({BulletinState.PUBLISHED, BulletinState.DISCARDED}),
    BulletinState.PUBLISHED: frozenset({BulletinState.LIFTED}),
    BulletinState.LIFTED: frozenset({BulletinState.ARCHIVED}),
    BulletinState.ARCHIVED: frozenset(),
    BulletinState.DISCARDED: frozenset(),
}
OPEN_VERSION = frozenset({VersionState.DRAFT, VersionState.REVIEW})
NEED_APPROVAL = frozenset({WarningLevel.RED, WarningLevel.ORANGE})
"""Red and orange are approved by the level above (国家网络安全事件应急预案: a county publishes only what is delegated to it)."""
KEPT_INSIDE = frozenset({Tlp.RED, Tlp.AMBER_STRICT})
"""Markings (TLP 2.0) under which what another office told this one may not go to units: only that office can allow it."""
WORDS = ("title", "threat_class", "level", "starts_at", "scope", "matter", "measures", "agency", "contact")
"""What a version says, in the order of the page and of a comparison."""


def version_after(state: VersionState, verb: VersionVerb) -> VersionState | None:
    """The state that a verb leads a version to, None where it is not possible from there."""
    return VERSION_TRANSITIONS[state].get(verb)


def published_as(change: Change) -> BulletinState:
    """What a formal warning is once a version with this change is published."""
    return BulletinState.LIFTED if change == Change.LIFT else BulletinState.PUBLISHED


def change_fits(change: Change, before: WarningLevel, level: WarningLevel) -> bool:
    """Whether the level goes where the change says: raise up, lower down, the others not at all."""
    if change == Change.RAISE:
        return level.rank < before.rank
    if change == Change.LOWER:
        return level.rank > before.rank
    return level == before or change == Change.FIRST


@dataclass(frozen=True, slots=True)
class Approval:
    """The proof that the level above approved: who, when, and where it is written (a number, or a file by its SHA-256)."""

    by: str = ""
    on: date | None = None
    reference: str = ""
    sha256: str = ""

    @property
    def complete(self) -> bool:
        """Whether it proves anything."""
        return bool(self.by.strip() and self.on and (self.reference.strip() or self.sha256))


def missing(
    values: Mapping[str, object],
    units: int,
    change: Change,
    origin: Origin,
    approval: Approval,
    graded: str,
    tlp: str = "",
) -> list[str]:
    """What a version still lacks before it may be submitted: names of its fields, and "approval", "consent", "units", "relayed" or
    "level_why".

    Args:
        graded: the level of the matrix for what was entered; another one of the office's own needs a reason.
        tlp: its marking; for a relayed one that is to stay inside, `approval` is the consent of who issued it.
    """
    found = [name for name in ("title", "threat_class", "level", "scope", "matter", "measures") if not values.get(name)]
    found += [] if values.get("starts_at") else ["starts_at"]
    found += ["agency"] if not values.get("agency") else []
    found += [] if units else ["units"]
    if change != Change.FIRST and not str(values.get("why") or "").strip():
        found.append("why")
    if origin == Origin.RELAYED:
        found += [] if values.get("relayed_from") and values.get("relayed_number") else ["relayed"]
    elif graded and values.get("level") != graded and not str(values.get("level_why") or "").strip():
        found.append("level_why")
    if change == Change.LIFT or approval.complete:
        return found
    if origin == Origin.RELAYED:
        return [*found, "consent"] if tlp in KEPT_INSIDE else found
    return [*found, "approval"] if values.get("level") in NEED_APPROVAL else found


def widened(before: str, after: str) -> bool:
    """Whether a marking lets something go further than the one before; none at all is the widest."""
    order = ("", *TLPS)
    return order.index(after) < order.index(before)


_WHOLE = frozenset({"level", "threat_class", "starts_at"})
"""Fields that hold one word or moment: letters that two of them share by chance say nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions say otherwise; `pieces` are stretches of text with "same", "gone" or "new"."""

    field: str
    pieces: Sequence[tuple[str, str]]


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """What changed between two versions, field by field, in the order of `new`; fields of `_WHOLE` as wholes."""
    changed = [(name, old.get(name, ""), text) for name, text in new.items() if old.get(name, "") != text]
    return [
        Difference(name, [("gone", before), ("new", text)] if name in _WHOLE else _pieces(before, text))
        for name, before, text in changed
    ]


def _pieces(old: str, new: str) -> list[tuple[str, str]]:
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", old[a:b]))
            continue
        found += [("gone", old[a:b])] if b > a else []
        found += [("new", new[c:d])] if d > c else []
    return found


def shipped() -> dict[str, Any]:
    """The table that comes with Fenghuo: name, version, source, sureness, cells."""
    return tomllib.loads(Path(__file__).with_name("terms.toml").read_text(encoding="utf-8"))


Cells = Mapping[str, Mapping[str, Mapping[str, int]]]


def limit_of(cells: Cells, clock: str, level: str) -> tuple[int, int] | None:
    """How long "review", "report" or "summary" may take: (seconds, working days); None where there is no such clock."""
    stated = cells[clock].get(level) or cells[clock].get("any")
    if stated is None:
        return None
    [(unit, number)] = stated.items()
    return (0, number) if unit == "workdays" else (number * {"minutes": 60, "hours": 3600}[unit], 0)


def same_units(old: Collection[str], new: Collection[str]) -> tuple[list[str], list[str]]:
    """Which units left and which came, sorted."""
    return sorted(set(old) - set(new)), sorted(set(new) - set(old))
