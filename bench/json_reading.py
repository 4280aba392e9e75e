"""How fast JSON lines become EventBatches, beside orjson.loads and the readers of others on the same lines, on one core.

    python bench/json_reading.py [FILE.ndjson[.gz] ...]

Without a file: the lanes in ../shared/data/lanes. Every figure is the median of five rounds in processor time of the
process, all in turn, so that what else the machine does weighs on each. Each lane is repeated to about 50,000 lines and
read in chunks of 4 MiB. Behind the rates of orjson and of ours stands, for each reader, the ratio to orjson's: above 1 it is faster.

- ours: from bytes to EventBatches: the names of Sigma, event time, log source and observables are found, too.
- pyarrow: `pyarrow.json`, to a table with one column a name.
- simdjson: PyPI `pysimdjson` with one parser used again, line by line, to dicts as orjson makes them; "lazy" only parses, and
  no value is read.
- polars: `read_ndjson` to a frame, the types of columns from the first 100 lines, as it does by itself; "whole" from all lines,
  without which a field that comes later is lost.

`tools/oracles.sh readers` makes the last two; what is not there is named and left out. The other readers make tables or dicts of what
stands in the lines and nothing more.
"""

import gzip
import io
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow.json

ROOT = Path(__file__).resolve().parents[1]
LANES = ROOT.parent / "shared" / "data" / "lanes"
CHUNK = 4 << 20
ROUNDS = 5
WANTED = 50_000
Read = Callable[[], object]
"""Reads all lines of a lane once."""


class WrongRows(Exception):
    """A reader found another number of rows than there are lines."""


def lines_of(path: Path) -> list[bytes]:
    data = path.read_bytes()
    lines = [line for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines() if line.strip()]
    return lines * max(1, WANTED // max(1, len(lines)))


def seconds(work: Read) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def of_orjson(lines: Sequence[bytes]) -> Read:
    def read() -> None:
        for line in lines:
            orjson.loads(line)

    return read


def of_pyarrow(lines: Sequence[bytes]) -> Mapping[str, Read]:
    data = b"\n".join(lines) + b"\n"
    options = pyarrow.json.ReadOptions(use_threads=False, block_size=CHUNK)

    def read() -> None:
        same(pyarrow.json.read_json(io.BytesIO(data), options).num_rows, lines)

    return {"pyarrow": read}


def of_simdjson(lines: Sequence[bytes]) -> Mapping[str, Read]:
    import simdjson  # type: ignore[import-not-found]

    parser = simdjson.Parser()

    def read() -> None:
        for line in lines:
            parser.parse(line, True)

    def lazily() -> None:
        for line in lines:
            document = parser.parse(line)
            del document  # or the parser can't be used again

    return {"simdjson": read, "(lazy)": lazily}


def of_polars(lines: Sequence[bytes]) -> Mapping[str, Read]:
    import polars  # type: ignore[import-not-found]

    data = b"\n".join(lines) + b"\n"

    def reader(first: int | None) -> Read:
        return lambda: same(polars.read_ndjson(data, infer_schema_length=first).height, lines)

    return {"polars": reader(100), "(whole)": reader(None)}


def same(rows: int, lines: Sequence[bytes]) -> None:
    if rows != len(lines):
        raise WrongRows(f"{rows} rows of {len(lines)} lines")


OTHERS: Mapping[str, tuple[Callable[[Sequence[bytes]], Mapping[str, Read]], Sequence[str]]] = {
    "pyarrow": (of_pyarrow, ("pyarrow",)),
    "simdjson": (of_simdjson, ("simdjson", "(lazy)")),
    "polars": (of_polars, ("polars", "(whole)")),
}


def installed() -> list[str]:
    """The others that are here; says which are not."""
    sys.path += map(str, (ROOT / ".oracles/readers").glob("lib/python3*/site-packages"))
    os.environ["POLARS_MAX_THREADS"] = "1"
    found = []
    for name, (make, _columns) in OTHERS.items():
        try:
            make([b"{}"])
        except ImportError:
            print(f"{name}: not here; tools/oracles.sh readers makes it")
        else:
            found.append(name)
    return found


def readers_of(names: Sequence[str], lines: Sequence[bytes], where: str) -> Iterator[tuple[str, Read]]:
    """Those of the others that read the lane; says of the rest why not."""
    for name in names:
        for column, read in OTHERS[name][0](lines).items():
            try:
                read()
            except Exception as error:  # noqa: BLE001 - each reader has errors of its own
                reader = f"{name} {column}" if column.startswith("(") else column
                print(f"{where}: {reader} does not read it: {str(error)[:120]}")
            else:
                yield column, read


def main() -> None:
    names = installed()
    started = time.perf_counter()
    from fenghuo.see.sources.columnar import FileOrigin, JsonReader

    imported = time.perf_counter() - started
    reader, origin = JsonReader(), FileOrigin(time.time_ns())
    started = time.perf_counter()
    reader.read(b'{"a":1}\n')
    print(
        f"import {imported:.2f} s, first line (compiled now, or loaded from disk) {time.perf_counter() - started:.2f} s"
    )
    columns = [column for name in names for column in OTHERS[name][1]]
    print(f"{'lane':32}{'lines':>8}{'B/line':>8}{'slow':>7}{'orjson/s':>12}{'ours/s':>12}{'ours':>7}", end="")
    print("".join(f"{column:>10}" for column in columns))
    paths = [Path(name) for name in sys.argv[1:]] or sorted(LANES.glob("*.ndjson.gz"))
    for path in paths:
        lines = lines_of(path)
        data = b"\n".join(lines) + b"\n"

        def read(data: bytes = data) -> None:
            view, at = memoryview(data), 0
            while at < len(view):
                at += reader.read(view[at : at + CHUNK], "", origin, last=at + CHUNK >= len(view)).consumed

        read()
        slow = reader.slow
        read()
        slow = reader.slow - slow
        works: dict[str, Any] = {"orjson": of_orjson(lines), "ours": read, **dict(readers_of(names, lines, path.name))}
        rounds = [{name: seconds(work) for name, work in works.items()} for _ in range(ROUNDS)]
        ratios = {name: statistics.median(r["orjson"] / r[name] for r in rounds) for name in works}
        count = len(lines)
        rates = "".join(f"{count / statistics.median(r[name] for r in rounds):12,.0f}" for name in ("orjson", "ours"))
        others = "".join(f"{ratios[column]:10.2f}" if column in ratios else f"{'–':>10}" for column in columns)
        print(f"{path.name:32}{count:8}{len(data) // count:8}{slow:7}{rates}{ratios['ours']:7.2f}{others}", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
