"""Every check that comes with Fenghuo, found by its folder."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from fenghuo.see.screening.checks.base import Check


@cache
def all_checks() -> Mapping[str, Check]:
    """Check id → check, in the order of their numbers."""
    folders = sorted(p.parent.name for p in Path(__file__).parent.glob("*/check.py"))
    found = [import_module(f"{__package__}.{name}.check").CHECK for name in folders]
    return MappingProxyType({check.id: check for check in sorted(found, key=lambda c: (c.number, c.id))})
