"""Unannounced roll-calls (查岗): called, answered in time, called again, missed; part of this room's verbs."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.accounts.queries import with_role
from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.clocks import actions as clocks
from fenghuo.base.clocks.office import end_of, today
from fenghuo.base.common import clock
from fenghuo.base.common.secrets import key_file
from fenghuo.warn.duty.decide import CannotDo, chance_seconds
from fenghuo.warn.duty.messages import tell_of_miss, tell_of_roll_call
from fenghuo.warn.duty.models import RollCall, RollCallAnswer
from fenghuo.warn.duty.queries import shifts_at, terms

ROLL_CALL = "roll-call"
_SLEPT = timedelta(minutes=10)


def subject_of(answer: RollCallAnswer) -> str:
    """What the clocks call one person's answer."""
    return f"roll-call-answer:{answer.pk}"


@transaction.atomic
def call(actor: Actor, why: str = "") -> RollCall:
    """Call everybody who is on duty now; each has a clock of their own.

    Raises:
        CannotDo: "nobody" is on duty, or only who calls is.
    """
    now, figures = clock.now(), terms()
    shifts = [shift for shift in shifts_at(now) if str(shift.person_id) != actor.id]
    if not shifts:
        raise CannotDo("nobody")
    due = now + timedelta(minutes=figures.roll_call_minutes)
    made = RollCall.objects.create(at=now, due_at=due, by_id=actor.id[:40], by=actor.name[:150], why=why.strip()[:300])
    again = now + timedelta(minutes=figures.call_again_minutes)
    for shift in shifts:
        values = {"person": shift.person, "shift": shift, "post": shift.post, "next_call_at": again}
        owed = RollCallAnswer.objects.create(roll_call=made, **values)
        clocks.start(subject_of(owed), ROLL_CALL, now, clocks.Limit(seconds=figures.roll_call_minutes * 60))
        tell_of_roll_call(owed)
    called = {shift.post: str(shift.person_id) for shift in shifts}
    record(actor, "roll-call.called", f"roll-call:{made.pk}", {"called": called, "due": due, "reason": made.why})
    return made


def call_by_chance() -> bool:
    """Call who is on duty where one of today's secret moments has come; whether it did.

    A moment that a stopped platform slept through is left out, and so is one at which nobody is on duty.
    """
    now, count = clock.now(), terms().roll_calls_a_day
    if not count:
        return False
    key = key_file("roll-calls.key", make=secrets.token_hex(32).encode())
    day = today()
    moments = [
        end_of(day - timedelta(days=1)) + timedelta(seconds=second) for second in chance_seconds(key, day, count)
    ]
    reached = [moment for moment in moments if moment <= now < moment + _SLEPT]
    if not reached or RollCall.objects.filter(by_id=SYSTEM.id, at__gte=reached[-1]).exists():
        return False
    try:
        call(SYSTEM)
    except CannotDo:
        return False
    return True


@transaction.atomic
def answer(person: Person, answer_id: int, address: str = "") -> RollCallAnswer:
    """Answer a roll-call, in one's own name only; too late an answer is kept as what it is.

    Raises:
        CannotDo: "person", "answered". RollCallAnswer.DoesNotExist.
    """
    row = RollCallAnswer.objects.select_for_update().get(pk=answer_id)
    if row.person_id != person.pk:
        raise CannotDo("person")
    if row.answered_at is not None:
        raise CannotDo("answered")
    now = clock.now()
    row.answered_at, row.next_call_at = now, None
    row.save(update_fields=["answered_at", "next_call_at"])
    clocks.stop(subject_of(row), now)
    detail = {"post": row.post, "seconds": int((now - row.roll_call.at).total_seconds()), "calls": row.calls}
    record(person.actor(address), "roll-call.answered", f"roll-call:{row.roll_call_id}", detail)
    return row


def watch_due() -> int:
    """Call again whoever has not answered, and write down who missed the time; how many of both."""
    now = clock.now()
    again = RollCallAnswer.objects.filter(answered_at=None, next_call_at__lte=now).values_list("pk", flat=True)
    missed = RollCallAnswer.objects.filter(answered_at=None, missed_at=None, roll_call__due_at__lte=now)
    found = sum(_call_again(pk, now) for pk in list(again))
    return found + sum(_miss(pk, now) for pk in list(missed.values_list("pk", flat=True)))


@transaction.atomic
def _call_again(answer_id: int, now: datetime) -> int:
    row = RollCallAnswer.objects.select_for_update(of=("self",)).select_related("shift").get(pk=answer_id)
    if row.answered_at is not None or row.next_call_at is None or row.next_call_at > now:
        return 0
    over = row.shift is None or row.shift.ends_at <= now or row.shift.person_id != row.person_id
    row.next_call_at = None if over else now + timedelta(minutes=terms().call_again_minutes)
    row.calls += 0 if over else 1
    row.save(update_fields=["next_call_at", "calls"])
    if not over:
        tell_of_roll_call(row)
    return int(not over)


@transaction.atomic
def _miss(answer_id: int, now: datetime) -> int:
    row = RollCallAnswer.objects.select_for_update().get(pk=answer_id)
    if row.answered_at is not None or row.missed_at is not None:
        return 0
    row.missed_at = now
    row.save(update_fields=["missed_at"])
    record(
        SYSTEM, "roll-call.missed", f"roll-call:{row.roll_call_id}", {"post": row.post, "person": str(row.person_id)}
    )
    tell_of_miss(row, with_role(Role.LEADER))
    return 1
