"""`fenghuo calendar`: holidays, and weekend days on which offices work."""

import argparse
from pathlib import Path

from fenghuo.base.clocks.calendar import BadCalendar, read_days
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `calendar` with `import`."""
    parser = subparsers.add_parser("calendar", help=_("the calendar of working days: import"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    taking = verbs.add_parser(
        "import",
        help=_("import the holidays of a year from csv"),
        description=_(
            "Take up a csv sheet with the columns day, works (yes or no), name and source, all of it or nothing. "
            "The State Council publishes the holidays of a year in the autumn before."
        ),
    )
    taking.add_argument("sheet", type=Path, metavar="FILE.csv")
    add_data(taking)
    add_json(taking)
    taking.set_defaults(func=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Import the sheet, or say what is wrong in each line."""
    try:
        days = read_days(arguments.sheet.read_bytes())
    except OSError as error:
        return fail(_("{path}: not readable: {error}").format(path=arguments.sheet, error=error.strerror))
    except BadCalendar as error:
        return fail("\n".join([*error.problems, _("Nothing was imported.")]))
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.clocks.actions import set_days

    count = set_days(COMMAND_LINE, days)
    if arguments.json:
        print_json({"days": count})
    else:
        print(_("{count} days taken up.").format(count=count))
    return 0
