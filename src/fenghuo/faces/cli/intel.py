"""`fenghuo intel`: indicators of compromise: add, import, list, expire, withdraw, look back."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli import intel_lookback
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, problems_of
from fenghuo.see.intel.values import CLASSES, FOREVER, Kind, Tlp

if TYPE_CHECKING:
    from fenghuo.see.intel.models import StoredIndicator

FORMATS = ("plain", "csv", "urlhaus", "feodo", "sslbl", "threatfox", "malwarebazaar", "misp", "stix")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `intel` with its verbs."""
    parser = subparsers.add_parser("intel", help=_("indicators: add, import, list, expire, withdraw, look back"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    adding = verbs.add_parser(
        "add",
        help=_("add one indicator; it counts within a second"),
        description=_(
            "Add an address, network, domain, URL or file hash; defanged forms such as hxxp and [.] are taken. "
            "A domain stands for the names below it too."
        ),
    )
    adding.add_argument("value", metavar="VALUE")
    adding.add_argument("--kind", choices=[k.value for k in Kind], help=_("what it is (default: found out)"))
    adding.add_argument("--feed", default="office", help=_("feed that it belongs to (default: office)"))
    adding.add_argument("--confidence", type=int, metavar="0-100", help=_("how sure (default: the feed's)"))
    adding.add_argument("--tlp", choices=[t.value for t in Tlp], default="", help=_("how far it may be passed on"))
    adding.add_argument("--class", dest="threat_class", choices=CLASSES, default="", help=_("what it stands for"))
    adding.add_argument(
        "--until", metavar="DATE", help=_("end of validity, e.g. 2027-01-31 (default: the feed's days)")
    )
    adding.add_argument("--note", default="", help=_("where it comes from, in a few words"))
    adding.set_defaults(func=run_add)
    _add_import(verbs)
    listing = verbs.add_parser("list", help=_("list indicators"))
    listing.add_argument("search", nargs="?", default="", metavar="TEXT", help=_("value, or part of value or note"))
    listing.add_argument("--kind", choices=[k.value for k in Kind], default="")
    listing.add_argument("--feed", default="")
    listing.add_argument("--state", choices=("valid", "expired", "withdrawn"), default="")
    listing.add_argument("--most", type=int, default=1000, metavar="N", help=_("rows at most (default: 1000)"))
    listing.set_defaults(func=run_list)
    for name, text in (
        ("expire", _("let an indicator end now; earlier events still meet it")),
        ("withdraw", _("take an indicator that was wrong out of use for good")),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("value", metavar="VALUE")
        verb.add_argument("--feed", default="", help=_("of this feed only"))
        verb.add_argument("--reason", default="", required=name == "withdraw", help=_("why, for the audit trail"))
        verb.set_defaults(func=run_end)
    intel_lookback.add_parser(verbs)
    for verb in verbs.choices.values():
        add_data(verb)
        add_json(verb)


def _add_import(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    taking = verbs.add_parser(
        "import",
        help=_("import a list"),
        description=_(
            "Import a list into a feed. Rows that stand already are confirmed; rows that can't be taken are named with "
            "place and reason, and the rest is taken. gzip and a zip of one file are opened."
        ),
        epilog=_("Exit codes: 0 done, also where rows were refused; 1 the list could not be read; 2 wrong usage."),
    )
    taking.add_argument(
        "file", type=Path, metavar="FILE", help=_("the list; for misp its folder, a zip of it or one event")
    )
    taking.add_argument("--format", choices=FORMATS, required=True)
    taking.add_argument("--feed", required=True, help=_("name of the feed; made where it is missing"))
    taking.add_argument(
        "--columns",
        default="",
        metavar="NAME=COLUMN,…",
        help=_("for csv: which column holds value, kind, confidence, tlp, threat_class, valid_from, valid_until, note"),
    )
    taking.set_defaults(func=run_import)


def _shown(row: "StoredIndicator") -> dict[str, object]:
    until = row.valid_until
    return {
        "id": row.pk,
        "kind": row.kind,
        "value": row.value,
        "feed": row.feed.name,
        "confidence": row.confidence,
        "tlp": row.tlp,
        "threat_class": row.threat_class,
        "valid_until": None if until is None or until >= FOREVER - 1 else clock.from_ns(until).isoformat(),
        "withdrawn": row.withdrawn_at is not None,
        "note": row.note,
    }


def run_add(arguments: argparse.Namespace) -> int:
    """Add one indicator."""
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.intel.actions import add_one
    from fenghuo.see.intel.formats.base import Row, stamp
    from fenghuo.see.intel.names import sentence
    from fenghuo.see.intel.normal import Refused

    until = stamp(arguments.until)
    if arguments.until and until is None:
        return fail(_("{text}: no date. Write 2027-01-31.").format(text=arguments.until), 2)
    if arguments.confidence is not None and not 0 <= arguments.confidence <= 100:
        return fail(_("A confidence lies from 0 to 100."), 2)
    kind = Kind(arguments.kind) if arguments.kind else None
    row = Row(
        "1",
        arguments.value,
        kind,
        None,
        until,
        arguments.confidence,
        arguments.tlp,
        arguments.threat_class,
        arguments.note,
    )
    try:
        found = add_one(COMMAND_LINE, row, arguments.feed)
    except Refused as error:
        return fail(f"{arguments.value}: {sentence(error.reason)}")
    except ValidationError as error:
        return fail(problems_of(error))
    if arguments.json:
        print_json(_shown(found))
    else:
        print(_("Added: {kind} {value}").format(kind=found.kind, value=found.value))
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Import a list."""
    columns = dict(part.partition("=")[::2] for part in arguments.columns.split(",") if "=" in part)
    if arguments.columns and not columns:
        return fail(_("--columns is written value=COLUMN,note=COLUMN."), 2)
    if not arguments.file.exists():
        return fail(_("{path}: there is no such file or folder.").format(path=arguments.file))
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError
    from tqdm import tqdm

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.intel.actions import feed_of, import_file
    from fenghuo.see.intel.formats import Options
    from fenghuo.see.intel.names import sentence

    try:
        feed = feed_of(COMMAND_LINE, arguments.feed)
    except ValidationError as error:
        return fail(problems_of(error))
    with tqdm(desc=arguments.file.name, unit="row", disable=not sys.stderr.isatty()) as bar:
        done = import_file(COMMAND_LINE, arguments.file, arguments.format, feed, Options(columns), progress=bar.update)
    for row in done.rows.all()[:20]:
        print(f"{row.place}: {row.value or '…'}: {sentence(row.reason)}", file=sys.stderr)
    if arguments.json:
        print_json({"feed": feed.name, "added": done.added, "updated": done.updated, "refused": done.refused})
    else:
        refused = sum(done.refused.values())
        text = _("Feed {feed}: {added} added, {updated} confirmed, {refused} refused.")
        print(text.format(feed=feed.name, added=done.added, updated=done.updated, refused=refused))
        if refused > 20:
            print(_("The console's page of indicators lists what was refused and why."))
    return fail(done.problem) if done.problem else 0


def run_list(arguments: argparse.Namespace) -> int:
    """List indicators, the latest first."""
    open_tables(arguments.data)
    from fenghuo.see.intel.queries import indicators

    found = indicators(arguments.search, arguments.kind, arguments.feed, "", arguments.state).order_by("-id")
    for row in found[: max(0, arguments.most)].iterator(1000):
        shown = _shown(row)
        if arguments.json:
            print_json(shown)
        else:
            end = _("withdrawn") if shown["withdrawn"] else str(shown["valid_until"] or _("no end"))[:19]
            print(f"{row.kind:<8} {row.value}  {row.feed.name}  {row.confidence}  TLP:{row.tlp.upper()}  {end}")
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """Expire or withdraw every indicator of a value."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.intel import actions, queries
    from fenghuo.see.intel.names import sentence
    from fenghuo.see.intel.normal import Refused

    try:
        numbers = list(queries.of_value(arguments.value, arguments.feed).values_list("pk", flat=True))
    except Refused as error:
        return fail(f"{arguments.value}: {sentence(error.reason)}")
    if not numbers:
        return fail(_("{value}: there is no such indicator.").format(value=arguments.value))
    for number in numbers:
        if arguments.verb == "expire":
            actions.expire(COMMAND_LINE, number, reason=arguments.reason)
        elif not arguments.reason.strip():
            return fail(_("A reason is needed: whoever reads this later must understand it."), 2)
        else:
            actions.withdraw(COMMAND_LINE, number, arguments.reason)
    if arguments.json:
        print_json({"ended": numbers})
    else:
        print(_("Ended: {number}").format(number=len(numbers)))
    return 0
