"""Comparing several bytes of arrays at once, which numba would read one by one."""

from fenghuo.base.common.loads import eight_at
from fenghuo.see.detection.folding import machine_inline


@machine_inline
def same_bytes(one, at, other, place, size):
    """Whether `size` bytes of two arrays are equal; both must have seven readable bytes behind them."""
    whole = size & ~7
    for i in range(0, whole, 8):
        if eight_at(one, at + i) != eight_at(other, place + i):
            return False
    rest = size & 7
    if not rest:
        return True
    difference = eight_at(one, at + whole) ^ eight_at(other, place + whole)
    return difference << (8 * (8 - rest)) == 0
