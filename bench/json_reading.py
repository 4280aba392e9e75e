"""How fast JSON lines become EventBatches, beside orjson.loads on the same lines, on one core.

    python bench/json_reading.py [FILE.ndjson[.gz] ...]

Without a file: the lanes in ../shared/data/lanes. Every figure is the median of five rounds in processor time of this
thread, both in turn, so that what else the machine does weighs on both. Each lane is repeated to about 50,000 lines and
read in chunks of 4 MiB.
"""

import gzip
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson

LANES = Path(__file__).resolve().parents[2] / "shared" / "data" / "lanes"
CHUNK = 4 << 20
ROUNDS = 5
WANTED = 50_000


def lines_of(path: Path) -> list[bytes]:
    data = path.read_bytes()
    lines = [line for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines() if line.strip()]
    return lines * max(1, WANTED // max(1, len(lines)))


def seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def main() -> None:
    started = time.perf_counter()
    from fenghuo.see.sources.columnar import FileOrigin, JsonReader

    imported = time.perf_counter() - started
    reader, origin = JsonReader(), FileOrigin(time.time_ns())
    started = time.perf_counter()
    reader.read(b'{"a":1}\n')
    print(
        f"import {imported:.2f} s, first line (compiled now, or loaded from disk) {time.perf_counter() - started:.2f} s"
    )
    print(f"{'lane':32}{'lines':>8}{'B/line':>8}{'slow':>7}{'orjson/s':>12}{'read/s':>12}{'ratio':>7}")
    paths = [Path(name) for name in sys.argv[1:]] or sorted(LANES.glob("*.ndjson.gz"))
    for path in paths:
        lines = lines_of(path)
        data = b"\n".join(lines) + b"\n"

        def decode(lines: list[bytes] = lines) -> None:
            for line in lines:
                orjson.loads(line)

        def read(data: bytes = data) -> None:
            view, at = memoryview(data), 0
            while at < len(view):
                at += reader.read(view[at : at + CHUNK], "", origin, last=at + CHUNK >= len(view)).consumed

        read()
        slow = reader.slow
        read()
        slow = reader.slow - slow
        rounds = [(seconds(decode), seconds(read)) for _ in range(ROUNDS)]
        theirs, ours = (statistics.median(r[i] for r in rounds) for i in (0, 1))
        ratio = statistics.median(r[0] / r[1] for r in rounds)
        count = len(lines)
        rates = f"{count / theirs:12,.0f}{count / ours:12,.0f}{ratio:7.2f}"
        print(f"{path.name:32}{count:8}{len(data) // count:8}{slow:7}{rates}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
