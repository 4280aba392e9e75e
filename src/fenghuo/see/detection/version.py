"""What tells one state of this engine from another: compiled rules of another one are of no use."""

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from unicodedata import unidata_version

import numpy as np

_PACKAGES = ("pyyaml", "google-re2")
_ROOMS = ("see/detection", "see/events", "base/common")


@cache
def engine_version() -> bytes:
    """A digest of the code that compiles rules, and of whatever else decides what becomes of them."""
    digest = hashlib.sha256()
    facts = (sys.version, sys.byteorder, unidata_version, np.__version__, *map(version, _PACKAGES))
    digest.update("\0".join(facts).encode())
    root = Path(__file__).resolve().parents[2]
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "tests" not in path.parts:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.digest()
