"""From a STIX 2.1 bundle to the one formal warning in it. Pure.

Nothing of the file is trusted: its size and number of objects are bounded, every value is looked at before it is used, and nothing is
followed further than one step. Objects that a warning has no place for are counted and left.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from fenghuo.base.common.severity import WarningLevel
from fenghuo.see.detection.threat_classes import ThreatClass
from fenghuo.see.intel.formats.stix.marks import TLP
from fenghuo.see.intel.values import Tlp
from fenghuo.share.stix.warning import (
    MOST_BYTES,
    MOST_LIST,
    MOST_NAME,
    MOST_OBJECTS,
    MOST_TEXT,
    MOST_TITLE,
    OWN_EXTENSION,
    TLP_EXTENSION,
    Bundle,
    FormalWarning,
    NotAWarning,
    Reference,
)

_ID = re.compile(r"[a-z][a-z0-9-]{2,40}--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that nobody sees: a database or a reader could be led astray by them."""
_STATE_SECRET = re.compile(r"(?:绝密|机密|秘密)\s*★")
_LEVEL = re.compile("([红橙黄蓝])色预警")
_LEVELS = dict(zip("红橙黄蓝", WarningLevel, strict=True))
_VULNERABILITY = re.compile(r"(?:CVE|CNVD|CNNVD)-", re.IGNORECASE)
_TLPS = tuple(tlp.value for tlp in Tlp)
Object = Mapping[str, Any]


def read(content: bytes) -> Bundle:
    """The warning of a bundle: its only report, or, where it has none, its only note.

    Raises:
        NotAWarning: it can't be read, or holds none or several.
    """
    objects = _newest(_objects(content))
    told = _told(objects)
    named = [objects[key] for key in _refs(told, "object_refs") if key in objects]
    office = objects.get(str(told.get("created_by_ref")))
    used = [one for one in named if one["type"] in {"software", "vulnerability", "course-of-action"}]
    tlp, markings = _markings([told, *used, *([office] if office else [])], objects)
    own = _own(told)
    warning, guessed = _warning(told, own, office, used, tlp)
    _refuse_secrets([warning.title, warning.scope, warning.matter, warning.measures, *markings, *_labels(told)])
    taken = {told["id"], *(one["id"] for one in used), *([office["id"]] if office else [])}
    left = Counter(one["type"] for key, one in objects.items() if key not in taken and one["type"] not in _OURS)
    return Bundle(warning, left.pop("indicator", 0), dict(sorted(left.items())), markings, guessed)


_OURS = {"marking-definition", "extension-definition", "identity"}


def _objects(content: bytes) -> list[Object]:
    if not 0 < len(content) <= MOST_BYTES:
        raise NotAWarning("size")
    try:
        bundle = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise NotAWarning("json", f"{error.lineno}:{error.colno}") from error
    if not isinstance(bundle, dict) or bundle.get("type") != "bundle" or not isinstance(bundle.get("objects"), list):
        raise NotAWarning("bundle")
    objects: list[Any] = bundle["objects"]
    if len(objects) > MOST_OBJECTS:
        raise NotAWarning("objects", str(len(objects)))
    for number, one in enumerate(objects, 1):
        if not isinstance(one, dict):
            raise NotAWarning("type", f"objects[{number}]")
        for name in ("type", "id"):
            if not isinstance(one.get(name), str):
                raise NotAWarning("type" if name in one else "missing", f"objects[{number}].{name}")
    return objects


def _newest(objects: Iterable[Object]) -> dict[str, Object]:
    """Id → the object, of several versions the latest (STIX 2.1, 3.6).

    Raises:
        NotAWarning: two objects have the same id and version and do not say the same.
    """
    found: dict[str, Object] = {}
    for one in objects:
        before = found.get(one["id"])
        if before is None:
            found[one["id"]] = one
            continue
        old, new = (_moment(o, "modified") if "modified" in o else None for o in (before, one))
        if old == new and before != one:
            raise NotAWarning("duplicate", one["id"])
        if old is not None and new is not None and new > old:
            found[one["id"]] = one
    return found


def _told(objects: Mapping[str, Object]) -> Object:
    """The report or note that is the warning."""
    for kind in ("report", "note"):
        found = [one for one in objects.values() if one["type"] == kind]
        if len(found) > 1:
            raise NotAWarning("several", f"{len(found)} × {kind}")
        if found:
            one = found[0]
            if not _ID.fullmatch(one["id"]) or not one["id"].startswith(f"{kind}--"):
                raise NotAWarning("id", one["id"])
            if one.get("spec_version") != "2.1":
                raise NotAWarning("version", one["id"])
            return one
    raise NotAWarning("none")


