"""What lanes want to write at the same moment is one transaction, and fails as one."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from fenghuo.warn.channels import together
from fenghuo.warn.channels.together import Together


class Line:
    """Stands for the database: the first transaction waits until it is let go; how many works each one held."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.held: list[int] = []

    @contextmanager
    def atomic(self) -> Iterator[None]:
        self.free.wait(5)
        self.held.append(0)
        yield


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr(together, "transaction", SimpleNamespace(atomic=made.atomic))
    monkeypatch.setattr(together, "connection", SimpleNamespace(vendor="sqlite", in_atomic_block=False))
    return made


def at_once(shared: Together, line: Line, works: list[Callable[[], object]]) -> list[object]:
    """What each of the works gave, or the error; all were brought before the first transaction began."""
    found = dict[int, object]()

    def bring(number: int) -> None:
        try:
            found[number] = shared.run(works[number])
        except Exception as error:  # noqa: BLE001 -- handed to whom it concerns
            found[number] = error

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 5
    while len(shared._waiting) < len(works) and time.monotonic() < until:
        time.sleep(0.001)
    line.free.set()
    for thread in threads:
        thread.join(5)
    return [found[number] for number in range(len(works))]


def counting(line: Line, answer: object) -> Callable[[], object]:
    def work() -> object:
        line.held[-1] += 1
        return answer

    return work


def test_all_that_wait_are_one_transaction_and_each_gets_its_own_answer(line: Line) -> None:
    assert at_once(Together(), line, [counting(line, number) for number in range(5)]) == list(range(5))
    assert line.held == [5]


def test_who_comes_later_is_the_next_one(line: Line) -> None:
    line.free.set()
    shared = Together()
    assert [shared.run(counting(line, number)) for number in range(3)] == [0, 1, 2]
    assert line.held == [1, 1, 1]


def test_a_failure_is_one_for_all_in_it_and_for_nobody_after_it(line: Line) -> None:
    def fail() -> object:
        raise OSError("disk full")

    shared = Together()
    found = at_once(shared, line, [counting(line, 1), fail, counting(line, 2)])
    assert [type(one) for one in found] == [OSError] * 3
    assert shared.run(counting(line, 3)) == 3
    assert line.held[-1] == 1
