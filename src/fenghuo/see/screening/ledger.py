"""What a visit changes: the ledger, the history of verdicts, findings, and when the asset is due again. Part of this room's `actions`."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import zstandard
from django.db import transaction
from django.db.models import Q

from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.see.screening.actions import CannotDo
from fenghuo.see.screening.checks import learning
from fenghuo.see.screening.checks.base import Finding, Severity, Verdict, VerdictKind, finding_key
from fenghuo.see.screening.checks.doubt import other_site
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import FindingState, Observed, Standing, Step, cell_after, next_visit, step
from fenghuo.see.screening.facts import Facts, Failure, Page, Why, needs
from fenghuo.see.screening.facts.stored import OtherForm, from_json, to_json, value_from_json, value_to_json
from fenghuo.see.screening.hits import level_of
from fenghuo.see.screening.models import (
    Cell,
    FindingStep,
    Origin,
    RoundAsset,
    RoundState,
    SeenHost,
    SiteState,
    StoredFinding,
    VerdictSpan,
)
from fenghuo.see.screening.register import checks_for
from fenghuo.see.screening.scopes import WATCHES_PAGES, scopes

_OPEN = (FindingState.OPEN, FindingState.PASSED_ONCE)


_SEES_HOSTS = "unregistered-assets"


@dataclass(frozen=True, slots=True)
class _Bringer:
    """How a verdict came, and who brought it where that was a person: it stands in the history of findings."""

    origin: Origin
    by: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a visit changed: findings that are new or came back, and those that were closed."""

    raised: tuple[StoredFinding, ...]
    closed: tuple[StoredFinding, ...]


def month_of(moment: datetime) -> str:
    """The period of a moment: "2026-11", in the office's time zone."""
    return f"{moment.astimezone(ZoneInfo(settings().time_zone)):%Y-%m}"


def round_period(round_id: str) -> str:
    """The period of a round."""
    return f"round:{round_id}"


@transaction.atomic
def record_visit(
    asset: Asset,
    verdicts: Sequence[Verdict],
    facts: Facts | None,
    origin: Origin = Origin.SERVER,
    by: str = "",
    planned: bool = True,
) -> Recorded:
    """Take the verdicts of one visit into the ledger, in one transaction.

    Args:
        facts: say which pages were seen, and are kept for judging anew if planned; None for verdicts that came from elsewhere.
        by: who brought them, where that was a person.
        planned: whether it was the visit that was due; a look in between does not put that off.
    """
    state = _state(asset, verdicts)
    made: list[tuple[StoredFinding, Step]] = []
    for verdict in verdicts:
        if not _hides_a_page(asset, verdict):
            _enter(asset, verdict, origin, by)
        if verdict.check == _SEES_HOSTS:
            _see_hosts(asset, verdict)
        for place, part in scopes(verdict, facts):
            made += _findings(asset, part, place, _Bringer(origin, by[:150]))
    if planned:
        _plan(state, asset, verdicts, facts)
    return _recorded(made)


@transaction.atomic
def record_page(asset: Asset, place: str, verdicts: Sequence[Verdict]) -> Recorded:
    """Take up what was seen of one page behind the home page: it opens and closes the findings of this page and no others.

    A pass of one page is no pass of the site, so that only a fail goes into the ledger's cell.
    """
    made: list[tuple[StoredFinding, Step]] = []
    for verdict in verdicts:
        if verdict.kind is VerdictKind.FAIL:
            _enter(asset, verdict, Origin.SERVER, "")
        made += _findings(asset, verdict, place, _Bringer(Origin.SERVER, ""))
    return _recorded(made)


def _recorded(made: Iterable[tuple[StoredFinding, Step]]) -> Recorded:
    """What was changed; what is a warning at once stands to be told, in the same transaction."""
    raised = tuple(finding for finding, step_made in made if step_made is Step.REOPENED)
    for finding in raised:
        if level_of(finding.check_id, Severity(finding.severity)) is not None:
            finding.to_tell = True
            finding.save(update_fields=["to_tell"])
    return Recorded(raised, tuple(finding for finding, step_made in made if step_made is Step.CLOSED))


def _hides_a_page(asset: Asset, verdict: Verdict) -> bool:
    """Whether a pass would stand over an open finding of a page that was not looked at; then the cell stays as it is."""
    if verdict.kind is not VerdictKind.PASS or verdict.check not in WATCHES_PAGES:
        return False
    return StoredFinding.objects.filter(asset=asset, check_id=verdict.check, state__in=_OPEN).exclude(place="").exists()


def _state(asset: Asset, verdicts: Sequence[Verdict]) -> SiteState:
    at = max((v.at for v in verdicts), default=None)
    assert at is not None, "a visit has verdicts"
    state, _fresh = SiteState.objects.select_for_update().get_or_create(asset=asset, defaults={"next_at": at})
    return state


