"""What duty asks for as time goes on: roll-calls, handovers, tomorrow's shifts, the morning's brief, what waits for the leader."""

from fenghuo.report.periodicals.daily.brief import brief_due
from fenghuo.warn.duty import handovers, roll_calls
from fenghuo.warn.duty.messages import remind_of_tomorrow
from fenghuo.warn.notices.asking import ask_due


def duty_due() -> None:
    """Do what has come due; each is done once, however often this is called."""
    roll_calls.call_by_chance()
    roll_calls.watch_due()
    handovers.watch_due()
    remind_of_tomorrow()
    brief_due()
    ask_due()
