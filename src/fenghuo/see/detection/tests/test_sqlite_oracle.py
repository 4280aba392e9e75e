"""Agreement with pySigma and its SQLite backend, which share nothing with our engine; traps are numbered as in test_rules.py."""

import io
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from gzip import GzipFile

import pytest
import yaml

from fenghuo.see.detection import Rule, RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.ruleset import is_about
from fenghuo.see.detection.tests.making import nearly
from fenghuo.see.detection.tests.oracle import (
    PYTHON,
    Pairs,
    Reading,
    ask,
    joined,
    missing_as_null,
    networks_as_prefixes,
    nodes_of,
    why,
)
from fenghuo.see.detection.tests.test_engine import FOLDERS, SHARED, SIGMAHQ, batch_of
from fenghuo.see.detection.tests_of_values import CidrTest
from fenghuo.see.events import Event, Value, hits_from_batch
from fenghuo.see.sources import read_events

LANE_LINES = 300
SEED = 20261125
OFTEN = 40
READINGS = (
    Reading("T07", "SQL has one NULL for null and for a missing field", missing_as_null),
    Reading("T18", "SQL knows a network only as beginnings of texts", networks_as_prefixes),
    Reading("T28", "a column holds one text, not the members of an array", joined),
)

Item = dict[str, object] | list[object]
Fields = dict[str, Value]

ALIKE: list[tuple[str, Item, Fields, bool]] = [
    ("T01", {"F": "ABC"}, {"F": "abc"}, True),
    ("T01", {"F|re": "ABC"}, {"F": "abc"}, False),
    ("T03", {"F|contains": "a\\"}, {"F": "xa\\b"}, True),
    ("T03", {"F": "*\\\\*"}, {"F": "a\\b"}, True),
    ("T03", {"F": "\\*"}, {"F": "a"}, False),
    ("T04", {"F": "a?b"}, {"F": "a😀b"}, True),
    ("T04", {"F": "50%_"}, {"F": "500x"}, False),
    ("T05", {"F": "a*b"}, {"F": "a\n\nb"}, True),
    ("T06", {"F": "a.b|c+"}, {"F": "axb"}, False),
    ("T07", {"F": ""}, {"F": None}, False),
    ("T09", {"F|contains": "x"}, {}, False),
    ("T10", {"|all": ["a", "b"]}, {"F": "a", "G": "b"}, True),
    ("T10", ["word"], {"word": "x"}, False),
    ("T11", {"F|contains|all": ["a", "b"]}, {"F": "bxa"}, True),
    ("T15", {"F|windash": "/a -b"}, {"F": "―a –b"}, True),
    ("T16", {"F|re": "b+"}, {"F": "abbc"}, True),
    ("T16", {"F|re|i": "É"}, {"F": "é"}, True),
    ("T18", {"F|cidr": "10.0.0.0/8"}, {"F": "LOCAL"}, False),
    ("T19", {"F": 4624}, {"F": "4624"}, True),
    ("T19", {"F": "4624"}, {"F": 4624}, True),
    ("T19", {"F": "0x17"}, {"F": 23}, False),
    ("T22", {"F|fieldref": "G"}, {"F": "a", "G": "A"}, True),
    ("T22", {"F|fieldref|startswith": "G"}, {"F": "ab", "G": "A"}, True),
    ("T22", {"F|fieldref": "G"}, {"F": "a"}, False),
    ("T23", {"F|neq": ["a", "b"]}, {"F": "b"}, False),
    ("T24", {"F|cased|contains": "A[b"}, {"F": "xA[bx"}, True),
    ("T24", {"F|cased|contains": "A[b"}, {"F": "xa[bx"}, False),
    ("T25", {"F|base64offset|contains": "网"}, {"F": "572R"}, True),
    ("T26", {"F|wide|base64offset|contains": "网"}, {"F": "UX8="}, True),
]

UNLIKE: list[tuple[str, str, Item, Fields, bool | str, bool | str]] = [
    ("T02", "LIKE folds ASCII only", {"F|contains": "É"}, {"F": "xé"}, True, False),
    ("T02", "NOCASE folds ASCII only", {"F|fieldref": "G"}, {"F": "É", "G": "é"}, True, False),
    ("T07", "a missing field is NULL like a null", {"F": None}, {}, False, True),
    ("T08", "a null is NULL like a missing field", {"F|exists": True}, {"F": None}, True, False),
    ("T10", "one text of all values joins them", ["a*b"], {"x": "a", "y": "b"}, False, True),
    ("T11", "one value under `all` is taken", {"F|contains|all": ["x"]}, {"F": "x"}, "refused", True),
    ("T16", "`$` of Python's `re` passes a line end", {"F|re": "a$"}, {"F": "a\n"}, False, True),
    ("T17", "classes of Python's `re` are not ASCII", {"F|re": r"^\w$"}, {"F": "é"}, False, True),
    ("T18", "a network is beginnings of texts", {"F|cidr": "10.0.0.0/8"}, {"F": "10.0.0.1.example"}, False, True),
    ("T18", "one spelling of an address", {"F|cidr": "2001:db8::/32"}, {"F": "2001:0db8:0::1"}, True, False),
    ("T19", "true is 1 too", {"F": True}, {"F": 1}, False, True),
    ("T19", "a float keeps its point", {"F": 1}, {"F": 1.0}, True, False),
    ("T20", "texts are compared, not numbers", {"F|gt": 9}, {"F": 10}, True, False),
    ("T20", "a word is greater than a number", {"F|gt": 9}, {"F": "x"}, False, True),
    ("T20", "a number as text is refused", {"F|lte": "-1.5"}, {"F": "-2"}, True, "refused"),
    ("T23", "NOT over a missing field", {"F|neq": "x"}, {}, False, True),
    ("T28", "an array is one text", {"F": "a"}, {"F": ["a", "b"]}, True, False),
    ("T31", "strftime turns times to UTC", {"F|hour": 10}, {"F": "2026-01-01T10:00:00+08:00"}, True, False),
    ("T31", "weeks of strftime are not ISO's", {"F|week": 1}, {"F": "2026-01-01T10:00:00"}, True, False),
]

