"""From the first words of a notice to its approval by another person."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.notices import texts
from fenghuo.warn.notices.copies import is_open
from fenghuo.warn.notices.decide import (
    FINAL,
    NOTICE_FINAL,
    CopyState,
    Kind,
    NoticeState,
    NoticeVerb,
    Urgency,
    notice_after,
)
from fenghuo.warn.notices.models import Notice, NoticeCopy, NoticeFinding
from fenghuo.warn.notices.steps import CannotDo, cells
from fenghuo.warn.notices.terms import at_issue

EDITABLE = (
    *("kind", "urgency", "severity", "level", "approval", "title", "body", "copies_to", "contact", "exercise"),
    *("agency", "code"),
)
_NEED_APPROVAL = frozenset({"red", "orange"})


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues: the body's name and its code in numbers, whom to ask, who gets a copy."""

    agency: str
    code: str
    contact: str = ""
    copies_to: str = ""


@transaction.atomic
def draft(actor: Actor, letterhead: Letterhead, values: Mapping[str, object], units: Sequence[Unit]) -> Notice:
    """A new notice by hand.

    Args:
        values: fields of `EDITABLE`; at least kind, title and body.

    Raises:
        CannotDo: "text" or "units".
    """
    made = Notice(
        agency=letterhead.agency[:100],
        code=letterhead.code[:40],
        contact=letterhead.contact[:200],
        copies_to=letterhead.copies_to,
        authors=[actor.id],
        drafted_by=actor.name[:150],
        drafted_at=clock.now(),
    )
    _put(made, values)
    _check(made, units)
    made.save(force_insert=True)
    made.units.set(units)
    record(actor, "notice.drafted", f"notice:{made.id}", {"kind": made.kind, "units": [u.id for u in units]})
    return made


def _put(notice: Notice, values: Mapping[str, object]) -> None:
    for name in set(values) & set(EDITABLE):
        setattr(notice, name, values[name])
    notice.title, notice.body = notice.title.strip()[:200], notice.body.strip()


def _check(notice: Notice, units: Sequence[Unit]) -> None:
    if not (notice.title and notice.body and notice.agency and notice.code):
        raise CannotDo("text")
    if not units:
        raise CannotDo("units")


@transaction.atomic
def draft_from_findings(actor: Actor, letterhead: Letterhead, finding_ids: Sequence[str]) -> Notice:
    """One 隐患通报 about open findings, of one unit or of many at once.

    Raises:
        CannotDo: "findings" where none is open, or one stands in a notice that is not done yet (`detail` has its id).
    """
    found = [f for f in StoredFinding.objects.select_related("unit").filter(id__in=finding_ids) if is_open(f.state)]
    if not found:
        raise CannotDo("findings")
    taken = NoticeFinding.objects.filter(finding__in=found).exclude(notice__state__in=NOTICE_FINAL)
    taken = taken.exclude(copy__state__in=FINAL)
    if first := taken.first():
        raise CannotDo("findings", first.finding_id)
    counted = Counter(f.severity for f in found)
    gravest = min(counted, key=lambda s: Severity(s).rank)
    urgency = Urgency.URGENT if gravest == Severity.CRITICAL else Urgency.PLAIN
    table = cells()
    terms = {s.value: at_issue(table, Kind.HAZARD, urgency, s, "") for s in Severity}
    units = list({f.unit_id: f.unit for f in found}.values())
    values = {
        "kind": Kind.HAZARD,
        "urgency": urgency,
        "severity": gravest,
        "title": texts.hazard_title([u.name for u in units]),
        "body": texts.hazard_body({s.value: counted[s.value] for s in Severity}, terms, len(units)),
    }
    before = recurrences(f.id for f in found)
    if before and len(units) == 1:
        values["body"] = texts.with_recurrence(str(values["body"]), len({row.finding_id for row in before}))
    made = draft(actor, letterhead, values, units)
    if before and len(units) == 1:
        made.about = before[0].copy
        made.save(update_fields=["about"])
    NoticeFinding.objects.bulk_create([NoticeFinding(notice=made, finding=f) for f in found])
    return made


def recurrences(finding_ids: Iterable[str]) -> list[NoticeFinding]:
    """Rows of closed copies about the same findings, the latest first: what was struck off and came back (复发)."""
    rows = NoticeFinding.objects.filter(finding_id__in=list(finding_ids), copy__state=CopyState.CLOSED)
    return list(rows.select_related("copy", "notice", "notice__number").order_by("-copy__ended_at", "-id"))


