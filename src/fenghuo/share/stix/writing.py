"""From a formal warning to a STIX 2.1 bundle. Pure: the same warning always gives the same bytes.

The warning is a `report`; its office an `identity`; each vulnerability that it names a `vulnerability`, each product a `software`. Its
TLP 2.0 marking goes along as the fixed `marking-definition`. What STIX has no property for stands in a property extension whose
definition goes along too; `description` says everything once more for readers that do not know the extension.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from fenghuo.base.common.ids import derived_id
from fenghuo.see.intel.formats.stix.marks import TLP
from fenghuo.share.stix.warning import MAKER, OWN_EXTENSION, TLP_EXTENSION, FormalWarning, Reference

_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Namespace of the ids of cyber-observable objects (STIX 2.1, 2.9)."""
_STANDING = "2026-01-01T00:00:00.000Z"
"""When objects came about that are the same in every bundle: their ids are made of their names."""
_SCHEMA = """{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Formal early warning", "type": "object",
"description": "Property extension of a report that is a formal early warning (GB/T 32924-2016).",
"required": ["extension_type", "level"], "properties": {
"extension_type": {"const": "property-extension"},
"level": {"enum": ["red", "orange", "yellow", "blue"], "description": "Level I to IV."},
"threat_class": {"type": "string", "description": "Technical class, after the subclasses of GB/T 20986-2023."},
"number": {"type": "string", "description": "Document number of the issuing office."},
"valid_from": {"type": "string", "format": "date-time"}, "valid_until": {"type": "string", "format": "date-time"},
"scope": {"type": "string", "description": "Who or what may be affected."},
"matter": {"type": "string", "description": "What to beware of."},
"measures": {"type": "string", "description": "Measures asked for, and by when."},
"exercise": {"type": "boolean"}}}"""
_HEADS = (("scope", "可能影响范围"), ("matter", "警示事项"), ("measures", "应采取的措施和时限要求"))
_CATALOGUES = ("CVE", "CNVD", "CNNVD")
TLP_2 = {label: marking for marking, label in reversed(list(TLP.items()))}
"""TLP 2.0 label → its marking definition; those of TLP 1 have the same labels and come later in `TLP`."""


def written(warning: FormalWarning) -> bytes:
    """The bundle as JSON in UTF-8."""
    return orjson.dumps(bundle_of(warning), option=orjson.OPT_INDENT_2)


def bundle_of(warning: FormalWarning) -> dict[str, Any]:
    """The bundle: extension definition, marking, office, vulnerabilities, products, and the report."""
    office = _identity(derived_id("stix-identity", warning.issuer), warning.issuer, "organization")
    named = [_vulnerability(name) for name in warning.vulnerabilities] + [_software(name) for name in warning.products]
    objects = [_identity(MAKER, "Fenghuo", "system"), _definition(), office]
    objects += [_marking(warning.tlp)] if warning.tlp else []
    objects += [*named, _report(warning, str(office["id"]), [str(one["id"]) for one in named])]
    bundle_id = f"bundle--{derived_id('stix-bundle', warning.stix_id, stamp(warning.modified))}"
    return {"type": "bundle", "id": bundle_id, "objects": objects}


def stamp(moment: datetime) -> str:
    """A time as STIX writes it, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _object(kind: str, key: str, created: str = _STANDING, modified: str = _STANDING) -> dict[str, Any]:
    named = key if key.startswith(f"{kind}--") else f"{kind}--{key}"
    return {"type": kind, "spec_version": "2.1", "id": named, "created": created, "modified": modified}


def _identity(key: str, name: str, what: str) -> dict[str, Any]:
    return {**_object("identity", key), "name": name, "identity_class": what}


def _definition() -> dict[str, Any]:
    said = {"created_by_ref": MAKER, "name": "Formal early warning", "schema": _SCHEMA, "version": "1.0.0"}
    said["description"] = "Level, class, document number, validity and the parts of the text of a formal early warning."
    return {**_object("extension-definition", OWN_EXTENSION), **said, "extension_types": ["property-extension"]}


def _marking(tlp: str) -> dict[str, Any]:
    kind = "marking-definition"
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": TLP_2[tlp],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp.upper()}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    }


def _vulnerability(name: str) -> dict[str, Any]:
    catalogue = name.partition("-")[0]
    known = catalogue in _CATALOGUES
    found = {**_object("vulnerability", derived_id("stix-vulnerability", name)), "name": name}
    return (
        {**found, "external_references": [{"source_name": catalogue.lower(), "external_id": name}]} if known else found
    )


def _software(name: str) -> dict[str, Any]:
    """A product; its id is made of its name as the standard says (RFC 8785, UUID 5)."""
    key = uuid.uuid5(_OBSERVABLES, json.dumps({"name": name}, ensure_ascii=False, separators=(",", ":")))
    return {"type": "software", "spec_version": "2.1", "id": f"software--{key}", "name": name}


def _report(warning: FormalWarning, office: str, named: list[str]) -> dict[str, Any]:
    found = _object("report", warning.stix_id, stamp(warning.created), stamp(warning.modified))
    found |= {"created_by_ref": office, "name": warning.title, "lang": "zh", "published": stamp(warning.published)}
    found |= {"report_types": ["vulnerability" if warning.vulnerabilities else "threat-report"]}
    found |= {"description": _description(warning), "object_refs": [office, *named]}
    if references := list(_references(warning)):
        found["external_references"] = references
    if warning.tlp:
        found["object_marking_refs"] = [TLP_2[warning.tlp]]
    if warning.lifted:
        found["revoked"] = True
    return {**found, "extensions": {OWN_EXTENSION: _extension(warning)}}


def _description(warning: FormalWarning) -> str:
    texts = [f"{head}：{text}" for name, head in _HEADS if (text := getattr(warning, name))]
    return "\n".join(texts) or warning.title


def _references(warning: FormalWarning) -> Iterator[dict[str, str]]:
    own = [Reference(warning.issuer, warning.number)] if warning.number else []
    for one in [*own, *warning.references]:
        said = {"source_name": one.source, "external_id": one.number, "url": one.url, "description": one.text}
        yield {name: text for name, text in said.items() if text}


def _extension(warning: FormalWarning) -> dict[str, Any]:
    found: dict[str, Any] = {"extension_type": "property-extension", "level": warning.level}
    found |= {"threat_class": warning.threat_class, "number": warning.number, "valid_from": stamp(warning.valid_from)}
    if warning.valid_until is not None:
        found["valid_until"] = stamp(warning.valid_until)
    texts = {name: getattr(warning, name) for name, _head in _HEADS}
    return found | texts | {"exercise": warning.exercise}
