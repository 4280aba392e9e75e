"""Pictures of pages before and at a finding: which are wanted, and keeping them with their hash. Part of this room's `actions`."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.units.models import Asset
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.base import Verdict, VerdictKind
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.facts import Facts, Failure, Page, needs
from fenghuo.see.screening.fetch.chromium import NoPicture
from fenghuo.see.screening.models import Shot, SiteState, StoredFinding
from fenghuo.see.screening.scopes import WATCHES_PAGES

PICTURED = WATCHES_PAGES | {"foreign-scripts"}
"""Checks whose findings can be seen with the eye."""
USUAL_EVERY = timedelta(days=1)
_OPEN = (FindingState.OPEN, FindingState.PASSED_ONCE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be pictured: for these findings, or as it usually looks where there are none."""

    page: Page
    findings: tuple[str, ...] = ()


def wanted_of_home(asset: Asset, facts: Facts, verdicts: Sequence[Verdict], can: bool) -> list[Wanted]:
    """What to picture after a look at a home page: what a finding without a picture shows, or the usual look once a day.

    Args:
        can: whether there is a camera at all; without one a finding still gets its row that says so.
    """
    home = facts.find(needs.HOME)
    if isinstance(home, Failure) or not home.is_html:
        return []
    judged = [v for v in verdicts if v.check in PICTURED]
    if any(v.kind is VerdictKind.FAIL for v in judged):
        return _of_findings(asset, "", facts.at, lambda found: _shown(found, facts, home))
    if not can or any(v.kind is not VerdictKind.PASS for v in judged if v.check == "tampered-page"):
        return []
    state = SiteState.objects.filter(asset=asset).first()
    learning = ledger.learning_of(state) if state is not None else None
    if learning is None or learning.baseline.learned_until is None or home.failure is not None:
        return []
    still_open = StoredFinding.objects.filter(asset=asset, check_id__in=PICTURED, place="", state__in=_OPEN)
    fresh = Shot.objects.filter(asset=asset, finding=None, at__gt=facts.at - USUAL_EVERY)
    return [] if still_open.exists() or fresh.exists() else [Wanted(home)]


def wanted_of_page(asset: Asset, place: str, page: Page, at: datetime) -> list[Wanted]:
    """What to picture after a page of a tour on which something was found."""
    return _of_findings(asset, place, at, lambda _found: page)


def _of_findings(asset: Asset, place: str, at: datetime, shown: Callable[[StoredFinding], Page]) -> list[Wanted]:
    seen = StoredFinding.objects.filter(asset=asset, place=place, check_id__in=PICTURED, last_seen=at, shots=None)
    pages: dict[Page, list[str]] = {}
    for finding in seen:
        pages.setdefault(shown(finding), []).append(finding.id)
    return [Wanted(page, tuple(ids)) for page, ids in pages.items()]


def _shown(finding: StoredFinding, facts: Facts, home: Page) -> Page:
    """The page on which the fault is to be seen: of a cloaked one that which the others get."""
    variants = facts.find(needs.VARIANTS)
    if finding.check_id == "cloaking" and not isinstance(variants, Failure):
        found = getattr(variants, finding.outcome.replace("-", "_"), home)
        return found if isinstance(found, Page) else home
    return home


@transaction.atomic
def keep(asset: Asset, wanted: Wanted, at: datetime, image: bytes | None, reason: NoPicture | None) -> None:
    """Keep a picture with its hash, or why there is none. Of usual looks the last one stays, and those that stand beside a finding."""
    digest = hashlib.sha256(image).hexdigest() if image is not None else ""
    common = {"asset": asset, "at": at, "url": wanted.page.url[:500], "image": image, "sha256": digest}
    common["reason"] = reason.value if reason is not None else ""
    if not wanted.findings:
        made = Shot.objects.create(**common)
        used = Shot.objects.exclude(before=None).values("before")
        usual = Shot.objects.filter(asset=asset, finding=None).exclude(pk=made.pk)
        usual.exclude(pk__in=used).filter(at__lt=at - 2 * USUAL_EVERY).delete()
        return
    for finding in StoredFinding.objects.filter(id__in=wanted.findings):
        Shot.objects.create(finding=finding, before=_before(asset, finding), **common)


def _before(asset: Asset, finding: StoredFinding) -> Shot | None:
    """The last usual look before the finding; of home pages only, other pages are not pictured while nothing is wrong."""
    if finding.place:
        return None
    usual = Shot.objects.filter(asset=asset, finding=None, at__lt=finding.first_seen).exclude(sha256="")
    return usual.order_by("-at").first()
