"""`fenghuo screen`: screen a list of sites from a laptop, without server or account."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tqdm import tqdm

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import fail
from fenghuo.see.screening.checks.base import Verdict, finding_key
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.fetch.collectors import COLLECTORS
from fenghuo.see.screening.fetch.limiter import SPACING_S, Limiter
from fenghuo.see.screening.fetch.screen import Means, screen
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Contact
from fenghuo.see.screening.targets import BadTargets, Listed, read_targets

_AT_ONCE = 64
_LARGEST = 20 * 1024 * 1024


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `screen`."""
    parser = subparsers.add_parser(
        "screen",
        help=_("screen sites that were authorised; no server needed"),
        description=_(
            "Screen the sites of a list, each only within its row: addresses, classes, from and until. At most one request a second "
            "and two connections a site; nothing is guessed, exploited or written. Writes verdicts.jsonl, findings.jsonl, "
            "contacts.jsonl and report.html into the folder of --out."
        ),
        epilog=_(
            "TARGETS.csv: unit, name, url, addresses, classes, from, until; optional kind, unit_kind, icp, police_filing, "
            "domain_expires. classes: all, or some of {classes}."
        ).format(classes=" ".join(sorted({c.check_class.value for c in all_checks().values()}))),
    )
    parser.add_argument("targets", type=Path, metavar="TARGETS.csv")
    parser.add_argument(
        "--authorised-by", required=True, metavar="NAME", help=_("who allowed it; stands in every file")
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help=_("folder for the results"))
    parser.add_argument(
        "--contact",
        default="",
        metavar="TEXT",
        help=_("mail address or telephone sent with every request (default: the name)"),
    )
    parser.add_argument(
        "--zone", default="Asia/Shanghai", help=_("time zone of from and until (default Asia/Shanghai)")
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Screen, write the files, and say how it went."""
    started = clock.now()
    try:
        text = _text(arguments.targets)
        order = f"{started:%Y%m%d%H%M%S}"
        listed = read_targets(text, arguments.authorised_by, ZoneInfo(arguments.zone), order)
        arguments.out.mkdir(parents=True, exist_ok=True)
    except BadTargets as bad:
        lines = [_problem_text(*problem) for problem in bad.problems]
        return fail(
            "\n".join([_("{file} can't be used; nothing was contacted.").format(file=arguments.targets), *lines]), 2
        )
    except (OSError, ValueError, KeyError) as error:
        return fail(f"{arguments.targets}: {error}", 2)
    contact = arguments.contact or arguments.authorised_by
    scanner = Scanner(contact if contact.isascii() else quote(contact))
    results = Results(arguments.out)
    try:
        verdicts = asyncio.run(_screen_all(listed, scanner, results))
    finally:
        results.close()
    from fenghuo.faces.cli.screen_report import write_report

    write_report(arguments.out / "report.html", listed, verdicts, arguments.authorised_by, started)
    _say(verdicts, arguments.out)
    return 0


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if len(raw) > _LARGEST:
        raise ValueError(_("larger than 20 MB"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _problem_text(line: int, code: str, value: str) -> str:
    texts = {
        "columns": _("columns are missing: {value}"),
        "url": _("{value!r} is no address of a site"),
        "address": _("{value!r} is no IP address"),
        "class": _("{value!r}: no such class"),
        "kind": _("{value!r}: no such kind of asset"),
        "time": _("{value!r} is no date such as 2026-11-25 or 2026-11-25 08:00"),
        "date": _("{value!r} is no date such as 2026-11-25"),
        "order": _("from lies after until: {value}"),
        "twice": _("{value} stands twice"),
        "empty": _("there is no site in it"),
    }
    return _("line {line}: ").format(line=line) + texts[code].format(value=value)


class Results:
    """The files of results; each line is written as soon as it is known, so that a stopped run keeps what it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO] = {}

    def line(self, name: str, value: dict[str, object]) -> None:
        """Append one JSON line to DIR/name."""
        if name not in self._files:
            self._files[name] = (self._folder / name).open("w" if name != "contacts.jsonl" else "a", encoding="utf-8")
        self._files[name].write(json.dumps(value, ensure_ascii=False) + "\n")
        self._files[name].flush()

    def write(self, contact: Contact) -> None:
        """The contact log of a laptop: append only, written before the contact."""
        self.line("contacts.jsonl", contact.as_line())

    def verdict(self, listed: Listed, verdict: Verdict) -> None:
        """A verdict and its findings."""
        at = verdict.at.isoformat()
        self.line("verdicts.jsonl", verdict_line(verdict))
        check = all_checks()[verdict.check]
        for found in verdict.findings:
            self.line(
                "findings.jsonl",
                {
                    "id": finding_key(listed.target.unit, verdict.asset, verdict.check, found),
                    "unit": listed.target.unit,
                    "asset": verdict.asset,
                    "check": verdict.check,
                    "version": verdict.version,
                    "outcome": found.outcome,
                    "severity": check.outcome(found.outcome).severity.value,
                    "locus": found.locus,
                    "evidence": found.evidence,
                    "sha256": evidence_hash(found.evidence),
                    "at": at,
                },
            )

    def close(self) -> None:
        """Make sure that every file stands, empty ones too, and close them."""
        for name in ("verdicts.jsonl", "findings.jsonl", "contacts.jsonl"):
            if name not in self._files:
                (self._folder / name).touch()
        for file in self._files.values():
            file.close()


def verdict_line(verdict: Verdict) -> dict[str, object]:
    """A verdict as a line of verdicts.jsonl."""
    return {
        "asset": verdict.asset,
        "check": verdict.check,
        "version": verdict.version,
        "verdict": verdict.kind.value,
        "reason": verdict.reason,
        "detail": verdict.detail,
        "at": verdict.at.isoformat(),
    }


def evidence_hash(evidence: str) -> str:
    """Hex SHA-256 of an evidence text."""
    import hashlib

    return hashlib.sha256(evidence.encode()).hexdigest()


async def _screen_all(listed: Sequence[Listed], scanner: Scanner, results: Results) -> list[tuple[Listed, Verdict]]:
    means = Means(Limiter(spacing=SPACING_S), results, scanner, clock.now, COLLECTORS)
    gate = asyncio.Semaphore(_AT_ONCE)
    found: list[tuple[Listed, Verdict]] = []
    bar = tqdm(total=len(listed), unit=_("site"), file=sys.stderr, disable=None)

    async def one(row: Listed) -> None:
        async with gate:
            screened = await screen(row.target, row.permit, all_checks().values(), means)
        for verdict in screened.verdicts:
            results.verdict(row, verdict)
            found.append((row, verdict))
        bar.update()

    async with asyncio.TaskGroup() as group:
        for row in listed:
            group.create_task(one(row))
    bar.close()
    return found


def _say(verdicts: Sequence[tuple[Listed, Verdict]], out: Path) -> None:
    kinds = [verdict.kind.value for _row, verdict in verdicts]
    text = _(
        "{sites} sites, {verdicts} verdicts: {passed} passed, {failed} failed, {untested} could not be tested. See {out}."
    )
    print(
        text.format(
            sites=len({row.target.asset for row, _verdict in verdicts}),
            verdicts=len(kinds),
            passed=kinds.count("pass"),
            failed=kinds.count("fail"),
            untested=kinds.count("could-not-test"),
            out=out / "report.html",
        ),
        file=sys.stderr,
    )


def moment_text(moment: datetime, zone: str) -> str:
    """A moment as reports show it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
