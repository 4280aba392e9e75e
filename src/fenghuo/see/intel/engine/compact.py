"""The immutable set: arrays in memory or mapped from a file that every process shares.

File: 8 bytes magic, 8 bytes length of the header (little endian), header as JSON, padding, then the arrays, each at a
multiple of 64 bytes. The header holds version, number of entries, the names of the sources, and for each array its type,
place and length, and the CRC-32 of everything after the header.
"""

import json
import mmap
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from fenghuo.see.intel.engine.types import Bytes, Int64, Keys
from fenghuo.see.intel.values import CLASSES, KINDS, TLPS, Indicator, Kind

MAGIC = b"FHINTEL1"
_ALIGN = 64
_READ_AT_ONCE = 1 << 20
_MAPPED_BITS = 96


class BadFile(Exception):
    """The file is damaged or of another version of this format; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known of each entry beside its key, as columns: see `values.Indicator`. `kind` is a place in `KINDS`."""

    id: Int64
    kind: Bytes
    valid_from: Int64
    valid_until: Int64
    confidence: Bytes
    tlp: Bytes
    threat_class: Bytes
    source: Any


class CompactSet:
    """Indicators to look up. `version` is the state of the tables that it was built from."""

    def __init__(self, keys: Keys, notes: Notes, sources: Sequence[str], version: int = 0) -> None:
        self.keys = keys
        self.notes = notes
        self.sources = tuple(sources)
        self.version = version

    def __len__(self) -> int:
        return len(self.notes.id)

    def indicator(self, entry: int) -> Indicator:
        """The entry as a value."""
        notes = self.notes
        kind = KINDS[int(notes.kind[entry])]
        return Indicator(
            id=int(notes.id[entry]),
            kind=kind,
            value=self._value(entry, kind),
            source=self.sources[int(notes.source[entry])],
            valid_from=int(notes.valid_from[entry]),
            valid_until=int(notes.valid_until[entry]),
            confidence=int(notes.confidence[entry]),
            tlp=TLPS[int(notes.tlp[entry])],
            threat_class=CLASSES[int(notes.threat_class[entry])],
        )

    def _value(self, entry: int, kind: Kind) -> str:
        start, end = int(self.keys.starts[entry]), int(self.keys.starts[entry + 1])
        key = self.keys.arena[start:end].tobytes()
        if kind is Kind.HASH:
            return key.hex()
        if kind in {Kind.DOMAIN, Kind.URL}:
            return key.decode("utf-8", "replace")
        address = IPv6Address(key[:16])
        mapped = address.ipv4_mapped
        if kind is Kind.ADDRESS:
            return str(mapped or address)
        if mapped is not None and key[16] >= _MAPPED_BITS:
            return f"{mapped}/{key[16] - _MAPPED_BITS}"
        return f"{address}/{key[16]}"


def _arrays(found: CompactSet) -> dict[str, Any]:
    notes = {f"note.{name}": getattr(found.notes, name) for name in Notes.__dataclass_fields__}
    return {**{f"key.{name}": array for name, array in found.keys._asdict().items()}, **notes}


def write_file(found: CompactSet, path: Path) -> int:
    """Write the set beside `path` and put it there once it is on disk; the CRC-32 of its arrays."""
    described: dict[str, list[Any]] = {}
    place = 0
    for name, array in _arrays(found).items():
        place += -place % _ALIGN
        described[name] = [array.dtype.str, place, len(array)]
        place += array.nbytes
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with body.open("wb") as file:
            header = {"version": found.version, "sources": list(found.sources), "arrays": described, "crc": 0}
            room = len(json.dumps(header)) + 16
            first = 16 + room
            first += -first % _ALIGN
            file.seek(first)
            crc = 0
            for name, array in _arrays(found).items():
                gap = bytes(first + described[name][1] - file.tell())
                data = np.ascontiguousarray(array).view(np.uint8).data if len(array) else b""
                crc = zlib.crc32(data, zlib.crc32(gap, crc))
                file.write(gap)
                file.write(data)
            header["crc"] = crc
            file.seek(0)
            file.write(MAGIC + (first - 16).to_bytes(8, "little"))
            file.write(json.dumps(header).encode().ljust(first - 16))
            file.flush()
            os.fsync(file.fileno())
        body.replace(path)
    finally:
        body.unlink(missing_ok=True)
    return crc


def open_file(path: Path, *, verify: bool = True) -> CompactSet:
    """Map a file. With `verify`, its arrays are read once and checked; what of them this process holds in memory is what it looks at.

    Raises:
        BadFile: damaged, cut, or not of this format. OSError: not there or not readable.
    """
    with path.open("rb") as file:
        head = file.read(16)
        if len(head) < 16 or head[:8] != MAGIC:
            raise BadFile(f"{path.name}: not an indicator file of this version")
        size = int.from_bytes(head[8:], "little")
        total = os.fstat(file.fileno()).st_size
        if size > total:
            raise BadFile(f"{path.name}: cut")
        try:
            header = json.loads(file.read(size))
        except ValueError as error:
            raise BadFile(f"{path.name}: header not readable: {error}") from error
        crc = _crc_of(file) if verify else header.get("crc")
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    first = 16 + size
    if crc != header.get("crc"):
        raise BadFile(f"{path.name}: its checksum does not fit")
    try:
        arrays = {
            name: np.frombuffer(whole, np.dtype(kind), length, first + place) if length else np.empty(0, kind)
            for name, (kind, place, length) in header["arrays"].items()
        }
        keys = Keys(**{name: _fixed(arrays[f"key.{name}"]) for name in Keys._fields})
        notes = Notes(**{name: arrays[f"note.{name}"] for name in Notes.__dataclass_fields__})
        return CompactSet(keys, notes, header["sources"], header["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{path.name}: {error}") from error


def _crc_of(file: BinaryIO) -> int:
    """The CRC-32 of the rest of a file."""
    crc = 0
    while data := file.read(_READ_AT_ONCE):
        crc = zlib.crc32(data, crc)
    return crc


def _fixed(array: Any) -> Any:
    """The array as one that can't be written, so that the look-up is compiled once for memory and file."""
    array = array.view()
    array.setflags(write=False)
    return array
