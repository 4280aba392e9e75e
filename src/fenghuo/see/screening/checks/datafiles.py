"""Lists that come with a check as TOML: read when first asked for, each with `version` and `date`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


class BadData(Exception):
    """A list lacks what it must have; the text says which file and what."""


@cache
def read_list(check_id: str, name: str) -> Mapping[str, Any]:
    """The content of `name` in a check's folder.

    Raises:
        BadData: it is no TOML, or `version` or `date` is missing.
    """
    file = resources.files(__package__) / check_id.replace("-", "_") / name
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"{check_id}/{name}: {error}") from error
    if not {"version", "date"} <= set(found):
        raise BadData(f"{check_id}/{name}: version and date are missing")
    return found
