"""Bring results that were read into the ledger, with who brought them; audited."""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.see.screening import imports, ledger
from fenghuo.see.screening.checks.base import Verdict, VerdictKind
from fenghuo.see.screening.imports.base import Results, Unreadable
from fenghuo.see.screening.models import Origin, VerdictSpan
from fenghuo.see.screening.register import registered_hosts, target_of


@dataclass(frozen=True, slots=True)
class File:
    """A file of results: its name, bytes, the findings.jsonl beside it (b"" for none), how it came, and who tested."""

    name: str
    content: bytes
    findings: bytes
    origin: Origin
    by: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: its results, the verdicts that were taken, those that were older than what stands, and the ledger's answer."""

    results: Results
    verdicts: tuple[Verdict, ...]
    older: tuple[Verdict, ...]
    recorded: ledger.Recorded


@transaction.atomic
def take(actor: Actor, asset: Asset, file: File) -> Taken:
    """Read a file and take what it says of an asset into the ledger. It puts no visit off, and what is newer stands.

    Raises:
        Unreadable: nothing was taken.
    """
    results = imports.read(file.content, file.findings, target_of(asset, registered_hosts()), clock.now())
    older = tuple(verdict for verdict in results.verdicts if _is_older(asset, verdict))
    verdicts = tuple(verdict for verdict in results.verdicts if verdict not in older)
    recorded = ledger.Recorded((), ())
    if verdicts:
        recorded = ledger.record_visit(asset, verdicts, None, file.origin, file.by.strip(), planned=False)
    detail = {
        "asset": asset.value,
        "file": file.name[:200],
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "format": results.format,
        "origin": file.origin.value,
        "by": file.by.strip()[:150],
        "verdicts": len(verdicts),
        "unmapped": sum(results.unmapped.values()),
    }
    record(actor, "results.imported", f"asset:{asset.pk}", detail)
    return Taken(results, verdicts, older, recorded)


def _is_older(asset: Asset, verdict: Verdict) -> bool:
    finished = (VerdictKind.PASS.value, VerdictKind.FAIL.value)
    last = VerdictSpan.objects.filter(asset=asset, check_id=verdict.check, verdict__in=finished).first()
    return last is not None and last.last_at > verdict.at


__all__ = ["File", "Taken", "Unreadable", "take"]
