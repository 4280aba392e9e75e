"""The compiled loop: line by line from bytes to columns, until a line or a column needs Python."""

from fenghuo.see.sources.columnar.scan import ESCAPED, NULL, TEXT, copy_plain, copy_text
from fenghuo.see.sources.columnar.stamps import ASK, LOCAL, SETTLED, read_stamp
from fenghuo.see.sources.columnar.tables import (
    CONSTANT,
    ELEMENT,
    MOVE_ACTION,
    MOVE_CHILD,
    MOVE_COLUMN,
    MOVE_DROP_NULL,
    MOVE_LENGTH,
    MOVE_TEXT,
    MOVE_VALUE,
    MOVE_WIDTH,
    PLAN_MOVE_COUNT,
    PLAN_MOVES,
    PLAN_SLOW,
    PLAN_TIME,
    PLAN_TIME_LOCAL,
    PLAN_WIDTH,
    PRESENT_NULL,
    SCALAR,
)
from fenghuo.see.sources.columnar.vectors import get, kernel, load8, load32, put, store8, store32
from fenghuo.see.sources.columnar.walk import END, KIND, START, VALUE_WIDTH, choose, walk

# A column: buffers by address, how much they hold, and what is in them.
DATA, DATA_ROOM, DATA_END, OFFSETS, ROWS_ROOM, ROWS, VALID, VALID_COUNT, ORDER, NAME_TEXT, NAME_LENGTH = range(11)
COLUMN_FIELDS = 11
COLUMN_WIDTH = COLUMN_FIELDS * 8
NULLS, NULL_NAMES = 0, 1
"""The first two columns: the list of the fields that are null, and its names."""

MOMENT, STATE, ZONELESS, STAMP_START, STAMP_END = range(5)
TIME_FIELDS = 5
"""The time of a row: nanoseconds, state as in `stamps`, 1 where a stamp without zone is local, place in the bytes of the batch."""

(
    LINES,
    LINE_OFFSETS,
    LINE_ROOTS,
    LINE_COUNT,
    COPIED_FROM,
    COPY,
    STATES,
    EDGES,
    LEAVES,
    PLANS,
    CONDITIONS,
    MOVES,
    POOL,
    COLUMNS,
    VALUES,
    TIMES,
    COUNTER,
) = range(17)
FRAME_FIELDS = 17
"""What `fill` works on, by address: bytes of the lines, int32 offsets, int64 roots of the tree (-1: slow), their number; the
first line that lies in the padded copy, and the copy's address less the offset of its first byte; the tables."""

DONE, SLOW, LEARN, GROW = range(4)
"""Why the loop came back: nothing left; a line for the slow way; a line of unknown shape; a plan's columns lack room."""

SLACK = 64
"""Bytes that must be free behind what is written, since whole blocks are copied."""


@kernel
def copy_bytes(target: int, source: int, count: int, size: int) -> None:
    """Copy a buffer into a larger one, and zeros behind it."""
    for byte in range(count):
        store8(target + byte, load8(source + byte))
    for byte in range(count, size):
        store8(target + byte, 0)


@kernel
def close_rows(column: int, row: int) -> None:
    """Rows before `row` that have no value yet get none."""
    last = get(column, ROWS)
    if last == 0:
        store32(get(column, OFFSETS), 0)
    if last < row:
        if get(column, VALID_COUNT) == last:
            _mark(get(column, VALID), last, get(column, ROWS_ROOM))
        offsets, end = get(column, OFFSETS), get(column, DATA_END)
        while last < row:
            last += 1
            store32(offsets + 4 * last, end)
        put(column, ROWS, last)


@kernel
def close_all(columns: int, count: int, rows: int) -> None:
    """Close the rows of all columns that have room for them."""
    for number in range(count):
        column = columns + number * COLUMN_WIDTH
        if get(column, ROWS_ROOM) >= rows and get(column, ROWS_ROOM) != 0:
            close_rows(column, rows)


