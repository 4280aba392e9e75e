"""Several bytes of an array at once, which numba would read one by one."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from fenghuo.see.detection.folding import machine_inline


def _reader(bits: int) -> Any:
    @intrinsic
    def read(typing: Any, array: Any, at: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            view = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = cgutils.pointer_add(builder, view.data, arguments[1])
            word = builder.load(builder.bitcast(place, ir.IntType(bits).as_pointer()), align=1)
            return word if bits == 64 else builder.zext(word, ir.IntType(64))

        return types.uint64(array, types.int64), code

    return read


eight_at = _reader(64)
"""The eight bytes of an array of bytes from a place on, as a number of this machine's byte order; there must be so many."""
four_at = _reader(32)
"""The same of four bytes."""


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
