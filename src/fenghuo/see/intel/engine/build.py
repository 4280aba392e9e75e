"""Build a compact set from indicators, in memory of about twice its size."""

import secrets
from array import array
from collections.abc import Iterable
from ipaddress import IPv4Network, ip_address, ip_network
from typing import Any

import numpy as np

from fenghuo.see.intel.engine.compact import CompactSet, Notes
from fenghuo.see.intel.engine.lookup import fill_slots
from fenghuo.see.intel.engine.types import Int32, Int64, Keys, Uint32, Uint64
from fenghuo.see.intel.values import CLASSES, KINDS, TLPS, Indicator, Kind

_MAPPED = 0xFFFF << 32
_TOP = 1 << 128
_HASHED = (Kind.ADDRESS, Kind.DOMAIN, Kind.URL, Kind.HASH)
_LOW = (1 << 64) - 1


def key_of(kind: Kind, value: str) -> bytes:
    """The bytes that are compared. Addresses are 16 bytes, IPv4 as ::ffff:a.b.c.d; networks have their length after that.

    Raises:
        ValueError: the value is not in the canonical form of its kind.
    """
    if kind is Kind.ADDRESS:
        address = ip_address(value)
        return (int(address) | (_MAPPED if address.version == 4 else 0)).to_bytes(16, "big")
    if kind is Kind.NETWORK:
        network = ip_network(value)
        four = isinstance(network, IPv4Network)
        first = int(network.network_address) | (_MAPPED if four else 0)
        return first.to_bytes(16, "big") + bytes([network.prefixlen + (96 if four else 0)])
    return bytes.fromhex(value) if kind is Kind.HASH else value.encode()


class _Gathered:
    """The columns of one kind while they are gathered."""

    def __init__(self) -> None:
        self.arena = bytearray()
        self.ends = array("I")
        self.id = array("q")
        self.valid_from = array("q")
        self.valid_until = array("q")
        self.confidence = bytearray()
        self.tlp = bytearray()
        self.threat_class = bytearray()
        self.source = array("H")

    def add(self, indicator: Indicator, source: int) -> None:
        self.arena += key_of(indicator.kind, indicator.value)
        self.ends.append(len(self.arena))
        self.id.append(indicator.id)
        self.valid_from.append(indicator.valid_from)
        self.valid_until.append(indicator.valid_until)
        self.confidence.append(indicator.confidence)
        self.tlp.append(_TLP_PLACE[indicator.tlp])
        self.threat_class.append(_CLASS_PLACE[indicator.threat_class])
        self.source.append(source)


_TLP_PLACE = {tlp: place for place, tlp in enumerate(TLPS)}
_CLASS_PLACE = {name: place for place, name in enumerate(CLASSES)}


def build(indicators: Iterable[Indicator], version: int = 0) -> CompactSet:
    """The set of these indicators; several with one value (of several feeds) all stand in it.

    Raises:
        ValueError: a value is not in the canonical form of its kind, or there are more than 65,535 sources.
    """
    kinds = {kind: _Gathered() for kind in KINDS}
    sources: dict[str, int] = {}
    for indicator in indicators:
        kinds[indicator.kind].add(indicator, sources.setdefault(indicator.source, len(sources)))
    parts = [kinds[kind] for kind in KINDS]
    notes = Notes(
        kind=np.concatenate([np.full(len(part.id), place, np.uint8) for place, part in enumerate(parts)]),
        **{name: _joined(parts, name, kind) for name, kind in _NOTE_TYPES.items()},
    )
    starts, borders = _starts(parts)
    arena = _joined(parts, "arena", np.uint8)
    following = np.full(len(notes.id), -1, np.int32)
    seed = np.array([secrets.randbits(64)], np.uint64)
    seed.setflags(write=False)
    slots = {kind: _slots(len(kinds[kind].id)) for kind in _HASHED}
    bounds = _stretches(arena, starts, following, borders)
    keys = Keys(
        arena,
        starts,
        following,
        seed,
        slots[Kind.ADDRESS],
        slots[Kind.DOMAIN],
        slots[Kind.URL],
        slots[Kind.HASH],
        *bounds,
    )
    for kind in _HASHED:
        first, last = borders[kind]
        fill_slots(keys, slots[kind], following, first, last, kind is Kind.DOMAIN)
    for value in keys:
        value.setflags(write=False)
    return CompactSet(keys, notes, list(sources), version)


_NOTE_TYPES: dict[str, Any] = {
    "id": np.int64,
    "valid_from": np.int64,
    "valid_until": np.int64,
    "confidence": np.uint8,
    "tlp": np.uint8,
    "threat_class": np.uint8,
    "source": np.uint16,
}


def _joined(parts: list[_Gathered], name: str, kind: Any) -> Any:
    return np.concatenate([np.frombuffer(getattr(part, name), kind) for part in parts])


def _slots(entries: int) -> Uint64:
    """At most half full, so that a probe ends soon; one empty slot for no entries."""
    return np.zeros(1 << max(0, (2 * entries - 1).bit_length()) if entries else 1, np.uint64)


def _starts(parts: list[_Gathered]) -> tuple[Uint32, dict[Kind, tuple[int, int]]]:
    """Places in the arena, and the stretch of entries of each kind."""
    place, entry = 0, 0
    pieces = [np.zeros(1, np.uint32)]
    borders = {}
    for kind, part in zip(KINDS, parts, strict=True):
        pieces.append(np.frombuffer(part.ends, np.uint32) + np.uint32(place))
        borders[kind] = (entry, entry + len(part.id))
        place, entry = place + len(part.arena), entry + len(part.id)
    if place >= 1 << 32:
        raise ValueError("the values of the indicators are longer than 4 GiB in all")
    return np.concatenate(pieces), borders


def _stretches(
    arena: Any, starts: Uint32, following: Int32, borders: dict[Kind, tuple[int, int]]
) -> tuple[Uint64, Uint64, Int32]:
    """Cut the address space where a network begins or ends; in each stretch the innermost one holds, and leads to the outer ones."""
    first, last = borders[Kind.NETWORK]
    entries: list[tuple[int, int, int]] = []
    for entry in range(first, last):
        key = arena[int(starts[entry]) : int(starts[entry]) + 17].tobytes()
        entries.append((int.from_bytes(key[:16], "big"), key[16], entry))
    entries.sort()
    cuts: list[int] = []
    owners: list[int] = []
    around: list[tuple[int, int]] = []

    def cut(at: int, owner: int) -> None:
        if cuts and cuts[-1] == at:
            owners[-1] = owner
        elif at < _TOP:
            cuts.append(at)
            owners.append(owner)

    standing = (-1, -1)
    for begin, length, entry in entries:
        while around and around[-1][0] <= begin:
            end, _ = around.pop()
            cut(end, around[-1][1] if around else -1)
        if standing == (begin, length):
            following[entry] = around[-1][1]
            around[-1] = (around[-1][0], entry)
        else:
            following[entry] = around[-1][1] if around else -1
            around.append((begin + (1 << (128 - length)), entry))
        cut(begin, entry)
        standing = (begin, length)
    while around:
        end, _ = around.pop()
        cut(end, around[-1][1] if around else -1)
    high: Int64 = np.array([at >> 64 for at in cuts], np.uint64)
    low = np.array([at & _LOW for at in cuts], np.uint64)
    return high.astype(np.uint64), low, np.array(owners, np.int32)
