"""What others ask of inspections; rows for a person come through `…_visible_to` only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import Viewer
from fenghuo.respond.inspections.decide import DUE, Answer, CheckState, Seen
from fenghuo.respond.inspections.models import Campaign, Defect, Proof, SelfCheck, Visit
from fenghuo.warn.notices.decide import FINAL, CopyState
from fenghuo.warn.notices.models import Notice, NoticeCopy


def campaigns_visible_to(viewer: Viewer) -> QuerySet[Campaign]:
    """The campaigns that the person may see; a unit sees those that ask it something."""
    scope = viewer.unit_scope()
    found = Campaign.objects.all()
    if scope is None:
        return found
    return found.filter(id__in=SelfCheck.objects.filter(unit_id__in=scope).values("campaign_id"))


def checks_visible_to(viewer: Viewer) -> QuerySet[SelfCheck]:
    """The self-checks that the person may see: a unit sees its own."""
    scope = viewer.unit_scope()
    found = SelfCheck.objects.select_related("campaign", "unit")
    return found if scope is None else found.filter(unit_id__in=scope)


def proofs_visible_to(viewer: Viewer) -> QuerySet[Proof]:
    """The files of these self-checks and of their visits."""
    return Proof.objects.select_related("check_of").filter(check_of__in=checks_visible_to(viewer))


def with_visits(checks: QuerySet[SelfCheck]) -> QuerySet[SelfCheck]:
    """The self-checks with visits and defects at hand."""
    defects = Prefetch("defects", Defect.objects.select_related("notice"))
    visits = Visit.objects.select_related("first", "second").prefetch_related(defects, "proofs")
    return checks.prefetch_related(Prefetch("visits", visits))


def clocks_of(checks: Iterable[SelfCheck]) -> Mapping[str, Deadline]:
    """Self-check id → its running clock."""
    rows = Deadline.objects.filter(subject__in=[check.subject for check in checks], kind=DUE, stopped_at=None)
    return {row.subject.partition(":")[2]: row for row in rows}


def copies_of(defects: Iterable[Defect]) -> dict[int, NoticeCopy]:
    """Defect id → its unit's copy of the notice about it, where that was issued."""
    noticed = {d.id: (d.notice_id, d.visit.check_of.unit_id) for d in defects if d.notice_id}
    copies = NoticeCopy.objects.filter(notice_id__in={notice for notice, _unit in noticed.values()})
    # A draft may have been given further units: only the unit's own copy says something about its defect.
    found = {(copy.notice_id, copy.unit_id): copy for copy in copies.select_related("notice")}
    return {number: found[key] for number, key in noticed.items() if key in found}


def closed_defects(copies: Mapping[int, NoticeCopy]) -> set[int]:
    """Ids of the defects whose copy has come to its end; one that was made void has mended nothing."""
    ends = FINAL - {CopyState.VOID}
    return {number for number, copy in copies.items() if copy.state in ends}


def late_ones(checks: Iterable[SelfCheck]) -> set[str]:
    """Ids of the self-checks whose time passed before they were handed in, as it was written down when it happened."""
    rows = Deadline.objects.filter(subject__in=[check.subject for check in checks], kind=DUE).exclude(late_at=None)
    return {subject.partition(":")[2] for subject in rows.values_list("subject", flat=True)}


def item_counts(campaign: Campaign, checks: Sequence[SelfCheck]) -> dict[str, tuple[int, int]]:
    """Item number → (units that say they do not meet it, defects that inspectors found).

    Args:
        checks: with their visits at hand. What is not handed in counts for nothing.
    """
    handed = [check.answers for check in checks if check.state == CheckState.SUBMITTED]
    seen = [visit.seen for check in checks for visit in check.visits.all()]
    return {
        number: (
            sum(answers.get(number, {}).get("answer") == Answer.NO for answers in handed),
            sum(one.get(number, {}).get("seen") == Seen.DEFECT for one in seen),
        )
        for number in campaign.numbers
    }


def behind_notice(viewer: Viewer, notice: Notice) -> QuerySet[SelfCheck]:
    """The self-checks whose defects a notice is about."""
    return checks_visible_to(viewer).filter(visits__defects__notice=notice).distinct()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a unit is: its self-check, how many items it says it does not meet, defects, and how many of them are closed.

    `late`: the time passed before it was handed in.
    """

    check: SelfCheck
    deadline: Deadline | None
    late: bool
    not_met: int
    visits: int
    defects: int
    closed: int

    @property
    def missing(self) -> bool:
        """Whether the unit has not handed in."""
        return self.check.state != CheckState.SUBMITTED


def standings(checks: QuerySet[SelfCheck]) -> list[Standing]:
    """How far each unit is, those that have not handed in on top."""
    rows = list(with_visits(checks))
    clocks, late = clocks_of(rows), late_ones(rows)
    found = {row.id: [d for visit in row.visits.all() for d in visit.defects.all()] for row in rows}
    closed = closed_defects(copies_of(d for defects in found.values() for d in defects))
    made = [
        Standing(
            row,
            clocks.get(row.id),
            row.id in late,
            sum(answer["answer"] == Answer.NO for answer in row.answers.values()),
            len(row.visits.all()),
            len(found[row.id]),
            sum(d.id in closed for d in found[row.id]),
        )
        for row in rows
    ]
    return sorted(made, key=lambda one: (not one.missing, one.check.unit.name))