pytestmark = pytest.mark.service


@pytest.fixture(autouse=True)
def the_oracle() -> None:
    assert PYTHON.exists(), "the oracle is not here; `tools/oracles.sh sigma` makes it"


def outcomes(cases: list[tuple[Item, Fields]]) -> Iterator[tuple[bool | str, bool | str]]:
    """What each side makes of one item over one event: matched or not, or "refused"."""
    texts = [
        yaml.safe_dump(
            {"title": "t", "logsource": {"product": "p"}, "detection": {"s": item, "condition": "s"}},
            allow_unicode=True,
        )
        for item, _ in cases
    ]
    events = [Event(fields, "p", f"case {number}") for number, (_, fields) in enumerate(cases)]
    answer = ask(texts, events, lambda rule, source: source.category == f"case {rule}")
    for number, text in enumerate(texts):
        rules = compile_rules([RuleSource("r.yml", text)])
        ours = "refused" if rules.refused else bool(rules.match_event(events[number]))
        yield ours, "refused" if number in answer.refused else (number, number) in answer.hits


def test_both_read_the_specification_alike() -> None:
    found = outcomes([(item, fields) for _, item, fields, _ in ALIKE])
    assert [(trap, item, *both) for (trap, item, *_), both in zip(ALIKE, found, strict=True)] == [
        (trap, item, held, held) for trap, item, _, held in ALIKE
    ]


def test_each_trap_where_sql_differs_still_differs() -> None:
    found = outcomes([(item, fields) for _, _, item, fields, _, _ in UNLIKE])
    assert [(trap, phrase, *both) for (trap, phrase, *_), both in zip(UNLIKE, found, strict=True)] == [
        (trap, phrase, ours, theirs) for trap, phrase, _, _, ours, theirs in UNLIKE
    ]


@cache
def sources() -> list[RuleSource]:
    return [source for name in FOLDERS for source in load_folder(SIGMAHQ / name, name)]


def real_events() -> Iterator[Event]:
    for path in sorted((SHARED / "lanes").glob("*.gz")):
        with GzipFile(path) as stream:
            data = b"".join(line for line, _ in zip(stream, range(LANE_LINES), strict=False))
        yield from (read.event for read in read_events(io.BytesIO(data), path.name.removesuffix(".gz")))
    for path in sorted(SIGMAHQ.glob("regression_data/**/*.json")):
        with path.open("rb") as stream:
            yield from (read.event for read in read_events(stream, path.name))


def made_events(rules: RuleSet) -> Iterator[Event]:
    """An event made of each rule's words, more of those whose constructs are rare: real logs meet few rules."""
    chance = random.Random(SEED)
    for rule in rules.rules:
        for _ in range(OFTEN if is_rare(rule) else 1):
            yield nearly(rule, chance)


def is_rare(rule: Rule) -> bool:
    return any(n.tests.refs or any(isinstance(a, CidrTest) for t in n.tests.tests for a in t) for n in nodes_of(rule))


def our_hits(rules: RuleSet, events: list[Event]) -> Pairs:
    numbers = {rule.id: number for number, rule in enumerate(rules.rules)}
    found = hits_from_batch(rules.match(batch_of(events)))
    return {(numbers[hit.rule_id], int(hit.log_position.removeprefix("x:"))) for hit in found}


@pytest.mark.shared_data
@pytest.mark.skipif(not SIGMAHQ.is_dir(), reason="../shared/data/sigmahq is not here")
def test_every_difference_over_all_rules_is_a_known_trap() -> None:
    rules = compile_rules(sources())
    texts = {(source.pack, source.path): source.text for source in sources()}
    paths = {refusal.path for refusal in rules.refused}
    refused = [source.text for source in sources() if source.path in paths]
    real = list(real_events())
    events = [*real, *made_events(rules)]
    answer = ask(
        [*(texts[rule.pack, rule.path] for rule in rules.rules), *refused],
        events,
        lambda rule, source: rule < len(rules.rules) and is_about(rules.rules[rule].logsource, source),
    )
    assert set(answer.refused) == set(range(len(rules.rules), len(rules.rules) + len(refused))), "T27: placeholders"
    ours = our_hits(rules, events)
    explained = {
        pair: why(READINGS, rules.rules[pair[0]], events[pair[1]], theirs=pair in answer.hits)
        for pair in ours ^ answer.hits
    }
    assert [(rules.rules[rule].title, events[row].fields) for (rule, row), by in explained.items() if by is None] == []
    seen = Counter(reading.trap for by in explained.values() for reading in by or ())
    real_hits = sum(row < len(real) for _, row in ours & answer.hits)
    print(
        f"{len(events)} events, {len(ours & answer.hits)} matches alike ({real_hits} of real events), differing: {seen}"
    )
    assert set(seen) == {reading.trap for reading in READINGS}, "an explanation that is needed no more"
    assert real_hits > 800
    assert len(ours & answer.hits) > 3000
