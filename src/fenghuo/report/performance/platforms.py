"""The verbs of the office's own platforms, and of what was entered by mistake."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks.office import today
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.models import Activity
from fenghuo.report.performance.presence import WITHIN_DAYS, Platform, PlatformKind, PlatformPost, Withdrawal
from fenghuo.see.screening.availability import WATCHED_KINDS

MOST_DAYS = 366
_WEB = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Own:
    """A platform as it is to be."""

    kind: PlatformKind
    name: str
    address: str
    since: date
    asset: Asset | None = None
    within_days: int = WITHIN_DAYS


@transaction.atomic
def add_platform(actor: Actor, wanted: Own) -> Platform:
    """Enter a platform of the office.

    Raises:
        Refused: "name", "address" (of a website: not http or https), "since" (not come yet), "within" (not 1 to 366 days), "asset"
            (of a kind that is not watched), "exists".
    """
    if not wanted.name.strip():
        raise Refused("name")
    if not wanted.address.strip() or (
        wanted.kind is PlatformKind.WEBSITE and not _WEB.fullmatch(wanted.address.strip())
    ):
        raise Refused("address")
    if wanted.since > today():
        raise Refused("since")
    _check_within(wanted.within_days)
    if wanted.asset is not None and wanted.asset.kind not in WATCHED_KINDS:
        raise Refused("asset")
    made = Platform(
        kind=wanted.kind,
        name=wanted.name.strip()[:200],
        address=wanted.address.strip()[:500],
        asset=wanted.asset,
        within_days=wanted.within_days,
        since=wanted.since,
        by=actor.name[:150],
        at=clock.now(),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("exists") from error
    told = {"kind": made.kind, "name": made.name, "address": made.address, "within_days": made.within_days}
    record(actor, "platform.added", made.subject, {**told, "asset": made.asset_id, "since": made.since.isoformat()})
    return made


def _check_within(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Refused("within")


@transaction.atomic
def change_platform(actor: Actor, number: int, within_days: int, ended: date | None, why: str) -> Platform:
    """Change the time in which something must show, or say that it ended; what was frozen keeps what it counted.

    Raises:
        Refused: "within", "ended" (before it began, or not come yet), "why". Platform.DoesNotExist.
    """
    one = Platform.objects.select_for_update().get(pk=number)
    _check_within(within_days)
    if ended is not None and not one.since <= ended <= today():
        raise Refused("ended")
    if not why.strip():
        raise Refused("why")
    before = {"within_days": one.within_days, "ended": one.ended.isoformat() if one.ended else None}
    one.within_days, one.ended = within_days, ended
    one.save(update_fields=["within_days", "ended"])
    after = {"within_days": within_days, "ended": ended.isoformat() if ended else None}
    record(actor, "platform.changed", one.subject, {"before": before, "after": after, "why": why.strip()})
    return one


@transaction.atomic
def add_post(actor: Actor, number: int, on: date, address: str, document: str) -> PlatformPost:
    """Enter that something was posted on a day: its address, and the paper that shows it. Nothing is fetched.

    Raises:
        Refused: "posted" (before the platform began, after it ended, or not come yet), "link" (no http or https address), "document",
            "exists". Platform.DoesNotExist.
    """
    one = Platform.objects.select_for_update().get(pk=number)
    if not one.since <= on <= (one.ended or today()):
        raise Refused("posted")
    if not _WEB.fullmatch(address.strip()):
        raise Refused("link")
    if not document.strip():
        raise Refused("document")
    values = {"on": on, "address": address.strip()[:500]}
    if one.posts.filter(withdrawal=None, **values).exists():
        raise Refused("exists")
    told_by = {"document": document.strip()[:200], "by": actor.name[:150], "at": clock.now()}
    made = PlatformPost.objects.create(platform=one, **values, **told_by)
    told = {"on": on.isoformat(), "address": made.address, "document": made.document}
    record(actor, "platform.post-entered", one.subject, told)
    return made


@transaction.atomic
def withdraw(actor: Actor, of: Activity | PlatformPost, why: str) -> Withdrawal:
    """Say that an activity or a post was entered by mistake; from now on it counts no more.

    Raises:
        Refused: "why", "withdrawn" (it is already).
    """
    if not why.strip():
        raise Refused("why")
    made = Withdrawal(
        activity=None if isinstance(of, PlatformPost) else of,
        post=of if isinstance(of, PlatformPost) else None,
        why=why.strip()[:300],
        by=actor.name[:150],
        at=clock.now(),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("withdrawn") from error
    subject = of.platform.subject if isinstance(of, PlatformPost) else of.project.subject
    told = {
        "what": "activity" if made.post is None else "post",
        "number": of.pk,
        "on": of.on.isoformat(),
        "why": made.why,
    }
    record(actor, "performance.entry-withdrawn", subject, told)
    return made
