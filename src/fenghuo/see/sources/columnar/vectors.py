"""Instructions that numba lacks: memory by address, and 32 bytes at a time.

Every address is an int64, and so is every table that the compiled code reads or writes: numba counts references of arrays
at each call, which would cost more than the work. Whoever calls holds the memory. `special`, `same` and their like read 32
bytes, so that a text needs `PADDING` readable bytes behind it. Masks have bit i set for byte i. LLVM makes of them what the
processor has.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fenghuo.base.common.machine_code import machine_code

PADDING = 64

_BYTE, _WORD, _LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_BLOCK = ir.VectorType(_BYTE, 32)


kernel = machine_code()


def _at(builder: Any, address: Any, kind: Any) -> Any:
    return builder.inttoptr(address, kind.as_pointer())


def _read(builder: Any, address: Any, kind: Any) -> Any:
    return builder.load(_at(builder, address, kind), align=1)


def _write(builder: Any, value: Any, address: Any) -> None:
    builder.store(value, _at(builder, address, value.type), align=1)


def _field(builder: Any, arguments: Any) -> Any:
    return builder.add(arguments[0], builder.shl(arguments[1], ir.Constant(_LONG, 3)))


def _mask(builder: Any, bits: Any) -> Any:
    return builder.zext(builder.bitcast(bits, _WORD), _LONG)


def _all(value: int) -> Any:
    return ir.Constant(_BLOCK, [value] * 32)


@intrinsic
def load8(_: Any, address: Any) -> Any:
    """The byte at the address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.zext(_read(builder, arguments[0], _BYTE), _LONG)

    return types.int64(types.int64), code


@intrinsic
def load32(_: Any, address: Any) -> Any:
    """The four bytes at the address as a number of this machine's byte order."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.zext(_read(builder, arguments[0], _WORD), _LONG)

    return types.int64(types.int64), code


@intrinsic
def get(_: Any, record: Any, field: Any) -> Any:
    """Field number `field` of a record of int64 at the address."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _read(builder, _field(builder, arguments), _LONG)

    return types.int64(types.int64, types.int64), code


@intrinsic
def put(_: Any, record: Any, field: Any, value: Any) -> Any:
    """Set a field of a record of int64."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _write(builder, arguments[2], _field(builder, arguments))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), code


@intrinsic
def store8(_: Any, address: Any, value: Any) -> Any:
    """Write a byte."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _write(builder, builder.trunc(arguments[1], _BYTE), arguments[0])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), code


@intrinsic
def store32(_: Any, address: Any, value: Any) -> Any:
    """Write the low four bytes of a number."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _write(builder, builder.trunc(arguments[1], _WORD), arguments[0])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), code


@intrinsic
def copy_block(_: Any, target: Any, source: Any) -> Any:
    """Copy 32 bytes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        _write(builder, _read(builder, arguments[1], _BLOCK), arguments[0])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), code


@intrinsic
def same(_: Any, left: Any, right: Any) -> Any:
    """Mask of the bytes in which two blocks agree."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        left, right = (_read(builder, a, _BLOCK) for a in arguments)
        return _mask(builder, builder.icmp_signed("==", left, right))

    return types.int64(types.int64, types.int64), code


@intrinsic
def special(_: Any, address: Any) -> Any:
    """Mask of the bytes that end or change a JSON string: quote, backslash, control characters, and all that is not ASCII."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _read(builder, arguments[0], _BLOCK)
        found = builder.icmp_signed("<", block, _all(0x20))
        for character in b'"\\':
            found = builder.or_(found, builder.icmp_signed("==", block, _all(character)))
        return _mask(builder, found)

    return types.int64(types.int64), code


def _finder(character: int) -> Any:
    @intrinsic
    def find(_: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            block = _read(builder, arguments[0], _BLOCK)
            return _mask(builder, builder.icmp_signed("==", block, _all(character)))

        return types.int64(types.int64), code

    return find


backslashes = _finder(ord("\\"))
newlines = _finder(ord("\n"))


@intrinsic
def lowest(_: Any, mask: Any) -> Any:
    """Number of the lowest bit that is set; 64 where none is."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), code
