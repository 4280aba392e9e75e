"""`fenghuo screening`: authorisations, coverage, findings and foreign results of an installation, for scripts."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json

if TYPE_CHECKING:
    from fenghuo.base.units.models import Asset
    from fenghuo.see.screening.imports.take import Taken

_CLASSES = ("lookup", "visit", "content", "transport", "ports", "services", "mail", "names")


_FIELDS = (
    *("id", "unit", "asset", "check", "outcome", "severity", "state", "locus", "title"),
    *("evidence", "sha256", "first_seen", "last_seen", "due_at", "closed_at"),
)


class Everything:
    """Who works on the server sees all units."""

    def unit_scope(self) -> frozenset[str] | None:
        """All."""
        return None


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `screening` with `authorise`, `coverage`, `findings` and `import`."""
    parser = subparsers.add_parser(
        "screening", help=_("screening of an installation: authorise, coverage, findings, import")
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    allowing = verbs.add_parser("authorise", help=_("enter who allowed what to be contacted, and until when"))
    allowing.add_argument("--asset", required=True, metavar="VALUE", help=_("domain or address, as registered"))
    allowing.add_argument("--given-by", required=True, metavar="NAME", help=_("the person of the unit who allows it"))
    allowing.add_argument(
        "--classes", default="all", help=_("all, or some of {classes}").format(classes=",".join(_CLASSES))
    )
    allowing.add_argument("--from", dest="begins", metavar="TIME", default="", help=_("default: now"))
    allowing.add_argument("--until", required=True, metavar="TIME", help=_("such as 2027-11-25 or 2027-11-25T18:00"))
    allowing.add_argument(
        "--quiet", action="append", default=[], metavar="22:00-06:00", help=_("hours without contact")
    )
    allowing.add_argument("--addresses", default="", help=_("the only addresses that may be contacted"))
    allowing.add_argument("--document", default="", help=_("number of the paper"))
    allowing.set_defaults(func=run_authorise)
    covering = verbs.add_parser("coverage", help=_("coverage of a month or round, by unit"))
    covering.add_argument(
        "--period", default="", metavar="2026-11", help=_("a month, or round:ID (default: this month)")
    )
    covering.set_defaults(func=run_coverage)
    finding = verbs.add_parser("findings", help=_("findings, the one whose time runs out first on top"))
    finding.add_argument("--all", action="store_true", help=_("closed and accepted ones too"))
    finding.set_defaults(func=run_findings)
    taking = verbs.add_parser("import", help=_("results of a laptop, of nmap, Nuclei or testssl, into the ledger"))
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--findings", type=Path, metavar="FILE", help=_("findings.jsonl beside a verdicts.jsonl"))
    taking.add_argument("--asset", required=True, metavar="VALUE", help=_("domain or address, as registered"))
    taking.add_argument("--by", required=True, metavar="NAME", help=_("who tested"))
    taking.add_argument("--company", action="store_true", help=_("a testing company's report instead of a laptop's"))
    taking.set_defaults(func=run_import)
    for verb in (allowing, covering, finding, taking):
        add_data(verb)
        add_json(verb)


def _asset(value: str) -> "Asset | None":
    from fenghuo.base.units.models import Asset

    return Asset.objects.select_related("unit").filter(value=value.strip().lower()).first()


def _no_asset(value: str) -> int:
    return fail(_("{value}: no asset of this value is registered.").format(value=value))


def _moment(text: str) -> datetime:
    """A time of the command line, in the office's zone where it states none.

    Raises:
        ValueError: it is none.
    """
    from fenghuo.base.common.settings import settings

    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings().time_zone))


