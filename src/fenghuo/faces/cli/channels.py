"""`fenghuo channels`: roads by which messages go to people."""

import argparse

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, problems_of


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `channels` with `add`, `list` and `kinds`."""
    parser = subparsers.add_parser("channels", help=_("roads to people: add, list, kinds"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    adding = verbs.add_parser(
        "add",
        help=_("add a channel"),
        description=_(
            "Each kind has settings of its own: fenghuo channels kinds lists them, with * where one is needed."
        ),
    )
    adding.add_argument("--name", required=True, help=_("name of the channel"))
    adding.add_argument("--kind", required=True, help=_("see: fenghuo channels kinds"))
    adding.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help=_("a setting of the channel; repeat it")
    )
    adding.add_argument(
        "--to", action="append", default=[], metavar="ADDRESS", help=_("a fixed recipient; persons on duty are added")
    )
    adding.add_argument(
        "--lowest", default="blue", help=_("lowest level that goes this way: red, orange, yellow, blue")
    )
    adding.add_argument("--language", default="zh-hans", choices=("zh-hans", "en"), help=_("language of its messages"))
    adding.set_defaults(func=run_add)
    listing = verbs.add_parser("list", help=_("list channels"))
    listing.set_defaults(func=run_list)
    showing = verbs.add_parser("kinds", help=_("list the kinds of channels and their settings"))
    showing.set_defaults(func=run_kinds)
    for verb in (adding, listing, showing):
        add_data(verb)
        add_json(verb)


def run_add(arguments: argparse.Namespace) -> int:
    """Add a channel."""
    config = dict(pair.partition("=")[::2] for pair in arguments.set)
    if "" in config or any("=" not in pair for pair in arguments.set):
        return fail(_("--set needs NAME=VALUE."), 2)
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.warn.channels.actions import add_channel

    try:
        channel = add_channel(
            COMMAND_LINE, arguments.name, arguments.kind, config, arguments.to, arguments.lowest, arguments.language
        )
    except ValidationError as error:
        return fail(problems_of(error))
    if arguments.json:
        print_json({"channel_id": channel.id})
    else:
        print(_("Channel {name}: {id}").format(name=channel.name, id=channel.id))
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List channels; secrets are never shown."""
    open_tables(arguments.data)
    from fenghuo.warn.channels.queries import channels

    for row in channels():
        if arguments.json:
            print_json(
                {"channel_id": row.id, "name": row.name, "kind": row.kind, "to": row.recipients, "enabled": row.enabled}
            )
        else:
            print(f"{row.id}  {row.kind:<8}  {row.lowest:<6}  {row.name}  {', '.join(row.recipients)}")
    return 0


def run_kinds(arguments: argparse.Namespace) -> int:
    """List the kinds of channels and the settings of each."""
    open_tables(arguments.data)
    from fenghuo.warn.channels.kinds import kinds

    for kind in kinds().values():
        fields = kind.settings.base_fields
        if arguments.json:
            needed = {name: field.required for name, field in fields.items()}
            print_json({"kind": kind.name, "name": str(kind.settings.kind_name), "settings": needed})
            continue
        print(f"{kind.name}  {kind.settings.kind_name}: {kind.settings.hint}")
        for name, field in fields.items():
            print(f"    {name}{'*' if field.required else ''}  {field.label}")
    return 0
