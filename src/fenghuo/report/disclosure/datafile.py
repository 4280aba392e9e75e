"""The data file: JSON, strictly as the model says. Every fault is named with its place; nothing is taken in half."""

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from fenghuo.report.disclosure.amounts import amount_of, shown
from fenghuo.report.disclosure.model import Disclosure

FORMAT, VERSION = "fenghuo-disclosure", 1
_DEEPEST_TEXT = 100_000
_LARGEST = 5_000_000
Problem = tuple[str, str, str]  # path, code, value


class BadData(Exception):
    """The file is no data file. `problems`: (path, code, value); codes: json, size, format, unknown, missing, type, amount, year."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{path}: {code} {value}".strip() for path, code, value in problems))
        self.problems = problems


def from_json(text: str) -> Disclosure:
    """The document that a data file states. A year that a section leaves out is the year of the document.

    Raises:
        BadData: it can't be used; every fault at once.
    """
    if len(text) > _LARGEST:
        raise BadData([("", "size", str(len(text)))])
    try:
        raw = json.loads(text, parse_float=_Written, parse_int=_Written, parse_constant=_Written)
    except (ValueError, RecursionError) as error:
        raise BadData([("", "json", str(error))]) from error
    if not isinstance(raw, dict) or raw.pop("format", None) != FORMAT or str(raw.pop("version", "")) != str(VERSION):
        raise BadData([("format", "format", f"{FORMAT} {VERSION}")])
    problems: list[Problem] = []
    made = _Builder(problems, raw.get("year")).of(Disclosure, raw, "")
    if problems or not isinstance(made, Disclosure):
        raise BadData(problems)
    return made


def to_json(disclosure: Disclosure) -> str:
    """The data file of a document; amounts as texts, so that no program rounds them."""
    plain = {"format": FORMAT, "version": VERSION, **_plain(disclosure)}
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


class _Written(str):
    """A number of the file as it was written, so that no digit is lost."""

    __slots__ = ()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: (getattr(value, f.name), f.default) for f in fields(value)}
        return {name: _plain(one) for name, (one, default) in named.items() if one is not None and one != default}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return shown(value) if isinstance(value, Decimal) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


class _Builder:
    """Makes values of the model from plain JSON and gathers what is wrong."""

    def __init__(self, problems: list[Problem], year: object) -> None:
        self._problems = problems
        self._year = year

    def of(self, kind: Any, raw: Any, path: str) -> Any:
        """The value of a kind, or None where it is wrong (and said so)."""
        if get_origin(kind) in (Union, types.UnionType):
            inner = [one for one in get_args(kind) if one is not type(None)]
            return None if raw is None else self.of(inner[0], raw, path)
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], raw, path)
        if is_dataclass(kind):
            return self._object(kind, raw, path)
        makers: dict[Any, Callable[[Any, str], Any]] = {Decimal: self._amount, int: self._whole, str: self._text}
        return makers[kind](raw, path)

    def _object(self, kind: Any, raw: Any, path: str) -> Any:
        if not isinstance(raw, dict):
            return self._wrong(path, "type", "{}")
        hints = _hints(kind)
        for key in raw.keys() - hints.keys():
            self._wrong(_join(path, key), "unknown", "")
        values: dict[str, Any] = {}
        for field in fields(kind):
            here = _join(path, field.name)
            stated = raw.get(field.name)
            if stated is None and field.name == "year" and path:
                stated = self._year
            if stated is not None:
                values[field.name] = self.of(hints[field.name], stated, here)
            elif field.default is MISSING:
                self._wrong(here, "missing", "")
        return None if self._problems else kind(**values)

    def _list(self, kind: Any, raw: Any, path: str) -> Any:
        if not isinstance(raw, list):
            return self._wrong(path, "type", "[]")
        return tuple(self.of(kind, one, f"{path}[{number}]") for number, one in enumerate(raw))

    def _amount(self, raw: Any, path: str) -> Decimal | None:
        amount = amount_of(raw) if isinstance(raw, str) else None
        if amount is None:
            self._wrong(path, "amount", raw)
        return amount

    def _whole(self, raw: Any, path: str) -> int | None:
        if isinstance(raw, _Written) and raw.isdecimal() and len(raw) <= 4:
            return int(raw)
        self._wrong(path, "year", raw)
        return None

    def _text(self, raw: Any, path: str) -> str | None:
        if isinstance(raw, str) and not isinstance(raw, _Written) and len(raw) <= _DEEPEST_TEXT:
            return raw
        self._wrong(path, "type", '""')
        return None

    def _wrong(self, path: str, code: str, value: object) -> None:
        self._problems.append((path or "{}", code, str(value)[:80]))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
