"""The verbs of authorisations, findings and rounds; with `ledger` and `watching` the only writers of this room's tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.see.screening.decide import ClosedWhy, FindingState
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Authorisation, FindingStep, SeenHost, SiteState, StoredFinding
from fenghuo.see.screening.permit import canonical

LONGEST_HOLD_DAYS = 366


class CannotDo(Exception):
    """The verb is not possible as things stand. `code` is a word of a closed list that the console puts into a sentence.

    "classes", "time", "addresses", "quiet", "giver", "reason", "state", "until", "same-person", "withdrawn", "assets", "permit".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@transaction.atomic
def authorise(actor: Actor, asset: Asset, given: Mapping[str, object]) -> Authorisation:
    """Enter an authorisation: who allowed what, when, where and how much.

    Args:
        given: fields of `Authorisation`: classes, begins, ends, given_by, and optionally addresses, quiet, http_budget, document.

    Raises:
        CannotDo: a field can't be what it is; nothing was stored.
    """
    made = Authorisation(asset=asset, made_by=actor.name[:150], made_at=clock.now(), **given)
    made.classes = _classes(made.classes)
    made.addresses = _addresses(made.addresses)
    made.quiet = [[_moment(start), _moment(end)] for start, end in made.quiet]
    if made.begins >= made.ends:
        raise CannotDo("time")
    if not made.given_by.strip():
        raise CannotDo("giver")
    made.work_order = _next_work_order(made.made_at)
    made.save()
    detail = {"asset": asset.value, "classes": made.classes, "ends": made.ends.isoformat(), "given_by": made.given_by}
    record(actor, "authorisation.given", f"authorisation:{made.id}", detail)
    due(asset, made.begins)
    return made


def _classes(names: Sequence[str]) -> list[str]:
    known = {c.value for c in CheckClass}
    if not names or set(names) - known:
        raise CannotDo("classes", ", ".join(sorted(set(names) - known)))
    return [c.value for c in CheckClass if c.value in names]


def _addresses(addresses: Sequence[str]) -> list[str]:
    try:
        return sorted({canonical(address.strip()) for address in addresses})
    except ValueError as error:
        raise CannotDo("addresses", str(error)) from error