@transaction.atomic
def draft_about(actor: Actor, copy: NoticeCopy, kind: Kind, words: tuple[str, str]) -> Notice:
    """A notice that the end of a clock made necessary, in the name of the same body, about a copy of an earlier one."""
    before = copy.notice
    letterhead = Letterhead(before.agency, before.code, before.contact, before.copies_to)
    values = {"kind": kind, "urgency": before.urgency, "severity": copy.severity, "exercise": before.exercise}
    made = draft(actor, letterhead, {**values, "title": words[0], "body": words[1]}, [copy.unit])
    made.about = copy
    made.save(update_fields=["about"])
    return made


@transaction.atomic
def edit(actor: Actor, notice_id: str, version: int, values: Mapping[str, object], units: Sequence[Unit]) -> Notice:
    """Change a draft.

    Raises:
        CannotDo: "state", "version" where somebody changed it meanwhile, "text", "units", "findings" where a unit that has
            some is left out.
    """
    notice = _locked(notice_id)
    if notice.state != NoticeState.DRAFT:
        raise CannotDo("state", notice.state)
    if notice.version != version:
        raise CannotDo("version")
    _put(notice, values)
    _check(notice, units)
    if set(notice.findings.values_list("finding__unit_id", flat=True)) - {u.id for u in units}:
        raise CannotDo("findings")
    _author(notice, actor)
    notice.version += 1
    notice.save()
    notice.units.set(units)
    record(actor, "notice.changed", f"notice:{notice.id}", {"version": notice.version, "units": [u.id for u in units]})
    return notice


@transaction.atomic
def submit(actor: Actor, notice_id: str) -> Notice:
    """Give a draft to another person for approval.

    Raises:
        CannotDo: "state"; "approval" where red or orange lacks the proof that the level above approved it.
    """
    notice = _locked(notice_id)
    check_level(notice)
    _author(notice, actor)
    return _move(actor, notice, NoticeVerb.SUBMIT, "submitted")


@transaction.atomic
def approve(actor: Actor, notice_id: str) -> Notice:
    """Approve a notice that others wrote.

    Raises:
        CannotDo: "state", "same-person".
    """
    notice = _locked(notice_id)
    if actor.id in notice.authors:
        raise CannotDo("same-person")
    notice.approved_by, notice.approved_at = actor.name[:150], clock.now()
    return _move(actor, notice, NoticeVerb.APPROVE, "approved")


@transaction.atomic
def reject(actor: Actor, notice_id: str, why: str) -> Notice:
    """Give a notice back to its authors.

    Raises:
        CannotDo: "state", "text".
    """
    notice = _locked(notice_id)
    if not why.strip():
        raise CannotDo("text")
    notice.approved_by, notice.approved_at = "", None
    return _move(actor, notice, NoticeVerb.REJECT, "rejected", why)


@transaction.atomic
def discard(actor: Actor, notice_id: str, why: str) -> Notice:
    """Throw away a draft that was never issued; an issued notice takes two persons (`review.propose_void`).

    Raises:
        CannotDo: "state", "text".
    """
    notice = _locked(notice_id)
    if notice.state == NoticeState.ISSUED:
        raise CannotDo("state", notice.state)
    if not why.strip():
        raise CannotDo("text")
    return _move(actor, notice, NoticeVerb.VOID, "discarded", why)


def check_level(notice: Notice) -> None:
    """Refuse red and orange without proof that the level above approved them."""
    if notice.kind == Kind.WARNING and notice.level in _NEED_APPROVAL and not notice.approval.strip():
        raise CannotDo("approval")


def _locked(notice_id: str) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).get(id=notice_id)


def _author(notice: Notice, actor: Actor) -> None:
    if actor.id not in notice.authors:
        notice.authors = [*notice.authors, actor.id]


def _move(actor: Actor, notice: Notice, verb: NoticeVerb, word: str, why: str = "") -> Notice:
    wanted = notice_after(NoticeState(notice.state), verb)
    if wanted is None:
        raise CannotDo("state", notice.state)
    before, notice.state = notice.state, wanted
    notice.save()
    record(actor, f"notice.{word}", f"notice:{notice.id}", {"from": before, "reason": why.strip()[:500]})
    return notice
