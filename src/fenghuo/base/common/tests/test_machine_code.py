"""Machine code is kept only as long as nothing that it is made of changes."""

import numpy as np

from fenghuo.base.common.machine_code import _fingerprint

STEP = np.uint64(3)


def inner(value: int) -> int:
    return value + 1


def outer(value: int) -> int:
    return inner(value) + int(STEP)


def made_of(source: str) -> str:
    names: dict[str, object] = {"STEP": STEP, "inner": inner}
    exec(source, names)
    return _fingerprint(names["outer"])


def test_the_key_tells_of_functions_and_numbers_that_a_function_names() -> None:
    source = "def outer(value):\n    return inner(value) + STEP\n"
    other_inner = "def inner(value):\n    return value + 2\n"
    assert made_of(source) == made_of(source)
    assert made_of(source) != made_of(other_inner + source)
    assert made_of(source) != made_of("STEP = 4\n" + source)
    assert made_of(source) != made_of(source.replace("+ STEP", "- STEP"))
    assert _fingerprint(outer) == _fingerprint(outer)
