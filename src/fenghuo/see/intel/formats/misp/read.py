"""A MISP feed: a folder (or zip of it) with manifest.json and one file an event, or one event as a file.

Format: https://www.misp-project.org/feeds/ and the MISP core format (draft-dulaunoy-misp-core-format).
"""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fenghuo.see.intel.formats.base import (
    MOST_JSON_BYTES,
    MOST_MEMBERS,
    Options,
    Read,
    Row,
    UnreadableList,
    load_json,
    problem,
    read_json,
    stamp,
    texts,
)
from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

_KINDS: Mapping[str, tuple[Kind | None, ...]] = {
    "ip-src": (Kind.ADDRESS,),
    "ip-dst": (Kind.ADDRESS,),
    "ip-src|port": (Kind.ADDRESS, None),
    "ip-dst|port": (Kind.ADDRESS, None),
    "domain": (Kind.DOMAIN,),
    "hostname": (Kind.DOMAIN,),
    "hostname|port": (Kind.DOMAIN, None),
    "domain|ip": (Kind.DOMAIN, Kind.ADDRESS),
    "url": (Kind.URL,),
    "link": (Kind.URL,),
    "md5": (Kind.HASH,),
    "sha1": (Kind.HASH,),
    "sha256": (Kind.HASH,),
    "filename|md5": (None, Kind.HASH),
    "filename|sha1": (None, Kind.HASH),
    "filename|sha256": (None, Kind.HASH),
    "malware-sample": (None, Kind.HASH),
    "x509-fingerprint-sha1": (Kind.HASH,),
}
"""Types that are taken, and what the parts between "|" are; a part that is None is left out."""
_PERSONAL = (
    "email",
    "phone",
    "whois-registrant",
    "target-user",
    "target-email",
    "first-name",
    "last-name",
    "full-name",
    "passport",
)
_CLASSES = {"network activity": "command-and-control", "payload delivery": "malware", "payload installation": "malware"}
_DEEPEST = 3


def read(path: Path, options: Options) -> Iterator[Read]:
    """The attributes of every event that the manifest names, those of objects included.

    Raises:
        UnreadableList: no manifest, or it names files that are not plain names.
    """
    if path.is_dir():
        manifest = load_json(path / "manifest.json")
        for name in _members(manifest):
            event = path / name
            if not event.is_file():
                yield problem(name, "", Reason.NOT_UNDERSTOOD)
                continue
            yield from _event(load_json(event), name)
    elif zipfile.is_zipfile(path):
        yield from _zipped(path)
    else:
        yield from _event(load_json(path), path.name)


def _members(manifest: Any) -> list[str]:
    if not isinstance(manifest, dict) or len(manifest) > MOST_MEMBERS:
        raise UnreadableList("manifest.json: not a map of events")
    for name in manifest:
        if not name.replace("-", "").isalnum() or not name.isascii() or len(name) > 60:
            raise UnreadableList(f"manifest.json: {name[:60]!r} is no name of an event")
    return [f"{name}.json" for name in manifest]


def _zipped(path: Path) -> Iterator[Read]:
    with zipfile.ZipFile(path) as archive:
        places = {info.filename.rpartition("/")[2]: info for info in archive.infolist() if not info.is_dir()}
        if len(places) > MOST_MEMBERS + 1 or "manifest.json" not in places:
            raise UnreadableList(f"{path.name}: manifest.json is missing")
        for name in _members(_member(archive, places["manifest.json"])):
            if name in places:
                yield from _event(_member(archive, places[name]), name)
            else:
                yield problem(name, "", Reason.NOT_UNDERSTOOD)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    try:
        with archive.open(info) as member:
            return read_json(member.read(MOST_JSON_BYTES + 1), info.filename)
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        raise UnreadableList(f"{info.filename}: {error}") from error


def _event(value: Any, name: str) -> Iterator[Read]:
    event = value.get("Event", value) if isinstance(value, dict) else None
    if not isinstance(event, dict):
        yield problem(name, "", Reason.NOT_UNDERSTOOD)
        return
    tlp = _tlp(event)
    for number, attribute in enumerate(_attributes(event, 0), 1):
        place = str(attribute.get("uuid") or f"{name}#{number}")
        yield from _attribute(attribute, place, tlp, str(event.get("info", "")))


def _attributes(holder: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    found = holder.get("Attribute")
    if isinstance(found, list):
        yield from (a for a in found if isinstance(a, dict))
    objects = holder.get("Object")
    if isinstance(objects, list) and depth < _DEEPEST:
        for inner in objects:
            if isinstance(inner, dict):
                yield from _attributes(inner, depth + 1)


def _tlp(holder: Mapping[str, Any]) -> str:
    tags = holder.get("Tag")
    names = [str(t.get("name", "")).lower() for t in tags if isinstance(t, dict)] if isinstance(tags, list) else []
    return next((name.removeprefix("tlp:") for name in names if name.startswith("tlp:")), "")


def _attribute(attribute: dict[str, Any], place: str, tlp: str, info: str) -> Iterator[Read]:
    kind, value = str(attribute.get("type", "")), attribute.get("value")
    if kind.startswith(_PERSONAL):
        yield problem(place, "", Reason.PERSON)
    elif kind not in _KINDS or not isinstance(value, str):
        yield problem(place, f"{kind}: {value}", Reason.UNSUPPORTED)
    elif attribute.get("to_ids") is False or attribute.get("deleted") in {True, "1"}:
        yield problem(place, value, Reason.NOT_FOR_DETECTION)
    else:
        parts = value.split("|") if len(_KINDS[kind]) > 1 else [value]
        for part, what in zip(parts, _KINDS[kind], strict=False):
            if what is not None:
                yield Row(
                    place,
                    part,
                    what,
                    valid_from=stamp(attribute.get("first_seen")),
                    tlp=_tlp(attribute) or tlp,
                    threat_class=_CLASSES.get(str(attribute.get("category", "")).lower(), ""),
                    note=texts((info, attribute.get("comment"))),
                )
