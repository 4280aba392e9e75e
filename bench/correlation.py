"""How fast and how lean correlation is: `python bench/correlation.py [--events N] [--groups N]`; rates by processor time of one core.

Rates are from hits to outcomes, the watermark following. Beside each stands that of a plain loop with a dict of deques over events that
are read already, which knows no order, no lateness and no restart.
"""

import argparse
import random
import resource
import sys
import time
import uuid
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from fenghuo.see.detection import RuleSource, compile_rules
from fenghuo.see.detection.correlation import Engine, Limits
from fenghuo.see.detection.correlation.model import Event
from fenghuo.see.events import Hit, Match

SECOND = 10**9
START = 1_795_500_000 * SECOND
WEEK = 604_800 * SECOND
BATCH, MANY = 1_000, 10_000
RULE = """
title: base
id: base
logsource: {{category: test}}
detection: {{s: {{x: 1}}, condition: s}}
---
title: correlation
id: correlation
correlation: {{type: {kind}, rules: [base], group-by: [user], timespan: {span}s, condition: {condition}}}
"""
Items = list[tuple[str, Event]]


def engine_of(kind: str, condition: str, span: int, limits: Limits | None = None) -> Engine:
    """An engine with one correlation."""
    compiled = compile_rules([RuleSource("bench.yml", RULE.format(kind=kind, condition=condition, span=span), "bench")])
    assert compiled.refused == (), compiled.refused
    return Engine(compiled.correlations, limits)


def events_of(count: int, groups: int, values: int, per_second: int, disorder: float = 0.0) -> Items:
    """Events of many groups, `per_second` of them a second, each late by up to `disorder` seconds."""
    rng = random.Random(1)
    ids = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(count)]
    step = SECOND // per_second
    items: Items = []
    for n in range(count):
        at = START + n * step - int(rng.random() * disorder * SECOND)
        value = f"v{rng.randrange(values)}" if values else None
        items.append((f'[0,"{rng.randrange(groups)}"]', (at, 0, ids[n], value, None)))
    return items


def run_engine(engine: Engine, hits: list[Hit]) -> float:
    """Hits a second through the whole engine."""
    started = time.process_time()
    for first in range(0, len(hits), BATCH):
        engine.feed(hits[first : first + BATCH])
        engine.advance(hits[first].ingest_time)
    return len(hits) / (time.process_time() - started)


def plain_count(items: Items, needed: int, span: int) -> float:
    """The loop that one would write first: event_count."""
    groups: dict[str, deque[int]] = {}
    fired = 0
    started = time.process_time()
    for key, event in items:
        times = groups.setdefault(key, deque())
        times.append(event[0])
        while times[0] < event[0] - span:
            times.popleft()
        fired += len(times) >= needed
    return len(items) / (time.process_time() - started)


def plain_values(items: Items, needed: int, span: int) -> float:
    """The loop that one would write first: value_count."""
    groups: dict[str, tuple[deque[Event], dict[object, int]]] = {}
    fired = 0
    started = time.process_time()
    for key, event in items:
        window, counts = groups.setdefault(key, (deque(), {}))
        window.append(event)
        counts[event[3]] = counts.get(event[3], 0) + 1
        while window[0][0] < event[0] - span:
            old = window.popleft()[3]
            counts[old] -= 1
            if not counts[old]:
                del counts[old]
        fired += len(counts) >= needed
    return len(items) / (time.process_time() - started)


def hits_of(items: Items) -> list[Hit]:
    """The same as Hits."""
    return [
        Hit(
            *(
                event[2],
                "base",
                "h",
                "base",
                "medium",
                "",
                "bench",
                "",
                (),
                f"records.normal.0:{n}",
                event[0],
                event[0],
            ),
            *("s", "u", "www", "", False, "", "", "", "", "", b"", (Match("s", "x", "1", "1"),)),
            fields=(("user", key[4:-2]), ("host", str(event[3]))),
        )
        for n, (key, event) in enumerate(items)
    ]


