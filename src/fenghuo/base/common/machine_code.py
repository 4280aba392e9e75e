"""Functions compiled to machine code by numba and kept on disk, run without the interpreter's lock."""

import hashlib
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

from numba import njit

_F = TypeVar("_F", bound=Callable[..., Any])


def machine_code(**options: Any) -> Callable[[_F], _F]:
    """A decorator that compiles a function with these options of numba.

    Numba keeps machine code for as long as the file of the function does not change. But functions of other files that it calls become part
    of it; so the key also tells of all code that the function reaches.
    """

    def compile_(function: _F) -> _F:
        compiled: Any = njit(cache=True, nogil=True, **options)(function)
        index_key, digest = compiled._cache._index_key, _fingerprint(function)
        compiled._cache._index_key = lambda *arguments: (*index_key(*arguments), digest)
        return cast(_F, compiled)

    return compile_


def _fingerprint(function: Any) -> str:
    digest = hashlib.sha256()
    _note(function.__code__, function.__globals__, digest, set())
    return digest.hexdigest()


def _note(code: CodeType, names: dict[str, Any], digest: Any, seen: set[CodeType]) -> None:
    """Put code into the digest, with the numbers, functions and intrinsics that it names."""
    if code in seen:
        return
    seen.add(code)
    digest.update(code.co_code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _note(constant, names, digest, seen)
        else:
            digest.update(repr(constant).encode())
    for name in code.co_names:
        value = names.get(name)
        inner = getattr(value, "py_func", None) or getattr(value, "_defn", None) or value
        if isinstance(inner, FunctionType):
            _note(inner.__code__, inner.__globals__, digest, seen)
        elif isinstance(inner, int | float) or type(inner).__module__ == "numpy":
            digest.update(f"{name}={inner!r}".encode())