@kernel
def _mark(valid: int, count: int, room: int) -> None:
    """Set the first bits and no others: until now all rows had a value, and nothing was noted."""
    for byte in range(count >> 3):
        store8(valid + byte, 255)
    store8(valid + (count >> 3), (1 << (count & 7)) - 1)
    for byte in range((count >> 3) + 1, (room >> 3) + 1):
        store8(valid + byte, 0)


@kernel
def _touch(column: int, counter: int) -> None:
    """Note in which order columns first appear."""
    if get(column, ORDER) < 0:
        put(column, ORDER, get(counter, 0))
        put(counter, 0, get(counter, 0) + 1)


@kernel
def _commit(column: int, row: int, end: int) -> None:
    """The row's value ends at `end` of the column's data."""
    put(column, DATA_END, end)
    put(column, ROWS, row + 1)
    store32(get(column, OFFSETS) + 4 * (row + 1), end)
    count = get(column, VALID_COUNT)
    if count != row:
        place = get(column, VALID) + (row >> 3)
        store8(place, load8(place) | 1 << (row & 7))
    put(column, VALID_COUNT, count + 1)


@kernel
def _write(column: int, row: int, at: int, end: int, escaped: int) -> None:
    close_rows(column, row)
    base = get(column, DATA)
    target = base + get(column, DATA_END)
    stop = copy_text(target, at, end) if escaped else copy_plain(target, at, end)
    _commit(column, row, stop - base)


@kernel
def _has_room(column: int, row: int, length: int) -> bool:
    return get(column, DATA_END) + length + SLACK <= get(column, DATA_ROOM) and row < get(column, ROWS_ROOM)


@kernel
def _lacks_room(move: int, count: int, columns: int, row: int, values: int) -> bool:
    """True where a column of these moves may not hold what the row brings (a name for each null included)."""
    nulls = 0
    for _ in range(count):
        column, value = columns + get(move, MOVE_COLUMN) * COLUMN_WIDTH, get(move, MOVE_VALUE)
        length = get(move, MOVE_LENGTH)
        if value >= 0:
            length = get(values + value * VALUE_WIDTH, END) - get(values + value * VALUE_WIDTH, START)
        nulls += get(column, NAME_LENGTH)
        if get(move, MOVE_ACTION) == ELEMENT:
            child = columns + get(move, MOVE_CHILD) * COLUMN_WIDTH
            if not _has_room(child, get(column, DATA_END) + count, length * count):
                return True
        elif not _has_room(column, row, length):
            return True
        move += MOVE_WIDTH
    names = columns + NULL_NAMES * COLUMN_WIDTH
    return not (_has_room(columns, row, 0) and _has_room(names, get(columns, DATA_END) + count, nulls))


@kernel
def _element(column: int, child: int, at: int, end: int, kind: int) -> None:
    """Append a value to the list that the column's row has begun."""
    number = get(column, DATA_END)
    if kind == NULL:
        close_rows(child, number + 1)
    else:
        _write(child, number, at, end, kind & ESCAPED)
    put(column, DATA_END, number + 1)
    store32(get(column, OFFSETS) + 4 * get(column, ROWS), number + 1)


@kernel
def _begin_list(column: int, row: int) -> None:
    """The row has a list in this column, still empty."""
    close_rows(column, row)
    _commit(column, row, get(column, DATA_END))


@kernel
def _note_null(columns: int, column: int, row: int, pool: int) -> None:
    """The field of the column is present in the row, and null."""
    if get(columns, ROWS) <= row:
        _begin_list(columns, row)
    name = pool + get(column, NAME_TEXT)
    _element(columns, columns + NULL_NAMES * COLUMN_WIDTH, name, name + get(column, NAME_LENGTH), TEXT)


