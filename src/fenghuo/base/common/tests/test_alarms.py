"""Alarms ring in time, in one thread, and not once they are called off."""

import threading
import time

from fenghuo.base.common.alarms import Alarms


def test_alarms_ring_in_the_order_of_their_moments() -> None:
    alarms, rung, done = Alarms(), [], threading.Event()
    begun = time.monotonic()
    alarms.after(0.3, lambda: rung.append("late") or done.set())  # type: ignore[func-returns-value]
    alarms.after(0.1, lambda: rung.append("early"))
    alarms.after(0.2, lambda: rung.append("never")).call_off()
    assert done.wait(5)
    assert rung == ["early", "late"]
    assert time.monotonic() - begun >= 0.3


def test_many_alarms_take_one_thread() -> None:
    alarms, before = Alarms(), threading.active_count()
    for _ in range(200):
        alarms.after(60, lambda: None).call_off()
    assert threading.active_count() <= before + 1
