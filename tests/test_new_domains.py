"""Ten days of ordinary DNS raise nothing but what is kept for chains, and an attack among them is seen."""

from dataclasses import replace
from pathlib import Path

import pytest

import fenghuo
from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.correlation import Engine, Outcome, Step
from fenghuo.see.detection.files import load_folder
from fenghuo.see.events import hits_from_batch, make_batch
from fenghuo.see.events.batch import Origin
from fenghuo.see.sources import ParseContext, parse_line
from tests.dns_traffic import DAY, Told, days

PACKS = Path(fenghuo.__file__).parent / "rules"
START = 1_795_500_000
QUIET = {"low", "informational"}
UNITS, DAYS = 6, 10


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    packs = [PACKS / name for name in ("dns", "correlations", "exfiltration", "windows-attacks")]
    return compile_rules(source for pack in packs for source in load_folder(pack, pack.name))


def raised(told: list[Told], rules: RuleSet) -> tuple[list[tuple[str, str, str]], list[Outcome]]:
    """(title, level, unit) of rules that match by themselves, and the results that stand."""
    engine = Engine(rules.correlations)
    loud, outcomes = [], []
    for first in range(0, len(told), 500):
        part = told[first : first + 500]
        events, origins = [], []
        for number, (second, unit, kind, line) in enumerate(part, first):
            at = (START + second) * 10**9
            events.append(replace(parse_line(kind, line.encode(), ParseContext()), event_time=at))
            origins.append(
                Origin(
                    at, unit.partition("/")[0], unit, f"records.brief.0:{number}", "", "192.0.2.1", False, line.encode()
                )
            )
        hits = list(hits_from_batch(rules.match(make_batch(events, origins))))
        loud += [(h.rule_title, h.rule_level, h.unit_id) for h in hits if not h.quiet and h.rule_level not in QUIET]
        outcomes += engine.feed(hits)
        outcomes += engine.advance((START + part[-1][0]) * 10**9)
    standing = {o.result_id: o for o in outcomes}
    assert not any(metrics.get("too-late") for metrics in engine.metrics.values())
    return loud, [o for o in standing.values() if o.step is not Step.WITHDRAWN]


def test_ordinary_days_raise_nothing_of_medium_or_above(shipped: RuleSet) -> None:
    loud, results = raised(list(days(UNITS, DAYS)), shipped)
    assert loud == []
    assert [o.correlation.draft.name for o in results if o.correlation.draft.level not in QUIET] == []
    new = [dict(o.group) for o in results if o.correlation.draft.name == "new-domain"]
    assert {group["@@unit_id"] for group in new} == {f"u{n}" for n in range(UNITS)}
    assert all(group["@@registered_domain"].startswith("first-seen-") for group in new), (
        "and of those none while it learned"
    )
    assert {group["@@registered_domain"].split("-")[2] for group in new} == {"7", "8", "9"}
    assert 10 < len(new) / UNITS < 60


def test_a_new_server_of_a_unit_learns_for_itself(shipped: RuleSet) -> None:
    ordinary = list(days(1, 9))
    line = "24-Nov-2026 14:03:21.123 queries: info: client @0x7f2b8c001a00 10.7.1.9#53211 ({0}): query: {0} IN A +E(0)K (10.8.0.53)"
    other = [(8 * DAY + 300 + n, "u0/second", "bind", line.format(f"www.other-building{n}.com")) for n in range(50)]
    _, results = raised(sorted([*ordinary, *other]), shipped)
    new = [dict(o.group)["@@registered_domain"] for o in results]
    assert len(new) > 5
    assert not [domain for domain in new if domain.startswith("other-building")]


def test_an_odd_name_that_is_old_begins_no_chain(shipped: RuleSet) -> None:
    loud, results = raised(list(days(UNITS, DAYS, odd=True)), shipped)
    assert {title for title, _, _ in loud} == {"Name that looks generated"}
    assert {o.correlation.draft.name for o in results} == {"new-domain", "generated-name-hosts"}


def test_malware_among_them_is_one_critical_result_of_its_unit(shipped: RuleSet) -> None:
    ordinary = list(days(UNITS, DAYS))
    name = "qzxvwkjhgfdsbnmt.net"
    line = "24-Nov-2026 14:03:21.123 queries: info: client @0x7f2b8c001a00 {0}#53211 ({1}): query: {1} IN A +E(0)K (10.8.0.53)"
    attack = [(9 * DAY + 600 * n, "u3", "bind", line.format(f"10.3.1.{20 + n}", name)) for n in range(4)]
    _, results = raised(sorted([*ordinary, *attack]), shipped)
    warned = {(o.correlation.draft.name, o.correlation.draft.level): dict(o.group) for o in results}
    about = {"@@unit_id": "u3", "@@registered_domain": name}
    assert warned["new-domain-generated", "high"] == about
    assert warned["new-domain-hosts", "critical"] == about
    assert sum(o.correlation.draft.level not in QUIET for o in results) == 2
