"""What every rule of ours claims beside its matches, and what a harmless morning makes of all of them."""

import re
from pathlib import Path

import pytest
import yaml

import fenghuo
from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.sources import ParseContext, parse_line
from tests.office_traffic import requests

PACKS = Path(fenghuo.__file__).parent / "rules"
QUIET = {"low", "informational"}
RULES = sorted(path.parent for path in PACKS.glob("*/*/rule.yml"))


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return compile_rules(s for pack in sorted(PACKS.iterdir()) if pack.is_dir() for s in load_folder(pack, pack.name))


@pytest.mark.parametrize("folder", RULES, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_a_rule_names_a_technique_a_class_and_a_harm(folder: Path) -> None:
    rule = yaml.safe_load((folder / "rule.yml").read_text(encoding="utf-8"))
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in rule["tags"])
    assert any(re.fullmatch(r"attack\.[a-z-]+", tag) for tag in rule["tags"])
    assert {"threat_class", "harm"} <= rule["fenghuo"].keys()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", rule["id"])


def test_no_two_rules_share_a_title_or_an_id(shipped: RuleSet) -> None:
    named = [(rule.title, rule.id) for rule in shipped.rules]
    named += [(found.draft.title, found.draft.id) for found in shipped.correlations]
    assert len({title for title, _ in named}) == len({number for _, number in named}) == len(RULES)


def test_a_harmless_morning_raises_no_warning(shipped: RuleSet) -> None:
    for line in requests(1500, seed=7):
        event = parse_line("nginx", line.encode(), ParseContext())
        assert event.parse_error is None
        assert [rule.title for rule, _ in shipped.match_event(event) if rule.level not in QUIET] == [], line


def test_the_same_seed_gives_the_same_day() -> None:
    assert list(requests(50, seed=3)) == list(requests(50, seed=3)) != list(requests(50, seed=4))
