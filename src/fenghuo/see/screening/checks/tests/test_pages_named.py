"""A finding that stands on a page behind the home page names that page: the next visit looks there again, whoever else has a turn."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import pytest

from fenghuo.see.screening.checks.base import Check, Finding, judge
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import Facts, Failure, Page, needs
from fenghuo.see.screening.facts.site import Pages

CHECKS = [c for c in all_checks().values() if needs.PAGES in {*c.needs, *c.uses}]


def without_each(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """(page, the facts without it)."""
    pages = facts.find(needs.PAGES)
    if isinstance(pages, Failure):
        return
    for key, page in pages.pages.items():
        left = Pages({u: p for u, p in pages.pages.items() if u != key})
        yield (
            page.url if isinstance(page, Page) else key,
            replace(facts, values={**facts.values, needs.PAGES.name: left}),
        )


def only_there(check: Check, facts: Facts, fewer: Facts) -> list[Finding]:
    """What is found with the page and not without it."""
    left = {(f.outcome, f.locus) for f in judge(check, fewer).findings}
    return [f for f in judge(check, facts).findings if (f.outcome, f.locus) not in left]


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.id)
def test_a_finding_of_a_page_names_the_page(check: Check) -> None:
    samples = import_module(f"fenghuo.see.screening.checks.{check.id.replace('-', '_')}.samples").SAMPLES
    for sample in samples:
        for url, fewer in without_each(sample.facts):
            for found in only_there(check, sample.facts, fewer):
                assert place_of(url).partition("?")[0] in f"{found.locus}\n{found.evidence}", (sample.name, found)


def test_there_are_such_findings() -> None:
    named = {
        check.id
        for check in CHECKS
        for sample in import_module(f"fenghuo.see.screening.checks.{check.id.replace('-', '_')}.samples").SAMPLES
        for _url, fewer in without_each(sample.facts)
        if only_there(check, sample.facts, fewer)
    }
    assert len(named) >= 4, named
