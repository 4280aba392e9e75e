"""Candidates for finding many texts in the values of one column, behind one interface, on one core.

    python bench/scanners.py --rules DIR… FILE.ndjson [--field CommandLine] [--values 5000] [--least 1]

Every candidate gets the distinct values of the field and the texts that the rules look for inside them, and says which texts stand
in which value. Those that are not installed (PyPI `hyperscan`, `ahocorasick-rs`, `polars`) are named and left out. Rates are by
processor time, the best of three; what a candidate finds must be what plain Python finds in the first values. Only ASCII is compared
without case, since not all can do more.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from fenghuo.see.detection import compile_rules
from fenghuo.see.detection.columns import text_column
from fenghuo.see.detection.engine import _scan_part
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.program import Commonness, Texts, program_of
from fenghuo.see.detection.strings import Place
from fenghuo.see.detection.tables import Background, build_tables

ROUNDS, CHECKED = 3, 100
Scan = Callable[[Sequence[str]], int]
"""How many (value, text) pairs there are."""


def texts_of(folders: Sequence[Path], name: str) -> list[str]:
    rules = compile_rules([source for folder in folders for source in load_folder(folder, folder.name)]).rules
    commonness = Commonness(rules)
    found: set[str] = set()
    for rule in rules:
        for predicate, _yes, _no in program_of(rule, commonness).tests:
            if isinstance(predicate, Texts) and predicate.field == name:
                found |= {text for place, text in predicate.texts if place is Place.CONTAINS}
    return sorted(text for text in found if text.isascii())


def ours(texts: Sequence[str]) -> Scan:
    tables = build_tables(
        {(Place.CONTAINS, text): [n] for n, text in enumerate(texts)}, Background(texts), np.zeros(len(texts), np.uint8)
    )

    def scan(values: Sequence[str]) -> int:
        part = text_column(pa.array(values, pa.string()))
        _low, _high, true = _scan_part(part, tables, len(texts), np.arange(len(values), dtype=np.int32))
        return len(true)

    return scan


def aho_corasick(texts: Sequence[str]) -> Scan:
    from ahocorasick_rs import AhoCorasick  # type: ignore[import-not-found]

    automaton = AhoCorasick(texts)

    def scan(values: Sequence[str]) -> int:
        find = automaton.find_matches_as_indexes
        return sum(len({hit[0] for hit in find(value.lower(), overlapping=True)}) for value in values)

    return scan


def hyperscan(texts: Sequence[str]) -> Scan:
    import hyperscan as hs  # type: ignore[import-not-found]

    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    flags = hs.HS_FLAG_CASELESS | hs.HS_FLAG_SINGLEMATCH
    database.compile(
        expressions=[text.encode() for text in texts],
        ids=list(range(len(texts))),
        elements=len(texts),
        flags=flags,
        literal=True,
    )

    def scan(values: Sequence[str]) -> int:
        found: list[int] = []

        def seen(number: int, start: int, end: int, flags: int, context: object) -> None:
            found.append(number)

        for value in values:
            database.scan(value.encode(), match_event_handler=seen)
        return len(found)

    return scan


def polars(texts: Sequence[str]) -> Scan:
    import polars as pl  # type: ignore[import-not-found]

    patterns = pl.Series(texts).implode()

    def scan(values: Sequence[str]) -> int:
        column = pl.Series(values).str.to_lowercase().str.extract_many(patterns, overlapping=True)
        return int(column.list.n_unique().sum())

    return scan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rules", type=Path, nargs="+", required=True)
    parser.add_argument("--field", default="CommandLine")
    parser.add_argument(
        "--least", type=int, default=1, metavar="N", help="only texts of N bytes and more, which are rare"
    )
    parser.add_argument("--values", type=int, default=5000)
    asked = parser.parse_args()
    with asked.file.open(encoding="utf-8") as lines:
        read = (json.loads(line).get(asked.field) for line in lines)
        values = list(dict.fromkeys(v for v in read if isinstance(v, str)))[: asked.values]
    texts = [text for text in texts_of(asked.rules, asked.field) if len(text) >= asked.least]
    size = sum(len(value.encode()) for value in values) / len(values)
    print(f"{len(texts)} texts, {len(values)} values of {size:.0f} bytes")
    right = sum(text in value.lower() for value in values[:CHECKED] for text in texts)
    for name, make in (("ours", ours), ("ahocorasick-rs", aho_corasick), ("hyperscan", hyperscan), ("polars", polars)):
        try:
            started = time.process_time()
            scan = make(texts)
            built = time.process_time() - started
        except ImportError:
            print(f"{name:16}not installed")
            continue
        if scan(values[:CHECKED]) != right:
            print(f"{name:16}finds {scan(values[:CHECKED])} pairs, not {right}")
            continue
        best = float("inf")
        for _ in range(ROUNDS):
            started = time.process_time()
            pairs = scan(values)
            best = min(best, time.process_time() - started)
        micro = best / len(values) * 1e6
        print(f"{name:16}{micro:8.2f} us a value{size / micro:8.0f} MB/s   made in {built:6.2f} s   {pairs} pairs")


if __name__ == "__main__":
    main()
