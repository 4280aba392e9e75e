"""The closed vocabularies of severity: Sigma levels, warning levels, importance and harm."""

from enum import StrEnum


class SigmaLevel(StrEnum):
    """Level of a rule (Sigma rules specification, field `level`), lowest first."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for informational to 4 for critical."""
        return list(SigmaLevel).index(self)


class WarningLevel(StrEnum):
    """Level of an early warning (GB/T 32924-2016, 4.2): red is Ⅰ, blue is Ⅳ. Highest first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def rank(self) -> int:
        """1 for red to 4 for blue, so that sorting by rank puts the gravest first."""
        return list(WarningLevel).index(self) + 1


class Importance(StrEnum):
    """Importance of the object (GB/T 20986 and GB/T 32924: 特别重要, 重要, 一般)."""

    VITAL = "vital"
    IMPORTANT = "important"
    ORDINARY = "ordinary"


class Harm(StrEnum):
    """Possible damage (GB/T 32924-2016, 4.2: 特别严重, 严重, 较大, 一般)."""

    EXTREME = "extreme"
    SEVERE = "severe"
    CONSIDERABLE = "considerable"
    SLIGHT = "slight"
