"""Conformance with SigmaHQ's own regression events."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.sources import read_events

DATA = Path(__file__).resolve().parents[5].parent / "shared" / "data" / "sigmahq"
MAIN = ("rules", "rules-emerging-threats", "rules-threat-hunting")
PLACEHOLDERS = ("rules-compliance", "rules-placeholder")
UPSTREAM_COUNTS_ONE_OF_THREE = {"0b9ad457-2554-44c1-82c2-d56a99c42377"}
"""Three of this file's events contain what the rule asks for; upstream's tool reports one."""

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/sigmahq is not here"),
]


@cache
def compiled(*folders: str) -> RuleSet:
    return compile_rules([source for name in folders for source in load_folder(DATA / name, name)])


def cases() -> list[tuple[str, Path, int | None]]:
    found = []
    for info in sorted(DATA.glob("regression_data/**/info.yml")):
        content: dict[str, Any] = yaml.safe_load(info.read_text(encoding="utf-8"))
        for test in content.get("regression_tests_info") or []:
            path = DATA / test["path"]
            found += [
                (content["rule_metadata"][0]["id"], p, test.get("match_count"))
                for p in (path, path.with_suffix(".json"))
            ]
    return found


def test_every_case_matches_as_evtx_and_as_json() -> None:
    rules = compiled(*MAIN)
    wrong = []
    for rule_id, path, expected in cases():
        with path.open("rb") as stream:
            events = list(read_events(stream, path.name))
        count = sum(rule.id == rule_id for read in events for rule, _ in rules.match_event(read.event))
        if rule_id in UPSTREAM_COUNTS_ONE_OF_THREE:
            assert count == 3
        elif count == 0 or (expected is not None and count != expected):
            wrong.append((path.name, count, expected))
    assert len(cases()) == 200
    assert wrong == []


def test_only_rules_with_placeholders_are_refused_and_load_with_values() -> None:
    rules = compiled(*MAIN, *PLACEHOLDERS)
    assert len(rules.rules) + len(rules.refused) == 3780
    assert len(rules.refused) == 25
    assert all("placeholder %" in r.reason for r in rules.refused)
    names = {r.reason.split("placeholder %")[1].split("%")[0]: ["x"] for r in rules.refused}
    for _ in range(3):
        again = compile_rules([s for f in (*MAIN, *PLACEHOLDERS) for s in load_folder(DATA / f, f)], names)
        names |= {r.reason.split("placeholder %")[1].split("%")[0]: ["x"] for r in again.refused}
    assert again.refused == ()


def test_real_logs_parse() -> None:
    logs = DATA.parent / "loghub"
    for path in sorted(logs.glob("*.log")):
        if "apache" in path.name.lower():
            continue  # an error log, which no access log parser reads
        with path.open("rb") as stream:
            events = [read.event for read in read_events(stream, path.name)]
        assert sum(e.parse_error is None and e.product == "linux" for e in events) / len(events) > 0.99, path.name
