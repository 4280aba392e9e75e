"""`fenghuo bench`: how fast this machine detects, beside the plain decoding of the same lines."""

import argparse
import json
import sys
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, fail, read_rules


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `bench` with its verbs."""
    parser = subparsers.add_parser("bench", help=_("measure detection on this machine"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    detect = verbs.add_parser(
        "detect",
        help=_("rules over JSON lines, on one core"),
        description=_(
            "Read JSON lines, match rules and say how many events a second one core does: decoding alone (orjson), matching alone, "
            "and from bytes to hits with their evidence. Files are read piece by piece; - is standard input."
        ),
    )
    detect.add_argument(
        "--rules", nargs="+", action="extend", required=True, type=Path, metavar="DIR", help=_("folders of rules")
    )
    detect.add_argument("--placeholders", type=Path, metavar="FILE", help=_("YAML map of placeholder names to values"))
    detect.add_argument("--indicators", type=Path, metavar="FILE", help=_("list of indicators, one a line"))
    detect.add_argument("--repeat", type=int, default=1, metavar="N", help=_("go over the events so many times"))
    detect.add_argument("--json", action="store_true", help=_("one JSON object instead of lines for people"))
    detect.add_argument("files", nargs="+", metavar="FILE", help=_("files of JSON lines; - is standard input"))
    detect.set_defaults(func=run_detect)


def run_detect(arguments: argparse.Namespace) -> int:
    """Print what was measured."""
    from fenghuo.faces.cli.bench_detect import Unreadable, measure

    try:
        if arguments.repeat < 1:
            raise UsageError(_("--repeat needs a number from 1 on."))
        figures = measure(
            lambda: read_rules(arguments.rules, arguments.placeholders),
            arguments.files,
            arguments.indicators,
            arguments.repeat,
        )
    except UsageError as error:
        return fail(str(error), 2)
    except (Unreadable, OSError) as error:
        return fail(str(error))
    if arguments.json:
        print(json.dumps(figures))
        return 0
    for name, value in figures.items():
        print(f"{name:22}{value:>16,}")
    sys.stdout.flush()
    return 0