def _warning(
    told: Object, own: Object | None, office: Object | None, used: Sequence[Object], tlp: str
) -> tuple[FormalWarning, list[str]]:
    """The warning out of its parts, and what of it is a guess."""
    title = _text(told, "name" if told["type"] == "report" else "abstract", MOST_TITLE, needed=True)
    created, modified = _moment(told, "created"), _moment(told, "modified")
    if modified < created:
        raise NotAWarning("time", f"{told['id']}: modified")
    published = _moment(told, "published") if told["type"] == "report" else created
    issuer = _text(office, "name", MOST_NAME) if office else ""
    products = [_text(one, "name", MOST_TITLE, needed=True) for one in used if one["type"] == "software"]
    faults = [_text(one, "name", MOST_TITLE, needed=True) for one in used if one["type"] == "vulnerability"]
    texts = _texts(told, own, used)
    said: Object = own or {}
    level, guessed = _level(told, own, title), []
    if level and own is None:
        guessed.append("level")
    threat = _text(said, "threat_class", MOST_NAME)
    if threat not in set(ThreatClass):
        threat = ThreatClass.VULNERABILITY_EXPLOIT.value if faults else ThreatClass.OTHER_ATTACK.value
        guessed.append("threat_class")
    number, references = _number(told, own, issuer)
    begins = _moment(said, "valid_from") if "valid_from" in said else published
    ends = _moment(said, "valid_until") if "valid_until" in said else None
    warning = FormalWarning(
        stix_id=told["id"],
        created=created,
        modified=modified,
        issuer=issuer,
        title=title,
        level=level,
        threat_class=threat,
        number=number,
        published=published,
        valid_from=begins,
        valid_until=ends,
        scope=texts[0],
        matter=texts[1],
        measures=texts[2],
        tlp=tlp,
        products=tuple(dict.fromkeys(products)),
        vulnerabilities=tuple(dict.fromkeys(faults)),
        references=references,
        exercise=_truth(said, "exercise"),
        lifted=_truth(told, "revoked"),
    )
    return warning, guessed


def _own(told: Object) -> Object | None:
    """The extension of a formal warning, None where the report has none."""
    extensions = told.get("extensions", {})
    if not isinstance(extensions, dict):
        raise NotAWarning("type", f"{told['id']}: extensions")
    found = extensions.get(OWN_EXTENSION)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise NotAWarning("type", f"{told['id']}: extensions.{OWN_EXTENSION}")
    return {**found, "id": told["id"]}


def _texts(told: Object, own: Object | None, used: Iterable[Object]) -> tuple[str, str, str]:
    """Scope, matter and measures; without the extension the description is the matter, and courses of action are the measures."""
    if own is not None:
        scope, matter, measures = (_text(own, name, MOST_TEXT) for name in ("scope", "matter", "measures"))
        return scope, matter, measures
    courses = [
        "：".join(t for t in (_text(one, "name", MOST_TITLE), _text(one, "description", MOST_TEXT)) if t)
        for one in used
        if one["type"] == "course-of-action"
    ]
    measures = "\n".join(courses)
    if len(measures) > MOST_TEXT:
        raise NotAWarning("long", f"course-of-action: {MOST_TEXT}")
    said = "description" if told["type"] == "report" else "content"
    return "", _text(told, said, MOST_TEXT, needed=said == "content"), measures


def _level(told: Object, own: Object | None, title: str) -> str:
    """As the extension states it, else as the title or a label says it in the words of the national plan."""
    if own is not None:
        level = _text(own, "level", MOST_NAME, needed=True)
        if level not in set(WarningLevel):
            raise NotAWarning("value", f"{told['id']}: level")
        return level
    found = {_LEVELS[word] for text in (title, *_labels(told)) for word in _LEVEL.findall(text)}
    return found.pop().value if len(found) == 1 else ""


def _labels(told: Object) -> list[str]:
    labels = told.get("labels", [])
    if not isinstance(labels, list):
        raise NotAWarning("type", f"{told['id']}: labels")
    return [label for label in labels[:MOST_LIST] if isinstance(label, str)]


def _number(told: Object, own: Object | None, issuer: str) -> tuple[str, tuple[Reference, ...]]:
    """The document number, and the references without it; a foreign bundle's number is its first reference that is no vulnerability."""
    references = list(_references(told))
    if own is not None:
        number = _text(own, "number", MOST_NAME)
    else:
        documents = (r.number for r in references if r.number and not _VULNERABILITY.match(r.number))
        number = next((n for n in documents if len(n) <= MOST_NAME), "")
    mine = Reference(issuer, number)
    if number and mine in references:
        references.remove(mine)
    return number, tuple(references)


