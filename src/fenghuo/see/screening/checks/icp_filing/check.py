"""The filings that a site has to show: ICP and police, well-formed, as registered, and linked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.footer import Shown, shown_by
from fenghuo.see.screening.checks.icp_filing.numbers import (
    Filing,
    digits_of,
    icp_numbers,
    police_numbers,
    tries_icp,
    tries_police,
)
from fenghuo.see.screening.facts import CheckClass, Facts
from fenghuo.see.screening.facts.needs import HOME, PAGES, SCRIPTS

_ID = "icp-filing"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two filings: outcomes begin with `key`."""

    key: str
    numbers: Callable[[str], list[Filing]]
    tries: Callable[[str], str]
    registered: str


def _judge(facts: Facts) -> Judgement:
    page = shown_by(facts)
    if page is None:
        return NotApplicable(NotMeant.NO_PAGES)
    kinds = (
        _Kind("icp", icp_numbers, tries_icp, facts.target.icp),
        _Kind("police", police_numbers, tries_police, facts.target.police_filing),
    )
    return [finding for kind in kinds for finding in _filing(page, kind)]


def _filing(page: Shown, kind: _Kind) -> Iterator[Finding]:
    numbers = kind.numbers(page.text) or kind.numbers(page.written)
    if not numbers:
        tried = kind.tries(page.text)
        if not tried:
            page.seen_all()
        outcome = f"{kind.key}-malformed" if tried else f"{kind.key}-missing"
        yield Finding(outcome, kind.key, f"{page.home.url}: {tried or '–'}")
        return
    texts = ", ".join(dict.fromkeys(number.text for number in numbers))[:500]
    registered = digits_of(kind.registered)
    if registered and registered not in {number.digits for number in numbers}:
        evidence = f"{page.home.url}: {texts}\n台账 / register: {kind.registered}"
        yield Finding(f"{kind.key}-differs", kind.key, evidence)
    hosts = toml_of(_ID, "filing.toml")[f"{kind.key}_hosts"]
    if not page.refers_to(hosts):
        page.seen_all()
        yield Finding(f"{kind.key}-link", kind.key, f"{page.home.url}: {texts} ↛ {hosts[0]}")


CHECK = Check(
    id=_ID,
    number=39,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    uses=(PAGES, SCRIPTS),
    outcomes=tuple(
        Outcome(f"{kind}-{fault}", Severity.COMPLIANCE, 30)
        for kind in ("icp", "police")
        for fault in ("missing", "malformed", "differs", "link")
    ),
    rules=("icp-measures", "psb-filing", "goba-2017-47"),
    judge=_judge,
)
