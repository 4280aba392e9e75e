"""Several bytes of an array at once, which numba would read one by one."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


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


def _writer() -> Any:
    @intrinsic
    def write(typing: Any, array: Any, at: Any, word: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            view = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = cgutils.pointer_add(builder, view.data, arguments[1])
            builder.store(arguments[2], builder.bitcast(place, ir.IntType(64).as_pointer()), align=1)
            return context.get_dummy_value()

        return types.void(array, types.int64, types.uint64), code

    return write


put_eight = _writer()
"""Write eight bytes into an array of bytes at a place; there must be room for so many."""
