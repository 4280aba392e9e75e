"""A formal warning as it travels between offices, and why a bundle is no such warning. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
"""The extension by which STIX 2.1 carries TLP 2.0 (OASIS, common object repository)."""
OWN_EXTENSION = "extension-definition--58e94498-ceca-44a1-829b-6ff55224284d"
"""The extension by which a report carries what only a formal warning has: level, class, number, and its text in parts."""
MAKER = "identity--c814ad35-236b-47bf-b200-7a5348aa81e6"
"""Who defines `OWN_EXTENSION`."""
MOST_BYTES = 8 * 1024 * 1024
MOST_OBJECTS = 20_000
MOST_TITLE, MOST_NAME, MOST_TEXT, MOST_LIST = 200, 100, 20_000, 500


class NotAWarning(ValueError):
    """A file that no formal warning can be taken from.

    Attributes:
        code: "size", "json", "bundle", "objects", "none", "several", "version", "missing", "type", "long", "value", "time", "id",
            "duplicate" or "secret".
        where: the object and its property, or what was counted.
    """

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code, self.where = code, where[:300]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where more is to be read: a document with its number, a vulnerability, a page (STIX 2.1, 2.5)."""

    source: str
    number: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FormalWarning:
    """What one office tells others.

    Attributes:
        stix_id: id of the report or note; the same for every version of one warning.
        created, modified: of the warning, and of this version of it; times to the millisecond.
        issuer: the issuing office. number: its document number.
        level: red, orange, yellow or blue; "" where a foreign bundle states none.
        threat_class: one of `ThreatClass`, "" where the bundle states none.
        valid_from, valid_until: None where it does not end by itself.
        tlp: TLP 2.0 label in small letters, "" where the bundle has no such marking.
        lifted: it does not hold any longer (`revoked`).
    """

    stix_id: str
    created: datetime
    modified: datetime
    issuer: str
    title: str
    level: str
    threat_class: str
    number: str
    published: datetime
    valid_from: datetime
    scope: str
    matter: str
    measures: str
    tlp: str
    valid_until: datetime | None = None
    products: Sequence[str] = ()
    vulnerabilities: Sequence[str] = ()
    references: Sequence[Reference] = ()
    exercise: bool = False
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """A warning, and what else lay in its bundle.

    Attributes:
        indicators: how many; they are not part of the warning.
        others: type → number of the objects that nothing was taken from.
        markings: markings that are no TLP: their statements, or their ids.
        guessed: "level" or "threat_class", where it is not stated as such but follows from the text or the objects.
    """

    warning: FormalWarning
    indicators: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    markings: Sequence[str] = ()
    guessed: Sequence[str] = ()
