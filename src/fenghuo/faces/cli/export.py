"""`fenghuo export`: rows as JSON Lines with stable ids, for other programs and for keeping."""

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, open_tables, progress

_KINDS = ("events", "hits", "warnings", "deliveries", "audit")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `export`."""
    parser = subparsers.add_parser(
        "export",
        help=_("write rows as JSON Lines"),
        description=_(
            "Write every row of one kind to standard output, one JSON object a line, each with an id that stays the same. "
            "Events are read from the event log; the platform may run meanwhile."
        ),
    )
    parser.add_argument("kind", choices=_KINDS)
    add_data(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the rows; exit code 0."""
    data: Path = arguments.data.resolve()
    rows = _events(data) if arguments.kind == "events" else _rows_of_tables(data, arguments.kind)
    write = sys.stdout.write
    for row in progress(rows, _("rows")):
        write(json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain) + "\n")
    sys.stdout.flush()
    return 0


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    return str(value)


def _bytes(raw: bytes) -> object:
    """Bytes as text where they are UTF-8, else as {"base64": …}, so that nothing is lost."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}


def _time(nanoseconds: int) -> str:
    return clock.from_ns(nanoseconds).isoformat()


def _events(data: Path) -> Iterator[dict[str, Any]]:
    """Every record of the event log: what came, from whom, and the event that it is parsed to."""
    from fenghuo.see.eventlog import open_log
    from fenghuo.see.events import events_of, records_from_batch
    from fenghuo.see.sources import parse_records

    log = open_log(data / "log")
    for stream in log.streams("records"):
        reader = log.reader(stream, start=0)
        while blocks := reader.read(max_rows=5000, timeout=0):
            for block in blocks:
                positions = [f"{stream}:{block.first_sequence + row}" for row in range(block.batch.num_rows)]
                events = events_of(parse_records(block.batch, positions))
                for record, (envelope, event) in zip(records_from_batch(block.batch), events, strict=True):
                    yield {
                        "event_id": envelope["@@log_position"],
                        "event_time": _time(int(envelope["@@event_time"] or 0)),
                        "ingest_time": _time(record.ingest_time),
                        "source_id": record.source.source_id,
                        "unit_id": record.source.unit_id,
                        "kind": record.source.kind,
                        "peer": record.peer,
                        "transport": record.transport,
                        "exercise": record.exercise,
                        "resend": record.resend,
                        "record_id": record.record_id,
                        "asset": envelope["@@asset"],
                        "product": event.product,
                        "category": event.category,
                        "service": event.service,
                        "parse_error": event.parse_error,
                        "fields": event.fields,
                        "raw": _bytes(record.raw),
                    }


def _rows_of_tables(data: Path, kind: str) -> Iterator[dict[str, Any]]:
    open_tables(data)
    if kind == "hits":
        from fenghuo.see.events import match_of, match_row
        from fenghuo.see.rulebook.models import StoredHit

        for row in StoredHit.objects.order_by("hit_id").values().iterator(1000):
            times = {name: _time(row[name]) for name in ("event_time", "ingest_time")}
            yield {**row, **times, "matches": [match_row(match_of(stored)) for stored in row["matches"]]}
    elif kind == "warnings":
        from fenghuo.warn.early_warnings.queries import export_rows as warning_rows

        yield from warning_rows()
    elif kind == "deliveries":
        from fenghuo.warn.channels.queries import export_rows as delivery_rows

        yield from delivery_rows()
    else:
        from fenghuo.base.audit.queries import export_rows as audit_rows

        yield from audit_rows()
