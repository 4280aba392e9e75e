"""Evidence with its hashes and the chain of custody: who held it from when on, each step chained to the one before."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.respond.incidents.actions import CannotDo, locked, touch
from fenghuo.respond.incidents.models import CustodyStep, Evidence

MOST_BYTES = 64 * 1024 * 1024


def sm3(content: bytes) -> str:
    """Hex SM3 (GB/T 32905-2016) of a content."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def file_of(piece: Evidence) -> Path:
    """Where the content of a piece lies."""
    return _folder() / piece.sha256


def _folder() -> Path:
    return settings().data / "evidence"


@transaction.atomic
def add_evidence(
    actor: Actor, incident_id: str, name: str, content: bytes, collected_at: datetime, place: str, description: str = ""
) -> Evidence:
    """Take up a piece of evidence: stored under its SHA-256, the one who brings it is its first holder.

    Args:
        place: where it was taken from, e.g. a path on a server.

    Raises:
        CannotDo: "title" (no name), "holder" (no place), "size" (empty or above 64 MB), "time" (in the future). Incident.DoesNotExist.
    """
    incident, now = locked(incident_id), clock.now()
    for wrong, code in ((not name.strip(), "title"), (not place.strip(), "holder"), (collected_at > now, "time")):
        if wrong:
            raise CannotDo(code)
    if not 0 < len(content) <= MOST_BYTES:
        raise CannotDo("size")
    piece = Evidence(
        incident=incident,
        number=incident.evidence.count() + 1,
        name=name.strip()[:200],
        description=description.strip()[:4000],
        place=place.strip()[:300],
        sha256=hashlib.sha256(content).hexdigest(),
        sm3=sm3(content),
        size=len(content),
        collected_at=collected_at,
        by=actor.name[:150],
        at=now,
    )
    _store(file_of(piece), content)
    piece.save()
    _step(actor, piece, actor.name, "collected")
    touch(incident)
    detail = {
        "evidence": piece.number,
        "name": piece.name,
        "sha256": piece.sha256,
        "sm3": piece.sm3,
        "size": piece.size,
    }
    record(actor, "incident.evidence-added", incident.subject, detail)
    return piece


def _store(path: Path, content: bytes) -> None:
    """Write before the row: a file without a row is harmless, a row without a file is not."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.chmod(0o400)
    fresh.replace(path)


@transaction.atomic
def hand_over(actor: Actor, piece: Evidence, holder: str, reason: str) -> CustodyStep:
    """Another person or place holds the evidence from now on.

    Raises:
        CannotDo: "holder", "reason".
    """
    incident = locked(piece.incident_id)
    if not holder.strip():
        raise CannotDo("holder")
    if not reason.strip():
        raise CannotDo("reason")
    step = _step(actor, piece, holder.strip(), reason.strip())
    touch(incident)
    detail = {"evidence": piece.number, "holder": step.holder, "reason": step.reason, "digest": step.digest}
    record(actor, "incident.evidence-handed-over", incident.subject, detail)
    return step


def _step(actor: Actor, piece: Evidence, holder: str, reason: str) -> CustodyStep:
    last = piece.custody.order_by("-number").first()
    step = CustodyStep(
        evidence=piece,
        number=last.number + 1 if last else 1,
        holder=holder[:150],
        reason=reason[:300],
        sha256=piece.sha256,
        by=actor.name[:150],
        at=clock.now(),
        previous=last.digest if last else "",
    )
    step.digest = _digest(step)
    step.save()
    return step


def _digest(step: CustodyStep) -> str:
    parts = [step.number, step.holder, step.reason, step.sha256, step.by, step.at.isoformat(), step.previous]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def flaw_of(piece: Evidence) -> str:
    """What does not hold of a piece, "" for nothing.

    "file": it is gone; "content": it is not what was taken up; "custody 2": the first step of the chain that differs.
    """
    path = file_of(piece)
    if not path.exists():
        return "file"
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != piece.sha256 or sm3(content) != piece.sm3:
        return "content"
    previous = ""
    for place, step in enumerate(piece.custody.all(), 1):
        if (
            step.number != place
            or step.previous != previous
            or step.sha256 != piece.sha256
            or step.digest != _digest(step)
        ):
            return f"custody {place}"
        previous = step.digest
    return "" if previous else "custody 1"
