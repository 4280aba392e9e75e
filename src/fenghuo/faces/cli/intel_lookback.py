"""`fenghuo intel look-back`: what would have met an indicator in what the event log still holds."""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import fail, open_tables, print_json
from fenghuo.see.events import Hit
from fenghuo.see.intel.values import Indicator

if TYPE_CHECKING:
    from fenghuo.see.intel.engine import Indicators


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `look-back`."""
    parser = verbs.add_parser(
        "look-back",
        help=_("search the event log for indicators that are newer than its lines"),
        description=_(
            "Parse the stored lines again and look up the named values in them, whether listed or not, whatever their time of "
            "validity. Nothing is stored and nobody is warned. The platform may run meanwhile."
        ),
        epilog=_("Exit codes: 0 done, 1 a value can't be used, 2 wrong usage."),
    )
    parser.add_argument("values", nargs="*", metavar="VALUE", help=_("addresses, networks, domains, URLs, file hashes"))
    parser.add_argument("--feed", default="", help=_("all valid indicators of this feed as well"))
    parser.add_argument("--since", metavar="DATE", help=_("only lines received from this day on, e.g. 2026-11-01"))
    parser.add_argument("--most", type=int, default=1000, metavar="N", help=_("hits at most (default: 1000)"))
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the hits, one a line, and a summary on standard error."""
    if not arguments.values and not arguments.feed:
        return fail(_("Name a value or a feed."), 2)
    since = 0
    if arguments.since:
        try:
            moment = datetime.fromisoformat(arguments.since)
        except ValueError:
            return fail(_("{text}: no date. Write 2027-01-31.").format(text=arguments.since), 2)
        since = clock.to_ns(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    open_tables(arguments.data)
    from fenghuo.see.intel.engine import Indicators, build
    from fenghuo.see.intel.names import sentence
    from fenghuo.see.intel.normal import Refused

    try:
        wanted = list(_wanted(arguments.values, arguments.feed))
    except Refused as error:
        return fail(f"{error.args[1]}: {sentence(error.reason)}")
    number, lines = 0, _Lines()
    for hit in _hits(arguments.data.resolve(), Indicators(build(wanted)), since, lines):
        number += 1
        _print(hit, arguments.json)
        if number >= arguments.most:
            print(_("There are more; --most shows them."), file=sys.stderr)
            break
    text = _("{lines} lines searched for {wanted} indicators, {hits} hits")
    print(text.format(lines=lines.read, wanted=len(wanted), hits=number), file=sys.stderr)
    return 0


class _Lines:
    """How many lines were read."""

    read = 0


def _wanted(values: list[str], feed: str) -> Iterator[Indicator]:
    """The named values, with what the tables know of them, and those of the feed; without end or begin."""
    from dataclasses import replace

    from fenghuo.see.intel import normal, queries
    from fenghuo.see.intel.values import ALWAYS, FOREVER

    seen: set[int] = set()
    for number, text in enumerate(values, 1):
        try:
            kind, value = normal.normalise(text)
            known = list(queries.of_value(text))
        except normal.Refused as error:
            error.args = (*error.args, text)
            raise
        found = [queries.as_value(row) for row in known] or [Indicator(-number, kind, value)]
        for one in found:
            seen.add(one.id)
            yield replace(one, valid_from=ALWAYS, valid_until=FOREVER)
    if feed:
        for row in queries.indicators(feed=feed, state="valid").iterator(2000):
            if row.pk not in seen:
                yield replace(queries.as_value(row), valid_from=ALWAYS, valid_until=FOREVER)


def _hits(data: Path, indicators: "Indicators", since: int, lines: _Lines) -> Iterator[Hit]:
    """The hits of every stored record, stream by stream, a few thousand records at a time."""
    import pyarrow.compute as pc

    from fenghuo.see.eventlog import open_log
    from fenghuo.see.intel.hits import indicator_hits
    from fenghuo.see.sources import parse_records

    log = open_log(data / "log")
    with tqdm(unit="line", disable=not sys.stderr.isatty()) as bar:
        for stream in log.streams("records"):
            reader = log.reader(stream, start=0)
            while blocks := reader.read(max_rows=5000, timeout=0):
                for block in blocks:
                    bar.update(block.batch.num_rows)
                    lines.read += block.batch.num_rows
                    if since and pc.max(block.batch.column("ingest_time")).as_py() < since:
                        continue
                    positions = [f"{stream}:{block.first_sequence + row}" for row in range(block.batch.num_rows)]
                    for hit in indicator_hits(indicators, parse_records(block.batch, positions)):
                        if hit.ingest_time >= since:
                            yield hit


def _print(hit: Hit, as_json: bool) -> None:
    match = hit.matches[0]
    if as_json:
        print_json(
            {
                "hit_id": hit.hit_id,
                "log_position": hit.log_position,
                "event_time": clock.from_ns(hit.event_time).isoformat(),
                "unit_id": hit.unit_id,
                "asset": hit.asset,
                "indicator": match.pattern,
                "matched": [
                    {"feed": m.selection, "field": m.field, "value": m.value, "byte_span": m.byte_span}
                    for m in hit.matches
                ],
                "raw": hit.raw.decode("utf-8", "replace"),
            }
        )
        return
    when = clock.from_ns(hit.event_time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    print(f"{when}  {hit.asset}  {match.field} = {match.value}  ({match.pattern})  {hit.log_position}")
