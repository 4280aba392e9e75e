"""The verbs of inspections; the only writer of this room's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import end_of, today
from fenghuo.base.common import clock, filestore
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections import letters
from fenghuo.respond.inspections.decide import (
    DUE,
    CampaignState,
    CampaignVerb,
    CheckState,
    CheckVerb,
    Item,
    Refused,
    Seen,
    answers_of,
    campaign_after,
    check_after,
    checked_items,
    inspectors_fit,
    items_of,
    said,
    seen_of,
)
from fenghuo.respond.inspections.lists import checklists
from fenghuo.respond.inspections.models import Campaign, Defect, Proof, SelfCheck, Visit
from fenghuo.warn.notices import drafts
from fenghuo.warn.notices.decide import Kind, NoticeState
from fenghuo.warn.notices.models import Notice

MOST_PROOFS = 60
Given = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A campaign as it is to be: by a list that comes with Fenghuo, or by lines (see `decide.items_of`), which come first.

    `first_day` and `end_day` are its planned period, both or neither.
    """

    title: str
    basis: str
    last_day: date
    list_key: str = ""
    lines: str = ""
    first_day: date | None = None
    end_day: date | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A file about an item."""

    number: str
    name: str
    content: bytes


@transaction.atomic
def prepare(actor: Actor, wanted: Wanted) -> Campaign:
    """Write a campaign down; nobody is asked yet.

    Raises:
        Refused: "title", "basis", "long", "days" (the last day is past, or more than a year ahead), "period" (half of it is missing, or the
            last day of the self-checks is not in it), "list", and what `items_of` refuses.
    """
    title, basis = said(wanted.title, 200, "title"), said(wanted.basis, 300, "basis")
    if not today() <= wanted.last_day <= today() + timedelta(days=366):
        raise Refused("days")
    if not _in_period(wanted):
        raise Refused("period")
    items, name = _items(wanted)
    made = Campaign.objects.create(
        title=title,
        basis=basis,
        list_name=name,
        items=[asdict(item) for item in items],
        last_day=wanted.last_day,
        first_day=wanted.first_day,
        end_day=wanted.end_day,
        made_by=actor.name[:150],
        made_at=clock.now(),
    )
    record(actor, "inspection.prepared", made.subject, {"title": made.title, "items": len(items), "list": name})
    return made


def _in_period(wanted: Wanted) -> bool:
    if wanted.first_day is None or wanted.end_day is None:
        return wanted.first_day is wanted.end_day
    return wanted.first_day <= wanted.last_day <= wanted.end_day


def _items(wanted: Wanted) -> tuple[list[Item], str]:
    if wanted.lines.strip():
        return items_of(wanted.lines), ""
    chosen = checklists().get(wanted.list_key)
    if chosen is None:
        raise Refused("list")
    return checked_items(chosen.items), f"{chosen.key} {chosen.version}"


@transaction.atomic
def open_to(actor: Actor, campaign_id: str, units: Sequence[Unit]) -> Campaign:
    """Ask units to check themselves, and start their clocks; a running campaign can take further units in.

    Raises:
        Refused: "state" (it has ended, or was thrown away), "units" (none that is not asked already),
            "days" (the last day is past). Campaign.DoesNotExist.
    """
    campaign, now = _locked(campaign_id), clock.now()
    after = campaign_after(CampaignState(campaign.state), CampaignVerb.ASK)
    if campaign.last_day < today():
        raise Refused("days")
    asked = set(campaign.checks.values_list("unit_id", flat=True))
    fresh = [unit for unit in units if unit.id not in asked]
    if not fresh:
        raise Refused("units")
    made = [SelfCheck.objects.create(campaign=campaign, unit=unit) for unit in fresh]
    clocks.start_all({check.subject: end_of(campaign.last_day) for check in made}, DUE, now)
    if campaign.state == CampaignState.DRAFT:
        campaign.state, campaign.opened_at = after.value, now
        campaign.save(update_fields=["state", "opened_at"])
    record(actor, "inspection.opened", campaign.subject, {"units": [unit.id for unit in fresh]})
    return campaign


def _locked(campaign_id: str) -> Campaign:
    return Campaign.objects.select_for_update().get(id=campaign_id)


def _open_check(check_id: str) -> SelfCheck:
    check = SelfCheck.objects.select_for_update(of=("self",)).select_related("campaign", "unit").get(id=check_id)
    if check.campaign.state != CampaignState.OPEN:
        raise Refused("state")
    return check


@transaction.atomic
def write(
    actor: Actor, check_id: str, given: Given, files: Sequence[Brought] = (), *, hand_in: bool = False
) -> SelfCheck:
    """Keep what a unit says so far, or hand it in.

    Raises:
        Refused: "state" (handed in already, or the campaign has ended), what `answers_of` refuses, and what `_keep` refuses.
            SelfCheck.DoesNotExist.
    """
    check = _open_check(check_id)
    after = check_after(CheckState(check.state), CheckVerb.HAND_IN if hand_in else CheckVerb.WRITE)
    check.answers = answers_of(check.campaign.numbers, given, whole=hand_in)
    _keep(actor, check, None, files)
    if hand_in:
        check.state, check.why_returned = after.value, ""
        check.handed_in_by, check.handed_in_at = actor.name[:150], clock.now()
        clocks.stop(check.subject, clock.now(), DUE)
    check.save()
    verb = "self-check.handed-in" if hand_in else "self-check.written"
    record(actor, verb, check.subject, {"unit": check.unit_id, "answers": len(check.answers), "files": len(files)})
    return check


def _keep(actor: Actor, check: SelfCheck, visit: Visit | None, files: Sequence[Brought]) -> None:
    """Keep files about items.

    Raises:
        Refused: "item", "file-size", "file-kind", "file-number".
    """
    if files and check.proofs.filter(visit=visit).count() + len(files) > MOST_PROOFS:
        raise Refused("file-number", str(MOST_PROOFS))
    for one in files:
        if one.number not in check.campaign.numbers:
            raise Refused("item", one.number)
        try:
            file = filestore.take(one.name, one.content)
        except filestore.NotTaken as error:
            raise Refused(error.code, one.number) from error
        made = {"by": actor.name[:150], "at": clock.now(), **asdict(file)}
        Proof.objects.create(check_of=check, visit=visit, number=one.number, **made)


@transaction.atomic
def give_back(actor: Actor, check_id: str, why: str) -> SelfCheck:
    """Return a self-check to its unit, which has the time of the campaign, or three days where that is over.

    Raises:
        Refused: "state", "why", "long". SelfCheck.DoesNotExist.
    """
    check = _open_check(check_id)
    after = check_after(CheckState(check.state), CheckVerb.RETURN)
    check.state, check.why_returned, check.returns = after.value, said(why, 2000, "why"), check.returns + 1
    check.save(update_fields=["state", "why_returned", "returns"])
    day = max(check.campaign.last_day, today() + timedelta(days=3))
    clocks.start_all({check.subject: end_of(day)}, DUE, clock.now())
    record(actor, "self-check.returned", check.subject, {"unit": check.unit_id, "why": check.why_returned[:500]})
    return check


@dataclass(frozen=True, slots=True)
class Seeing:
    """A visit as it was: by two inspectors on a day; `met` is who of the unit was there."""

    on: date
    first: Person
    second: Person
    met: str
    given: Given


@transaction.atomic
def visit(actor: Actor, check_id: str, was: Seeing, files: Sequence[Brought] = ()) -> Visit:
    """Write down what inspectors saw; each defect waits for its notice.

    Raises:
        Refused: "state", "inspectors" (two different persons), "day" (not yet, or before the campaign), "why" (nobody of the unit is
            named), "long", what `seen_of` and `_keep` refuse. SelfCheck.DoesNotExist.
    """
    check = _open_check(check_id)
    opened = check.campaign.opened_at
    if not inspectors_fit(str(was.first.pk), str(was.second.pk)):
        raise Refused("inspectors")
    if was.on > today() or (opened is not None and end_of(was.on) <= opened):
        raise Refused("day")
    met = said(was.met, 100, "why")
    seen = seen_of(check.campaign.numbers, was.given)
    made = Visit.objects.create(
        check_of=check,
        on=was.on,
        first=was.first,
        second=was.second,
        met=met,
        seen=seen,
        by=actor.name[:150],
        at=clock.now(),
    )
    found = [Defect(visit=made, number=n, text=s["note"]) for n, s in seen.items() if s["seen"] == Seen.DEFECT]
    Defect.objects.bulk_create(found)
    _keep(actor, check, made, files)
    record(actor, "inspection.visited", check.subject, {"unit": check.unit_id, "defects": [d.number for d in found]})
    return made


@transaction.atomic
def notify(actor: Actor, check_id: str, defect_ids: Sequence[int], kind: Kind, letterhead: drafts.Letterhead) -> Notice:
    """Draft one notice about defects of a unit; it is approved and issued as every notice, and its end closes them.

    Raises:
        Refused: "defects" (none of them is this unit's), "taken" (one stands in a notice that was not thrown away), "answer" (a kind
            that is no 隐患通报, no 督办函). notices' CannotDo: the letterhead is empty. SelfCheck.DoesNotExist.
    """
    check = SelfCheck.objects.select_for_update(of=("self",)).select_related("campaign", "unit").get(id=check_id)
    if kind not in {Kind.HAZARD, Kind.SUPERVISION}:
        raise Refused("answer")
    found = list(Defect.objects.filter(visit__check_of=check, id__in=defect_ids).select_related("notice", "visit"))
    if not found:
        raise Refused("defects")
    for defect in found:
        if defect.notice is not None and defect.notice.state != NoticeState.VOID:
            raise Refused("taken", defect.number)
    title, body = letters.of_defects(check, found)
    made = drafts.draft(actor, letterhead, {"kind": kind, "title": title, "body": body}, [check.unit])
    for defect in found:
        defect.notice = made
        defect.save(update_fields=["notice"])
    record(actor, "inspection.notified", check.subject, {"notice": made.id, "defects": [d.number for d in found]})
    return made


@transaction.atomic
def close(actor: Actor, campaign_id: str, conclusion: str) -> Campaign:
    """End a campaign with its conclusion; who has not handed in stays written as such. Notices go on by themselves.

    Raises:
        Refused: "state", "why", "long". Campaign.DoesNotExist.
    """
    campaign = _end(campaign_id, CampaignVerb.CLOSE, conclusion)
    for check in campaign.checks.exclude(state=CheckState.SUBMITTED):
        clocks.stop(check.subject, clock.now(), DUE)
    record(actor, "inspection.closed", campaign.subject, {"conclusion": campaign.conclusion[:500]})
    return campaign


@transaction.atomic
def drop(actor: Actor, campaign_id: str, why: str) -> Campaign:
    """Throw away a campaign that nobody was asked about yet; it stays in the list, with the reason.

    Raises:
        Refused: "state", "why", "long". Campaign.DoesNotExist.
    """
    campaign = _end(campaign_id, CampaignVerb.DROP, why)
    record(actor, "inspection.dropped", campaign.subject, {"why": campaign.conclusion[:500]})
    return campaign


def _end(campaign_id: str, verb: CampaignVerb, words: str) -> Campaign:
    campaign = _locked(campaign_id)
    after = campaign_after(CampaignState(campaign.state), verb)
    campaign.conclusion = said(words, 4000, "why")
    campaign.state, campaign.closed_at = after.value, clock.now()
    campaign.save(update_fields=["state", "closed_at", "conclusion"])
    return campaign
