"""What others ask the tables."""

from dataclasses import dataclass

from fenghuo.base.common import clock
from fenghuo.base.common.severity import Harm, Importance, WarningLevel
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.tables.shipped import WARNING_LEVEL


@dataclass(frozen=True, slots=True)
class Graded:
    """A level and the table and version that gave it."""

    level: WarningLevel
    table: str
    version: str


@dataclass(frozen=True, slots=True)
class WarningMatrix:
    """Importance of the object × possible damage → level (GB/T 32924-2016, 4.2)."""

    version: str
    cells: dict[str, dict[str, str]]

    def level(self, importance: Importance, harm: Harm) -> Graded:
        """The level of one cell."""
        return Graded(WarningLevel(self.cells[importance.value][harm.value]), WARNING_LEVEL, self.version)


def in_force(name: str) -> GradingTable:
    """The version of a table that holds now.

    Raises:
        LookupError: there is no such table.
    """
    found = (
        GradingTable.objects.filter(name=name, in_force_from__lte=clock.now()).order_by("-in_force_from", "-id").first()
    )
    if found is None:
        raise LookupError(name)
    return found


def version_of(name: str, version: str) -> GradingTable:
    """A certain version of a table, whether it holds now or not.

    Raises:
        LookupError: there is no such version.
    """
    found = GradingTable.objects.filter(name=name, version=version).first()
    if found is None:
        raise LookupError(f"{name} {version}")
    return found


def warning_matrix() -> WarningMatrix:
    """The matrix in force."""
    table = in_force(WARNING_LEVEL)
    return WarningMatrix(table.version, table.cells)


def is_confirmed(name_and_version: str) -> bool:
    """Whether somebody compared this "name version" of a table with its source."""
    name, _space, version = name_and_version.partition(" ")
    return GradingTable.objects.filter(name=name, version=version).exclude(confirmed_by="").exists()
