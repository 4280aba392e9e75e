"""How fast other Sigma engines run the same rules over the same lines, beside ours, on one core.

    python bench/peers.py [--lane structured_windows] [--events 1000]

The others are made by `tools/oracles.sh sigma tenzir rsigma`; one that is not there is named and left out. Rates are by
processor time, since the machine may be shared. Ours are the figures of `fenghuo bench detect` over lines that the process
never saw before; the median of fresh processes. Of the others, start and reading of rules are measured apart and taken off.

- sqlite: pySigma and its SQLite backend, one query a rule over a table in memory, as Zircolite goes. Reading JSON is not counted.
- tenzir: its operator `sigma`, from a file of JSON lines to the number of hits.
- rsigma: `rsigma engine eval`, from a file of JSON lines to hits as JSON lines.

Ours and rsigma look at log sources by themselves; the other two run every rule over every event. "about" gives them only
the rules about log sources of the lane, which they do not find out by themselves. Rsigma runs a rule about a service on events
that name none too, we do not (trap T30): it may have a few hits more.
"""

import argparse
import gzip
import io
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from fenghuo.see.detection import Rule, RuleSet, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.rule import LogSource
from fenghuo.see.detection.ruleset import is_about
from fenghuo.see.events import Event
from fenghuo.see.sources import read_events

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
ORACLES = ROOT / ".oracles"
FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder")
COPIES = 25
"""A fast engine reads the lines so many times, or its start would hide them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table; `hits` are of one way through the lines."""

    name: str
    rules: int
    hits: int
    rate: float


@dataclass(frozen=True, slots=True)
class Work:
    """What every engine gets: lines in a file, the same as events, and the texts of all rules that we can load."""

    folder: Path
    lines: Sequence[bytes]
    events: Sequence[Event]
    rules: Sequence[Rule]
    texts: Sequence[str]

    def about(self) -> list[str]:
        """The texts of the rules about any of the events."""
        sources = {LogSource(e.product, e.category, e.service) for e in self.events}
        both = zip(self.rules, self.texts, strict=True)
        return [text for rule, text in both if any(is_about(rule.logsource, source) for source in sources)]

    def file(self, copies: int) -> Path:
        """The lines, so many times; with 0 only the first line."""
        path = self.folder / f"lines-{copies}.ndjson"
        lines = [*self.lines] * copies or self.lines[:1]
        path.write_bytes(b"".join(line.rstrip(b"\r\n") + b"\n" for line in lines))
        return path

    def rule_folder(self, name: str, texts: Sequence[str]) -> Path:
        """The rules as files."""
        path = self.folder / name
        path.mkdir()
        for number, text in enumerate(texts):
            (path / f"{number:05}.yml").write_text(text, encoding="utf-8")
        return path


def read_rules() -> RuleSet:
    """All rules at hand."""
    return compile_rules([s for name in FOLDERS for s in load_folder(DATA / "sigmahq" / name, name)])


def read_work(lane: str, count: int, folder: Path) -> Work:
    """The first lines of a lane, or of the file that `lane` names."""
    named = DATA / "lanes" / f"{lane}.ndjson.gz"
    path = named if named.is_file() else Path(lane)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        lines = [line for line, _ in zip(stream, range(count), strict=False)]
    events = [read.event for read in read_events(io.BytesIO(b"".join(lines)), path.name.removesuffix(".gz"))]
    rules = read_rules().rules
    texts = {(s.pack, s.path): s.text for name in FOLDERS for s in load_folder(DATA / "sigmahq" / name, name)}
    return Work(folder, lines, events, rules, [texts[rule.pack, rule.path] for rule in rules])


def ours(work: Work, rounds: int) -> list[Measured]:
    """Ours, each time in a process that never saw the lines."""
    command = [sys.executable, __file__, "--ours", str(work.file(1))]
    found = [json.loads(run(command)[0]) for _ in range(rounds)]
    rules, hits = found[0]["rules_loaded"], found[0]["hits"]
    names = {"match_eps": "fenghuo, matching alone", "end_to_end_eps": "fenghuo, bytes to hits with evidence"}
    return [Measured(label, rules, hits, statistics.median(f[key] for f in found)) for key, label in names.items()]


def measure_ours(file: str) -> None:
    """Print the figures of `fenghuo bench detect` for one way through a file, by processor time."""
    from fenghuo.faces.cli import bench_detect

    bench_detect.time = SimpleNamespace(perf_counter=time.process_time)  # type: ignore[attr-defined, assignment]
    print(json.dumps(bench_detect.measure(read_rules, [file], None, 1)))


