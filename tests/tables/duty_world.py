"""One shift, swap, handover, roll-call, deputy and important period for the test of who may open what."""

from datetime import timedelta

from fenghuo.base.accounts.actions import add_person
from fenghuo.base.audit import COMMAND_LINE as KEEPER
from fenghuo.base.common import clock
from fenghuo.warn.duty import handovers, roll_calls, standing_in, swaps
from fenghuo.warn.duty.actions import add_shift


def both() -> dict[str, dict[str, int]]:
    """Their numbers, under the names that addresses use; each side has a shift of its own, since one of the verbs takes it away."""
    now = clock.now()
    hour = timedelta(hours=1)
    chief, _ = add_person(KEEPER, "duty-chief", "duty-chief", ["leader"])
    officer, _ = add_person(KEEPER, "duty-one", "duty-one", ["duty-officer"])
    other, _ = add_person(KEEPER, "duty-two", "duty-two", ["duty-officer"])
    ended = add_shift(KEEPER, other, "A", now - 9 * hour, now - hour)
    add_shift(KEEPER, officer, "A", now - hour, now + 8 * hour)
    ahead = add_shift(KEEPER, officer, "B", now + 30 * hour, now + 38 * hour)
    called = roll_calls.call(chief.actor())
    found = {
        "swap_id": swaps.ask(officer, ahead.pk, other, None, "").pk,
        "handover_id": handovers.give(other, ended.pk, "quiet", [("warning:x", "one matter")]).pk,
        "answer_id": called.answers.get().pk,
        "deputy_id": standing_in.name_deputy(chief, other, chief, now, now + hour).pk,
        "period_id": standing_in.begin_period(KEEPER, "congress", now, now + hour, 2, 50).pk,
    }
    sides = {"own": 60, "foreign": 90}
    return {
        side: {
            **found,
            "shift_id": add_shift(KEEPER, officer, "A", now + ahead_h * hour, now + (ahead_h + 8) * hour).pk,
        }
        for side, ahead_h in sides.items()
    }
