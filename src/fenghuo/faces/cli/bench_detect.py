"""Measuring detection: one core, wall time of each stage by itself, files read piece by piece."""

import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import orjson
import pyarrow as pa

from fenghuo.base.common.i18n import _
from fenghuo.base.common.memory import keep_freed
from fenghuo.faces.workers.compiling import load_machine_code
from fenghuo.see.detection import RuleSet
from fenghuo.see.events import hits_to_batch
from fenghuo.see.intel.engine import Indicators, build, open_file, write_file
from fenghuo.see.intel.formats.base import Options, UnreadableList
from fenghuo.see.intel.formats.plain.read import read as read_plain
from fenghuo.see.intel.guard import OwnAssets
from fenghuo.see.intel.hits import indicator_hits
from fenghuo.see.intel.taking import Taken, take_all
from fenghuo.see.intel.values import Indicator
from fenghuo.see.sources.columnar import FileOrigin, JsonReader

_PIECE = 8 * 1024 * 1024
_WARM = 200
Figures = dict[str, float]


class Unreadable(Exception):
    """An input can't be used; the message says which and why."""


@dataclass(slots=True)
class _Round:
    """Seconds of one way through the events."""

    events: int = 0
    bytes: int = 0
    hits: int = 0
    decode: float = 0.0
    read: float = 0.0
    match: float = 0.0
    hits_made: float = 0.0


@dataclass(slots=True)
class _Bench:
    rules: RuleSet
    indicators: Indicators | None
    reader: JsonReader = field(default_factory=JsonReader)
    rounds: list[_Round] = field(default_factory=list)

    def piece(self, data: bytes, line: int, found: _Round) -> None:
        """Measure each stage over one piece of whole lines."""
        lines = data.splitlines()
        started = time.perf_counter()
        for one in lines:
            try:
                orjson.loads(one)
            except orjson.JSONDecodeError as error:
                if one.strip():
                    raise Unreadable(_("line {line} is no JSON").format(line=line + 1 + lines.index(one))) from error
        decoded = time.perf_counter()
        del lines
        chunk = self.reader.read(data, origin=FileOrigin(position="bench:", lines_before=line))
        was_read = time.perf_counter()
        self.rules.matched(chunk.batch)
        matched = time.perf_counter()
        hits = self.hits(chunk.batch)
        found.hits_made += time.perf_counter() - matched
        found.match += matched - was_read
        found.read += was_read - decoded
        found.decode += decoded - started
        found.events += chunk.batch.num_rows
        found.bytes += len(data)
        found.hits += hits

    def hits(self, batch: pa.RecordBatch) -> int:
        """How many hits, all of them made with their evidence."""
        made: int = self.rules.match(batch).num_rows
        if self.indicators is not None:
            made += hits_to_batch(indicator_hits(self.indicators, batch)).num_rows
        return made


def measure(read: Callable[[], RuleSet], files: Sequence[str], indicators: Path | None, repeat: int) -> Figures:
    """The figures of `fenghuo bench detect`.

    `match_eps` is from an EventBatch to rows and rules, `hits_eps` from there to hits with their evidence, `end_to_end_eps` from bytes to
    these. Compiling is measured apart: rules, the tables for the kinds of events at hand, and machine code, which is loaded from disk after
    the first run. `first_pass_match_eps` is of the first way through, when no value was seen before; the others are medians.

    Raises:
        Unreadable: an input can't be used.
    """
    pa.set_cpu_count(1)
    keep_freed()
    started = time.perf_counter()
    load_machine_code()
    known = _indicators(indicators) if indicators else None  # first, so that what building takes is free for the rules
    bench = _Bench(read(), known)
    compile_s = time.perf_counter() - started
    with ExitStack() as stack:
        again = [_kept(name, stack) for name in files] if repeat > 1 else files
        for number in range(repeat):
            found = _Round()
            for data, line in _pieces(again):
                if not number and not found.events:
                    started = time.perf_counter()
                    _warm(bench, data)
                    compile_s += time.perf_counter() - started
                bench.piece(data, line, found)
            bench.rounds.append(found)
    return _figures(bench, compile_s)


def _kept(name: str, stack: ExitStack) -> str:
    """A file that can be read more than once: what comes out of a pipe is written to the disk first."""
    if name != "-" and Path(name).is_file():
        return name
    kept = Path(stack.enter_context(TemporaryDirectory())) / "lines"
    with kept.open("wb") as file, ExitStack() as reading:
        shutil.copyfileobj(sys.stdin.buffer if name == "-" else reading.enter_context(Path(name).open("rb")), file)
    return str(kept)


def _warm(bench: _Bench, data: bytes) -> None:
    """Compile what the kinds of events at hand need, with events of the same shapes whose values are not those at hand."""
    lines = data.split(b"\n")
    some = lines[:: max(1, len(lines) // _WARM)]
    made = bytes.maketrans(b"0123456789abcdefghijklmnopqrstuvwxyz", b"1234567890bcdefghijklmnopqrstuvwxyza")
    batch = JsonReader().read(b"\n".join(some)).batch
    columns = [
        pa.array([None if v is None else v.translate(made.decode("latin-1")) for v in column.to_pylist()], column.type)
        if pa.types.is_string(column.type) and not name.startswith("@@")
        else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    bench.hits(pa.RecordBatch.from_arrays(columns, names=batch.schema.names))


def _figures(bench: _Bench, compile_s: float) -> Figures:
    rounds, first = bench.rounds, bench.rounds[0]
    if not first.events:
        raise Unreadable(_("there is no event in these files"))
    decode = statistics.median(r.events / r.decode for r in rounds)
    match = statistics.median(r.events / r.match for r in rounds)
    whole = statistics.median(r.events / (r.read + r.hits_made) for r in rounds)
    return {
        "rules_loaded": len(bench.rules.rules),
        "rules_refused": len(bench.rules.refused),
        "indicators": len(bench.indicators) if bench.indicators else 0,
        "events": sum(r.events for r in rounds),
        "bytes": sum(r.bytes for r in rounds),
        "hits": sum(r.hits for r in rounds),
        "decode_eps": round(decode),
        "read_eps": round(statistics.median(r.events / r.read for r in rounds)),
        "match_eps": round(match),
        "first_pass_match_eps": round(first.events / first.match),
        "hits_eps": round(statistics.median(r.events / r.hits_made for r in rounds)),
        "end_to_end_eps": round(whole),
        "end_to_end_ratio": round(whole / decode, 3),
        "compile_s": round(compile_s, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _pieces(files: Sequence[str]) -> Iterator[tuple[bytes, int]]:
    """Whole lines of each file, and how many lines stood before them."""
    for name in files:
        with ExitStack() as stack:
            stream: BinaryIO = sys.stdin.buffer if name == "-" else stack.enter_context(Path(name).open("rb"))
            line = 0
            while data := stream.read(_PIECE):
                data += stream.readline()
                yield data, line
                line += data.count(b"\n")


def _indicators(path: Path) -> Indicators:
    """The indicators of a list, mapped from a file as the processes that match have them."""
    taken = (one for one in take_all(read_plain(path, Options()), OwnAssets(())) if isinstance(one, Taken))
    with TemporaryDirectory() as folder:
        try:
            write_file(build(_indicator(number, one) for number, one in enumerate(taken, 1)), Path(folder) / "built")
        except UnreadableList as error:
            raise Unreadable(str(error)) from error
        return Indicators(open_file(Path(folder) / "built"))


def _indicator(number: int, taken: Taken) -> Indicator:
    return Indicator(number, taken.kind, taken.value, "bench")