def _periods(asset: Asset, at: datetime, check_id: str) -> list[str]:
    """The month, and every running round that is due for the asset and asks for this check."""
    running = RoundAsset.objects.filter(
        asset_id=asset.pk, excluded="", round__state=RoundState.RUNNING, round__begins__lte=at, round__ends__gt=at
    ).values_list("round_id", "round__checks")
    return [month_of(at), *(round_period(number) for number, checks in running if not checks or check_id in checks)]


def _enter(asset: Asset, verdict: Verdict, origin: Origin, by: str) -> None:
    for period in _periods(asset, verdict.at, verdict.check):
        enter_cell(period, asset, verdict, origin, by)
    # facts judged anew give a second span of the same moment
    last = VerdictSpan.objects.filter(asset=asset, check_id=verdict.check).order_by("-last_at", "-id").first()
    same = (verdict.kind.value, verdict.reason, verdict.version)
    if last is not None and (last.verdict, last.reason, last.version) == same:
        last.last_at, last.times, last.detail = verdict.at, last.times + 1, verdict.detail
        last.save(update_fields=["last_at", "times", "detail"])
        return
    VerdictSpan.objects.create(
        asset=asset,
        check_id=verdict.check,
        version=verdict.version,
        verdict=verdict.kind.value,
        reason=verdict.reason,
        detail=verdict.detail,
        first_at=verdict.at,
        last_at=verdict.at,
    )


def enter_cell(period: str, asset: Asset, verdict: Verdict, origin: Origin, by: str) -> None:
    """Bring one cell up to date; what could not be tested never takes the place of what was."""
    cell = Cell.objects.filter(period=period, asset_id=asset.pk, check_id=verdict.check).first()
    present = VerdictKind(cell.verdict) if cell is not None else None
    if present is not None and cell_after(present, verdict.kind) is not verdict.kind:
        return
    check = all_checks().get(verdict.check)
    cell = cell or Cell(period=period, asset_id=asset.pk, check_id=verdict.check)
    cell.unit_id, cell.check_class = asset.unit_id, check.check_class.value if check else ""
    cell.version, cell.verdict = verdict.version, verdict.kind.value
    cell.reason, cell.detail, cell.at = verdict.reason, verdict.detail, verdict.at
    cell.origin, cell.by = origin, by[:150]
    cell.save()


def fill(period: str, assets: Iterable[Asset], at: datetime, checks: Collection[str] = ()) -> int:
    """Give every registered asset × applicable check of a period its one verdict: could-not-test until there is another; how many.

    Args:
        checks: ids of those that count in the period, () for all.
    """
    made: list[Cell] = []
    have = set(Cell.objects.filter(period=period).values_list("asset_id", "check_id"))
    for asset in assets:
        for check in checks_for(asset.kind):
            if (asset.pk, check.id) not in have and (not checks or check.id in checks):
                made.append(
                    Cell(
                        period=period,
                        asset_id=asset.pk,
                        unit_id=asset.unit_id,
                        check_id=check.id,
                        check_class=check.check_class.value,
                        version=check.version,
                        verdict=VerdictKind.COULD_NOT_TEST.value,
                        reason=Why.NOT_COLLECTED.value,
                        at=at,
                    )
                )
    Cell.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)


def _see_hosts(asset: Asset, verdict: Verdict) -> None:
    """Keep the list of hosts that were seen and are not registered; the locus of such a finding is the host."""
    for finding in verdict.findings:
        seen, _fresh = SeenHost.objects.get_or_create(
            host=finding.locus[:255],
            defaults={"seen_on": asset, "first_seen": verdict.at, "last_seen": verdict.at},
        )
        if seen.seen_on_id == asset.pk:  # where another unit's pages name it is not for the first one to read
            seen.how = finding.evidence[:300]
        seen.last_seen = verdict.at
        seen.save(update_fields=["how", "last_seen"])


def _findings(asset: Asset, verdict: Verdict, place: str, bringer: _Bringer) -> Iterable[tuple[StoredFinding, Step]]:
    """Each finding of the check that stands where the verdict looked, and what the verdict did to it."""
    seen = {finding_key(asset.unit_id, asset.value, verdict.check, f): f for f in verdict.findings}
    concerned = Q(place=place) | Q(id__in=list(seen))
    of_check = StoredFinding.objects.select_for_update().filter(concerned, asset=asset, check_id=verdict.check)
    known = {f.id: f for f in of_check}
    for key, finding in seen.items():
        if key not in known:
            yield _open(key, asset, verdict, (place, finding), bringer), Step.REOPENED
    for key, stored in known.items():
        made = _advance(stored, verdict, seen.get(key), bringer)
        yield stored, made


def _open(key: str, asset: Asset, verdict: Verdict, where: tuple[str, Finding], bringer: _Bringer) -> StoredFinding:
    place, found = where
    outcome = all_checks()[verdict.check].outcome(found.outcome)
    made = StoredFinding(
        id=key,
        unit_id=asset.unit_id,
        asset=asset,
        check_id=verdict.check,
        version=verdict.version,
        outcome=found.outcome,
        locus=found.locus,
        severity=outcome.severity.value,
        rank=outcome.severity.rank,
        first_seen=verdict.at,
        last_seen=verdict.at,
        due_at=verdict.at + timedelta(days=outcome.days),
        place=place,
    )
    _evidence(made, found)
    made.save(force_insert=True)
    _note(made, verdict.at, "found", bringer)
    return made


