"""Compiled rules out of the store: the same as freshly compiled ones, and whatever is damaged or foreign is not taken."""

import os
import pickle
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules, parsing
from fenghuo.see.detection.evidence import leaves
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.rule_codec import encode, encoded_detection
from fenghuo.see.detection.store import Store
from fenghuo.see.detection.tests.making import nearly
from fenghuo.see.detection.tests.test_engine import FOLDERS, OWN, SIGMAHQ, batch_of
from fenghuo.see.detection.value_codec import TestReader, encode_test
from fenghuo.see.events import Event

ODD = """
title: odd
id: odd
status: test
logsource: {product: windows}
fenghuo: {threat_class: malware, harm: severe}
detection:
  a:
    Any: '*'
    Two: '**'
    Glob|endswith: 'a?c*d'
    Cased|contains|cased: ['Aé', '\\*']
    Expression|re|i: 'x+[0-9]{2}$'
    Net|cidr: ['10.0.0.0/8', 'fe80::/10']
    Count|gte: 3
    Time|hour: 4
    Other|fieldref: Any
    Here|exists: true
    Not|neq: [1, null]
    Empty: ''
  b: [one, 'tw*o']
  c: [{F|contains|all: [x, y]}, {G: null}]
  condition: (a or 1 of b*) and not c
---
title: filter
logsource: {product: windows}
filter: {rules: [odd], s: {H: h}, condition: s}
---
title: together
id: together
correlation: {type: event_count, rules: [odd], group-by: [u], timespan: 5m, condition: {gte: 2, lt: 9}}
---
title: refused
logsource: {product: windows}
detection: {s: {F|nosuch: a}, condition: s}
"""


def sources() -> list[RuleSource]:
    folders = [OWN, *(SIGMAHQ / name for name in FOLDERS if (SIGMAHQ / name).is_dir())]
    return [RuleSource("odd.yml", ODD), *(source for folder in folders for source in load_folder(folder, folder.name))]


def known(rules: RuleSet) -> list[Any]:
    """All that a set says of itself."""
    return [
        [
            [encode(rule), [encoded_detection(filter_) for filter_ in rule.filters], rule.carried]
            for rule in rules.rules
        ],
        [repr(refusal) for refusal in rules.refused],
        [repr(correlation) for correlation in rules.correlations],
    ]


def test_rules_out_of_the_store_are_those_that_were_compiled(tmp_path: Path) -> None:
    files, words = sources(), {"c2_servers": ["evil.example"]}
    fresh = compile_rules(files, words)
    first = compile_rules(files, words, store=Store(tmp_path / "s"))
    again = compile_rules(files, words, store=Store(tmp_path / "s"))
    assert known(first) == known(fresh) == known(again)
    assert any(rule.filters for rule in again.rules)
    assert again.correlations
    assert again.refused


def test_a_set_of_which_one_file_changed_is_read_from_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [RuleSource(f"{n}.yml", ODD.replace("odd", f"odd{n}").replace("together", f"t{n}")) for n in range(3)]
    compile_rules(files, store=Store(tmp_path / "s"))
    read: list[str] = []
    parse = parsing.parse_source
    monkeypatch.setattr(parsing, "parse_source", lambda source, words: read.append(source.path) or parse(source, words))
    changed = [*files[:2], RuleSource("2.yml", files[2].text.replace("'tw*o'", "three"))]
    rules = compile_rules(changed, store=Store(tmp_path / "s"))
    assert read == ["2.yml"]
    assert known(rules) == known(compile_rules(changed))
    read.clear()
    compile_rules(changed, {"new": ["values"]}, store=Store(tmp_path / "s"))
    assert len(read) == len(files), "placeholders may change what a file says"


def test_matches_are_the_same_with_plans_out_of_the_store(tmp_path: Path) -> None:
    files = sources()
    fresh = compile_rules(files)
    chance = random.Random(4)
    batch = batch_of([nearly(rule, chance) for rule in chance.choices(fresh.rules, k=3000)])
    expected = fresh.match(batch)
    assert expected.num_rows
    for _ in range(2):
        rules = compile_rules(files, store=Store(tmp_path / "s"))
        assert rules.match(batch).equals(expected)
    plans = [name for name in os.listdir(tmp_path / "s") if name.startswith("plan-")]
    assert len(plans) > 3


def test_a_rule_given_up_in_one_process_is_looked_for_in_the_next(tmp_path: Path) -> None:
    texts = ["a" * n + "b" for n in range(8, 800)]
    rule = f"title: t\nid: r\nlogsource: {{product: windows}}\ndetection: {{s: {{F|contains: {texts}}}, condition: s}}"
    for _ in range(2):
        rules = compile_rules([RuleSource("r.yml", rule)], store=Store(tmp_path / "s"))
        assert rules.match(event_with("a" * 12 + "b")).num_rows == 1
        rules.match(event_with("a" * 1_000_000))
        assert [rule.id for rule, _ in rules.take_stalled()] == ["r"]


