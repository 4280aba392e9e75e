"""The fast path equals the reference evaluator: on made events, on real ones, and however a batch is laid out."""

import os
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from fenghuo.see.detection import RuleSet, RuleSource, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.reference import evaluate
from fenghuo.see.detection.rule import LogSource
from fenghuo.see.detection.ruleset import is_about
from fenghuo.see.detection.tests.making import mutated, nearly
from fenghuo.see.events import Event, events_of, hits_from_batch, make_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.sources import read_events

OWN = Path(__file__).resolve().parents[3] / "rules"
SHARED = Path(__file__).resolve().parents[5].parent / "shared" / "data"
SIGMAHQ = SHARED / "sigmahq"
FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder")
PAIRS = int(os.environ.get("PAIRS", "60000"))
SEED = int(os.environ.get("PAIR_SEED", "20261125"))
OTHERS = 50
Found = set[tuple[str, str, tuple[object, ...]]]

shared_data = pytest.mark.skipif(not SIGMAHQ.is_dir(), reason="../shared/data/sigmahq is not here")


@cache
def own_rules() -> RuleSet:
    return compile_rules([s for pack in sorted(OWN.iterdir()) if pack.is_dir() for s in load_folder(pack, pack.name)])


@cache
def all_rules() -> RuleSet:
    return compile_rules([source for name in FOLDERS for source in load_folder(SIGMAHQ / name, name)])


def batch_of(events: Sequence[Event]) -> pa.RecordBatch:
    return make_batch(events, [Origin(0, "", "", f"x:{n}", "", "", False, b"") for n in range(len(events))])


def fast(rules: RuleSet, batch: pa.RecordBatch) -> Found:
    return {(h.log_position, h.rule_id, h.matches) for h in hits_from_batch(rules.match(batch))}


def slow(rules: RuleSet, batch: pa.RecordBatch) -> Found:
    return {
        (str(envelope["@@log_position"]), rule.id, matches)
        for envelope, event in events_of(batch)
        for rule, matches in rules.match_event(event)
    }


def differences(rules: RuleSet, pairs: int, seed: int) -> tuple[int, int, list[object]]:
    """How many pairs of rule and event were compared, how many matched, and those on which the two disagree."""
    chance = random.Random(seed)
    compared = matched = 0
    wrong: list[object] = []
    while compared < pairs:
        made = [(rule, nearly(rule, chance)) for rule in chance.choices(rules.rules, k=200)]
        batch = batch_of([event for _, event in made])
        found = {(position, rule): matches for position, rule, matches in fast(rules, batch)}
        for (rule, _), (envelope, event) in zip(made, events_of(batch), strict=True):
            source = LogSource(event.product, event.category, event.service)
            for other in {rule.id: rule, **{r.id: r for r in chance.sample(rules.rules, OTHERS)}}.values():
                held, matches = evaluate(other, event) if is_about(other.logsource, source) else (False, ())
                seen = found.get((envelope["@@log_position"], other.id))
                compared += 1
                matched += held
                if (seen is not None) is not held or (held and seen != matches):
                    wrong.append((other.id, other.title, event.fields, held))
    return compared, matched, wrong