def _evidence(stored: StoredFinding, found: Finding) -> None:
    stored.evidence = found.evidence
    stored.sha256 = hashlib.sha256(found.evidence.encode()).hexdigest()


def _advance(stored: StoredFinding, verdict: Verdict, found: Finding | None, bringer: _Bringer) -> Step:
    standing = Standing(
        FindingState(stored.state),
        stored.version,
        stored.first_pass_at,
        stored.closed_at,
        stored.closed_why,
        stored.until,
    )
    after, made = step(standing, Observed(verdict.kind, found is not None, verdict.version, verdict.at, verdict.whole))
    if made is Step.NONE:
        return made
    if found is not None:
        stored.last_seen = verdict.at
        _evidence(stored, found)
    if made is Step.REOPENED:
        stored.reopened += 1
        stored.held_by = stored.confirmed_by = stored.held_why = ""
        stored.due_at = verdict.at + timedelta(days=all_checks()[verdict.check].outcome(stored.outcome).days)
    if made in {Step.SEEN, Step.REOPENED, Step.FIRST_PASS, Step.CLOSED}:
        stored.retest_asked_at = None
    stored.state, stored.version, stored.first_pass_at = after.state, after.version, after.first_pass_at
    stored.closed_at, stored.closed_why, stored.until = after.closed_at, after.closed_why, after.until
    stored.save()
    if made is not Step.SEEN:
        _note(stored, verdict.at, made.value, bringer)
    return made


def _note(stored: StoredFinding, at: datetime, made: str, bringer: _Bringer) -> None:
    why = "" if bringer.origin is Origin.SERVER else bringer.origin.value
    FindingStep.objects.create(finding=stored, at=at, step=made, by=bringer.by, why=why)
    if made in {"found", Step.REOPENED, Step.CLOSED}:
        detail = {"asset": stored.asset.value, "check": stored.check_id, "severity": stored.severity}
        record(SYSTEM, f"finding.{made}", f"finding:{stored.id}", detail)


def _plan(state: SiteState, asset: Asset, verdicts: Sequence[Verdict], facts: Facts | None) -> None:
    """Note the visit and when the next is due."""
    at = max(v.at for v in verdicts)
    brought = any(v.kind is not VerdictKind.COULD_NOT_TEST for v in verdicts)
    state.failures = 0 if brought else state.failures + 1
    still = StoredFinding.objects.filter(asset=asset, state__in=_OPEN).values_list("severity", "state")
    passed_once = any(value == FindingState.PASSED_ONCE for _severity, value in still)
    state.next_at = next_visit(at, [Severity(severity) for severity, _state in still], passed_once, state.failures)
    state.last_at, state.asked_by = at, ""
    if facts is not None:
        state.facts = zstandard.compress(to_json(facts))
        state.facts_at = facts.at
    state.save()
    RoundAsset.objects.filter(asset_id=asset.pk, round__state=RoundState.RUNNING).update(visited_at=at)


def learn(asset: Asset, facts: Facts) -> None:
    """Learn from a home page in which the checks that watch it found nothing what is usual there."""
    page = facts.find(needs.HOME)
    if isinstance(page, Failure) or page.failure is not None or other_site(facts) is not None:
        return
    state = SiteState.objects.filter(asset=asset).first()
    if state is None:
        return
    before = learning_of(state)
    after = learning.learned(before, page, facts.at) if before is not None else learning.begin(page, facts.at)
    SiteState.objects.filter(asset=asset).update(learning=value_to_json(after))


def learning_of(state: SiteState) -> learning.Learning | None:
    """How far learning a home page has come, None where it has not begun or is of another form."""
    if not state.learning:
        return None
    try:
        return value_from_json(learning.Learning, state.learning)
    except OtherForm:
        return None


@transaction.atomic
def confirm_change(actor: Actor, asset: Asset) -> None:
    """Take the home page as it was seen last for the usual one: this change was ours.

    Raises:
        CannotDo: no home page is known, or nothing was learned yet.
    """
    state = SiteState.objects.select_for_update().filter(asset=asset).first()
    before = learning_of(state) if state is not None else None
    page = _last_home(state)
    if state is None or before is None or not isinstance(page, Page):
        raise CannotDo("state")
    after = learning.confirmed(before, page, clock.now())
    state.learning = value_to_json(after)
    state.save(update_fields=["learning"])
    record(actor, "asset.change-confirmed", f"asset:{asset.pk}", {"asset": asset.value})


def _last_home(state: SiteState | None) -> Page | Failure:
    if state is None or not state.facts:
        return Failure(Why.NOT_COLLECTED)
    return stored_facts(state).find(needs.HOME)


def stored_facts(state: SiteState) -> Facts:
    """The facts of the last visit.

    Raises:
        OtherForm: there are none, or they are of another form.
    """
    if not state.facts:
        raise OtherForm("")
    return from_json(zstandard.decompress(bytes(state.facts)))
