"""The figures of a stretch of time, counted from records: what the brief of the last 24 hours says, in no language."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F

from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import names
from fenghuo.respond.incidents.decide import FINAL as INCIDENT_FINAL
from fenghuo.respond.incidents.models import Incident
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.channels.queries import in_trouble
from fenghuo.warn.duty.decide import gaps
from fenghuo.warn.duty.models import Handover, RollCallAnswer, Shift
from fenghuo.warn.early_warnings.decide import FINAL
from fenghuo.warn.early_warnings.models import EarlyWarning, State
from fenghuo.warn.notices.models import Notice, NoticeCopy

_GRAVEST = 5


@dataclass(frozen=True, slots=True)
class Grave:
    """One of the gravest new warnings."""

    id: str
    level: str
    unit: str
    threat_class: str
    state: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted. Exercises are left out.

    Attributes:
        duty: (post, name, begin, end) of the shifts, moments as ISO text.
        uncovered_minutes: how long nobody was on post A, where a roster was in use; None without one.
        new, still_open: level → number of warnings: that were raised first in this time, and not closed at its end.
        acknowledge_minutes: mean, None where nothing was acknowledged. acknowledged_late: after their time, or not yet.
        overdue_copies: copies of notices whose clock has run out. missed_calls: roll-calls not answered in time.
    """

    duty: list[tuple[str, str, str, str]] = field(default_factory=list)
    uncovered_minutes: int | None = None
    new: dict[str, int] = field(default_factory=dict)
    still_open: dict[str, int] = field(default_factory=dict)
    gravest: list[Grave] = field(default_factory=list)
    acknowledged: int = 0
    acknowledge_minutes: float | None = None
    acknowledged_late: int = 0
    escalated: int = 0
    incidents: int = 0
    incidents_open: int = 0
    notices: int = 0
    copies: int = 0
    overdue_copies: int = 0
    findings: int = 0
    sent: int = 0
    undelivered: int = 0
    handovers: int = 0
    roll_calls: int = 0
    missed_calls: int = 0

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Figures":
        """As it was kept."""
        duty = [(str(a), str(b), str(c), str(d)) for a, b, c, d in stored.get("duty", ())]
        gravest = [Grave(**row) for row in stored.get("gravest", ())]
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**known, "duty": duty, "gravest": gravest})


def count(since: datetime, until: datetime) -> Figures:
    """Count from a moment to another; what is open is taken as it stands when this is called."""
    within = (since, until)
    warnings = EarlyWarning.objects.filter(exercise=False).exclude(state=State.JOINED)
    new = warnings.filter(created_at__gte=since, created_at__lt=until)
    shifts = Shift.objects.filter(starts_at__lt=until, ends_at__gt=since).select_related("person")
    issued = Notice.objects.filter(issued_at__gte=since, issued_at__lt=until, exercise=False)
    incidents = Incident.objects.filter(exercise=False)
    return Figures(
        duty=[(s.post, s.person.name, s.starts_at.isoformat(), s.ends_at.isoformat()) for s in shifts],
        uncovered_minutes=_uncovered(shifts, since, until),
        new=_by_level(new),
        still_open=_by_level(warnings.exclude(state__in=FINAL)),
        gravest=_gravest(new),
        **_acknowledged(*within),
        escalated=_acts("warning.escalated", *within),
        incidents=incidents.filter(received_at__gte=since, received_at__lt=until).count(),
        incidents_open=incidents.exclude(state__in=INCIDENT_FINAL).count(),
        notices=issued.count(),
        copies=NoticeCopy.objects.filter(notice__in=issued).count(),
        overdue_copies=_overdue(until),
        findings=StoredFinding.objects.filter(first_seen__gte=since, first_seen__lt=until).count(),
        sent=Delivery.objects.filter(sent_at__gte=since, sent_at__lt=until).count(),
        undelivered=in_trouble(until).count(),
        handovers=Handover.objects.filter(taken_at__gte=since, taken_at__lt=until).count(),
        roll_calls=RollCallAnswer.objects.filter(roll_call__at__gte=since, roll_call__at__lt=until).count(),
        missed_calls=RollCallAnswer.objects.filter(missed_at__gte=since, missed_at__lt=until).count(),
    )


def _by_level(rows: Any) -> dict[str, int]:
    return dict(rows.order_by().values_list("level").annotate(number=Count("id")))


def _gravest(new: Any) -> list[Grave]:
    units = names()
    found = new.order_by("rank", "created_at")[:_GRAVEST]
    return [Grave(w.id, w.level, units.get(w.unit_id, ""), w.threat_class, w.state) for w in found]


def _acknowledged(since: datetime, until: datetime) -> dict[str, Any]:
    clocks = Deadline.objects.filter(kind="acknowledge")
    stopped = clocks.filter(stopped_at__gte=since, stopped_at__lt=until)
    mean = stopped.aggregate(mean=Avg(F("stopped_at") - F("started_at")))["mean"]
    return {
        "acknowledged": stopped.count(),
        "acknowledge_minutes": None if mean is None else round(mean.total_seconds() / 60, 1),
        "acknowledged_late": clocks.filter(late_at__gte=since, late_at__lt=until).count(),
    }


def _overdue(until: datetime) -> int:
    late = Deadline.objects.filter(subject__startswith="notice-copy:", stopped_at=None, due_at__lt=until)
    return late.values("subject").distinct().count()


def _acts(verb: str, since: datetime, until: datetime) -> int:
    return AuditRow.objects.filter(verb=verb, at__gte=since, at__lt=until).count()


def _uncovered(shifts: Any, since: datetime, until: datetime) -> int | None:
    spans = [(shift.starts_at, shift.ends_at) for shift in shifts if shift.post == "A"]
    if not spans and not shifts:
        return None
    return int(sum((end - start).total_seconds() for start, end in gaps(spans, since, until)) // 60)
