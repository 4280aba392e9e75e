"""What an indicator is: closed lists of kinds, TLP and classes, and the value that the engine works on. Pure."""

from dataclasses import dataclass
from enum import StrEnum

FOREVER = 2**62
"""End of validity of an indicator without one, nanoseconds since 1970 UTC."""
ALWAYS = -(2**62)
"""Begin of validity of an indicator without one."""


class Kind(StrEnum):
    """What an indicator names. Only things of systems: nothing that names a person belongs here."""

    ADDRESS = "address"
    NETWORK = "network"
    DOMAIN = "domain"
    URL = "url"
    HASH = "hash"


KINDS = tuple(Kind)


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST), the most open first."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


TLPS = tuple(Tlp)

CLASSES = (
    "malware",
    "ransomware",
    "cryptomining",
    "webshell",
    "backdoor",
    "scanning",
    "phishing",
    "password-guessing",
    "credential-theft",
    "vulnerability-exploit",
    "web-attack",
    "denial-of-service",
    "domain-hijacking",
    "command-and-control",
    "data-theft",
    "other-attack",
)
"""Those of the technical threat classes (see/detection/threat_classes.py) that an indicator can stand for."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in the form that the engine compares.

    Attributes:
        id: its number in the table; unique.
        kind, value: `value` in the canonical form of `normal.normalise`.
        source: name of its feed.
        valid_from, valid_until: nanoseconds since 1970 UTC, [from, until); `ALWAYS` and `FOREVER` where open.
        confidence: 0 to 100.
        tlp: how far it may be passed on.
        threat_class: one of `CLASSES`.
    """

    id: int
    kind: Kind
    value: str
    source: str = ""
    valid_from: int = ALWAYS
    valid_until: int = FOREVER
    confidence: int = 50
    tlp: Tlp = Tlp.AMBER
    threat_class: str = "other-attack"

    def valid_at(self, moment: int) -> bool:
        """Whether it stands at a moment (nanoseconds since 1970 UTC)."""
        return self.valid_from <= moment < self.valid_until