def run_hits(engine: Engine, hits: list[Hit]) -> float:
    """Hits a second through the whole engine, with what must be saved after each batch."""
    engine.track()
    saved = 0
    started = time.process_time()
    for first in range(0, len(hits), BATCH):
        engine.feed(hits[first : first + BATCH])
        engine.advance(hits[first].ingest_time)
        saved += sum(len(row.data or b"") for row in engine.changed())
    rate = len(hits) / (time.process_time() - started)
    print(f"{'':34}saved {saved / len(hits):,.0f} bytes an event, {saved / (len(hits) / BATCH) / 1000:,.0f} kB a batch")
    return rate


def names_of(count: int, groups: int, values: int, new: float, first: int = 0) -> Items:
    """Events of an hour of a week later, of values that were seen before, and some that were not."""
    rng = random.Random(2)
    items: Items = []
    for n in range(count):
        value = f"new{first + n}.example" if rng.random() < new else f"v{rng.randrange(values)}.example"
        at = START + WEEK + n * 3600 * SECOND // count
        items.append((f'[0,"{rng.randrange(groups)}"]', (at, 0, str(uuid.UUID(int=first + n)), value, None)))
    return items


def learned(values: int, groups: int) -> Engine:
    """An engine of new_value whose groups were watched for a week and know all values."""
    engine = engine_of("new_value", "{field: host}", 2 * WEEK // SECOND)
    base = [(f'[0,"{g}"]', (START, 0, str(uuid.UUID(int=g)), "v0.example", None)) for g in range(groups)]
    engine.feed(hits_of(base))
    engine.advance(START + 3600 * SECOND)
    for group in range(groups):
        group_items = [
            (f'[0,"{group}"]', (START + WEEK // 2, 0, str(uuid.UUID(int=v)), f"v{v}.example", None))
            for v in range(values)
        ]
        engine.feed(hits_of(group_items))
    engine.advance(START + WEEK - 3600 * SECOND)
    return engine


def plain_new(items: Items, span: int) -> float:
    """The loop that one would write first: new_value."""
    seen: dict[tuple[str, object], int] = {}
    fired = 0
    started = time.process_time()
    for key, event in items:
        before = seen.get((key, event[3]))
        fired += before is None or event[0] - before > span
        seen[key, event[3]] = event[0]
    return len(items) / (time.process_time() - started)


def new_values(count: int) -> None:
    """Rates of new_value, its memory, and what is stored of it."""
    for groups, values, new in ((10, 2000, 0.0), (10, 2000, 0.002), (50, 4000, 0.002)):
        items = names_of(count, groups, values, new)
        hits = hits_of(items)
        engines = [learned(values, groups) for _ in range(3)]
        rate = max(run_engine(engine, hits) for engine in engines)
        other = plain_new(items, 2 * WEEK)
        name = f"new_value, {groups * values:,} values, {new:.1%} new"
        print(f"{name:34}{rate:>12,.0f}{other:>12,.0f}{rate / other:>8.2f}", flush=True)
    engine = learned(2000, 10)
    engine.changed()
    rate = run_hits(engine, hits_of(names_of(100_000, 10, 2000, 0.002)))
    print(f"{'new_value, rows to save out':34}{rate:>12,.0f}")


def memory_of_values(values: int) -> None:
    """Bytes a value, each seen once."""
    engine = engine_of("new_value", "{field: host}", 2 * WEEK // SECOND, Limits(values=2 * values))
    engine.track()
    engine.feed(hits_of([('[0,"0"]', (START, 0, "x", "first", None))]))
    engine.advance(START + 3600 * SECOND)
    node = engine._nodes[0].state
    before, started, stored, most = resident(), time.process_time(), 0, 0
    for first in range(0, values, MANY):
        at = START + (3600 + first // 100) * SECOND
        node.take(
            [
                (f'[0,"{n % 100}"]', (at, 0, str(uuid.UUID(int=n)), f"name-{n}.example", None))
                for n in range(first, min(values, first + MANY))
            ]
        )
        node.advance(at)
        sizes = sum(len(row.data or b"") for row in engine.changed())
        stored, most = stored + sizes, max(most, sizes)
    used, took = resident() - before, time.process_time() - started
    print(f"{'values':34}{values:>12,} in {used / 1e6:,.0f} MB, {used / values:,.0f} bytes each, {took:.1f} s")
    print(f"{'':34}saved {stored / values:,.0f} bytes a value, {most / 1e6:.2f} MB at most for {MANY:,} of them")
    kept = sum(len(row.data or b"") for row in engine.rows())
    started = time.process_time()
    again = engine_of("new_value", "{field: host}", 2 * WEEK // SECOND)
    again.restore(engine.rows())
    print(f"{'':34}{kept / 1e6:,.0f} MB stored, read again in {time.process_time() - started:.1f} s")


def resident() -> int:
    """Bytes in memory now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def memory(groups: int) -> None:
    """Bytes a group, each with one event."""
    engine = engine_of("event_count", "{gte: 5}", 3600)
    state = engine._nodes[0].state
    before, started = resident(), time.process_time()
    for first in range(0, groups, MANY):
        state.take(
            [
                (f'[0,"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"]', (START + n, 0, str(uuid.UUID(int=n)), None, None))
                for n in range(first, min(groups, first + MANY))
            ]
        )
    used, took = resident() - before, time.process_time() - started
    print(f"{'groups':34}{groups:>12,} in {used / 1e6:,.0f} MB, {used / groups:,.0f} bytes each, {took:.1f} s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--groups", type=int, default=1_000_000)
    arguments = parser.parse_args()
    memory_of_values(arguments.groups)
    limits = Limits(lateness=60 * SECOND)
    count, span = arguments.events, 60
    lanes: list[tuple[str, str, str, int, int, int, float, int]] = [
        ("event_count, 1,000 groups", "event_count", "{gte: 10}", 1000, 0, 2000, 0.0, 10),
        ("event_count, 100 groups, 5 s late", "event_count", "{gte: 50}", 100, 0, 2000, 5.0, 50),
        ("event_count, 100,000 groups", "event_count", "{gte: 3}", 100_000, 0, 2000, 0.0, 3),
        ("value_count, 2,000 values", "value_count", "{field: host, gte: 1900}", 10, 2000, 2000, 0.0, 1900),
        ("value_count, 2,000 values, 5 s late", "value_count", "{field: host, gte: 1900}", 10, 2000, 2000, 5.0, 1900),
        ("value_count, 1,000 groups", "value_count", "{field: host, gte: 20}", 1000, 2000, 2000, 0.0, 20),
    ]
    # The best of three runs: the machine is shared.
    print(f"{'lane':34}{'events/s':>12}{'plain loop':>12}{'ratio':>8}")
    for name, kind, condition, groups, values, per_second, disorder, needed in lanes:
        items = events_of(count, groups, values, per_second, disorder)
        hits = hits_of(items)
        rate = max(run_engine(engine_of(kind, condition, span, limits), hits) for _ in range(3))
        plain = plain_values if values else plain_count
        other = max(plain(items, needed, span * SECOND) for _ in range(3))
        print(f"{name:34}{rate:>12,.0f}{other:>12,.0f}{rate / other:>8.2f}", flush=True)
    items = events_of(min(count, 100_000), 1000, 2000, 2000)
    hits = hits_of(items)
    rate = run_hits(engine_of("event_count", "{gte: 10}", span, limits), hits)
    print(f"{'Hits in, rows to save out':34}{rate:>12,.0f}")
    new_values(count)
    memory(arguments.groups)


if __name__ == "__main__":
    main()
