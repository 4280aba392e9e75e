"""What every reader of lists shares: rows, problems, options, and the one loader of untrusted files.

A reader is a function `read(path, options)` that yields `Row` and `Problem` in the order of the file. It trusts nothing:
files are bounded in size, lines in length, JSON in size and depth, and a bad row is named and does not stop the rest.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from gzip import GzipFile
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from fenghuo.base.common.clock import to_ns
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

MOST_BYTES = 1 << 30
MOST_JSON_BYTES = 64 << 20
MOST_LINE = 64 << 10
MOST_MEMBERS = 20_000
MOST_ROWS = 5_000_000


class UnreadableList(Exception):
    """The file as a whole can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator as a list states it, not yet checked.

    Attributes:
        place: line number, or the number or id of the object, for messages.
        value: the text of the list; may be defanged.
        kind: what the list says it is, None to find out.
        valid_from, valid_until: nanoseconds since 1970 UTC, None where the list does not say.
        confidence: 0 to 100, None where the list does not say.
        tlp: a TLP 2.0 label in lower case, "" where the list does not say.
        threat_class: one of `values.CLASSES`, "" where the list does not say.
        note: a few words: name of the malware, reference.
    """

    place: str
    value: str
    kind: Kind | None = None
    valid_from: int | None = None
    valid_until: int | None = None
    confidence: int | None = None
    tlp: str = ""
    threat_class: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not taken: where, what stands there (at most 200 characters), why (`refusals.Reason`)."""

    place: str
    value: str
    reason: str


Read = Row | Problem


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: for CSV the columns by what they hold, e.g. {"value": "indicator", "note": "3"}; a number counts from 1."""

    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of list: its name, its title for people, its reader."""

    name: str
    title: str
    read: Callable[[Path, Options], Iterator[Read]]


def problem(place: object, value: object, reason: Reason) -> Problem:
    """A problem with its text cut to what a page can show."""
    return Problem(str(place), str(value)[:200], reason.value)


class _Bounded(io.RawIOBase):
    """Gives what another stream gives, up to a number of bytes."""

    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableList(_("The list is larger than is taken at once."))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path, most: int = MOST_BYTES) -> Iterator[BinaryIO]:
    """The bytes of a file, of a .gz, or of the one file in a .zip; never more than `most`.

    Raises:
        UnreadableList: not there, damaged, or larger.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head[:2] == b"\x1f\x8b":
                yield io.BufferedReader(_Bounded(GzipFile(fileobj=file), most))  # type: ignore[arg-type]
            elif head == b"PK\x03\x04":
                with zipfile.ZipFile(file) as archive:
                    names = [name for name in archive.namelist() if not name.endswith("/")]
                    if len(names) != 1:
                        raise UnreadableList(_("The archive must hold one file."))
                    with archive.open(names[0]) as member:
                        yield io.BufferedReader(_Bounded(member, most))  # type: ignore[arg-type]
            else:
                yield io.BufferedReader(_Bounded(file, most))
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableList(f"{path.name}: {error}") from error


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, text) of each line that is not empty; the rest of a line that is too long is passed over.

    Raises:
        UnreadableList: see `opened`.
    """
    with opened(path) as stream:
        number = 0
        while raw := stream.readline(MOST_LINE):
            number += 1
            whole = raw
            while len(raw) == MOST_LINE and not raw.endswith(b"\n"):
                raw = stream.readline(MOST_LINE)
            text = whole.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip("\r\n\0")
            if text.strip():
                yield number, text


def table(path: Path, expected: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by column) of a comma-separated list whose comments begin with "#"; a comment may name the columns."""
    columns = list(expected)
    numbers: list[int] = []

    def rows() -> Iterator[str]:
        for number, text in lines(path):
            if text.lstrip().startswith("#"):
                names = [cell.strip(' "#').lower() for cell in text.strip().strip("#").split(",")]
                if len(set(names) & set(expected)) > 1:
                    columns[:] = names
                continue
            numbers.append(number)
            yield text + "\n"

    reader = csv.reader(rows(), skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield numbers[-1], {}
            continue
        yield numbers[-1], {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}


def load_json(path: Path) -> Any:
    """The JSON value of a file.

    Raises:
        UnreadableList: no JSON, too large, or nested too deep.
    """
    with opened(path, MOST_JSON_BYTES) as stream:
        return read_json(stream.read(), path.name)


def read_json(data: bytes, name: str) -> Any:
    """The JSON value of these bytes.

    Raises:
        UnreadableList: see `load_json`.
    """
    if len(data) > MOST_JSON_BYTES:
        raise UnreadableList(_("The list is larger than is taken at once."))
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UnreadableList(f"{name}: {error}") from error


def stamp(text: object) -> int | None:
    """Nanoseconds of an ISO 8601 or "2026-11-24 10:00:00 UTC" time, UTC where it names no zone; None where it is none."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text.strip().removesuffix("UTC").strip())
        return to_ns(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def percent(value: object) -> int | None:
    """A confidence of 0 to 100, None for anything else."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 0 <= number <= 100 else None


def texts(values: Iterable[object]) -> str:
    """A note of those values that are texts, at most 300 characters."""
    return ", ".join(v for v in values if isinstance(v, str) and v and v.lower() not in {"none", "null", "n/a"})[:300]
