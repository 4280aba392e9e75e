"""Lists that lie beside a check as TOML: words, ports, products, each file with its version and date."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def toml_of(check_id: str, name: str) -> Mapping[str, Any]:
    """A check's list, read when it is first needed.

    Raises:
        ValueError: it has no version or date.
    """
    folder = resources.files(__package__) / check_id.replace("-", "_")
    found = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    if not {"version", "date"} <= set(found):
        raise ValueError(f"{check_id}/{name}: version and date are missing")
    return found
