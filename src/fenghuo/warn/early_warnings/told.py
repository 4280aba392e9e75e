"""Why was this person told of a warning, or not? Answered from what was written down when it was decided, sent and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.warn.channels.models import ARRIVED, Call, Delivery, DeliveryState, Telling
from fenghuo.warn.channels.roads import of_person
from fenghuo.warn.duty.queries import ladder
from fenghuo.warn.early_warnings.models import EarlyWarning, State

REACHED = frozenset({"sent", "acknowledged", "digested", "called"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that happened, or did not.

    Attributes:
        at: when, None where it did not happen at one moment.
        code: what: see `faces.console.warnings.reasons` for the words.
        values: what the words need.
    """

    at: datetime | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A person and a warning: `reached` says whether they know, `reasons` why, in order."""

    who: str
    name: str
    reached: bool
    reasons: Sequence[Reason]


def explain_all(warning: EarlyWarning) -> list[Told]:
    """Everybody who was asked, is on the ladder, or is a duty officer or leader: persons before
    fixed recipients, those who were reached first.
    """
    tellings = _tellings(warning)
    people = {of_person(p).key: p for role in (Role.DUTY_OFFICER, Role.LEADER) for p in with_role(role)}
    names = {key: person.name for key, person in people.items()}
    for row in Delivery.objects.filter(matter=f"warning:{warning.id}").order_by("created_at"):
        names.setdefault(row.who, row.who_name or row.recipient)
    for telling in tellings:
        for asked in telling.asked:
            names.setdefault(asked["who"], asked["name"])
    found = [_explain(warning, key, name, people.get(key), tellings) for key, name in names.items()]
    return sorted(found, key=lambda one: (one.who.startswith("channel:"), not one.reached))


def explain(warning: EarlyWarning, person: Person) -> Told:
    """One person, whoever it is."""
    return _explain(warning, of_person(person).key, person.name, person, _tellings(warning))


def _tellings(warning: EarlyWarning) -> list[Telling]:
    return list(Telling.objects.filter(matter=f"warning:{warning.id}").order_by("at"))


def _explain(warning: EarlyWarning, who: str, name: str, person: Person | None, tellings: Sequence[Telling]) -> Told:
    matter = f"warning:{warning.id}"
    rows = list(
        Delivery.objects.filter(matter=matter, who=who).select_related("channel", "digest").order_by("created_at")
    )
    calls = list(Call.objects.filter(matter=matter, who=who))
    reasons = [*_from_deliveries(rows), *_from_calls(calls)]
    reached = any(reason.code in REACHED for reason in reasons)
    if not rows and not calls:
        reasons += _not_asked(warning, who, person, tellings)
    return Told(who, name, reached, reasons)


def _from_deliveries(rows: Sequence[Delivery]) -> Iterator[Reason]:
    for row in rows:
        values = {"channel": row.channel.name, "tries": row.tries, "answer": row.answer, "double": row.possible_double}
        values["occasion"] = row.occasion
        if row.state == DeliveryState.DIGESTED:
            yield from _from_digest(row, values)
        elif row.state == DeliveryState.HELD:
            yield Reason(row.held_at, "held", values)
        elif row.state in (DeliveryState.WAITING, DeliveryState.LEASED):
            code = "channel-off" if not row.channel.enabled else "limited" if not row.tries else "failing"
            yield Reason(row.created_at, code, values)
        elif row.state == DeliveryState.CALLED:
            continue
        else:
            yield Reason(row.sent_at or row.created_at, row.state, values)
        if row.acknowledged_at is not None and row.state != DeliveryState.ACKNOWLEDGED:
            yield Reason(row.acknowledged_at, "acknowledged", values)


def _from_digest(row: Delivery, values: Mapping[str, object]) -> Iterator[Reason]:
    """What became of the digest that lists it: like any message it may take another road or become a call."""
    if row.digest is None:
        return
    matter = row.digest.matter
    roads = list(Delivery.objects.filter(matter=matter, who=row.who).select_related("channel").order_by("created_at"))
    calls = list(Call.objects.filter(matter=matter, who=row.who))
    for road in roads:
        named = {**values, "channel": road.channel.name, "tries": road.tries, "answer": road.answer}
        if road.state in ARRIVED:
            yield Reason(road.sent_at, "digested", named)
        elif road is roads[-1] and not calls:
            yield Reason(road.created_at, "digest-waits", named)
    yield from _from_calls(calls)


def _from_calls(calls: Sequence[Call]) -> Iterator[Reason]:
    for call in calls:
        values = {"why": call.get_reason_display(), "by": call.done_by, "outcome": call.outcome, "due": call.due_at}
        if call.open_since is not None:
            yield Reason(call.made_at, "call-open", values)
        elif call.done_by:
            yield Reason(call.done_at, "called", values)


def _not_asked(warning: EarlyWarning, who: str, person: Person | None, tellings: Sequence[Telling]) -> Iterator[Reason]:
    """Why nothing was made for this person."""
    if person is not None and not person.is_active:
        yield Reason(None, "left")
    for telling in tellings:
        for asked in telling.asked:
            if asked["who"] == who:
                yield Reason(telling.at, "no-road", {"left_out": telling.left_out})
    if not tellings:
        yield Reason(warning.raised_at, "nobody-told")
        return
    first = tellings[0]
    if person is None or any(asked["who"] == who for telling in tellings for asked in telling.asked):
        return
    rungs = [[one.pk for one in rung] for rung in ladder(first.at)]
    own = next((number for number, rung in enumerate(rungs) if person.pk in rung), None)
    others = {"names": sorted({asked["name"] for telling in tellings for asked in telling.asked})}
    if own is None:
        yield Reason(first.at, "not-on-duty", others)
    elif warning.state == State.OPEN and warning.next_rung_at is not None:
        yield Reason(warning.next_rung_at, "not-yet", {"rung": own + 1, **others})
    elif warning.state != State.OPEN:
        yield Reason(None, "taken-on-before", {"rung": own + 1, "by": warning.handled_by, **others})
    else:
        yield Reason(None, "ladder-ended", {"rung": own + 1, **others})