def test_made_events_of_our_own_rules() -> None:
    compared, matched, wrong = differences(own_rules(), PAIRS // 4, SEED)
    assert wrong == []
    assert matched > compared / 500


@shared_data
@pytest.mark.shared_data
def test_made_events_of_all_rules() -> None:
    compared, matched, wrong = differences(all_rules(), PAIRS, SEED)
    print(f"{compared} pairs, {matched} matched, {len(wrong)} differ; seed {SEED}")
    assert wrong == []
    assert matched > compared / 500


@shared_data
@pytest.mark.shared_data
def test_events_of_the_lanes_and_the_regression_data() -> None:
    import gzip

    lines = int(os.environ.get("LANE_LINES", "60"))
    for path in sorted((SHARED / "lanes").glob("*.gz")):
        with gzip.open(path) as stream:
            data = b"".join(line for line, _ in zip(stream, range(lines), strict=False))
        compare_file(path.name.removesuffix(".gz"), data)
    for path in sorted(SIGMAHQ.glob("regression_data/**/*.json"))[:: 1 if lines > 1000 else 8]:
        compare_file(path.name, path.read_bytes())


def real_events(most: int) -> list[Event]:
    """Of each lane so many lines, and all events of the regression data."""
    import gzip
    import io

    found = []
    for path in sorted((SHARED / "lanes").glob("*.gz")):
        with gzip.open(path) as stream:
            data = b"".join(line for line, _ in zip(stream, range(most), strict=False))
        found += [read.event for read in read_events(io.BytesIO(data), path.name)]
    for path in sorted(SIGMAHQ.glob("regression_data/**/*.json")):
        with path.open("rb") as stream:
            found += [read.event for read in read_events(stream, path.name)]
    return found


def words_of(rules: RuleSet, chance: random.Random) -> list[str]:
    """Texts that rules look for."""
    found = set()
    for rule in chance.sample(rules.rules, 400):
        found |= {str(value) for value in nearly(rule, chance).fields.values() if value}
    return sorted(found)


@shared_data
@pytest.mark.shared_data
def test_real_events_changed_by_chance_against_every_rule_about_them() -> None:
    """Each event is compared with all rules about its log source, whole and in other layouts of the batch."""
    chance = random.Random(SEED)
    rules, events = all_rules(), real_events(60)
    words = words_of(rules, chance)
    compared = matched = 0
    while compared < PAIRS:
        made = [mutated(chance.choice(events), events, words, chance) for _ in range(40)]
        batch = batch_of(made)
        wanted = slow(rules, batch)
        assert fast(rules, batch) == wanted
        moved, coded, shuffled, whole, *parts = of_layout(batch, chance)
        assert {(p, r) for p, r, _ in fast(rules, moved)} == {(p, r) for p, r, _ in wanted}
        for other in (coded.select(batch.schema.names), shuffled, whole):
            assert fast(rules, other) == wanted
        assert set().union(*(fast(rules, part) for part in parts)) == wanted
        sources = [LogSource(event.product, event.category, event.service) for event in made]
        compared += sum(sum(is_about(rule.logsource, source) for rule in rules.rules) for source in sources)
        matched += len(wanted)
    print(f"{compared} pairs, {matched} matched, none differs; seed {SEED}")
    assert matched > compared / 5000


def compare_file(name: str, data: bytes) -> None:
    import io

    batch = batch_of([read.event for read in read_events(io.BytesIO(data), name)])
    assert fast(all_rules(), batch) == slow(all_rules(), batch), name


def of_layout(batch: pa.RecordBatch, chance: random.Random) -> list[pa.RecordBatch]:
    """The same events laid out otherwise: fields in another order, dictionaries, slices, rows shuffled."""
    names = list(batch.schema.names)
    chance.shuffle(names)
    moved = batch.select(names)
    coded = [
        column.dictionary_encode() if pa.types.is_string(column.type) and not name.startswith("@@") else column
        for name, column in zip(names, moved.columns, strict=True)
    ]
    rows = list(range(batch.num_rows))
    chance.shuffle(rows)
    cut = batch.num_rows // 3
    return [
        moved,
        pa.RecordBatch.from_arrays(coded, names=names),
        batch.take(pa.array(rows)),
        pa.RecordBatch.from_arrays(
            [pa.concat_arrays([c, c]).slice(len(c)) for c in batch.columns], names=batch.schema.names
        ),
        *([batch.slice(0, cut), batch.slice(cut)] if cut else []),
    ]


def test_the_layout_of_a_batch_changes_nothing() -> None:
    chance = random.Random(SEED)
    for _ in range(6):
        batch = batch_of([nearly(rule, chance) for rule in chance.choices(own_rules().rules, k=60)])
        wanted = fast(own_rules(), batch)
        assert wanted == slow(own_rules(), batch)
        moved, coded, shuffled, whole, *parts = of_layout(batch, chance)
        assert {(p, r) for p, r, _ in fast(own_rules(), moved)} == {(p, r) for p, r, _ in wanted}
        assert fast(own_rules(), coded.select(batch.schema.names)) == wanted
        assert fast(own_rules(), shuffled) == wanted
        assert fast(own_rules(), whole) == wanted
        assert set().union(*(fast(own_rules(), part) for part in parts)) == wanted


@pytest.mark.parametrize("size", [1, 3, 100, 1_000_000])
def test_long_and_odd_values(size: int) -> None:
    detection = {
        "a": {"F|contains": ["needle", "针"]},
        "b": {"F|endswith": "tail"},
        "c": {"F|re": "a{3}b"},
        "d": {"F|contains|all": ["x", "yz"]},
        "e": {"F": ["", None]},
        "condition": "1 of them",
    }
    text = yaml.safe_dump({"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection})
    rules = compile_rules([RuleSource("r.yml", text)])
    body = "a" * size
    values = [
        body,
        body + "NEEDLE",
        "针" + body,
        body + "TAIL",
        body + "b",
        "x" + body + "yz",
        "",
        None,
        [body, "needle"],
    ]
    batch = batch_of([Event({"F": v}, "p") for v in values])
    assert fast(rules, batch) == slow(rules, batch)


@pytest.mark.parametrize("value", ["$", "*$*", "a$", "$$", "网", "ab*", "*cd", "a?c", "abcdefg", "*abcdefgh*", "", "*"])
def test_a_field_of_which_one_text_is_all_that_rules_ask(value: str) -> None:
    detection = {"s": {"F": value}, "t": {"G|contains": value or "x"}, "condition": "1 of them"}
    text = yaml.safe_dump({"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection})
    rules = compile_rules([RuleSource("r.yml", text)])
    values = ["", "$", " $", "a$", "$$b", "网站", "abc", "xcd", "ABCDEFG", "xxABCDEFGHxx", "q"]
    batch = batch_of([Event({name: v}, "p") for v in values for name in "FG"])
    assert fast(rules, batch) == slow(rules, batch)


def test_many_short_texts_that_share_their_bytes() -> None:
    """More pairs than have numbers, and more texts of one window than have slots."""
    chance = random.Random(SEED)
    pairs = [a + b for a in "abcdefghijklmnopqrst" for b in "0123456789éuvwxyz"]
    texts = [f"~~~{a}{b}" for a in "abcdef" for b in "xyz"] + ["~~~", "+", "网", "#a", "q~~~"]
    detection = {"s": {"F|contains": pairs[:200]}, "t": {"F|contains": texts}, "u": {"F|contains|all": pairs[250:252]}}
    rules = compile_rules(
        [
            RuleSource(
                f"{name}.yml",
                yaml.safe_dump({"title": name, "id": name, "logsource": {"product": "p"}, "detection": found}),
            )
            for name, found in {
                **{name: {name: item, "condition": name} for name, item in detection.items()},
                **{f"p{n}": {"s": {"F|contains": pair}, "condition": "s"} for n, pair in enumerate(pairs)},
            }.items()
        ]
    )
    values = ["".join(chance.choices("abst019é~+#qxyz网", k=chance.randrange(12))) for _ in range(3000)]
    values += values[::3]
    batch = batch_of([Event({"F": value}, "p") for value in values])
    assert fast(rules, batch) == slow(rules, batch)


def test_columns_that_can_not_hold_a_text_are_left_out_only_then() -> None:
    values = ["00ff", "0123-4567", "", "G", "网", "ﬀ", "K", "mimi"]
    for texts in (["gh", "K"], ["", "x"], ["0-"], ["k"]):
        detection = {"s": {"F": texts}, "t": ["mimi"], "condition": "s or t"}
        text = yaml.safe_dump({"title": "t", "id": "r", "logsource": {"product": "p"}, "detection": detection})
        rules = compile_rules([RuleSource("r.yml", text)])
        for value in values:
            batch = batch_of([Event({"F": value, "G": value, "N": 17}, "p")])
            assert fast(rules, batch) == slow(rules, batch)
