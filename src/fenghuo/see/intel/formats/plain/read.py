"""One indicator a line; what follows "#", ";" or white space is a remark. Address lists, hash lists, block lists of domains."""

import re
from collections.abc import Iterator
from pathlib import Path

from fenghuo.see.intel.formats.base import Options, Read, Row, lines

_HOSTS_FILE = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)")


def read(path: Path, options: Options) -> Iterator[Read]:
    """The lines of the file; lines of a hosts file name their domain."""
    for number, text in lines(path):
        bare = text.strip()
        if bare.startswith(("#", ";", "//", "!")):
            continue
        hosts = _HOSTS_FILE.match(bare)
        if hosts:
            yield Row(str(number), hosts[1])
            continue
        value, _, remark = bare.partition(" ") if " " in bare else bare.partition("\t")
        yield Row(str(number), value.rstrip(",;"), note=remark.strip(" \t#;")[:300])
