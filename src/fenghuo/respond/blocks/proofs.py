"""Evidence of an order: read from warnings and hits here; the incidents, a room above, bring theirs in the same form."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.blocks.decide import ProofKind
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.warn.early_warnings.models import EarlyWarning, State
from fenghuo.warn.early_warnings.queries import hits_of, warnings_visible_to

_MOST_HITS = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence.

    Attributes:
        observables: addresses, domains and URLs that it names.
        confirmed_at: when a person confirmed what it is evidence of, None where nobody has.
        exercise: it belongs to an exercise, and so does an order that rests on it.
    """

    kind: ProofKind
    reference: str
    asset: str
    said: str
    sha256: str
    at: datetime
    observables: Sequence[str]
    confirmed_at: datetime | None = None
    exercise: bool = False


def of_warning(viewer: Viewer, warning_id: str) -> Evidence:
    """An early warning with its hits.

    Raises:
        LookupError: there is none that the person may see, or it was a false alarm.
    """
    warning = warnings_visible_to(viewer).filter(id=warning_id).exclude(state=State.FALSE_POSITIVE).first()
    if warning is None:
        raise LookupError(warning_id)
    hits = list(hits_of(warning)[:_MOST_HITS])
    digest = hashlib.sha256("\n".join(sorted(hit.hit_id for hit in hits)).encode()).hexdigest()
    return Evidence(
        ProofKind.WARNING,
        warning.id,
        warning.asset,
        warning.title,
        digest,
        warning.last_seen,
        [one for hit in hits for one in _observables(hit)],
        _confirmed_at(warning),
        warning.exercise,
    )


def of_hit(viewer: Viewer, hit_id: str) -> Evidence:
    """A hit of a rule.

    Raises:
        LookupError: there is none that the person may see.
    """
    scope = viewer.unit_scope()
    rows = StoredHit.objects.all() if scope is None else StoredHit.objects.filter(unit_id__in=scope)
    hit = rows.filter(hit_id=hit_id).first()
    if hit is None:
        raise LookupError(hit_id)
    digest = hashlib.sha256(bytes(hit.raw)).hexdigest()
    at = clock.from_ns(hit.event_time)
    return Evidence(
        ProofKind.HIT, hit.hit_id, hit.asset, hit.rule_title, digest, at, _observables(hit), None, hit.exercise
    )


def _observables(hit: StoredHit) -> list[str]:
    return [text for text in (hit.src_ip, hit.dst_ip, hit.domain, hit.url) if text]


def _confirmed_at(warning: EarlyWarning) -> datetime | None:
    """When somebody found the warning real: that step stands in the audit trail alone."""
    found = AuditRow.objects.filter(subject=f"warning:{warning.id}", verb="warning.triaged").order_by("number").first()
    return found.at if found is not None else None