def _references(told: Object) -> Iterator[Reference]:
    found = told.get("external_references", [])
    if not isinstance(found, list):
        raise NotAWarning("type", f"{told['id']}: external_references")
    if len(found) > MOST_LIST:
        raise NotAWarning("long", f"{told['id']}: external_references")
    for one in found:
        if not isinstance(one, dict):
            raise NotAWarning("type", f"{told['id']}: external_references")
        named = {**one, "id": f"{told['id']}: external_references"}
        url = _text(named, "url", 2000)
        shown = url if url.lower().startswith(("http://", "https://")) else ""
        source = _text(named, "source_name", MOST_TITLE, needed=True)
        yield Reference(source, _text(named, "external_id", MOST_TITLE), shown, _text(named, "description", 2000))


def _markings(used: Iterable[Object], objects: Mapping[str, Object]) -> tuple[str, tuple[str, ...]]:
    """The strictest TLP label of these objects, "" where they have none; and their other markings."""
    refs: dict[str, None] = {}
    for one in used:
        refs |= dict.fromkeys(_refs(one, "object_marking_refs"))
        granular = one.get("granular_markings", [])
        if not isinstance(granular, list):
            raise NotAWarning("type", f"{one['id']}: granular_markings")
        refs |= dict.fromkeys(str(g.get("marking_ref")) for g in granular[:MOST_LIST] if isinstance(g, dict))
    known = {ref: TLP.get(ref) or _tlp_of(objects.get(ref, {})) for ref in refs}
    labels = [label for label in known.values() if label]
    others = tuple(_statement(objects.get(ref, {}), ref) for ref, label in known.items() if not label)
    return max(labels, key=_TLPS.index, default=""), others


def _tlp_of(marking: Object) -> str:
    """The TLP label of a marking definition that has an id of its own, "" where it is none."""
    extensions, definition = marking.get("extensions"), marking.get("definition")
    found = extensions.get(TLP_EXTENSION) if isinstance(extensions, dict) else None
    label = found.get("tlp_2_0") if isinstance(found, dict) else None
    if label is None and isinstance(definition, dict):
        label = definition.get("tlp")
    text = label.lower() if isinstance(label, str) else ""
    return {"white": Tlp.CLEAR.value}.get(text, text if text in _TLPS else "")


def _statement(marking: Object, ref: str) -> str:
    definition = marking.get("definition")
    said = definition.get("statement") if isinstance(definition, dict) else None
    return _UNSEEN.sub("", said if isinstance(said, str) and said.strip() else ref)[:300]


def _refuse_secrets(texts: Iterable[str]) -> None:
    """TLP is no secrecy level: what is a state secret has no place here (保守国家秘密法)."""
    if any(_STATE_SECRET.search(text) for text in texts):
        raise NotAWarning("secret")


def _refs(one: Object, name: str) -> list[str]:
    found = one.get(name, [])
    if not isinstance(found, list) or not all(isinstance(ref, str) for ref in found):
        raise NotAWarning("type", f"{one['id']}: {name}")
    if len(found) > MOST_OBJECTS:
        raise NotAWarning("long", f"{one['id']}: {name}")
    return list(dict.fromkeys(found))


def _text(one: Object, name: str, most: int, *, needed: bool = False) -> str:
    """A text without unseen characters; "" where it is not there."""
    where = f"{one.get('id', '')}: {name}"
    found = one.get(name, "")
    if not isinstance(found, str):
        raise NotAWarning("type", where)
    text = _UNSEEN.sub("", found.replace("\r\n", "\n")).strip()
    if len(text) > most:
        raise NotAWarning("long", f"{where} ({most})")
    if needed and not text:
        raise NotAWarning("missing", where)
    return text


def _truth(one: Object, name: str) -> bool:
    found = one.get(name, False)
    if not isinstance(found, bool):
        raise NotAWarning("type", f"{one.get('id', '')}: {name}")
    return found


def _moment(one: Object, name: str) -> datetime:
    """A time of STIX, to the millisecond.

    Raises:
        NotAWarning: it is not there, is none, or lies outside 1990 to 2199: no zone may lead it out of the calendar.
    """
    where = f"{one.get('id', '')}: {name}"
    found = one.get(name)
    if found is None:
        raise NotAWarning("missing", where)
    if not isinstance(found, str) or not _TIME.fullmatch(found):
        raise NotAWarning("time", where)
    try:
        moment = datetime.fromisoformat(found).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAWarning("time", where) from error
    if not 1990 <= moment.year < 2200:
        raise NotAWarning("time", where)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
