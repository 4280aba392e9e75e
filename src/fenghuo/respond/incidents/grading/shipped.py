"""The tables that come with Fenghuo, read when they are first needed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fenghuo.respond.incidents.grading.duties import Duties, read_duties
from fenghuo.respond.incidents.grading.tables import Table, read_table

FILES = ("gbt_20986", "annex", "duties")


@dataclass(frozen=True, slots=True)
class Tables:
    """What grading works by: the national standard, the annex of the reporting measures, and the duties."""

    standard: Table
    annex: Table
    duties: Duties


def data_of(file: str) -> Mapping[str, Any]:
    """The data of a shipped table, by its file's name without the ending."""
    return tomllib.loads((resources.files(__package__) / f"{file}.toml").read_text(encoding="utf-8"))


@cache
def shipped() -> Tables:
    """The tables as they come."""
    return tables_of(*(data_of(file) for file in FILES))


def tables_of(standard: Mapping[str, Any], annex: Mapping[str, Any], duties: Mapping[str, Any]) -> Tables:
    """The tables of their data.

    Raises:
        BadTable.
    """
    return Tables(read_table(standard), read_table(annex), read_duties(duties))
