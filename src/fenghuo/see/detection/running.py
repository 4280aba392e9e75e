"""Machine code that runs, for each row, the programs of the rules that have a true witness."""

from typing import Any, NamedTuple

import numpy as np

from fenghuo.see.detection.folding import machine, machine_inline
from fenghuo.see.detection.later import Later, tell_later

UNKNOWN, FALSE, TRUE = 0, 1, 2
"""Answers to what is asked."""


class Seen(NamedTuple):
    """What is true in the rows of a batch.

    `true[low[c, row]:high[c, row]]` are predicates that column c makes true; `extra[n, row]` is 1 where predicate `extra_numbers[n]` is;
    `answers[n, row]` tells of the predicate that is asked as number n, `later` of those that are looked for where a program comes to them.
    """

    low: "np.ndarray[Any, np.dtype[np.int32]]"
    high: "np.ndarray[Any, np.dtype[np.int32]]"
    true: "np.ndarray[Any, np.dtype[np.int32]]"
    extra: "np.ndarray[Any, np.dtype[np.uint8]]"
    extra_numbers: "np.ndarray[Any, np.dtype[np.int32]]"
    answers: "np.ndarray[Any, np.dtype[np.uint8]]"
    later: Later


class ProgramScratch(NamedTuple):
    """Room for `run_programs`: the row in which each predicate was true last, the row in which each rule was asked last, a queue."""

    stamped: "np.ndarray[Any, np.dtype[np.int32]]"
    asked: "np.ndarray[Any, np.dtype[np.int32]]"
    queue: "np.ndarray[Any, np.dtype[np.int32]]"


@machine_inline
def _walk(plan, stamped, seen, row, at):
    """From a test on: -1 or -2 for yes or no, else the test whose answer is unknown."""
    tests, answers, later, told_later = plan.tests, seen.answers, seen.later, seen.later.texts.numbers
    while at >= 0:
        predicate, number = tests[at, 0], tests[at, 3]
        if number >= 0:
            if answers[number, row] == UNKNOWN:
                break
            held = answers[number, row] == TRUE
        else:
            held = stamped[predicate] == row
            if not held and told_later[predicate] >= 0:
                held = tell_later(later, stamped, row, predicate)
        at = tests[at, 1] if held else tests[at, 2]
    return at


@machine
def run_programs(seen, plan, scratch, out, pending, begin, filled, waiting):
    """Write (row, rule) of every program that answers yes into `out`, for the rows from `begin` on, and (row, rule, test) of each that
    has to know an answer first into `pending`; (next row, filled, waiting).

    It ends early where one of these may be too small for one row more; call it again with larger ones.

    Args:
        seen: `Seen`.
        plan: `ProgramTables`.
        scratch: `ProgramScratch`.
        filled, waiting: how much of `out` and `pending` is filled already.
    """
    low, high, true, extra, extra_numbers = seen.low, seen.high, seen.true, seen.extra, seen.extra_numbers
    watcher_ptr, watchers, always = plan.watcher_ptr, plan.watchers, plan.always
    columns, rows = low.shape
    rules = plan.starts.shape[0]
    stamped, asked, queue = scratch.stamped, scratch.asked, scratch.queue
    for row in range(begin, rows):
        if filled + rules > out.shape[0] or waiting + rules > pending.shape[0]:
            return row, filled, waiting
        queued = always.shape[0]
        for i in range(queued):
            queue[i] = always[i]
        for column in range(columns + extra_numbers.shape[0]):
            if column < columns:
                start, end = low[column, row], high[column, row]
            else:
                start, end = 0, np.int32(extra[column - columns, row])
            for at in range(start, end):
                predicate = true[at] if column < columns else extra_numbers[column - columns]
                if stamped[predicate] == row:
                    continue
                stamped[predicate] = row
                for w in range(watcher_ptr[predicate], watcher_ptr[predicate + 1]):
                    rule = watchers[w]
                    if asked[rule] != row:
                        asked[rule] = row
                        queue[queued] = rule
                        queued += 1
        for q in range(queued):
            at = _walk(plan, stamped, seen, row, plan.starts[queue[q]])
            if at == -1:
                out[filled, 0] = row
                out[filled, 1] = queue[q]
                filled += 1
            elif at >= 0:
                pending[waiting, 0] = row
                pending[waiting, 1] = queue[q]
                pending[waiting, 2] = at
                waiting += 1
    return rows, filled, waiting


@machine
def resume_programs(seen, plan, stamped, pending, out):
    """Go on with the programs of `pending`, which is by row; (filled, waiting): those that answer yes are written into `out`, those that
    have to know more stay at the start of `pending`.
    """
    filled = waiting = 0
    last = -1
    for i in range(pending.shape[0]):
        row = pending[i, 0]
        if row != last:
            last = row
            for column in range(seen.low.shape[0]):
                for at in range(seen.low[column, row], seen.high[column, row]):
                    stamped[seen.true[at]] = row
            for number in range(seen.extra_numbers.shape[0]):
                if seen.extra[number, row]:
                    stamped[seen.extra_numbers[number]] = row
        at = _walk(plan, stamped, seen, row, pending[i, 2])
        if at == -1:
            out[filled, 0] = row
            out[filled, 1] = pending[i, 1]
            filled += 1
        elif at >= 0:
            pending[waiting, 0] = row
            pending[waiting, 1] = pending[i, 1]
            pending[waiting, 2] = at
            waiting += 1
    return filled, waiting
