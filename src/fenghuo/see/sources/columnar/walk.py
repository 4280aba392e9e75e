"""From one line to its leaf in the tree of known shapes, and to the plan that holds for its values. Tables are addresses."""

from fenghuo.see.sources.columnar.scan import ESCAPED, TEXT, scan_number, scan_text, scan_word
from fenghuo.see.sources.columnar.tables import (
    CONDITION_KIND,
    CONDITION_LENGTH,
    CONDITION_TEXT,
    CONDITION_VALUE,
    CONDITION_WIDTH,
    EDGE_LEAF,
    EDGE_LENGTH,
    EDGE_SIBLING,
    EDGE_STATE,
    EDGE_TEXT,
    EDGE_WIDTH,
    MAX_VALUES,
    PLAN_CONDITION_COUNT,
    PLAN_CONDITIONS,
    PLAN_NEXT,
    PLAN_WIDTH,
)
from fenghuo.see.sources.columnar.vectors import get, kernel, load8, lowest, put, same

START, END, KIND = range(3)
VALUE_WIDTH = 3 * 8
"""The values of a line: address of the text, of its end, kind."""

UNKNOWN, UNUSUAL = -1, -2
"""No such shape is known; a value that only the slow way understands."""


@kernel
def equal(left: int, right: int, length: int) -> bool:
    """True where two texts of this length agree."""
    while length > 0:
        if lowest(~same(left, right)) < min(length, 32):
            return False
        left += 32
        right += 32
        length -= 32
    return True


@kernel
def _note(value: int, start: int, end: int, kind: int) -> None:
    put(value, START, start)
    put(value, END, end)
    put(value, KIND, kind)


@kernel
def _scan(at: int, end: int, value: int) -> int:
    """Read the scalar at the address into `value`; where the next text begins, UNKNOWN for no scalar, or UNUSUAL."""
    byte = load8(at)
    if byte == 34:
        stop, escaped = scan_text(at + 1, end)
        _note(value, at + 1, stop, (TEXT if stop > at + 1 else TEXT + 1) + escaped)
        return stop + 1 if stop else UNUSUAL
    if byte == 45 or 48 <= byte <= 57:
        stop, text, kind = scan_number(at, end)
    elif byte == 116 or byte == 102 or byte == 110:
        stop, kind = scan_word(at, end)
        text = stop
    else:
        return UNKNOWN
    _note(value, at, text, kind)
    return stop if stop else UNUSUAL


@kernel
def walk(at: int, end: int, state: int, states: int, edges: int, pool: int, values: int) -> int:
    """The leaf of the line between the two addresses, UNKNOWN or UNUSUAL; its scalars are in `values`."""
    for number in range(MAX_VALUES):
        first, before, after = get(states, state), 0, UNKNOWN
        number_of_edge, edge = first, 0
        while number_of_edge >= 0:
            edge = edges + number_of_edge * EDGE_WIDTH
            length = get(edge, EDGE_LENGTH)
            stop = at + length
            if stop <= end and equal(at, pool + get(edge, EDGE_TEXT), length):
                if get(edge, EDGE_LEAF) >= 0:
                    if stop == end:
                        return get(edge, EDGE_LEAF)
                elif stop < end:
                    after = _scan(stop, end, values + number * VALUE_WIDTH)
                    if after != UNKNOWN:
                        break
            before = edge
            number_of_edge = get(edge, EDGE_SIBLING)
        if after < 0:
            return after
        if before:  # what came last comes first the next time
            put(before, EDGE_SIBLING, get(edge, EDGE_SIBLING))
            put(edge, EDGE_SIBLING, first)
            put(states, state, number_of_edge)
        state = get(edge, EDGE_STATE)
        at = after
    return UNKNOWN


@kernel
def _holds(plan: int, conditions: int, pool: int, values: int) -> bool:
    condition = conditions + get(plan, PLAN_CONDITIONS) * CONDITION_WIDTH
    for _ in range(get(plan, PLAN_CONDITION_COUNT)):
        value, length = values + get(condition, CONDITION_VALUE) * VALUE_WIDTH, get(condition, CONDITION_LENGTH)
        if get(value, KIND) & ~ESCAPED != get(condition, CONDITION_KIND):
            return False
        if length >= 0:
            if get(value, END) - get(value, START) != length:
                return False
            if not equal(get(value, START), pool + get(condition, CONDITION_TEXT), length):
                return False
        condition += CONDITION_WIDTH
    return True


@kernel
def choose(leaf: int, leaves: int, plans: int, conditions: int, pool: int, values: int) -> int:
    """Number of the leaf's plan that holds for the values, UNKNOWN where none does."""
    first, before = get(leaves, leaf), 0
    number = first
    while number >= 0:
        plan = plans + number * PLAN_WIDTH
        if _holds(plan, conditions, pool, values):
            if before:
                put(before, PLAN_NEXT, get(plan, PLAN_NEXT))
                put(plan, PLAN_NEXT, first)
                put(leaves, leaf, number)
            return number
        before = plan
        number = get(plan, PLAN_NEXT)
    return UNKNOWN