def event_with(value: str) -> pa.RecordBatch:
    return batch_of([Event({"F": value}, "windows")])


@pytest.mark.parametrize("harm", ["cut", "longer", "changed", "renamed", "emptied", "link"])
def test_a_damaged_or_foreign_file_is_made_anew(tmp_path: Path, harm: str) -> None:
    files = [RuleSource("odd.yml", ODD)]
    compile_rules(files, store=Store(tmp_path / "s")).match(event_with("x"))
    for path in (tmp_path / "s").iterdir():
        content = bytearray(path.read_bytes())
        if harm == "cut":
            path.write_bytes(content[:-1])
        elif harm == "longer":
            path.write_bytes(content + b" ")
        elif harm == "changed":
            content[-70] ^= 1
            path.write_bytes(content)
        elif harm == "emptied":
            path.write_bytes(b"")
        elif harm == "link":
            path.rename(tmp_path / path.name)
            path.symlink_to(tmp_path / path.name)
    if harm == "renamed":
        one, two = (tmp_path / "s").iterdir()
        middle = one.with_name("middle")
        one.rename(middle)
        two.rename(one)
        middle.rename(two)
    store = Store(tmp_path / "s")
    for name in os.listdir(tmp_path / "s"):
        assert store.get(name) is None
    rules = compile_rules(files, store=store)
    assert known(rules) == known(compile_rules(files))
    rules.match(event_with("x"))
    assert all(store.get(name) is not None for name in os.listdir(tmp_path / "s"))


def test_a_folder_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    store = Store(folder)
    store.put("rules-x", b"x")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())
    folder.chmod(0o770)
    assert Store(folder).get("rules-x") is None
    Store(folder).put("rules-y", b"y")
    assert [path.name for path in folder.iterdir()] == ["rules-x"]


def test_where_no_folder_can_be_made_rules_are_compiled_as_ever(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    rules = compile_rules([RuleSource("odd.yml", ODD)], store=Store(tmp_path / "file" / "s"))
    assert len(rules.rules) == 1


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "s", most=3500)
    for n in range(3):
        store.put(f"plan-{n}", bytes(1000))
        os.utime(tmp_path / "s" / f"plan-{n}", (n, n))
    assert store.get("plan-0") == bytes(1000)
    store.put("plan-3", bytes(1000))
    assert sorted(os.listdir(tmp_path / "s")) == ["plan-0", "plan-2", "plan-3"]
    store.put("plan-4", bytes(4000))
    assert not (tmp_path / "s" / "plan-4").exists()


def test_nothing_kept_is_of_a_kind_that_could_run(tmp_path: Path) -> None:
    """No pickle: JSON and numbers only."""
    compile_rules([RuleSource("odd.yml", ODD)], store=Store(tmp_path / "s")).match(event_with("x"))
    for path in (tmp_path / "s").iterdir():
        with pytest.raises((pickle.UnpicklingError, KeyError, EOFError, ValueError, IndexError)):
            pickle.loads(Store(tmp_path / "s").get(path.name) or b"")


def test_tests_of_values_come_back_as_they_were() -> None:
    reader = TestReader()
    rules = compile_rules(sources())
    count = 0
    for rule in rules.rules:
        for node in leaves(rule.detection):
            for test in (test for alternatives in node.tests.tests for test in alternatives):
                again = reader.test(encode_test(test))
                assert type(again) is type(test)
                assert plain(again) == plain(test)
                count += 1
    assert count > 1000


def plain(test: object) -> dict[str, object]:
    return {name: value for name, value in vars(test).items() if name not in {"_regex", "_compare", "_part"}}


def test_a_plan_out_of_the_store_has_arrays_that_kernels_know(tmp_path: Path) -> None:
    """Another type of array, one not aligned or not to be written to, would make numba compile for half a minute."""
    files = [RuleSource("odd.yml", ODD)]
    plans = []
    for _ in range(2):
        rules = compile_rules(files, store=Store(tmp_path / "s"))
        rules.match(event_with("x"))
        (plan,) = rules._matcher._engine._plans.values()
        assert plan is not None
        plans.append(plan)
    for array in (a for tables in plans[1].fields.values() for a in arrays_of(tables)):
        assert array.flags.carray  # in a row, aligned, and to be written to
    for one, two in zip(plans[0].fields.values(), plans[1].fields.values(), strict=True):
        for array, other in zip(arrays_of(one), arrays_of(two), strict=True):
            assert array.dtype == other.dtype
            np.testing.assert_array_equal(array, other)


def arrays_of(value: object) -> list[Any]:
    if isinstance(value, tuple):
        return [array for inner in value for array in arrays_of(inner)]
    return [value] if isinstance(value, np.ndarray) else []
