"""The table of what foreign results are of ours."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: `locus` may hold {port} and {host}, `says` is what the result must hold, "" for anything.

    Without {port} it is of the site itself, not of some other service of its host.
    """

    check: str
    outcome: str
    locus: str
    says: str = ""

    @property
    def of_site(self) -> bool:
        """Whether it counts at the ports of the site alone."""
        return "{port}" not in self.locus

    def at(self, host: str, port: object) -> str:
        """The locus for a result."""
        return self.locus.format(host=host, port=port)


@cache
def table(program: str) -> Mapping[str, Row]:
    """Name in the program → what it is of ours."""
    text = (resources.files(__package__) / "same.toml").read_text(encoding="utf-8")
    return {name: Row(**row) for name, row in tomllib.loads(text)[program].items()}
