"""`fenghuo bench`: how fast this machine detects, by itself beside the plain decoding of the same lines, and as a whole system."""

import argparse
import json
import sys
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, fail, read_rules


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `bench` with its verbs."""
    parser = subparsers.add_parser("bench", help=_("measure detection and the whole system on this machine"))
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
    _add_system(verbs)


def _add_system(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    system = verbs.add_parser(
        "system",
        help=_("the whole platform: the rate that it holds, and how soon warnings stand"),
        description=_(
            "Start a platform of its own in the temporary folder (TMPDIR says where), send made-up events with attacks among them over "
            "loopback, find the highest rate that it holds, and measure at half of it and at 90 % of it how long it takes from a "
            "request to the stored warning. Takes less than four minutes; everything is removed afterwards."
        ),
    )
    system.add_argument(
        "--rules",
        nargs="+",
        action="extend",
        default=[],
        type=Path,
        metavar="DIR",
        help=_("folders of rules to import besides our own packs"),
    )
    system.add_argument(
        "--seconds", type=float, default=10.0, metavar="N", help=_("how long each step takes (default 10)")
    )
    system.add_argument(
        "--attacks",
        type=float,
        default=0.002,
        metavar="SHARE",
        help=_("share of the events that are attacks (default 0.002: 1 in 500)"),
    )
    system.add_argument("--most", type=int, default=1_000_000, metavar="RATE", help=_("try no more events a second"))
    system.add_argument("--json", action="store_true", help=_("one JSON object instead of lines for people"))
    system.set_defaults(func=run_system)


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


def run_system(arguments: argparse.Namespace) -> int:
    """Print what was measured, step by step for people."""
    from fenghuo.faces.cli.bench_platform import CannotMeasure
    from fenghuo.faces.cli.bench_system import Wanted, measure
    from fenghuo.faces.cli.bench_table import Table

    try:
        _check(arguments)
        wanted = Wanted(arguments.rules, arguments.seconds, round(1 / arguments.attacks), arguments.most)
        table = Table(quiet=arguments.json)
        figures = measure(wanted, table.say, table.step)
    except UsageError as error:
        return fail(str(error), 2)
    except (CannotMeasure, OSError) as error:
        return fail(str(error))
    if arguments.json:
        print(json.dumps(figures))
    else:
        table.end(figures)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    for folder in arguments.rules:
        if not folder.is_dir():
            raise UsageError(_("{path}: there is no such folder.").format(path=folder))
    if not 1 <= arguments.seconds <= 600:
        raise UsageError(_("--seconds lies from 1 to 600."))
    if not 0 < arguments.attacks <= 1:
        raise UsageError(_("--attacks lies above 0, and is 1 at most."))
    if arguments.most < 100:
        raise UsageError(_("--most needs a number from 100 on."))
