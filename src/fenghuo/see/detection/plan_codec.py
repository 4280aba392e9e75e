"""Plans in the store: their arrays one behind the other, and a head in JSON that says which is where."""

from collections.abc import Sequence
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt
import orjson

from fenghuo.see.detection.later import LaterTexts
from fenghuo.see.detection.modifiers import FieldRef
from fenghuo.see.detection.plan import Plan, ProgramTables
from fenghuo.see.detection.program import HasText, IsNull, Meets, Predicate, Present, Refers, meets
from fenghuo.see.detection.store import Kept
from fenghuo.see.detection.tables import FieldTables
from fenghuo.see.detection.value_codec import TestReader, encode_test

_KIND = "plan-"
_ALIGNED = 64
"""Arrays begin at multiples of so many bytes: numba has other code for one that does not lie as its numbers should."""
_KINDS = {"|u1", "|b1", "<i4", "<u8"}
_SHARED = "given_up"
_SIMPLE: dict[str, type[HasText] | type[Present] | type[IsNull]] = {
    "text": HasText,
    "present": Present,
    "null": IsNull,
}
Array = npt.NDArray[Any]


def save_plan(kept: Kept, rules: Sequence[int], plan: Plan) -> None:
    """Keep a plan that was never used: matching takes texts out of its tables where they cost too much."""
    arrays: list[Array] = []
    head = {
        "lengths": _put(plan.lengths, arrays),
        "predicates": plan.predicate_count,
        "programs": _put(plan.programs, arrays),
        "fields": [[field, _put(tables, arrays)] for field, tables in plan.fields.items()],
        "everywhere": _put(plan.everywhere, arrays) if plan.everywhere else None,
        "later_field": plan.later_field,
        "later": _put(plan.later, arrays),
        "at_once": _put(plan.at_once, arrays),
        "sparse": _put(plan.sparse, arrays) if plan.sparse else None,
        "extras": [[_encoded(predicate), number] for predicate, number in plan.extras],
        "asked": [_encoded(predicate) for predicate in plan.asked],
        "told_early": plan.told_early,
        "arrays": [[array.dtype.str, array.shape] for array in arrays],
    }
    if not {array.dtype.str for array in arrays} <= _KINDS:
        return  # a machine of the other byte order
    try:
        packed = orjson.dumps(head)
    except TypeError:  # a text that is no Unicode
        return
    packed += b" " * (-(len(packed) + 8) % _ALIGNED)
    pieces = [len(packed).to_bytes(8, "little"), packed]
    for array in arrays:
        pieces += [array.tobytes(), bytes(-array.nbytes % _ALIGNED)]
    kept.store.put(kept.name(_KIND, rules), b"".join(pieces))


def load_plan(kept: Kept, rules: Sequence[int]) -> Plan | None:
    """The plan for these rules as it was made, with arrays of its own; None where none is kept."""
    content = kept.store.get(kept.name(_KIND, rules))
    if content is None:
        return None
    data = np.empty(len(content), np.uint8)
    data[:] = np.frombuffer(content, np.uint8)
    at = 8 + int.from_bytes(content[:8], "little")
    head = orjson.loads(content[8:at])
    arrays: list[Array] = []
    for kind, shape in head["arrays"]:
        size = np.dtype(kind).itemsize * int(np.prod(shape, dtype=np.int64))
        arrays.append(data[at : at + size].view(kind).reshape(shape))
        at += size + -size % _ALIGNED
    given_up = np.zeros(max(1, head["predicates"]), np.uint8)
    tests = TestReader()
    return Plan(
        rules=np.array(rules, np.int32),
        lengths=arrays[head["lengths"]],
        predicate_count=head["predicates"],
        programs=_get(ProgramTables, head["programs"], arrays, given_up),
        fields={field: _get(FieldTables, tables, arrays, given_up) for field, tables in head["fields"]},
        everywhere=_get(FieldTables, head["everywhere"], arrays, given_up) if head["everywhere"] else None,
        later_field=head["later_field"],
        later=_get(LaterTexts, head["later"], arrays, given_up),
        at_once=_get(LaterTexts, head["at_once"], arrays, given_up),
        sparse=_get(FieldTables, head["sparse"], arrays, given_up) if head["sparse"] else None,
        given_up=given_up,
        extras=[(_decoded(found, tests), number) for found, number in head["extras"]],
        asked=[_decoded(found, tests) for found in head["asked"]],
        told_early=head["told_early"],
    )


def _put(value: Any, arrays: list[Array]) -> Any:
    """A named tuple as a list in which each array is its number."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return len(arrays) - 1
    if isinstance(value, tuple):
        return [
            _put(inner, arrays)
            for name, inner in zip(value._fields, value, strict=True)  # type: ignore[attr-defined]
            if name != _SHARED
        ]
    return value


def _get(kind: Any, found: Any, arrays: Sequence[Array], given_up: Array) -> Any:
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        rest = iter(found)
        return kind(
            *(given_up if name == _SHARED else _get(hints[name], next(rest), arrays, given_up) for name in kind._fields)
        )
    return found if kind in {int, bool} else arrays[found]


def _encoded(predicate: Predicate) -> list[Any]:
    if isinstance(predicate, Meets):
        return ["meets", predicate.field, encode_test(predicate.test)]
    if isinstance(predicate, Refers):
        return ["refers", predicate.field, predicate.ref.field, predicate.ref.mode, predicate.cased]
    return [next(name for name, kind in _SIMPLE.items() if isinstance(predicate, kind)), predicate.field]


def _decoded(found: list[Any], tests: TestReader) -> Predicate:
    kind, field, *rest = found
    if kind == "meets":
        return meets(field, tests.test(rest[0]))
    if kind == "refers":
        return Refers(field, FieldRef(rest[0], rest[1]), rest[2])
    return _SIMPLE[kind](field)
