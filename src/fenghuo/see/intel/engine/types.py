"""Shapes of the arrays that the compiled look-up works on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Uint32 = NDArray[np.uint32]
Uint64 = NDArray[np.uint64]


class Keys(NamedTuple):
    """What the look-up reads of a set. `n` entries; entry e has the key arena[starts[e]:starts[e + 1]].

    Attributes:
        arena: uint8, the keys one after another.
        starts: uint32, n + 1 places in `arena`.
        following: int32 (n), the next entry of the same key; after the last network of one range, the one around it; else -1.
        seed: start value of the hash, kept out of reach of who writes lists.
        address_slots, domain_slots, url_slots, hash_slots: uint64, open addressing, a power of two long; upper half of
            a slot: upper half of the key's hash; lower half: entry + 1, 0 for an empty slot.
        bound_high, bound_low: uint64, ascending first addresses of stretches in which one innermost network holds.
        bound_entry: int32, that network's first entry, -1 for none.
    """

    arena: Bytes
    starts: Uint32
    following: Int32
    seed: Uint64
    address_slots: Uint64
    domain_slots: Uint64
    url_slots: Uint64
    hash_slots: Uint64
    bound_high: Uint64
    bound_low: Uint64
    bound_entry: Int32
