"""Every rule that we ship has hits and misses of its own, and they are what it says."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import translation

import fenghuo
from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.correlation import Engine, Step
from fenghuo.see.detection.files import load_folder
from fenghuo.see.events import hits_from_batch, make_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.rulebook.texts import OTHER_LANGUAGES, title_of
from fenghuo.see.sources import ParseContext, parse_line

PACKS = Path(fenghuo.__file__).parent / "rules"
RULES = sorted(path.parent for path in PACKS.glob("*/*/rule.yml"))
CONTEXT = ParseContext(ingest_time=1_795_500_000 * 10**9)


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return compile_rules(s for pack in sorted(PACKS.iterdir()) if pack.is_dir() for s in load_folder(pack, pack.name))


def test_all_load(shipped: RuleSet) -> None:
    assert shipped.refused == ()
    assert len(shipped.rules) + len(shipped.correlations) == len(RULES) > 0


@pytest.mark.parametrize("folder", RULES, ids=lambda p: p.name)
def test_a_rule_says_in_every_language_what_it_says(folder: Path) -> None:
    rule = yaml.safe_load((folder / "rule.yml").read_text(encoding="utf-8"))
    assert rule["description"]
    for language in OTHER_LANGUAGES:
        texts = tomllib.loads((folder / f"texts.{language}.toml").read_text(encoding="utf-8"))
        assert texts.keys() <= {"title", "description", "falsepositives"}
        assert len(texts.get("falsepositives", ())) == len(rule.get("falsepositives", ()))
        for text in (texts["title"], texts["description"], *texts.get("falsepositives", ())):
            assert re.search("[\u4e00-\u9fff]", text), text


def test_titles_tell_rules_apart(shipped: RuleSet) -> None:
    titles = [rule.title for rule in shipped.rules] + [found.draft.title for found in shipped.correlations]
    assert len(set(titles)) == len(titles)
    with translation.override("zh-hans"):
        assert len({title_of(title) for title in titles}) == len(titles)
        assert title_of("SQL injection in a web request") == "网页请求中的 SQL 注入"
        assert title_of("A rule of somebody else") == "A rule of somebody else"
    with translation.override("en"):
        assert title_of(titles[0]) == titles[0]


@pytest.mark.parametrize("folder", RULES, ids=lambda p: p.name)
def test_a_rule_catches_its_hits_and_leaves_its_misses(folder: Path, shipped: RuleSet) -> None:
    rule = yaml.safe_load((folder / "rule.yml").read_text(encoding="utf-8"))
    rule_id = rule["id"]
    if "correlation" in rule:
        check_sequences(folder, rule_id, shipped)
        return
    for name, expected in (("hits.jsonl", True), ("misses.jsonl", False)):
        samples = [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        assert samples, f"{folder / name} is empty"
        for sample in samples:
            event = parse_line(sample["kind"], sample["line"].encode(), CONTEXT)
            assert event.parse_error is None, sample
            caught = any(rule.id == rule_id for rule, _ in shipped.match_event(event))
            assert caught is expected, sample


def check_sequences(folder: Path, rule_id: str, shipped: RuleSet) -> None:
    """Samples of a correlation are sequences: {"kind": …, "lines": [[seconds, line], …]}; `units` units see the same."""
    for name, expected in (("hits.jsonl", True), ("misses.jsonl", False)):
        samples = [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        assert samples, f"{folder / name} is empty"
        for sample in samples:
            assert (rule_id in correlated(sample, shipped)) is expected, sample


def correlated(sample: dict[str, Any], shipped: RuleSet) -> set[str]:
    """Ids of the correlations that a sequence leaves standing."""
    events, origins = [], []
    told = [(unit, *one) for unit in range(sample.get("units", 1)) for one in sample["lines"]]
    for number, (unit, seconds, line) in enumerate(told):
        at = CONTEXT.ingest_time + seconds * 10**9
        events.append(replace(parse_line(sample["kind"], line.encode(), CONTEXT), event_time=at))
        origins.append(Origin(at, f"u{unit}", "s", f"records.normal.0:{number}", "", "192.0.2.1", False, line.encode()))
    engine = Engine(shipped.correlations)
    outcomes = engine.feed(hits_from_batch(shipped.match(make_batch(events, origins))))
    outcomes += engine.advance(CONTEXT.ingest_time + 10 * 86400 * 10**9)
    last = {outcome.result_id: outcome for outcome in outcomes}
    return {o.correlation.draft.id for o in last.values() if o.step is not Step.WITHDRAWN}
