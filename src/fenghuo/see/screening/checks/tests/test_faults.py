"""Whatever goes wrong on a visit, no finding closes and none comes back that was not seen: every check, every fault."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fenghuo.see.screening.checks.base import Check, VerdictKind
from fenghuo.see.screening.checks.samples import NOW, Sample, html, page
from fenghuo.see.screening.checks.tests.test_all_checks import CHECKS, samples_of
from fenghuo.see.screening.decide import FindingState, Observed, Standing, Step, step
from fenghuo.see.screening.facts import Facts, Failure, Page, Why, needs
from fenghuo.see.screening.fetch.screen import judge_all

STOCK = page(html("<h1>Welcome to nginx!</h1>", "Welcome to nginx!"))


def all_failed(facts: Facts, why: Why) -> Facts:
    kept = {need.name: facts.values[need.name] for need in needs.NEEDS if need.stored and need.name in facts.values}
    values = {need.name: Failure(why) for need in needs.NEEDS if not need.stored}
    return replace(facts, values={**values, **kept}, probes=dict.fromkeys(facts.probes, Failure(why)))


def all_pages(facts: Facts, bad: Page) -> Facts:
    values = {name: bad if isinstance(value, Page) else value for name, value in facts.values.items()}
    return replace(facts, values=values, probes=dict.fromkeys(facts.probes, bad))


def other_host(facts: Facts) -> Facts:
    missing = page(html("<h1>404 Not Found</h1>", "404 Not Found"), 404)
    values = {name: STOCK if isinstance(value, Page) else value for name, value in facts.values.items()}
    values[needs.HOME.name] = STOCK
    if needs.MISSING.name in values:
        values[needs.MISSING.name] = missing
    return replace(facts, values=values, probes=dict.fromkeys(facts.probes, missing))


FAULTS = {
    "time-out": lambda facts: all_failed(facts, Why.TIMED_OUT),
    "name not found": lambda facts: all_failed(facts, Why.NAME_NOT_FOUND),
    "moved away": lambda facts: all_failed(facts, Why.NOT_AUTHORISED),
    "reset": lambda facts: all_failed(facts, Why.RESET),
    "firewall page": lambda facts: all_pages(facts, page(html("安全狗：您的请求被拦截"), 403)),
    "server error": lambda facts: all_pages(facts, page(html("502 Bad Gateway"), 502)),
    "asked to slow down": lambda facts: all_pages(facts, page(html(""), 429)),
    "other virtual host": other_host,
}
AVAILABILITY = "cannot-be-opened"
"""To this check what went wrong is the finding itself."""


def failing(check: Check) -> list[Sample]:
    return [s for s in samples_of(check) if not isinstance(s.expected, str)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_no_fault_closes_a_finding(check: Check, fault: str) -> None:
    for sample in failing(check):
        finding = Standing(FindingState.OPEN, check.version)
        for minutes in (0, 15, 30):
            facts = replace(FAULTS[fault](sample.facts), at=NOW + timedelta(minutes=minutes))
            (verdict,) = judge_all([check], facts)
            untouched = all(
                facts.values.get(n.name) is sample.facts.values.get(n.name)
                for n in (*check.needs, *check.uses)
                if n.kind is not Page
            )
            if verdict.kind is VerdictKind.FAIL or (
                fault == "other virtual host" and not _by_pages(check) and untouched
            ):
                continue  # it failed still, or it does not look at pages, and what it looks at is as it was
            finding, made = step(finding, Observed(verdict.kind, False, verdict.version, verdict.at))
            assert made is Step.NONE, (sample.name, verdict)
        assert finding.state is FindingState.OPEN, sample.name


def _by_pages(check: Check) -> bool:
    return bool(check.probes) or any(need.kind is Page for need in check.needs)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("check", [c for c in CHECKS if c.id != AVAILABILITY], ids=lambda c: c.id)
def test_no_fault_brings_a_closed_finding_back(check: Check, fault: str) -> None:
    for sample in samples_of(check):
        if sample.expected != "pass":
            continue
        (verdict,) = judge_all([check], FAULTS[fault](sample.facts))
        assert verdict.kind is not VerdictKind.FAIL or fault == "other virtual host", (sample.name, verdict.findings)


def test_an_upgraded_check_needs_passes_of_its_own_version() -> None:
    finding = Standing(FindingState.OPEN, 3)
    for minutes in (0, 15):
        finding, made = step(finding, Observed(VerdictKind.PASS, False, 2, NOW + timedelta(minutes=minutes)))
        assert made is Step.OLDER_CHECK
    assert finding.state is FindingState.OPEN
