"""Facts as JSON and back, so that new checks judge what was seen before without a new visit."""

import base64
import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

import orjson

from fenghuo.see.screening.facts.base import Facts, Failure, Target, Why
from fenghuo.see.screening.facts.needs import NEEDS
from fenghuo.see.screening.facts.network import Hello, MailServer, OutsideName, Port
from fenghuo.see.screening.facts.page import Page

T = TypeVar("T")
FORM = 1
"""Grows when the form changes; facts of another form are not read, and the site is visited anew."""
_IN_TUPLES = {"ports": Port, "hellos": Hello, "outside-names": OutsideName, "mail-servers": MailServer}
_FAILURE = "@failure"


class OtherForm(Exception):
    """The text holds facts of another form."""


def to_json(facts: Facts) -> bytes:
    """The facts as JSON; `Target.registered` is left out, since the register may have changed."""
    target = dataclasses.replace(facts.target, registered=frozenset())
    stated = {"form": FORM, "at": facts.at, "target": _plain(target)}
    return orjson.dumps({**stated, "values": _plain(dict(facts.values)), "probes": _plain(dict(facts.probes))})


def from_json(text: bytes) -> Facts:
    """The facts again.

    Raises:
        OtherForm: they are of another version, or damaged.
    """
    try:
        read = orjson.loads(text)
        if read["form"] != FORM:
            raise OtherForm(str(read["form"]))
        kinds = {need.name: need.kind for need in NEEDS}
        values = {name: _need(name, kinds[name], value) for name, value in read["values"].items() if name in kinds}
        probes = {path: _of(Page | Failure, value) for path, value in read["probes"].items()}
        return Facts(_of(Target, read["target"]), datetime.fromisoformat(read["at"]), values, probes)
    except (KeyError, TypeError, ValueError) as error:
        raise OtherForm(f"{type(error).__name__}: {error}") from error


def value_to_json(value: object) -> str:
    """One dataclass of this room as JSON text."""
    return orjson.dumps(_plain(value)).decode()


def value_from_json(kind: type[T], text: str) -> T:
    """The value again.

    Raises:
        OtherForm: the text does not hold one.
    """
    try:
        made = _of(kind, orjson.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise OtherForm(f"{type(error).__name__}: {error}") from error
    assert isinstance(made, kind)
    return made


def _need(name: str, kind: type, value: Any) -> Any:
    if isinstance(value, dict) and _FAILURE in value:
        return _of(Failure, value)
    if name in _IN_TUPLES:
        return tuple(_of(_IN_TUPLES[name], one) for one in value)
    return _of(kind, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Failure):
        return {_FAILURE: value.why.value, "detail": value.detail}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return {"@bytes": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(one) for one in (sorted(value) if isinstance(value, frozenset | set) else value)]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _of(kind: Any, value: Any) -> Any:
    """A value of this type out of plain JSON."""
    if isinstance(value, dict) and _FAILURE in value:
        return Failure(Why(value[_FAILURE]), value["detail"])
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        if value is None:
            return None
        return _of(next(one for one in inner if one not in {Failure, type(None)}), value)
    if isinstance(value, dict) and "@bytes" in value:
        return base64.b64decode(value["@bytes"])
    if origin is tuple:
        return tuple(_of(inner[0] if inner[-1] is Ellipsis else inner[n], one) for n, one in enumerate(value))
    if origin is frozenset:
        return frozenset(value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _of(inner[1], one) for key, one in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _of(hints[name], one) for name, one in value.items() if name in hints})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
