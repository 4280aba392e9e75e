"""Machine code that runs, for each row, the programs of the rules that have a true witness."""

from typing import Any, NamedTuple

import numpy as np

from fenghuo.see.detection.folding import machine


class ProgramScratch(NamedTuple):
    """Room for `run_programs`: the row in which each predicate was true last, the row in which each rule was asked last, a queue."""

    stamped: "np.ndarray[Any, np.dtype[np.int32]]"
    asked: "np.ndarray[Any, np.dtype[np.int32]]"
    queue: "np.ndarray[Any, np.dtype[np.int32]]"


@machine
def run_programs(low, high, predicates, extra, extra_predicates, plan, scratch, out, begin, filled):
    """Write (row, rule) of every program that answers yes into `out`, for the rows from `begin` on; (next row, filled).

    It ends early where `out` may be too small for one row more; call it again with a larger one.

    Args:
        low, high: (columns, rows): bounds of the true predicates in `predicates`.
        extra: (n, rows): 1 where predicate `extra_predicates[n]` is true, 0 else.
        plan: `ProgramTables`.
        scratch: `ProgramScratch`.
    """
    starts, tested, yes, no = plan.starts, plan.tested, plan.yes, plan.no
    watcher_ptr, watchers, always = plan.watcher_ptr, plan.watchers, plan.always
    columns, rows = low.shape
    stamped, asked, queue = scratch.stamped, scratch.asked, scratch.queue
    for row in range(begin, rows):
        if filled + starts.shape[0] > out.shape[0]:
            return row, filled
        waiting = always.shape[0]
        for i in range(waiting):
            queue[i] = always[i]
        for column in range(columns + extra_predicates.shape[0]):
            if column < columns:
                start, end = low[column, row], high[column, row]
            else:
                start, end = 0, np.int32(extra[column - columns, row])
            for at in range(start, end):
                predicate = predicates[at] if column < columns else extra_predicates[column - columns]
                if stamped[predicate] == row:
                    continue
                stamped[predicate] = row
                for w in range(watcher_ptr[predicate], watcher_ptr[predicate + 1]):
                    rule = watchers[w]
                    if asked[rule] != row:
                        asked[rule] = row
                        queue[waiting] = rule
                        waiting += 1
        for q in range(waiting):
            at = starts[queue[q]]
            while at >= 0:
                at = yes[at] if stamped[tested[at]] == row else no[at]
            if at == -1:
                out[filled, 0] = row
                out[filled, 1] = queue[q]
                filled += 1
    return rows, filled
