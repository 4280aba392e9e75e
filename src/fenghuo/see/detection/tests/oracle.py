"""Asking pySigma's SQLite backend, and how an event looks to SQL where Sigma says more than SQL can."""

import itertools
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fenghuo.see.detection import Rule
from fenghuo.see.detection.ast import AllOf, AnyOf, FieldNode, ItemNode
from fenghuo.see.detection.reference import evaluate
from fenghuo.see.detection.rule import LogSource
from fenghuo.see.detection.tests_of_values import CidrTest
from fenghuo.see.events import Event, Value, text_of

ROOT = Path(__file__).resolve().parents[5]
PYTHON = ROOT / ".oracles" / "sigma" / "bin" / "python"
Fields = Mapping[str, Value]
Pairs = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the oracle found: (rule, event) by number, and the numbers of the rules that it can't take, with why."""

    hits: Pairs
    refused: dict[int, str]


def ask(rules: Sequence[str], events: Sequence[Event], about: Callable[[int, LogSource], bool]) -> Answer:
    """The matches of rules (as YAML) in events, where `about(rule, log source of an event)` is true."""
    numbers: dict[LogSource, int] = {}
    flat = [
        {"source": numbers.setdefault(LogSource(e.product, e.category, e.service), len(numbers)), "fields": e.fields}
        for e in events
    ]
    asked = [
        {"text": text, "sources": [number for source, number in numbers.items() if about(rule, source)]}
        for rule, text in enumerate(rules)
    ]
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder, "in.json"), Path(folder, "out.json")
        given.write_text(json.dumps({"rules": asked, "events": flat}), encoding="utf-8")
        subprocess.run([PYTHON, ROOT / "tools" / "oracle_sigma.py", given, out], check=True)
        found = json.loads(out.read_text(encoding="utf-8"))
    return Answer({(rule, row) for rule, row in found["hits"]}, {int(n): why for n, why in found["refused"].items()})


@dataclass(frozen=True, slots=True)
class Reading:
    """A trap, and the fields of an event as SQL reads them because of it."""

    trap: str
    phrase: str
    read: Callable[[Rule, Fields], Fields]


def why(readings: Sequence[Reading], rule: Rule, event: Event, theirs: bool) -> tuple[Reading, ...] | None:
    """The fewest readings under which our own reference says what SQL says; None where no reading explains it.

    Where the reference says so of the event as it is, the fast path is wrong, and nothing explains that.
    """
    if evaluate(rule, event)[0] is theirs:
        return None
    for size in range(1, len(readings) + 1):
        for some in itertools.combinations(readings, size):
            fields: Fields = event.fields
            for reading in some:
                fields = reading.read(rule, fields)
            if evaluate(rule, replace(event, fields=dict(fields)))[0] is theirs:
                return some
    return None


def joined(rule: Rule, fields: Fields) -> Fields:
    """Each array as one text."""
    return {n: ", ".join(text_of(m) or "" for m in v) if isinstance(v, list) else v for n, v in fields.items()}


def missing_as_null(rule: Rule, fields: Fields) -> Fields:
    """A field that the rule asks to be null is null when it is missing."""
    return {node.field: None for node in nodes_of(rule) if node.tests.nulls} | dict(fields)


def networks_as_prefixes(rule: Rule, fields: Fields) -> Fields:
    """What begins like an address of the rule's networks is one."""
    read = dict(fields)
    for node in nodes_of(rule):
        value = read.get(node.field)
        for test in itertools.chain.from_iterable(node.tests.tests):
            if isinstance(test, CidrTest) and isinstance(value, str):
                read[node.field] = next((a for p, a in _prefixes(test) if value.startswith(p)), read[node.field])
    return read


def _prefixes(test: CidrTest) -> Iterator[tuple[str, str]]:
    """Beginnings of the texts of a network's addresses, each with such an address: whole octets, or hexadecimal digits."""
    network = test.network
    bits = 8 if network.version == 4 else 4
    parts = -(-network.prefixlen // bits)
    if 0 < parts < network.max_prefixlen // bits:
        for part in network.subnets(new_prefix=parts * bits):
            text = part.network_address.exploded
            octets = "".join(octet + "." for octet in text.split(".")[:parts])
            yield octets if bits == 8 else text[: parts + (parts - 1) // 4], text


def nodes_of(rule: Rule) -> Iterator[FieldNode]:
    """Every item of the rule that asks for a field."""
    waiting: list[ItemNode] = list(rule.detection.items.values())
    while waiting:
        node = waiting.pop()
        if isinstance(node, AllOf | AnyOf):
            waiting += node.parts
        elif isinstance(node, FieldNode):
            yield node
