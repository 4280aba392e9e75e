"""`fenghuo detect`: Sigma rules over log files, without server or database."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from tqdm import tqdm

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, fail, read_rules
from fenghuo.see.detection import Rule, RuleSet, stall_reason
from fenghuo.see.detection.correlation.together import Correlating
from fenghuo.see.events import Match, make_batch, match_row
from fenghuo.see.events.batch import Origin
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.sources import KINDS, ReadEvent, UnreadableInput, read_events

_FEW = 50
"""Below so many events the fast path's machine code takes longer to load than the reference takes for all of them."""
_CHUNK = 5000
_NOWHERE = Origin(0, "", "", "", "", "", False, b"")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `detect`."""
    parser = subparsers.add_parser(
        "detect",
        help=_("match Sigma rules against log files; no server needed"),
        description=_(
            "Match Sigma rules against log files: JSON in any arrangement, EVTX, Suricata EVE, nginx and Apache access logs, "
            "syslog, any of it gzipped. One JSON object a hit on standard output, then one a result of the correlation rules, which "
            "go over all files together by event time; the summary on standard error."
        ),
        epilog=_("Exit codes: 0 done, 1 an input could not be read, 2 wrong usage. Refused rules leave it at 0."),
    )
    parser.add_argument(
        "--rules", nargs="+", action="extend", required=True, type=Path, metavar="DIR", help=_("folders of rules")
    )
    parser.add_argument(
        "--source", choices=sorted(KINDS), default="", help=_("kind of the logs, where it is not to be found out")
    )
    parser.add_argument("--placeholders", type=Path, metavar="FILE", help=_("YAML map of placeholder names to values"))
    parser.add_argument("--format", choices=("jsonl",), default="jsonl", help=_("form of the answer"))
    parser.add_argument("files", nargs="+", metavar="FILE", help=_("log files; - is standard input"))
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the hits, sorted by file, record and rule, then what correlations make of them."""
    try:
        rules = read_rules(arguments.rules, arguments.placeholders)
    except UsageError as error:
        return fail(str(error), 2)
    events = hits = unparsed = 0
    correlating = Correlating(rules.correlations)
    started = time.monotonic()
    code = 0
    for name in sorted(set(arguments.files)):
        try:
            for read, found in _of_file(name, arguments.source, rules):
                events += 1
                unparsed += read.event.parse_error is not None
                correlating.see(read.event)
                for rule, matches in found:
                    correlating.add(name, read.ordinal, read.event, rule)
                    if not rule.quiet:
                        hits += 1
                        print(json.dumps(_row(name, read, rule, matches), ensure_ascii=False))
        except (UnreadableInput, OSError) as error:
            code = fail(str(error))
    if rules.correlations:
        _tell_correlations(correlating, len(rules.correlations))
    sys.stdout.flush()
    _tell_stalled(rules)
    summary = _(
        "{events} events ({unparsed} not understood), {hits} hits, {rules} rules, {refused} refused, {seconds:.1f} s"
    )
    print(
        summary.format(
            events=events,
            unparsed=unparsed,
            hits=hits,
            rules=len(rules.rules),
            refused=len(rules.refused),
            seconds=time.monotonic() - started,
        ),
        file=sys.stderr,
    )
    return code


def _tell_stalled(rules: RuleSet) -> None:
    for rule, seconds in rules.take_stalled():
        left_out = _("{rule} ({title}) was left out after one event: it {reason}")
        reason = reason_text(stall_reason(seconds), _)
        print(left_out.format(rule=rule.id, title=rule.title, reason=reason), file=sys.stderr)


def _tell_correlations(correlating: Correlating, rules: int) -> None:
    results = 0
    for row in correlating.rows():
        results += 1
        print(json.dumps(row, ensure_ascii=False))
    told = _("{results} results of {rules} correlation rules; {without} hits left out because their event has no time")
    print(told.format(results=results, rules=rules, without=correlating.without_time), file=sys.stderr)


def _of_file(name: str, hint: str, rules: RuleSet) -> Iterator[tuple[ReadEvent, list[tuple[Rule, tuple[Match, ...]]]]]:
    if name == "-":
        yield from _of_stream(sys.stdin.buffer, name, hint, rules)
        return
    with Path(name).open("rb") as stream:
        yield from _of_stream(stream, name, hint, rules)


def _of_stream(
    stream: BinaryIO, name: str, hint: str, rules: RuleSet
) -> Iterator[tuple[ReadEvent, list[tuple[Rule, tuple[Match, ...]]]]]:
    found_events = read_events(stream, name, hint, clock.now_ns())
    events = iter(tqdm(found_events, desc=name, unit="event", disable=not sys.stderr.isatty()))
    fast = False
    while chunk := list(islice(events, _CHUNK if fast else _FEW)):
        if not fast and len(chunk) < _FEW:
            for read in chunk:
                yield read, rules.match_event(read.event)
            return
        fast = True
        found: list[list[tuple[Rule, tuple[Match, ...]]]] = [[] for _ in chunk]
        for row, rule, matches in rules.matches(make_batch([read.event for read in chunk], [_NOWHERE] * len(chunk))):
            found[row].append((rule, matches))
        yield from zip(chunk, found, strict=True)


def _row(name: str, read: ReadEvent, rule: Rule, matches: tuple[Match, ...]) -> dict[str, Any]:
    moment = read.event.event_time
    return {
        "rule_id": rule.id,
        "title": rule.title,
        "author": rule.author,
        "level": rule.level,
        "file": name,
        "record": read.ordinal,
        "event_record_id": read.event_record_id,
        "event_time": clock.from_ns(moment).isoformat() if moment is not None else None,
        "matched": [match_row(match) for match in matches],
    }
