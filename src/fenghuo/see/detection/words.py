"""Comparing several bytes of arrays at once, which numba would read one by one."""

import numpy as np

from fenghuo.base.common.loads import eight_at
from fenghuo.see.detection.folding import machine, machine_inline

LANES = 32
"""So many places of a value are looked at side by side."""


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


@machine
def may_stand(first, middle, last, length, folded, n):
    """Whether the first, the middle and the last byte of a text stand so far from each other as they should; many places at once.

    There must be as many readable bytes behind the value as the text has, and `LANES` more.
    """
    places = (n + LANES - 1) & ~(LANES - 1)
    one = folded[:places]
    two = folded[length >> 1 : (length >> 1) + places]
    three = folded[length - 1 : length - 1 + places]
    found = np.uint8(0)
    for i in range(places):
        found |= np.uint8(one[i] == first) & np.uint8(two[i] == middle) & np.uint8(three[i] == last)
    return found != 0
