"""The bodies that shippers send, as items to store. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

ELASTIC = {"X-Elastic-Product": "Elasticsearch"}
ELASTIC_TYPE = "application/vnd.elasticsearch+json;compatible-with=9"
ELASTIC_INFO = {
    "name": "fenghuo",
    "cluster_name": "fenghuo",
    "version": {"number": "9.0.0", "build_flavor": "default"},
    "tagline": "You Know, for Search",
}
"""What clients of Elasticsearch ask for before they send; they look whether the version fits."""


class BadBody(Exception):
    """The body is not what the address takes; the text says where."""


class Item(NamedTuple):
    """One record of a body: its bytes, its place (1 = first), and what the sender calls it ("" for nothing)."""

    raw: bytes
    place: int
    record_id: str = ""


def lines(body: bytes) -> list[Item]:
    """One item a line that is not empty; a JSON array gives one item an element."""
    if body.lstrip()[:1] == b"[":
        try:
            values = orjson.loads(body)
        except orjson.JSONDecodeError:
            values = None
        if isinstance(values, list):
            return [Item(orjson.dumps(value), place) for place, value in enumerate(values, 1)]
    found = ((number, line.strip(b"\r")) for number, line in enumerate(body.split(b"\n"), 1))
    return [Item(line, number) for number, line in found if line.strip()]


@dataclass(slots=True)
class Bulk:
    """A `_bulk` body: what to store, and what to answer for each action in order."""

    items: list[Item] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The answer of Elasticsearch's `_bulk`."""
        errors = any("error" in entry for answer in self.answers for entry in answer.values())
        return {"took": 1, "errors": errors, "items": self.answers}


def bulk(body: bytes, index: str) -> Bulk:
    """Actions and documents of a `_bulk` body; "index" and "create" are stored, others are answered with an error.

    Raises:
        BadBody: a line is no action, or a document is missing.
    """
    found = Bulk()
    rest = iter([(n, line) for n, line in enumerate(body.split(b"\n"), 1) if line.strip()])
    for number, line in rest:
        try:
            action = orjson.loads(line)
            ((verb, target),) = action.items()
        except (orjson.JSONDecodeError, AttributeError, ValueError) as error:
            raise BadBody(f'line {number}: an action such as {{"index":{{}}}} is needed') from error
        name = str(target.get("_id") or "") if isinstance(target, dict) else ""
        where = str(target.get("_index") or index) if isinstance(target, dict) else index
        answer = {"_index": where, "_id": name or f"{number}"}
        if verb == "delete":
            found.answers.append({verb: {**answer, **_refused("delete")}})
            continue
        document = next(rest, None)
        if document is None:
            raise BadBody(f"line {number}: the document after this action is missing")
        if verb not in {"index", "create"}:
            found.answers.append({verb: {**answer, **_refused(verb)}})
            continue
        place = len(found.answers) + 1
        found.items.append(Item(document[1].strip(b"\r"), place, f"{where}/{name}" if name else ""))
        found.answers.append({verb: {**answer, "_version": 1, "result": "created", "status": 201}})
    return found


def _refused(verb: str) -> dict[str, Any]:
    return {"status": 400, "error": {"type": "illegal_argument_exception", "reason": f"{verb}: logs are only added"}}


def hec(body: bytes) -> list[Item]:
    """Events of Splunk's HTTP event collector: JSON objects one after the other, each with "event".

    Raises:
        BadBody: not such objects.
    """
    items = []
    for place, value in enumerate(_objects(body), 1):
        if not isinstance(value, Mapping) or value.get("event") in (None, ""):
            raise BadBody(f'event {place}: an object with "event" is needed')
        event = value["event"]
        items.append(Item(event.encode() if isinstance(event, str) else orjson.dumps(event), place))
    return items


def _objects(body: bytes) -> Iterator[Any]:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadBody("the body is not UTF-8") from error
    decoder, place = json.JSONDecoder(), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise BadBody(f"character {place}: not JSON: {error}") from error
        yield value


def otlp(body: bytes, *, is_json: bool, whole: bool) -> list[Item]:
    """Log records of an OTLP export request (opentelemetry-proto, logs v1).

    Args:
        whole: give each record as JSON with its attributes; else a text body is taken as the line that it is.

    Raises:
        BadBody: not such a request.
    """
    request = ExportLogsServiceRequest()
    try:
        if is_json:
            ParseDict(orjson.loads(body), request, ignore_unknown_fields=True)
        else:
            request.ParseFromString(body)
    except (ParseError, DecodeError, orjson.JSONDecodeError, ValueError, TypeError) as error:
        raise BadBody(f"not an OTLP logs request: {error}") from error
    items: list[Item] = []
    for resource in request.resource_logs:
        about = {a.key: _plain(MessageToDict(a.value)) for a in resource.resource.attributes}
        for scope in resource.scope_logs:
            for record in scope.log_records:
                text = record.body.string_value if record.body.HasField("string_value") else None
                if text is not None and not whole:
                    raw = text.encode()
                else:
                    fields = {a.key: _plain(MessageToDict(a.value)) for a in record.attributes}
                    content = {
                        "body": _plain(MessageToDict(record.body)),
                        "severity": record.severity_text,
                        **about,
                        **fields,
                    }
                    if record.time_unix_nano:
                        content["time_unix_nano"] = record.time_unix_nano
                    raw = orjson.dumps(content)
                items.append(Item(raw, len(items) + 1))
    return items


def _plain(value: Mapping[str, Any]) -> Any:
    """The value of an OTLP AnyValue as plain JSON."""
    for name, inner in value.items():
        if name == "arrayValue":
            return [_plain(v) for v in inner.get("values", [])]
        if name == "kvlistValue":
            return {v["key"]: _plain(v.get("value", {})) for v in inner.get("values", [])}
        return int(inner) if name == "intValue" else inner
    return None
