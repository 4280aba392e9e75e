"""A STIX 2.1 bundle: its indicators whose pattern is a list of values (see `patterns`)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fenghuo.see.intel.formats.base import Options, Read, Row, UnreadableList, load_json, percent, problem, stamp, texts
from fenghuo.see.intel.formats.stix.marks import TLP
from fenghuo.see.intel.formats.stix.patterns import NotUnderstood, values_of
from fenghuo.see.intel.refusals import Reason

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
            next((TLP[m] for m in marks if m in TLP), "") if isinstance(marks, list) else "",
            named[0] if named else "",
            texts((found.get("name"),)),
        )
