"""Indicators: building, loading, memory and look-ups a second at a million, beside a Python set in the same run.

    python bench/indicators.py [NUMBER]

A look-up is one text of an Arrow column, with what has to be done to it: reading an address and asking the networks
around it, trying every suffix of a name, bringing a URL to its canonical form, finding digests in a "Hashes" text. The
Python set is asked for the same texts as they are, which does less.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

from fenghuo.see.intel.engine import Indicators, build, open_file, write_file
from fenghuo.see.intel.values import Indicator, Kind

SHARES = {Kind.ADDRESS: 0.35, Kind.NETWORK: 0.05, Kind.DOMAIN: 0.3, Kind.URL: 0.1, Kind.HASH: 0.2}
ROWS, ROUNDS, HITS = 200_000, 5, 0.001
COLUMNS = {Kind.ADDRESS: "DestinationIp", Kind.DOMAIN: "QueryName", Kind.URL: "url", Kind.HASH: "Hashes"}


def value_of(kind: Kind, number: int) -> str:
    """Number `number` of a kind; the even ones are listed, the odd ones are not."""
    mixed = (number * 2_654_435_761) % (1 << 32)
    if kind is Kind.ADDRESS:
        return f"{1 + (mixed >> 24) % 220}.{mixed >> 16 & 255}.{mixed >> 8 & 255}.{mixed & 255}"
    if kind is Kind.NETWORK:
        return f"2a{mixed >> 24:02x}:{mixed >> 8 & 0xFFFF:x}:{number & 0xFFFF:x}::/{48 + number % 3 * 8}"
    if kind is Kind.HASH:
        return random.Random(number).randbytes((16, 20, 32)[number // 2 % 3]).hex()
    name = f"host{mixed:x}.site{number % 9973}.example"
    return name if kind is Kind.DOMAIN else f"{name}/path/{number}/load.php?id={mixed}"


def indicators(total: int) -> Iterator[Indicator]:
    number = 0
    for kind, share in SHARES.items():
        for n in range(int(total * share)):
            number += 1
            yield Indicator(number, kind, value_of(kind, 2 * n), f"feed {number % 7}")


def texts(kind: Kind, total: int) -> list[str]:
    """What logs bring: names below listed ones, absolute URLs, several digests in one text; one in a thousand is listed."""
    chance, most = random.Random(7), int(total * SHARES[kind])
    found = []
    for _ in range(ROWS):
        value = value_of(kind, 2 * chance.randrange(most) + (chance.random() > HITS))
        if kind is Kind.DOMAIN:
            value = f"www.{value}"
        elif kind is Kind.URL:
            value = f"http://{value}"
        found.append(value)
    return found


def resident() -> float:
    """Resident memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def best(work: Callable[[], object]) -> float:
    """Seconds of the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return sorted(taken)[len(taken) // 2]


def batch_of(kind: Kind, values: list[str]) -> pa.RecordBatch:
    return pa.record_batch({"@@event_time": pa.array([0] * len(values), pa.int64()), COLUMNS[kind]: values})


def measure(path: Path, total: int) -> dict[str, float]:
    """In a process of its own: load, look up, and say how much memory that took."""
    Indicators(build([])).match(batch_of(Kind.HASH, ["x"]))
    batches = {kind: batch_of(kind, texts(kind, total)) for kind in COLUMNS}
    Indicators(build(Indicator(1, kind, value_of(kind, 0)) for kind in SHARES)).match(batches[Kind.URL].slice(0, 10))
    before = resident()
    started = time.perf_counter()
    mapped = open_file(path, verify=False)
    map_s = time.perf_counter() - started
    started = time.perf_counter()
    loaded = Indicators(open_file(path))
    result = {"map_ms": map_s * 1000, "load_ms": (time.perf_counter() - started) * 1000, "entries": len(mapped)}
    seconds = 0.0
    for kind, batch in batches.items():
        loaded.match(batch)
        taken = best(lambda batch=batch: loaded.match(batch))
        result[f"{kind}_per_s"] = ROWS / taken
        seconds += taken
    result["mixed_per_s"] = ROWS * len(batches) / seconds
    result["memory_mb"] = resident() - before
    return result


def by_python_set(total: int) -> dict[str, float]:
    """The same texts asked of one Python set of every value; loading it, its memory, look-ups a second."""
    before, started = resident(), time.perf_counter()
    known = {i.value for i in indicators(total)}
    result = {"load_ms": (time.perf_counter() - started) * 1000, "memory_mb": resident() - before}
    seconds = 0.0
    for kind in COLUMNS:
        values = texts(kind, total)
        seconds += best(lambda values=values: [v for v in values if v in known])
    return {**result, "mixed_per_s": ROWS * len(COLUMNS) / seconds}


def child(*arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True)
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def main(total: int) -> None:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        path = Path(folder) / "1.bin"
        started = time.perf_counter()
        found = build(indicators(total), 1)
        built = time.perf_counter() - started
        write_file(found, path)
        size = path.stat().st_size / 1e6
        ours = child("measure", str(path), str(total))
    theirs = child("set", str(total))
    print(f"{ours['entries']:,.0f} indicators: built in {built:.1f} s, {size:.0f} MB on disk")
    print(
        f"mapped in {ours['map_ms']:.1f} ms, loaded and checked in {ours['load_ms']:.0f} ms, {ours['memory_mb']:.0f} MB resident"
    )
    for kind in COLUMNS:
        print(f"{kind:<10} {ours[f'{kind}_per_s']:12,.0f} look-ups/s")
    print(f"mixed      {ours['mixed_per_s']:12,.0f} look-ups/s")
    print(f"Python set {theirs['mixed_per_s']:12,.0f} look-ups/s, {theirs['memory_mb']:.0f} MB, whole texts only")
    print(f"ratio      {ours['mixed_per_s'] / theirs['mixed_per_s']:12.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[3]))))
    elif sys.argv[1:2] == ["set"]:
        print(json.dumps(by_python_set(int(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
