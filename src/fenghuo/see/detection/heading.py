"""What detection and correlation rules alike say of themselves."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fenghuo.base.common.severity import Harm, SigmaLevel, WarningLevel
from fenghuo.see.detection.threat_classes import ThreatClass, class_of, harm_of


class BadPart(ValueError):
    """A reason why a document is not taken, and the part of it that the reason is about."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Words of a rule; `hash` is the SHA-256 of what it means, so that a changed rule makes new hits.

    `name` is the word by which correlation rules may refer to it. `at_least` is the lowest warning level that the rule may raise ("red" to
    "blue"), whatever the importance of the asset; "" where importance and harm decide.
    """

    id: str
    hash: str
    name: str
    title: str
    level: SigmaLevel
    status: str
    author: str
    description: str
    license: str
    tags: tuple[str, ...]
    references: tuple[str, ...]
    falsepositives: tuple[str, ...]
    threat_class: ThreatClass
    harm: Harm
    at_least: str
    pack: str
    path: str


def read_heading(document: Mapping[str, Any], pack: str, path: str, meaning: Sequence[str]) -> dict[str, Any]:
    """The fields of a `Heading`; `meaning` names the parts of the document that its hash is made of.

    Raises:
        BadPart: title, level or our own block can't be taken.
        ValueError: the threat class or harm is not in its list.
    """
    title = word(document.get("title"))
    if not title:
        raise BadPart("title", "'title' is missing")
    level = word(document.get("level")) or SigmaLevel.MEDIUM
    if level not in set(SigmaLevel):
        raise BadPart("level", f"level {level!r} is not one of {', '.join(SigmaLevel)}")
    own = document.get("fenghuo") or {}
    if not isinstance(own, dict):
        raise BadPart("fenghuo", "'fenghuo' is a map with threat_class and harm")
    at_least = word(own.get("at_least"))
    if at_least and at_least not in set(WarningLevel):
        raise BadPart("fenghuo", f"at_least {at_least!r} is not one of {', '.join(WarningLevel)}")
    tags = words(document.get("tags"))
    meant = json.dumps([document.get(name) for name in meaning], default=str, sort_keys=True)
    return {
        "id": word(document.get("id")) or hashlib.sha256(f"{pack}:{title}".encode()).hexdigest()[:32],
        "hash": hashlib.sha256(meant.encode()).hexdigest(),
        "title": title,
        "level": SigmaLevel(level),
        "tags": tags,
        "threat_class": class_of(tags, word(own.get("threat_class"))),
        "harm": harm_of(SigmaLevel(level), word(own.get("harm"))),
        "at_least": at_least,
        "pack": pack,
        "path": path,
        **{name: word(document.get(name)) for name in ("name", "status", "author", "description", "license")},
        **{name: words(document.get(name)) for name in ("references", "falsepositives")},
    }


def word(value: object) -> str:
    """A value as one text, "" where there is none."""
    return "" if value is None else str(value).strip()


def words(value: object) -> tuple[str, ...]:
    """A value, or a list of them, as texts."""
    return tuple(str(v) for v in (value if isinstance(value, list) else [value]) if v is not None)
