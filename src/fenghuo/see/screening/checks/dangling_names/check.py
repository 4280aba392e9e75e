"""Names that lead nowhere: an alias whose target somebody else can take, and links to domains that nobody holds any more."""

from collections.abc import Iterator

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hosts import is_address, owner_domain
from fenghuo.see.screening.checks.learning import script_hosts
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, NAMES, OUTSIDE_NAMES
from fenghuo.see.screening.facts.network import Names, OutsideName


def _links(names: tuple[OutsideName, ...], home: Page) -> list[OutsideName]:
    """Without the hosts of scripts and frames, which the check foreign-scripts judges."""
    scripts = script_hosts(home)
    return [name for name in names if name.host not in scripts]


def _gone(names: list[OutsideName]) -> Iterator[Finding]:
    for name in names:
        if name.exists is False:
            free = name.parent_exists is False
            evidence = f"{name.host} ({owner_domain(name.host)}): NXDOMAIN; {name.used_in[:200]}"
            yield Finding("free-domain" if free else "missing-host", name.host, evidence)


def _has_no_name(facts: Facts, names: Names | Failure) -> bool:
    """Whether the site is registered by its address: that has no alias which could dangle."""
    return is_address(facts.target.host) and isinstance(names, Failure) and names.why is Why.NAME_NOT_FOUND


def _judge(facts: Facts) -> Judgement:
    names = facts.find(NAMES)
    outside = facts.find(OUTSIDE_NAMES)
    found = []
    if not isinstance(names, Failure) and names.dangling:
        way = " → ".join((facts.target.host, *names.aliases))
        found.append(Finding("alias", names.dangling, f"{way}: NXDOMAIN"))
    home: Page | Failure = facts.find(HOME)
    unseen = home if isinstance(home, Failure) else home.failure
    links = [] if isinstance(outside, Failure) or not isinstance(home, Page) or unseen else _links(outside, home)
    found += _gone(links)
    if found:
        return found
    unanswered = (Failure(name.exists.why, name.host) for name in links if isinstance(name.exists, Failure))
    own = None if _has_no_name(facts, names) else names
    for failure in (own, outside, unseen if outside else None, next(unanswered, None)):
        if isinstance(failure, Failure):
            raise Untested(failure)
    return NotApplicable(NotMeant.NO_DOMAIN) if own is None else []


CHECK = Check(
    id="dangling-names",
    number=7,
    version=3,
    check_class=CheckClass.LOOKUP,
    needs=(NAMES, OUTSIDE_NAMES),
    uses=(HOME,),
    outcomes=(
        Outcome("alias", Severity.HIGH, 7),
        Outcome("free-domain", Severity.HIGH, 7),
        Outcome("missing-host", Severity.LOW, 60),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