@kernel
def _move(move: int, columns: int, row: int, values: int, pool: int, counter: int) -> None:
    action, column = get(move, MOVE_ACTION), columns + get(move, MOVE_COLUMN) * COLUMN_WIDTH
    value = values + get(move, MOVE_VALUE) * VALUE_WIDTH
    if action == CONSTANT:
        text = pool + get(move, MOVE_TEXT)
        _write(column, row, text, text + get(move, MOVE_LENGTH), 0)
        return
    if action == ELEMENT:
        child = columns + get(move, MOVE_CHILD) * COLUMN_WIDTH
        _element(column, child, get(value, START), get(value, END), get(value, KIND))
        return
    null = action == PRESENT_NULL or (action == SCALAR and get(value, KIND) == NULL)
    if null and get(move, MOVE_DROP_NULL):
        return
    _touch(column, counter)
    if null:
        _note_null(columns, column, row, pool)
    elif action == SCALAR:
        _write(column, row, get(value, START), get(value, END), get(value, KIND) & ESCAPED)
    else:
        _begin_list(column, row)


@kernel
def _time(plan: int, values: int, base: int, time: int) -> None:
    value = values + get(plan, PLAN_TIME) * VALUE_WIDTH
    start, end, kind = get(value, START), get(value, END), get(value, KIND)
    state, moment, zoneless = ASK, 0, get(plan, PLAN_TIME_LOCAL)
    if kind == TEXT:
        moment, state = read_stamp(start, end)
    if state == LOCAL and not zoneless:
        state = SETTLED
    quote = 1 if kind & ~ESCAPED == TEXT else 0
    put(time, MOMENT, moment)
    put(time, STATE, state)
    put(time, ZONELESS, zoneless)
    put(time, STAMP_START, start - quote - base)
    put(time, STAMP_END, end + quote - base)


@kernel
def apply(move: int, count: int, columns: int, row: int, values: int, pool: int, counter: int) -> None:
    """Do these moves with these values; there must be room."""
    for _ in range(count):
        _move(move, columns, row, values, pool, counter)
        move += MOVE_WIDTH


@kernel
def _row(row: int, frame: int) -> tuple[int, int]:
    """Read one line: DONE, or why not, and the plan (or -1)."""
    pool, columns, values = get(frame, POOL), get(frame, COLUMNS), get(frame, VALUES)
    root = get(get(frame, LINE_ROOTS), row)
    if root < 0:
        return SLOW, -1
    base = get(frame, LINES) if row < get(frame, COPIED_FROM) else get(frame, COPY)
    offset = get(frame, LINE_OFFSETS) + 4 * row
    leaf = walk(
        base + load32(offset), base + load32(offset + 4), root, get(frame, STATES), get(frame, EDGES), pool, values
    )
    if leaf < 0:
        return LEARN if leaf == -1 else SLOW, -1
    number = choose(leaf, get(frame, LEAVES), get(frame, PLANS), get(frame, CONDITIONS), pool, values)
    plan = get(frame, PLANS) + number * PLAN_WIDTH
    if number < 0:
        return LEARN, -1
    if get(plan, PLAN_SLOW):
        return SLOW, -1
    move, count = get(frame, MOVES) + get(plan, PLAN_MOVES) * MOVE_WIDTH, get(plan, PLAN_MOVE_COUNT)
    if _lacks_room(move, count, columns, row, values):
        return GROW, number
    apply(move, count, columns, row, values, pool, get(frame, COUNTER))
    if get(plan, PLAN_TIME) >= 0:
        _time(plan, values, base, get(frame, TIMES) + row * TIME_FIELDS * 8)
    return DONE, number


@kernel
def fill(first: int, frame: int) -> tuple[int, int, int]:
    """Read lines from number `first` on: why it stopped, at which line, with which plan (or -1)."""
    count = get(frame, LINE_COUNT)
    for row in range(first, count):
        why, plan = _row(row, frame)
        if why != DONE:
            return why, row, plan
    return DONE, count, -1
