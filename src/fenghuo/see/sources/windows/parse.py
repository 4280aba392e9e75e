"""Windows and Sysmon events as JSON: nested as in EVTX, as Winlogbeat writes them, or flat."""

from typing import Any

from fenghuo.see.events import Event, Observables, Value
from fenghuo.see.sources.base import ParseContext, address, flatten, iso_ns, parse_json_line
from fenghuo.see.sources.windows.channels import category_of, service_of

_PROCESS_FIELDS = {
    "NewProcessName": "Image",
    "ParentProcessName": "ParentImage",
    "SubjectUserName": "User",
    "NewProcessId": "ProcessId",
}


def parse(raw: bytes, context: ParseContext) -> Event:
    """The event of one line; with a parse_error where it is no Windows event."""
    return parse_json_line(raw, lambda record: from_object(record, context), "not-windows-event", product="windows")


def from_object(record: dict[str, Any], context: ParseContext) -> Event | None:
    """The event of an object, None where it is no Windows event."""
    if isinstance(record.get("Event"), dict):
        return _nested(record["Event"])
    if isinstance(record.get("winlog"), dict):
        return _winlogbeat(record)
    if "EventID" in record and ("Channel" in record or "Provider_Name" in record or "Image" in record):
        fields = flatten(record)
        stamp = next((fields[n] for n in ("@timestamp", "TimeCreated", "UtcTime", "EventTime") if n in fields), None)
        return _event(fields, iso_ns(stamp, "UTC"), _text(fields.get("Computer") or fields.get("Hostname")))
    return None


def record_id(record: dict[str, Any]) -> int | None:
    """The EventRecordID of an object, None where it has none."""
    system = record.get("Event", {}).get("System", {}) if isinstance(record.get("Event"), dict) else record
    value = system.get("EventRecordID", record.get("winlog", {}).get("record_id") if "winlog" in record else None)
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


def _nested(event: dict[str, Any]) -> Event | None:
    system = event.get("System")
    if not isinstance(system, dict):
        return None
    fields: dict[str, Value] = {}
    for name, value in system.items():
        attributes = value.get("#attributes", {}) if isinstance(value, dict) else {}
        if name == "Provider":
            fields["Provider_Name"] = attributes.get("Name")
        elif name == "TimeCreated":
            fields["TimeCreated"] = attributes.get("SystemTime")
        elif isinstance(value, dict):
            if "#text" in value:
                fields[name] = value["#text"]
            fields |= {
                f"{name}_{key}": inner for key, inner in attributes.items() if not isinstance(inner, dict | list)
            }
        elif not isinstance(value, list):
            fields[name] = value
    fields |= _payload(event)
    return _event(fields, iso_ns(fields.get("TimeCreated"), "UTC"), _text(fields.get("Computer")))


def _payload(event: dict[str, Any]) -> dict[str, Value]:
    """EventData, or the one element inside UserData."""
    fields: dict[str, Value] = {}
    data = event.get("EventData")
    user = event.get("UserData")
    if isinstance(data, dict):
        fields |= flatten({k: v for k, v in data.items() if k != "#attributes"})
        texts = data.get("Data")
        if isinstance(texts, dict) and "#text" in texts:
            fields.pop("Data.#text", None)
            fields["Data"] = texts["#text"]
    if isinstance(user, dict):
        for inner in user.values():
            if isinstance(inner, dict):
                fields |= flatten({k: v for k, v in inner.items() if k != "#attributes"})
    return fields


def _winlogbeat(record: dict[str, Any]) -> Event:
    winlog = record["winlog"]
    fields: dict[str, Value] = {"EventID": winlog.get("event_id"), "Channel": winlog.get("channel")}
    fields["Provider_Name"] = winlog.get("provider_name")
    fields["Computer"] = winlog.get("computer_name")
    for part in ("event_data", "user_data"):
        if isinstance(winlog.get(part), dict):
            fields |= flatten(winlog[part])
    fields = {name: value for name, value in fields.items() if value is not None}
    return _event(fields, iso_ns(record.get("@timestamp"), "UTC"), _text(winlog.get("computer_name")))


def _event(fields: dict[str, Value], event_time: int | None, host: str | None) -> Event:
    channel, provider = _text(fields.get("Channel")) or "", _text(fields.get("Provider_Name")) or ""
    number = str(fields.get("EventID"))
    service = service_of(channel, provider) or _word(fields.get("service"))
    category = category_of(service, number, _text(fields.get("EventType")) or "") or _word(fields.get("category"))
    if category == "process_creation" and service == "security":
        for theirs, ours in _PROCESS_FIELDS.items():
            if theirs in fields:
                fields.setdefault(ours, fields[theirs])
    return Event(
        fields=fields,
        product="windows",
        category=category,
        service=service,
        event_time=event_time,
        host=host.lower() if host else None,
        observables=Observables(
            src_ip=address(fields.get("SourceIp") or fields.get("IpAddress")),
            dst_ip=address(fields.get("DestinationIp")) if category == "network_connection" else None,
        ),
    )


def _word(value: object) -> str | None:
    """A log source that a forwarder named itself, where the channel does not tell."""
    return value.lower() if isinstance(value, str) and value else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
