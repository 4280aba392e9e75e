"""Every check: words in both languages, samples of each outcome, and never a pass for what was not seen."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import Check, VerdictKind, judge
from fenghuo.see.screening.checks.citations import CITATIONS
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import Sample, html, page
from fenghuo.see.screening.facts import Failure, Page, Why

CHECKS = list(all_checks().values())
FAULTS = [Why.TIMED_OUT, Why.NAME_NOT_FOUND, Why.RESET, Why.NOT_AUTHORISED, Why.BLOCKED]
BAD_PAGES = [page(html("502 Bad Gateway"), 502), page(html("安全狗：您的请求被拦截"), 403), page(html(""), 429)]

each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)


def samples_of(check: Check) -> list[Sample]:
    found: list[Sample] = import_module(f"fenghuo.see.screening.checks.{check.id.replace('-', '_')}.samples").SAMPLES
    return found


def said(check: Check, sample: Sample) -> object:
    verdict = judge(check, sample.facts)
    assert verdict.reason != Why.CHECK_FAILED, verdict.detail
    return sorted({f.outcome for f in verdict.findings}) if verdict.findings else verdict.kind.value


@each_check
def test_a_check_is_whole(check: Check) -> None:
    folder = Path(
        import_module(f"fenghuo.see.screening.checks.{check.id.replace('-', '_')}.check").__file__ or ""
    ).parent
    assert {p.name for p in folder.iterdir()} >= {"check.py", "samples.py", "advice.zh.md", "advice.en.md"}
    assert check.rules
    assert set(check.rules) <= set(CITATIONS)
    for language in advice.LANGUAGES:
        words = advice.all_advice(check.id, language)
        assert set(words) == {outcome.key for outcome in check.outcomes}
    zh, en = (advice.all_advice(check.id, language) for language in advice.LANGUAGES)
    for key, one in zh.items():
        assert list(one.steps) == list(en[key].steps), f"{key}: other steps in Chinese than in English"


@each_check
def test_samples_are_judged_as_they_say(check: Check) -> None:
    for sample in samples_of(check):
        wanted = sample.expected if isinstance(sample.expected, str) else sorted(sample.expected)
        assert said(check, sample) == wanted, sample.name
    found = {key for s in samples_of(check) if not isinstance(s.expected, str) for key in s.expected}
    assert found == {outcome.key for outcome in check.outcomes}, "each outcome needs a sample"
    assert {"pass", "could-not-test"} <= {s.expected for s in samples_of(check) if isinstance(s.expected, str)}


@each_check
def test_what_was_not_seen_never_passes(check: Check) -> None:
    for sample in samples_of(check):
        if sample.expected != "pass":
            continue
        assert judge(check, replace(sample.facts, values={}, probes={})).kind is not VerdictKind.PASS
        for need in check.needs:
            for why in FAULTS:
                values = {**sample.facts.values, need.name: Failure(why)}
                assert judge(check, replace(sample.facts, values=values)).kind is not VerdictKind.PASS, (need.name, why)
            if need.kind is Page:
                for bad in BAD_PAGES:
                    verdict = judge(check, replace(sample.facts, values={**sample.facts.values, need.name: bad}))
                    assert verdict.kind is not VerdictKind.PASS, (sample.name, need.name, bad.status)
        for path in sample.facts.probes:
            for found in [Failure(Why.TIMED_OUT), *BAD_PAGES]:
                verdict = judge(check, replace(sample.facts, probes={**sample.facts.probes, path: found}))
                assert verdict.kind is not VerdictKind.PASS, (sample.name, path)
