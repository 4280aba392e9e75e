"""The table of guards that comes with Fenghuo."""

import tomllib
from pathlib import Path
from typing import Any

TABLE = "block-guard"


def shipped() -> dict[str, Any]:
    """Name, version, source, sureness and cells of the first version."""
    return tomllib.loads(Path(__file__).with_name("guard.toml").read_text(encoding="utf-8"))