def _moment(text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError as error:
        raise CannotDo("quiet", text) from error


def _next_work_order(now: datetime) -> str:
    """The next number of the year; the lock on the last row keeps two from taking the same."""
    year = f"{now:%Y}"
    last = (
        Authorisation.objects.select_for_update()
        .filter(work_order__startswith=f"{year}-")
        .order_by("-work_order")
        .first()
    )
    return f"{year}-{int(last.work_order.partition('-')[2]) + 1 if last else 1:04d}"


@transaction.atomic
def withdraw(actor: Actor, authorisation_id: str, why: str) -> Authorisation:
    """Withdraw an authorisation: from the next contact on nothing is contacted under it.

    Raises:
        CannotDo: it is withdrawn already, or no reason is given. Authorisation.DoesNotExist.
    """
    given = Authorisation.objects.select_for_update().get(id=authorisation_id)
    if given.withdrawn_at is not None:
        raise CannotDo("withdrawn")
    if not why.strip():
        raise CannotDo("reason")
    given.withdrawn_at, given.withdrawn_why = clock.now(), why.strip()[:300]
    given.save(update_fields=["withdrawn_at", "withdrawn_why"])
    record(actor, "authorisation.withdrawn", f"authorisation:{given.id}", {"reason": given.withdrawn_why})
    return given


@transaction.atomic
def set_quiet(actor: Actor, authorisation_id: str, quiet: Sequence[Sequence[str]]) -> Authorisation:
    """Set the hours of the day in which nothing is contacted under an authorisation; from the next contact on.

    Raises:
        CannotDo: it is withdrawn, or a span is none. Authorisation.DoesNotExist.
    """
    given = Authorisation.objects.select_for_update().get(id=authorisation_id)
    if given.withdrawn_at is not None:
        raise CannotDo("withdrawn")
    given.quiet = [[_moment(start), _moment(end)] for start, end in quiet]
    given.save(update_fields=["quiet"])
    record(actor, "authorisation.quiet-set", f"authorisation:{given.id}", {"quiet": given.quiet})
    return given


def due(asset: Asset, moment: datetime, asked_by: str = "") -> SiteState:
    """Make an asset due by a moment, unless it is due sooner; inside the caller's transaction."""
    state, fresh = SiteState.objects.select_for_update().get_or_create(asset=asset, defaults={"next_at": moment})
    if not fresh:
        state.next_at = min(state.next_at, moment)
    if asked_by:
        state.asked_by = asked_by[:150]
    state.save(update_fields=["next_at", "asked_by"])
    return state


@transaction.atomic
def visit_now(actor: Actor, asset: Asset) -> None:
    """Ask for a visit out of turn ("test my site now").

    Raises:
        CannotDo: no authorisation is in force.
    """
    from fenghuo.see.screening.register import permit_of

    if permit_of(asset, clock.now()) is None:
        raise CannotDo("permit")
    due(asset, clock.now(), actor.name)
    record(actor, "asset.visit-asked", f"asset:{asset.pk}", {"asset": asset.value})


@transaction.atomic
def ask_retest(actor: Actor, finding_id: str) -> StoredFinding:
    """Rectified, test again: the asset is due at once.

    Raises:
        CannotDo: the finding is not open. StoredFinding.DoesNotExist.
    """
    finding = _locked(finding_id, {FindingState.OPEN, FindingState.PASSED_ONCE})
    finding.retest_asked_at = clock.now()
    finding.save(update_fields=["retest_asked_at"])
    due(finding.asset, clock.now(), actor.name)
    if finding.place:
        SiteState.objects.filter(asset=finding.asset).update(next_tour_at=clock.now())
    _step(finding, "retest-asked", actor, "")
    return finding


@transaction.atomic
def propose_false_positive(actor: Actor, finding_id: str, why: str, until: datetime) -> StoredFinding:
    """Propose that a finding is none; a second person confirms it, and until then it stays open.

    Raises:
        CannotDo: not open, no reason, or an end that is past or too far. StoredFinding.DoesNotExist.
    """
    finding = _locked(finding_id, {FindingState.OPEN, FindingState.PASSED_ONCE})
    _held(finding, actor, why, until)
    finding.save(update_fields=["held_by", "held_why", "until", "confirmed_by"])
    _step(finding, "false-positive-proposed", actor, why)
    return finding


@transaction.atomic
def confirm_false_positive(actor: Actor, finding_id: str) -> StoredFinding:
    """Confirm a proposed false positive, as another person than the one who proposed it.

    Raises:
        CannotDo: nothing is proposed, or by the same person. StoredFinding.DoesNotExist.
    """
    finding = _locked(finding_id, {FindingState.OPEN, FindingState.PASSED_ONCE})
    if not finding.held_by:
        raise CannotDo("state")
    if finding.held_by == actor.name[:150]:
        raise CannotDo("same-person")
    finding.confirmed_by = actor.name[:150]
    _close(finding, FindingState.FALSE_POSITIVE, ClosedWhy.FALSE_POSITIVE)
    _step(finding, "false-positive-confirmed", actor, finding.held_why)
    return finding


@transaction.atomic
def accept_risk(actor: Actor, finding_id: str, why: str, until: datetime) -> StoredFinding:
    """Accept the risk of a finding until a day.

    Raises:
        CannotDo: not open, no reason, or an end that is past or too far. StoredFinding.DoesNotExist.
    """
    finding = _locked(finding_id, {FindingState.OPEN, FindingState.PASSED_ONCE})
    _held(finding, actor, why, until)
    _close(finding, FindingState.ACCEPTED, ClosedWhy.RISK_ACCEPTED)
    _step(finding, "risk-accepted", actor, why)
    return finding


@transaction.atomic
def take_back(actor: Actor, finding_id: str, why: str) -> StoredFinding:
    """Take a false-positive mark, an accepted risk or a proposal back: the finding is open again.

    Raises:
        CannotDo: there is nothing to take back, or no reason. StoredFinding.DoesNotExist.
    """
    finding = StoredFinding.objects.select_for_update().get(id=finding_id)
    held = finding.state in {FindingState.FALSE_POSITIVE, FindingState.ACCEPTED}
    if not held and not finding.held_by:
        raise CannotDo("state")
    if not why.strip():
        raise CannotDo("reason")
    if held:
        finding.state = FindingState.OPEN
    finding.held_by = finding.confirmed_by = finding.held_why = finding.closed_why = ""
    finding.until = finding.closed_at = None
    finding.save()
    _step(finding, "taken-back", actor, why)
    return finding


@transaction.atomic
def dismiss_host(actor: Actor, host: str, why: str) -> SeenHost:
    """Say that a host that was seen is none of the county's.

    Raises:
        CannotDo: no reason. SeenHost.DoesNotExist.
    """
    if not why.strip():
        raise CannotDo("reason")
    seen = SeenHost.objects.select_for_update().get(host=host)
    seen.dismissed_by, seen.dismissed_why = actor.name[:150], why.strip()[:300]
    seen.save(update_fields=["dismissed_by", "dismissed_why"])
    record(actor, "seen-host.dismissed", f"host:{host}", {"reason": seen.dismissed_why})
    return seen


def _locked(finding_id: str, states: set[FindingState]) -> StoredFinding:
    finding = StoredFinding.objects.select_for_update().select_related("asset").get(id=finding_id)
    if finding.state not in states:
        raise CannotDo("state")
    return finding


def _held(finding: StoredFinding, actor: Actor, why: str, until: datetime) -> None:
    if not why.strip():
        raise CannotDo("reason")
    if not 0 < (until - clock.now()).days + 1 <= LONGEST_HOLD_DAYS:
        raise CannotDo("until")
    finding.held_by, finding.held_why, finding.until = actor.name[:150], why.strip()[:500], until
    finding.confirmed_by = ""


def _close(finding: StoredFinding, state: FindingState, why: ClosedWhy) -> None:
    finding.state, finding.closed_why, finding.closed_at = state, why, clock.now()
    finding.first_pass_at = None
    finding.save()


def _step(finding: StoredFinding, step: str, actor: Actor, why: str) -> None:
    FindingStep.objects.create(finding=finding, at=clock.now(), step=step, by=actor.name[:150], why=why.strip()[:500])
    record(
        actor, f"finding.{step}", f"finding:{finding.id}", {"asset": finding.asset.value, "reason": why.strip()[:500]}
    )
