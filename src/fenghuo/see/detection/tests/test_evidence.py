"""Evidence and ids made by machine code are those of the reference, byte for byte."""

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

from fenghuo.base.common.ids import derived_id
from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.hit_ids import HitIds
from fenghuo.see.events import Event, make_batch, matches_to_json
from fenghuo.see.events.batch import Origin

CONTROLS = "".join(map(chr, range(32)))
VALUES = [
    'say "evil" \\ done',
    CONTROLS + "evil" + "\x7f\u2028",
    "网站" * 40 + "EVIL" + "😀é",
    "K\u212aſ evil",
    "evil",
    "xevil",
    "evilx" * 300,
    "tail",
]
DETECTIONS: dict[str, dict[str, Any]] = {
    "one text": {"s": {"F|contains": "evil"}, "condition": "s"},
    "many texts": {"s": {"F|contains": [f"no{n}" for n in range(20)] + ["l", "evil", "v"]}, "condition": "s"},
    "ends": {"s": {"F|endswith": ["vil", "tail", "😀é"]}, "t": {"F|startswith": "网"}, "condition": "s or t"},
    "all": {"s": {"F|contains|all": ["e", "vil"]}, "t": {"G": "*"}, "condition": "s and t"},
    "list of maps": {"s": [{"F": "xevil", "G": "g"}, {"F": "evil"}, {"G": "g"}], "condition": "s"},
    "or of ands": {
        "a": {"F|startswith": "e"},
        "b": {"G": "g"},
        "c": {"F|contains": "x"},
        "condition": "(a and b) or c or not a",
    },
    "or of guarded ands": {
        "a": {"F|contains": "e"},
        "b": {"G": "g"},
        "f1": {"F|contains": ["x", "网"]},
        "f2": {"F": None},
        "f3": {"F|startswith": "say", "G": "g"},
        "condition": "b or (a and not 1 of f*)",
    },
    "two of three": {"a1": {"F|contains": "e"}, "a2": {"F|contains": "v"}, "a3": {"G": "g"}, "condition": "2 of a*"},
    "keywords": {"s": ["evil", "tail"], "condition": "s"},
    "empty and null": {"s": {"F": ["", None, "evil"]}, "condition": "s"},
}


def rules(detection: Mapping[str, Any]) -> RuleSet:
    document = {"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection}
    return compile_rules([RuleSource("r.yml", yaml.safe_dump(document, allow_unicode=True))])


@pytest.mark.parametrize("detection", DETECTIONS)
@pytest.mark.parametrize("nulls", [False, True])
def test_the_evidence_of_a_match_is_that_of_the_reference(detection: str, nulls: bool) -> None:
    compiled = rules(DETECTIONS[detection])
    odd: list[Any] = [None, ["a", "evil", None], ""] if nulls else [""]
    values = [*VALUES, *odd]
    events = [Event({"F": value, **({"G": "g"} if number % 2 else {})}, "p") for number, value in enumerate(values)]
    events += [Event({"G": "g"}, "p"), Event({}, "p")]
    origins = [Origin(0, "", "", f"日志:{n}", "", "", False, b"") for n in range(len(events))]
    hits = compiled.match(make_batch(events, origins))
    wanted = [
        (f"日志:{n}", matches_to_json(matches))
        for n, event in enumerate(events)
        for _, matches in compiled.match_event(event)
    ]
    assert list(zip(hits["log_position"].to_pylist(), hits["matches"].to_pylist(), strict=True)) == wanted
    assert wanted
    rule = compiled.rules[0]
    assert hits["hit_id"].to_pylist() == [derived_id("hit", rule.id, rule.hash, position) for position, _ in wanted]


def test_ids_are_derived_from_rule_and_position_whatever_their_length() -> None:
    chance = random.Random(5)
    named = [("".join(chance.choices("aé网😀b", k=n)), "".join(chance.choices("0af", k=64))) for n in range(90)]
    positions = ["".join(chance.choices("ab:é网9", k=chance.randrange(200))) for _ in range(500)]
    numbers = np.array([chance.randrange(len(named)) for _ in positions], np.int32)
    made = HitIds(named).of(numbers, pa.array(positions)).to_pylist()
    assert made == [derived_id("hit", *named[n], p) for n, p in zip(numbers.tolist(), positions, strict=True)]
