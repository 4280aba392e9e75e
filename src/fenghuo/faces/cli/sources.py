"""`fenghuo sources`: register senders of logs."""

import argparse
import json
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, add_data, add_json, fail, open_tables, print_json, problems_of
from fenghuo.see.sources import KINDS, Standing


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `sources` with `add` and `list`."""
    parser = subparsers.add_parser("sources", help=_("senders of logs: add, list"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    adding = verbs.add_parser("add", help=_("register a sender; its token is shown once"))
    adding.add_argument("--unit", required=True, help=_("code, id or name of the unit that owns it"))
    adding.add_argument("--kind", required=True, help=_("what it sends: {kinds}").format(kinds=", ".join(KINDS)))
    adding.add_argument("--name", default="", help=_("name of the source (default: unit and kind)"))
    adding.add_argument("--peer", default="", help=_("address that it sends from over syslog or RELP"))
    adding.add_argument(
        "--host-pattern", default="", help=_("host names in its lines, with *, where a relay carries many units")
    )
    adding.add_argument("--asset", default="", help=_("asset that its lines are about where they do not say"))
    adding.add_argument("--file", type=Path, default=None, help=_("file on this machine to follow"))
    adding.add_argument(
        "--mapping",
        type=Path,
        default=None,
        help=_("for generic_json, key_value and zeek: JSON file with the names of the fields (docs/intake.md)"),
    )
    adding.add_argument("--zone", default="", help=_("time zone of time stamps without one"))
    adding.set_defaults(func=run_add)
    listing = verbs.add_parser("list", help=_("list senders and how well they send"))
    listing.set_defaults(func=run_list)
    for verb in (adding, listing):
        add_data(verb)
        add_json(verb)


def run_add(arguments: argparse.Namespace) -> int:
    """Register a sender."""
    try:
        options = _mapping(arguments.mapping)
    except UsageError as error:
        return fail(str(error))
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.queries import find_unit
    from fenghuo.see.inventory.actions import add_source

    unit = find_unit(arguments.unit)
    if unit is None:
        return fail(_("{unit}: there is no such unit. Add it with `fenghuo units add`.").format(unit=arguments.unit))
    try:
        source, token = add_source(
            COMMAND_LINE,
            unit,
            arguments.kind,
            name=arguments.name,
            peer=arguments.peer,
            host_pattern=arguments.host_pattern,
            asset=arguments.asset,
            zone=arguments.zone,
            path=str(arguments.file.resolve()) if arguments.file else "",
            options=options,
        )
    except ValidationError as error:
        return fail(problems_of(error))
    if arguments.json:
        print_json({"source_id": source.id, "token": token, "unit_id": unit.id})
    else:
        print(_("Source {name}: {id}").format(name=source.name, id=source.id))
        print(_("Token, shown only now: {token}").format(token=token))
    return 0


def _mapping(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(_("{path}: not readable: {error}").format(path=path, error=error)) from error
    values = content if isinstance(content, dict) else {}
    fields, columns = values.get("fields"), values.get("columns")
    names = list(fields.values()) if isinstance(fields, dict) else columns if isinstance(columns, list) else [None]
    if not all(isinstance(name, str) for name in names):
        message = _('{path}: an object with "fields", a map of names, or "columns", a list of names, is needed.')
        raise UsageError(message.format(path=path))
    return json.dumps(content)


def run_list(arguments: argparse.Namespace) -> int:
    """List senders."""
    open_tables(arguments.data)
    from fenghuo.see.inventory.models import LogSource

    for row in LogSource.objects.select_related("unit", "health"):
        seen = row.health.last_seen.isoformat() if row.health.last_seen else None
        if arguments.json:
            values = {
                "source_id": row.id,
                "name": row.name,
                "kind": row.kind,
                "verified": row.standing is Standing.VERIFIED,
            }
            formats = {one.name: one.standing for one in row.formats}
            print_json(values | {"formats": formats, "unit": row.unit.code, "last_seen": seen})
        else:
            words = {
                Standing.UNVERIFIED: _("{kind} (unverified)"),
                Standing.PARTLY: _("{kind} (partly unverified)"),
            }
            kind = words.get(row.standing, "{kind}").format(kind=row.kind)
            print(f"{row.id}  {kind:<12}  {seen or _('never seen')}  {row.unit.name}  {row.name}")
    return 0
