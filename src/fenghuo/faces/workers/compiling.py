"""Machine code is compiled in a process of its own, which ends again: compiling takes 150 MB that whoever did it would keep.

    python -m fenghuo.faces.workers.compiling

What was compiled lies where numba keeps it, and with it a mark that names all that it was made of.
"""

import hashlib
import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import llvmlite
import numba
import numpy as np
from llvmlite.binding import get_host_cpu_name

from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.detection.kernels import scan_column
from fenghuo.see.intel.engine import Indicators, build, open_file, write_file
from fenghuo.see.intel.values import Indicator, Kind
from fenghuo.see.sources.columnar import JsonReader

log = logging.getLogger(__name__)

_ROOMS = ("base/common", "see/detection", "see/intel/engine", "see/sources/columnar")
_ROWS = 64
_RULE = """
title: Every kernel
id: 00000000-0000-0000-0000-000000000001
logsource: {product: windows, category: process_creation}
detection:
    selection:
        CommandLine|contains: [long enough, abc, ab, a]
        Image|startswith: 'c:'
        Image|endswith: '.exe'
        Description: every kernel
        User|fieldref: Owner
        CommandLine|re: '[a-z]{20,}'
    more_1:
        Hashes|contains: 'md5='
    words: ['kernel']
    filter:
        CommandLine|contains: 'not there'
    condition: all of selection and words and not filter and 1 of more_*
fields: [CommandLine]
"""
_INDICATORS = (
    Indicator(1, Kind.ADDRESS, "192.0.2.1"),
    Indicator(2, Kind.NETWORK, "198.51.100.0/24"),
    Indicator(3, Kind.DOMAIN, "a.example"),
    Indicator(4, Kind.URL, "a.example/b"),
    Indicator(5, Kind.HASH, 32 * "0"),
)


def load_machine_code() -> None:
    """Load the machine code of reading and matching. Where this installation never did, it is compiled first, which takes half a minute."""
    started = time.monotonic()
    mark = _mark()
    if not mark.exists():
        done = subprocess.run([sys.executable, "-m", __name__], stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            log.warning("machine code could not be compiled apart (exit code %d)", done.returncode)
    _use_all()
    log.info("machine code ready (%.1f s)", time.monotonic() - started)


def _mark() -> Path:
    """A file beside the machine code; its name tells of the code that it was made of, of the compiler and of the processor."""
    digest = hashlib.sha256()
    versions = (sys.version, numba.__version__, llvmlite.__version__, np.__version__, get_host_cpu_name())
    digest.update("\0".join(versions).encode())
    root = Path(__file__).resolve().parents[2]
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py") if "tests" not in path.parts):
        digest.update(path.read_bytes())
    return Path(scan_column._cache.cache_path) / f"compiled-{digest.hexdigest()[:32]}"


def _use_all() -> None:
    """Read events and match them, so that every kernel is needed."""
    event = {
        "CommandLine": "long enough abcdefghijklmnopqrstuvwxyz",
        "Image": "C:\\a.exe",
        "Description": "Every kernel",
        "User": "é",
        "Owner": "É",
        "Hashes": "MD5=" + 32 * "0",
        "Names": ["kernel", None],
        "None": None,
        "DestinationIp": "192.0.2.1",
        "QueryName": "a.example",
        "url": "http://a.example/b",
        "product": "windows",
        "category": "process_creation",
    }
    command = event["CommandLine"]
    longer = [f"{command} {number * 'longer '}" for number in range(_ROWS)]  # so that columns have to grow
    lines = [json.dumps({**event, "CommandLine": text}) for text in longer]
    batch = JsonReader().read("\n".join(lines).encode()).batch
    compile_rules([RuleSource("every-kernel.yml", _RULE)]).match(batch)
    with TemporaryDirectory() as folder:
        write_file(build(_INDICATORS), Path(folder) / "built")
        Indicators(open_file(Path(folder) / "built"), _INDICATORS).match(batch)


if __name__ == "__main__":
    _use_all()
    _mark().touch()