def sqlite(work: Work) -> Iterator[Measured]:
    """pySigma's SQLite backend."""
    for name, texts in (("sqlite, all rules", work.texts), ("sqlite, rules about", work.about())):
        given, out = work.folder / "in.json", work.folder / "out.json"
        rules = [{"text": text, "sources": None} for text in texts]
        events = [{"source": 0, "fields": event.fields} for event in work.events]
        given.write_text(json.dumps({"rules": rules, "events": events}), encoding="utf-8")
        run([ORACLES / "sigma/bin/python", ROOT / "tools/oracle_sigma.py", given, out])
        found = json.loads(out.read_text(encoding="utf-8"))
        seconds = found["seconds"]["insert"] + found["seconds"]["query"]
        yield Measured(name, len(texts) - len(found["refused"]), len(found["hits"]), len(events) / seconds)


def tenzir(work: Work) -> Iterator[Measured]:
    """Tenzir's operator."""
    for name, texts, copies in (("tenzir, all rules", work.texts, 1), ("tenzir, rules about", work.about(), 5)):
        folder = work.rule_folder(name.replace(", ", "-").replace(" ", "-"), texts)

        def count(copies: int, folder: Path = folder) -> tuple[int, int, float]:
            source = f'from_file "{work.file(copies)}" {{ read_ndjson }}'
            pipeline = f'{source}\nsigma path="{folder}"\nsummarize hits=count()\nwrite_ndjson'
            said, seconds = run([ORACLES / "tenzir/bin/tenzir", pipeline])
            text = said.decode()
            hits = next((json.loads(line)["hits"] for line in text.splitlines() if line.startswith('{"hits"')), 0)
            return hits, text.count("sigma operator ignores rule"), seconds

        (_, ignored, start), (hits, _, whole) = count(0), count(copies)
        rate = (len(work.lines) * copies - 1) / (whole - start)
        yield Measured(name, len(texts) - ignored, hits // copies, rate)


def rsigma(work: Work) -> Iterator[Measured]:
    """Rsigma with its routing by log source."""
    folder = work.rule_folder("rsigma", work.texts)

    def count(copies: int) -> tuple[int, int, float]:
        options = ["--logsource-routing", "--input-format", "json", "--output-format", "ndjson"]
        said, seconds = run(
            [ORACLES / "rsigma/bin/rsigma", "engine", "eval", "-r", folder, "-e", f"@{work.file(copies)}", *options]
        )
        loaded = re.search(rb"Loaded (\d+) rules", said)
        return sum(line.startswith(b"{") for line in said.splitlines()), int(loaded[1]) if loaded else 0, seconds

    (_, _, start), (hits, rules, whole) = count(0), count(COPIES)
    rate = (len(work.lines) * COPIES - 1) / (whole - start)
    yield Measured("rsigma, its own routing", rules, hits // COPIES, rate)


def run(command: Sequence[str | Path]) -> tuple[bytes, float]:
    """What a program says, and its seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr.decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout + done.stderr, seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lane", default="structured_windows", metavar="NAME", help="a lane, or a file of JSON lines")
    parser.add_argument("--events", type=int, default=1000, metavar="N", help="the first N lines of the lane")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="fresh processes of ours; the median counts")
    parser.add_argument("--ours", metavar="FILE", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if arguments.ours:
        measure_ours(arguments.ours)
        return
    with tempfile.TemporaryDirectory() as folder:
        work = read_work(arguments.lane, arguments.events, Path(folder))
        print(f"{arguments.lane}: {len(work.lines)} lines, {len(work.rules)} rules, one core, events a second\n")
        print(f"{'engine':38}{'rules':>7}{'hits':>8}{'events/s':>12}{'ours is':>10}")
        own = ours(work, arguments.rounds)
        for measured in own:
            print(f"{measured.name:38}{measured.rules:7}{measured.hits:8}{measured.rate:12,.0f}")
        for engine, where in ((sqlite, "sigma"), (tenzir, "tenzir"), (rsigma, "rsigma")):
            if not (ORACLES / where).is_dir():
                print(f"{engine.__name__:38}not here; tools/oracles.sh {where} makes it")
                continue
            for m in engine(work):
                print(f"{m.name:38}{m.rules:7}{m.hits:8}{m.rate:12,.0f}{own[-1].rate / m.rate:9,.1f}x", flush=True)


if __name__ == "__main__":
    main()
