"""Look up the observables of a batch in the shared set and in the overlay of what changed since."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fenghuo.see.intel import normal
from fenghuo.see.intel.engine import columns, lookup
from fenghuo.see.intel.engine.build import build
from fenghuo.see.intel.engine.compact import CompactSet
from fenghuo.see.intel.engine.types import Int32, Int64
from fenghuo.see.intel.values import Indicator

Finder = Callable[..., int]
_Met = tuple[int, Indicator, str, tuple[int, int]]
_EVERY = 64


@dataclass(frozen=True, slots=True)
class Found:
    """One indicator met one value of one event.

    Attributes:
        row: row of the batch.
        indicator: what was met; it was valid at the event's time.
        column: name of the field, without "[]".
        value: the text that stands there.
        span: [start, end) in characters of `value` that the indicator covers.
    """

    row: int
    indicator: Indicator
    column: str
    value: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts of a column, as slices of `data`.

    Attributes:
        array: the texts as an Arrow string array.
        origins, starts, ends: begin of each text in `data`, and the slice of it to look at.
        parents: row of each text, for list columns; indices: text of each row, for dictionary columns, -1 for null.
            Where both are None, text i is of row i.
    """

    array: Any
    data: Any
    origins: Int64
    starts: Int64
    ends: Int64
    parents: Any = None
    indices: Any = None

    def rows(self, text: int) -> list[int]:
        """The rows in which a text stands."""
        if self.indices is not None:
            return [int(row) for row in np.flatnonzero(self.indices == text)]
        return [text if self.parents is None else int(self.parents[text])]


class Indicators:
    """A shared set, entries of it that no longer count, and an overlay of new and changed ones.

    Immutable: `changed` gives another one. `match` is pure.
    """

    def __init__(self, base: CompactSet, overlay: Iterable[Indicator] = (), gone: Collection[int] = ()) -> None:
        self.base = base
        self._changes = {indicator.id: indicator for indicator in overlay}
        self._gone = frozenset(gone)
        self._hidden = self._gone | self._changes.keys()
        self._overlay = build(self._changes.values())

    def __len__(self) -> int:
        return len(self.base) + len(self._overlay)

    def changed(self, overlay: Iterable[Indicator], gone: Collection[int] = ()) -> "Indicators":
        """With these new or changed indicators, and without those whose ids are in `gone`."""
        changes = {**self._changes, **{indicator.id: indicator for indicator in overlay}}
        left = {id_: indicator for id_, indicator in changes.items() if id_ not in gone}
        return Indicators(self.base, left.values(), (self._gone - left.keys()) | set(gone))

    def match(self, batch: pa.RecordBatch) -> list[Found]:
        """What the events of an EventBatch met, in order of row, column and indicator; each (row, indicator, column) once."""
        if not len(self):
            return []
        times = batch.column("@@event_time").to_numpy()
        found: dict[tuple[int, str, int], Found] = {}
        for column, texts, finders in _readings(batch):
            for text, indicator, value, span in self._in_texts(texts, finders):
                for row in texts.rows(text):
                    if indicator.valid_at(int(times[row])):
                        found.setdefault((row, column, indicator.id), Found(row, indicator, column, value, span))
        return [found[key] for key in sorted(found)]

    def _in_texts(self, texts: _Texts, finders: "tuple[Finder, ...]") -> Iterator[_Met]:
        for part, hidden in ((self.base, self._hidden), (self._overlay, frozenset[int]())):
            for finder in finders if len(part) else ():
                for text, entry, start, end in _run(finder, part, texts):
                    if entry == lookup.SLOW:
                        yield from _slowly(texts, text, part, hidden, finder)
                    elif int(part.notes.id[entry]) not in hidden:
                        yield text, part.indicator(entry), *_shown(texts, text, start, end)


def _slowly(texts: _Texts, text: int, part: CompactSet, hidden: Collection[int], finder: Finder) -> Iterator[_Met]:
    """A host outside ASCII: brought to its form in the DNS, then looked up again."""
    value = texts.array[text].as_py()
    try:
        url = normal.ascii_url(value)
    except normal.Refused:
        return
    plain = normal.host_of(url.removeprefix("http://")) if finder is lookup.find_domains else url
    for _, entry, _, _ in _run(finder, part, _texts_of(pa.array([plain]))):
        if entry >= 0 and int(part.notes.id[entry]) not in hidden:
            yield text, part.indicator(entry), value, (0, len(value))


