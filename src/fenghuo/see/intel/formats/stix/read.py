"""A STIX 2.1 bundle: its indicators whose pattern is a list of values (see `patterns`)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fenghuo.see.intel.formats.base import Options, Read, Row, UnreadableList, load_json, percent, problem, stamp, texts
from fenghuo.see.intel.formats.stix.patterns import NotUnderstood, values_of
from fenghuo.see.intel.refusals import Reason

_TLP = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
"""Fixed marking definitions of TLP 2.0 and of TLP 1 (STIX 2.1, 7.2.1.4)."""
_CLASSES = {
    "anomalous-activity": "other-attack",
    "anonymization": "other-attack",
    "compromised": "other-attack",
    "malicious-activity": "malware",
    "attribution": "other-attack",
}


def read(path: Path, options: Options) -> Iterator[Read]:
    """The values of the bundle's indicators; objects of other types are context and are passed over.

    Raises:
        UnreadableList: no bundle.
    """
    bundle = load_json(path)
    objects = bundle.get("objects") if isinstance(bundle, dict) else bundle
    if not isinstance(objects, list):
        raise UnreadableList(f"{path.name}: no STIX bundle")
    for number, found in enumerate(objects, 1):
        if isinstance(found, dict) and found.get("type") == "indicator":
            yield from _indicator(found, str(found.get("id") or number))


def _indicator(found: Mapping[str, Any], place: str) -> Iterator[Read]:
    pattern = found.get("pattern")
    if found.get("revoked") is True:
        yield problem(place, pattern, Reason.REVOKED)
        return
    if not isinstance(pattern, str) or found.get("pattern_type", "stix") != "stix":
        yield problem(place, pattern, Reason.UNSUPPORTED)
        return
    try:
        values = values_of(pattern)
    except NotUnderstood as error:
        yield problem(place, "" if error.personal else pattern, Reason.PERSON if error.personal else Reason.UNSUPPORTED)
        return
    marks = found.get("object_marking_refs")
    types = found.get("indicator_types")
    named = [_CLASSES[t] for t in types if t in _CLASSES] if isinstance(types, list) else []
    for kind, value in values:
        yield Row(
            place,
            value,
            kind,
            stamp(found.get("valid_from")),
            stamp(found.get("valid_until")),
            percent(found.get("confidence")),
            next((_TLP[m] for m in marks if m in _TLP), "") if isinstance(marks, list) else "",
            named[0] if named else "",
            texts((found.get("name"),)),
        )
