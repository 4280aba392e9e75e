"""Results of other programs and of laptops, brought into the ledger: pure readers, and a table of what means the same."""

from collections.abc import Callable
from datetime import datetime

from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports import nmap, nuclei, own, testssl
from fenghuo.see.screening.imports.base import MOST_BYTES, Results, Unreadable

__all__ = ["FORMATS", "MOST_BYTES", "Results", "Unreadable", "read"]

_Reader = Callable[[bytes, bytes, Target, datetime], Results]
FORMATS: dict[str, tuple[Callable[[bytes], bool], _Reader]] = {
    "nmap": (nmap.looks_like, nmap.read),
    "fenghuo": (own.looks_like, own.read),
    "nuclei": (nuclei.looks_like, nuclei.read),
    "testssl": (testssl.looks_like, testssl.read),
}


def read(content: bytes, findings: bytes, target: Target, now: datetime) -> Results:
    """What a file says of an asset; its format is found by its beginning.

    Args:
        findings: findings.jsonl of the same run, for a verdicts.jsonl; b"" for none.
        target: the asset that the results are about.

    Raises:
        Unreadable: it is too large, of no known format, or broken.
    """
    if len(content) > MOST_BYTES or len(findings) > MOST_BYTES:
        raise Unreadable("too-large")
    for looks_like, reader in FORMATS.values():
        if looks_like(content):
            return reader(content, findings, target, now)
    raise Unreadable("format")