def _run(finder: Finder, part: CompactSet, texts: _Texts) -> list[list[int]]:
    """The lines that a finder writes, in as much room as they need."""
    room = len(texts.starts) // _EVERY + _EVERY
    while True:
        out: Int32 = np.empty((room, 4), np.int32)
        count = finder(part.keys, texts.data, texts.starts, texts.ends, out)
        if count <= room:
            lines: list[list[int]] = out[:count].tolist()
            return lines
        room = count


def _shown(texts: _Texts, text: int, start: int, end: int) -> tuple[str, tuple[int, int]]:
    """The whole text, and the met part of it in characters."""
    whole = texts.array[text].as_py()
    data = whole.encode()
    before = int(texts.starts[text] - texts.origins[text]) + start
    first = len(data[:before].decode("utf-8", "replace"))
    return whole, (first, first + len(data[before : before + end - start].decode("utf-8", "replace")))


def _texts_of(array: Any, parents: Any = None, indices: Any = None) -> _Texts:
    """The texts of a string array without copying them; a null is an empty text."""
    if pa.types.is_large_string(array.type):
        array = array.cast(pa.string())
    validity, offsets, data = array.buffers()
    places = (
        np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4).astype(np.int64)
        if offsets
        else np.zeros(1, np.int64)
    )
    starts, ends = places[:-1], places[1:]
    if validity is not None and array.null_count:
        ends = np.where(array.is_valid().to_numpy(zero_copy_only=False), ends, starts)
    flat = np.frombuffer(data, np.uint8) if data is not None and data.size else _NOTHING
    return _Texts(array, flat, starts, starts, ends, parents, indices)


_NOTHING = np.frombuffer(b"\0", np.uint8)


def _column(batch: pa.RecordBatch, name: str) -> Iterator[_Texts]:
    """The texts of a field, of its scalar column and of its list column."""
    where = batch.schema.get_field_index(name)
    if where >= 0:
        array = batch.column(where)
        if pa.types.is_dictionary(array.type) and pa.types.is_string(array.type.value_type):
            indices = array.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
            yield _texts_of(array.dictionary, indices=indices)
        elif pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
            yield _texts_of(array)
    where = batch.schema.get_field_index(name + "[]")
    if where >= 0 and pa.types.is_list(batch.column(where).type):
        lists = batch.column(where)
        yield _texts_of(lists.flatten(), pc.list_parent_indices(lists).to_numpy().astype(np.int64))


def _hosts_of(texts: _Texts) -> _Texts:
    starts, ends = np.empty_like(texts.starts), np.empty_like(texts.ends)
    lookup.url_hosts(texts.data, texts.starts, texts.ends, starts, ends)
    return replace(texts, starts=starts, ends=ends)


_ADDRESS: tuple[Finder, ...] = (lookup.find_addresses,)
_HOST: tuple[Finder, ...] = (lookup.find_domains, lookup.find_addresses)
_URL: tuple[Finder, ...] = (lookup.find_urls,)
_HASH: tuple[Finder, ...] = (lookup.find_hashes,)


def _readings(batch: pa.RecordBatch) -> Iterator[tuple[str, _Texts, tuple[Finder, ...]]]:
    """Every way in which a column of the batch is read."""
    present = set(batch.schema.names)
    for names, finders in ((columns.ADDRESSES, _ADDRESS), (columns.HOSTS, _HOST), (columns.HASHES, _HASH)):
        for name in names:
            if name in present or name + "[]" in present:
                for texts in _column(batch, name):
                    yield name, texts, finders
    for name in columns.URLS:
        for texts in _column(batch, name):
            yield name, texts, _URL
            yield name, _hosts_of(texts), _HOST
    for name in columns.FINGERPRINTS:
        for texts in _column(batch, name):
            yield name, _texts_of(pc.replace_substring(texts.array, ":", ""), texts.parents, texts.indices), _HASH
    for host, target in columns.URL_PARTS:
        if host in present and target in present:
            joined = _joined(batch.column(host), batch.column(target))
            if joined is not None:
                yield target, joined, _URL


def _joined(hosts: Any, targets: Any) -> _Texts | None:
    """Absolute URLs of hosts and request targets; None where no target begins with "/"."""
    hosts, targets = (a.cast(pa.string()) if not pa.types.is_string(a.type) else a for a in (hosts, targets))
    relative = pc.and_(pc.starts_with(targets, "/"), pc.is_valid(hosts))
    if not pc.any(relative).as_py():
        return None
    whole = pc.binary_join_element_wise(pa.scalar("http://"), hosts, targets, "")
    return _texts_of(pc.if_else(relative, whole, pa.scalar(None, pa.string())))
