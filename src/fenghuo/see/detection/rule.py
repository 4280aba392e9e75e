"""Rules as the parser makes them, and what is refused."""

from dataclasses import dataclass

from fenghuo.see.detection.ast import Detection
from fenghuo.see.detection.heading import Heading


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Heading):
    """A detection rule.

    Attributes:
        carried: fields whose values go with each hit, because correlation rules ask for them.
        quiet: every correlation rule that refers to it says `generate: false`, so its hits raise nothing by themselves.
        passing: and says `passing: true`, so its hits are counted in passing: the matching processes hand them over in a stream
            of their own, and nobody stores them but those that a result names.
    """

    logsource: LogSource
    detection: Detection
    filters: tuple[Detection, ...] = ()
    carried: tuple[str, ...] = ()
    quiet: bool = False
    passing: bool = False


def stall_reason(seconds: float) -> str:
    """Why a rule was left out, in English; `seconds` is what it took over one event, 0 where bytes compared were counted."""
    if seconds:
        return f"took {round(seconds * 1000)} ms over one event"
    return "has too many texts with one beginning, which took too many comparisons over one event"
