"""Writers of one SQLite file go one after the other, and nobody twice while another waits."""

import multiprocessing
import sqlite3
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from fenghuo.base.common.sqlite_in_turn.turns import Turns


def connection_to(path: Path, timeout: float = 30.0) -> Any:
    """A Django connection of this backend to a file of its own."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": timeout, "init_command": "PRAGMA journal_mode=WAL"}
    one = {"ENGINE": "fenghuo.base.common.sqlite_in_turn", "NAME": str(path), "OPTIONS": options}
    return ConnectionHandler({"default": one})["default"]


def write_without_pause(path: str, name: str, until: float, pipe: Any) -> None:
    """A process that holds the turn as long as it can, and writes down when it had it."""
    turns = Turns(path, 30.0)
    held = []
    while time.time() < until:
        assert turns.wait()
        begun = time.time()
        time.sleep(0.02)
        held.append((begun, time.time(), name))
        turns.done()
    turns.close()
    pipe.send(held)


def test_nobody_goes_twice_while_another_waits(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    pipes, until = [], time.time() + 3.0
    for name in ("a", "b"):
        ours, theirs = context.Pipe()
        context.Process(target=write_without_pause, args=(str(tmp_path / "base"), name, until, theirs)).start()
        pipes.append(ours)
    held = sorted(row for pipe in pipes for row in pipe.recv())
    both = [row for row in held if row[0] > max(next(r[0] for r in held if r[2] == n) for n in ("a", "b"))]
    assert len(both) > 20
    assert all(before[1] <= after[0] for before, after in pairwise(held)), "two had the turn at once"
    twice = sum(before[2] == after[2] for before, after in pairwise(both[:-1]))
    assert twice <= len(both) // 10, f"{twice} of {len(both)}"


def test_threads_go_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    path = str(tmp_path / "base")
    first, went = Turns(path, 5.0), []
    assert first.wait()

    def stand(number: int) -> None:
        turns = Turns(path, 0.05 if number == 2 else 5.0)
        came[number].set()
        if turns.wait():
            went.append(number)
        turns.close()

    came = [threading.Event() for _ in range(5)]
    threads = [threading.Thread(target=stand, args=(number,)) for number in range(5)]
    for event, thread in zip(came, threads, strict=True):
        thread.start()
        event.wait(5)
        time.sleep(0.02)
    threads[2].join(5)
    first.done()
    for thread in threads:
        thread.join(5)
    assert went == [0, 1, 3, 4], "who had no patience left the line, the others kept their place"
    assert first.wait()
    first.close()


def test_a_holder_that_dies_gives_the_turn_back(tmp_path: Path) -> None:
    path = str(tmp_path / "base")
    first, second = Turns(path, 5.0), Turns(path, 5.0)
    assert first.wait()
    first.close()
    assert second.wait()
    second.close()


def test_who_waited_too_long_goes_without(tmp_path: Path) -> None:
    path = str(tmp_path / "base")
    first, second, third = Turns(path, 5.0), Turns(path, 0.05), Turns(path, 0.05)
    assert first.wait()
    assert not second.wait()
    first.done()
    assert third.wait()
    third.done()
    assert second.wait()


def test_a_transaction_holds_the_turn_until_it_ends(db: None, tmp_path: Path) -> None:
    path = tmp_path / "base"
    connection = connection_to(path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n INTEGER)")
    looker = Turns(str(path), 0.0)

    def free() -> bool:
        found = looker.wait()
        looker.done()
        return found

    def body(fails: bool) -> None:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert not free()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (1)")
        connection.rollback() if fails else connection.commit()
        connection.set_autocommit(True)

    body(False)
    assert free()
    body(True)
    assert free()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    connection.close()
    assert free(), "a connection that is closed in the middle gives it back"
    assert sqlite3.connect(path).execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_sqlite_still_decides_where_somebody_writes_out_of_line(db: None, tmp_path: Path) -> None:
    path = tmp_path / "base"
    connection = connection_to(path, 0.2)
    stranger = sqlite3.connect(path, isolation_level=None)
    connection.ensure_connection()
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    looker = Turns(str(path), 0.0)
    assert looker.wait(), "who could not begin holds no turn"
    stranger.execute("ROLLBACK")
    connection.close()
