"""Rules as the parser makes them, and what is refused."""

from dataclasses import dataclass, field

from fenghuo.base.common.severity import Harm, SigmaLevel
from fenghuo.see.detection.ast import Detection
from fenghuo.see.detection.threat_classes import ThreatClass


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The text of a rule file: its path for messages, and the pack that it belongs to."""

    path: str
    text: str
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule (or a whole file) that the engine does not take; `line` counts from 1."""

    path: str
    line: int
    rule_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class LogSource:
    """Which events a rule is about; None where it does not say."""

    product: str | None = None
    category: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A detection rule; `hash` is the SHA-256 of what it means, so that a changed rule makes new hits.

    Attributes:
        carried: fields whose values go with each hit, because correlation rules ask for them.
        quiet: every correlation rule that refers to it says `generate: false`, so its hits raise nothing by themselves.
        name: word by which correlation rules may refer to it.
    """

    id: str
    hash: str
    title: str
    level: SigmaLevel
    status: str
    author: str
    description: str
    license: str
    tags: tuple[str, ...]
    references: tuple[str, ...]
    falsepositives: tuple[str, ...]
    logsource: LogSource
    threat_class: ThreatClass
    harm: Harm
    pack: str
    path: str
    detection: Detection
    filters: tuple[Detection, ...] = field(default=())
    carried: tuple[str, ...] = ()
    quiet: bool = False
    name: str = ""


def stall_reason(seconds: float) -> str:
    """Why a rule was left out, in English; `seconds` is what it took over one event, 0 where bytes compared were counted."""
    if seconds:
        return f"took {round(seconds * 1000)} ms over one event"
    return "has too many texts with one beginning, which took too many comparisons over one event"
