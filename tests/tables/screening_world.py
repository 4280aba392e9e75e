"""A small county for the tests of screening pages: two units with a site each, findings, a round, an authorisation, a seen host."""

from datetime import datetime, timedelta

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.see.screening import actions, ledger, pictures, rounds
from fenghuo.see.screening.checks.base import Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.samples import page
from fenghuo.see.screening.models import Authorisation, RoundKind, RoundState, SeenHost, Shot, StoredFinding
from fenghuo.see.screening.register import note_register
from fenghuo.see.screening.rounds import Plan

OFFICE, SECOND = Actor("o", "office"), Actor("s", "second")
DAY = timedelta(days=1)


def site(unit: Unit, value: str, name: str = "") -> Asset:
    """A website."""
    return save_asset(OFFICE, Asset(unit=unit, kind="website", name=name or f"site of {value}", value=value))


def allow(asset: Asset, **changes: object) -> Authorisation:
    """An authorisation in force."""
    now = clock.now()
    given = {"classes": ["lookup", "visit", "content"], "begins": now - DAY, "ends": now + 30 * DAY, "given_by": "Wang"}
    return actions.authorise(OFFICE, asset, {**given, **changes})


def verdict(
    asset: Asset, check: str, at: datetime, *found: Finding, kind: VerdictKind | None = None, reason: str = ""
) -> Verdict:
    """A verdict of the check's first version."""
    kind = kind or (VerdictKind.FAIL if found else VerdictKind.PASS)
    return Verdict(asset.value, check, 1, kind, at, reason, findings=found)


def fail(asset: Asset, at: datetime | None = None, locus: str = "/.git/HEAD") -> StoredFinding:
    """An open finding: the Git repository can be downloaded."""
    at = at or clock.now()
    evidence = f"200 http://{asset.value}{locus}: ref: refs/heads/master"
    ledger.record_visit(asset, [verdict(asset, "exposed-vcs", at, Finding("git", locus, evidence))], None)
    return StoredFinding.objects.get(asset=asset, check_id="exposed-vcs", locus=locus)


def picture(asset: Asset) -> Shot:
    """A picture of how the asset usually looks."""
    pictures.keep(asset, pictures.Wanted(page("<p>news</p>")), clock.now(), b"\x89PNG", None)
    return Shot.objects.get(asset=asset)


def see_host(asset: Asset, host: str) -> SeenHost:
    """A host that the asset's pages name."""
    found = Finding("unregistered", host, f"link: http://{asset.value}/ → http://{host}/")
    ledger.record_visit(asset, [verdict(asset, "unregistered-assets", clock.now(), found)], None)
    return SeenHost.objects.get(host=host)


def note() -> None:
    """The register of the day, with a cell for every asset and check of the month."""
    now = clock.now()
    note_register(now)
    ledger.fill(ledger.month_of(now), Asset.objects.select_related("unit"), now)


def run_round(name: str = "autumn") -> str:
    """A round that is under way; its id."""
    now = clock.now()
    made = rounds.plan(OFFICE, Plan(RoundKind.COMPREHENSIVE, name, now - DAY, now + DAY))
    rounds.advance(OFFICE, made.id, RoundState.AUTHORISED)
    rounds.advance(OFFICE, made.id, RoundState.RUNNING)
    return made.id