def run_authorise(arguments: argparse.Namespace) -> int:
    """Enter an authorisation."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.see.screening.actions import CannotDo, authorise

    asset = _asset(arguments.asset)
    if asset is None:
        return _no_asset(arguments.asset)
    names = arguments.classes.replace(",", " ").split()
    try:
        given = {
            "classes": list(_CLASSES) if names == ["all"] else names,
            "begins": _moment(arguments.begins) if arguments.begins else clock.now(),
            "ends": _moment(arguments.until),
            "given_by": arguments.given_by,
            "document": arguments.document,
            "quiet": [list(span.partition("-")[::2]) for span in arguments.quiet],
            "addresses": arguments.addresses.replace(",", " ").split(),
        }
        made = authorise(COMMAND_LINE, asset, given)
    except ValueError as error:
        return fail(str(error), 2)
    except CannotDo as error:
        return fail(_refusal(error.code, error.detail), 2)
    if arguments.json:
        print_json({"work_order": made.work_order, "id": made.id})
    else:
        print(_("Authorised under number {number}.").format(number=made.work_order))
    return 0


def _refusal(code: str, detail: str) -> str:
    texts = {
        "classes": _("--classes: unknown or empty: {detail}"),
        "time": _("--until must lie after --from."),
        "addresses": _("--addresses: {detail}"),
        "quiet": _("--quiet: {detail} is no time of the day."),
        "giver": _("--given-by must not be empty."),
    }
    return texts.get(code, code).format(detail=detail)


def run_coverage(arguments: argparse.Namespace) -> int:
    """Coverage of a period: of all, and by unit."""
    open_tables(arguments.data)
    from fenghuo.base.common import clock
    from fenghuo.see.screening.ledger import month_of
    from fenghuo.see.screening.queries import board

    period = arguments.period or month_of(clock.now())
    try:
        found = board(period, Everything())
    except ValueError:
        return fail(_("{period}: no period such as 2026-11.").format(period=period), 2)
    units = {row.unit_name: [r for r in found.rows if r.unit_id == row.unit_id] for row in found.rows}
    lines = [(name, found.total(rows)) for name, rows in sorted(units.items())]
    total = found.total()
    if arguments.json:
        print_json({"period": period, "total": _numbers(total), "units": {name: _numbers(one) for name, one in lines}})
        return 0
    for name, one in [(_("All units"), total), *lines]:
        percent = "–" if one.percent is None else f"{one.percent:.1f} %"
        text = _("{name}: {percent} ({covered}/{registered}), could not be tested {untested}, not authorised {bare}")
        print(
            text.format(
                name=name,
                percent=percent,
                covered=one.covered,
                registered=one.registered,
                untested=one.could_not_test,
                bare=one.not_authorised,
            )
        )
    return 0


def _numbers(covered: object) -> dict[str, object]:
    names = ("registered", "covered", "could_not_test", "not_authorised", "percent")
    return {name: getattr(covered, name) for name in names}


def run_findings(arguments: argparse.Namespace) -> int:
    """Findings, one a line."""
    open_tables(arguments.data)
    from django.utils import translation

    from fenghuo.see.screening import exports
    from fenghuo.see.screening.queries import findings_visible_to

    rows = findings_visible_to(Everything()).order_by("due_at", "id")
    if not arguments.all:
        rows = rows.filter(state__in=("open", "passed-once"))
    language = "zh" if (translation.get_language() or "").startswith("zh") else "en"
    for row in rows.iterator(500):
        found = exports.exported(row, language)
        if arguments.json:
            print_json({name: _json_value(getattr(found, name)) for name in _FIELDS})
        else:
            line = f"{found.due_at:%Y-%m-%d}  {found.severity_word}  {found.asset}  {found.title}  {found.locus}"
            print(_printable(line))
    return 0


def _json_value(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _printable(text: str) -> str:
    """The text without what a terminal would obey: places of findings come from sites."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def run_import(arguments: argparse.Namespace) -> int:
    """Bring a file of results into the ledger."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.screening.imports.base import MOST_BYTES
    from fenghuo.see.screening.imports.take import File, Unreadable, take
    from fenghuo.see.screening.models import Origin

    asset = _asset(arguments.asset)
    if asset is None:
        return _no_asset(arguments.asset)
    try:
        sizes = [os.path.getsize(path) for path in (arguments.file, arguments.findings) if path]
        if max(sizes) > MOST_BYTES:
            raise Unreadable("too-large")
        beside = arguments.findings.read_bytes() if arguments.findings else b""
        origin = Origin.COMPANY if arguments.company else Origin.LAPTOP
        file = File(arguments.file.name, arguments.file.read_bytes(), beside, origin, arguments.by)
        taken = take(COMMAND_LINE, asset, file)
    except OSError as error:
        return fail(_("{path}: not readable: {error}").format(path=arguments.file, error=error.strerror))
    except Unreadable as error:
        return fail(_unreadable(error.code, error.detail))
    _say_taken(taken, as_json=arguments.json)
    return 0


def _say_taken(taken: "Taken", as_json: bool) -> None:
    numbers = {
        "verdicts": len(taken.verdicts),
        "raised": len(taken.recorded.raised),
        "closed": len(taken.recorded.closed),
    }
    unmapped = taken.results.unmapped
    if as_json:
        names = {"unmapped": dict(unmapped), "others": dict(taken.results.others)}
        print_json({"format": taken.results.format, "older": len(taken.older), **numbers, **names})
        return
    text = _("{verdicts} results taken, {raised} findings new or back, {closed} closed; {unmapped} not mapped.")
    print(text.format(**numbers, unmapped=sum(unmapped.values())))
    for name, number in unmapped.most_common():
        print(_printable(f"  {name} ×{number}"))


def _unreadable(code: str, detail: str) -> str:
    texts = {
        "too-large": _("The file is larger than 16 MB, or has too many lines."),
        "format": _("No file that is known here: verdicts.jsonl, nmap XML, Nuclei JSONL or testssl JSON."),
        "broken": _("The file is broken at {detail}."),
        "doctype": _("The XML declares a document type or entities of its own; it was not read."),
        "old": _("The results are of {detail}: older than 31 days."),
    }
    return texts[code].format(detail=detail)
