"""`fenghuo bulletins`: warnings of higher levels that come in as files."""

import argparse
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `bulletins` with `receive`."""
    parser = subparsers.add_parser("bulletins", help=_("warnings of higher levels: receive"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    taking = verbs.add_parser(
        "receive",
        help=_("make a draft of a warning that came as a STIX 2.1 bundle"),
        description=_(
            "Make a draft of a warning of a higher level that came as a STIX 2.1 bundle. It is reviewed and published by persons on the "
            "console, as one that was typed in; its indicators are not taken (see: fenghuo intel import)."
        ),
        epilog=_("Exit codes: 0 done; 1 no draft was made, and standard error says why; 2 wrong usage."),
    )
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument(
        "--level",
        choices=("red", "orange", "yellow", "blue"),
        default="",
        help=_("the level, where the file states none"),
    )
    taking.set_defaults(func=run_receive)
    add_data(taking)
    add_json(taking)


def run_receive(arguments: argparse.Namespace) -> int:
    """Make a draft of a bundle, or say why there is none."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.faces.console.notices.drafting import letterhead
    from fenghuo.share.stix.actions import NotAWarning, Refused, receive
    from fenghuo.share.stix.names import fault_of_file, refusal
    from fenghuo.share.stix.warning import MOST_BYTES

    try:
        with arguments.file.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        made = receive(COMMAND_LINE, arguments.file.name, content, letterhead(), arguments.level)
    except OSError as error:
        return fail(_("{path}: not readable: {error}").format(path=arguments.file, error=error.strerror))
    except NotAWarning as error:
        return fail(f"{arguments.file}: {fault_of_file(error)}")
    except Refused as error:
        return fail(f"{arguments.file}: {refusal(error)} {error.bulletin_id}".strip())
    if arguments.json:
        print_json({"bulletin_id": made.bulletin_id, "tlp": made.tlp, "indicators": made.indicators})
    else:
        print(_("Draft {id}; {number} indicators were not taken.").format(id=made.bulletin_id, number=made.indicators))
    return 0
