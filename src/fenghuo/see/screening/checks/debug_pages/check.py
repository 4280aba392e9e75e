"""Pages for developers and operators that everybody can open, and debugging left on."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.debug_pages import marks
from fenghuo.see.screening.checks.gathering import answered, gather, is_served
from fenghuo.see.screening.checks.likeness import is_nothing
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Probe
from fenghuo.see.screening.facts.needs import HOME, MISSING


class _Place(NamedTuple):
    path: str
    outcome: str
    seen: Callable[[Page], str | None]
    most: int


_PLACES = (
    _Place("/actuator", "actuator", marks.actuator, 8192),
    _Place("/actuator/env", "actuator-env", marks.actuator_env, 8192),
    _Place("/actuator/heapdump", "heapdump", marks.heapdump, 64),
    _Place("/druid/index.html", "druid", marks.druid, 16_384),
    _Place("/v2/api-docs", "api-description", marks.api_description, 16_384),
    _Place("/v3/api-docs", "api-description", marks.api_description, 16_384),
    _Place("/phpinfo.php", "phpinfo", marks.phpinfo, 16_384),
    _Place("/server-status", "server-status", marks.apache_status, 8192),
    _Place("/nginx_status", "nginx-status", marks.nginx_status, 1024),
    _Place("/examples/", "tomcat-examples", marks.tomcat_examples, 8192),
)


def _look(facts: Facts, missing: Page, place: _Place) -> Iterator[Finding]:
    page = answered(facts, place.path)
    nothing = is_nothing(page, missing) if page.is_html else not is_served(page, missing)
    seen = None if nothing else place.seen(page)
    if seen is not None:
        yield Finding(place.outcome, place.path, masked(f"{page.status} {page.url}: {seen}"))


def _debugging(found: Page | Failure) -> Iterator[Finding]:
    """Debugging shows itself on errors, so that here a server's error is an answer."""
    framework = marks.framework(found) if isinstance(found, Page) and found.is_html else None
    if framework is not None and isinstance(found, Page):
        # the path of the missing page is made up for each visit, so it stays out
        yield Finding("debugging", framework, f"{found.status} {framework}")


def _judge(facts: Facts) -> Judgement:
    on_error, at_home = facts.find(MISSING), facts.find(HOME)
    return gather([partial(_debugging, on_error), partial(_debugging, at_home), partial(_probes, facts)])


def _probes(facts: Facts) -> list[Finding]:
    missing, _ = facts[MISSING], facts[HOME]
    return gather(partial(_look, facts, missing, place) for place in _PLACES)


CHECK = Check(
    id="debug-pages",
    number=14,
    version=1,
    check_class=CheckClass.CONTENT,
    needs=(MISSING, HOME),
    probes=tuple(Probe(place.path, place.most) for place in _PLACES),
    outcomes=(
        Outcome("heapdump", Severity.HIGH, 7),
        Outcome("actuator-env", Severity.HIGH, 7),
        Outcome("druid", Severity.HIGH, 7),
        Outcome("actuator", Severity.MEDIUM, 30),
        Outcome("api-description", Severity.MEDIUM, 30),
        Outcome("phpinfo", Severity.MEDIUM, 30),
        Outcome("server-status", Severity.MEDIUM, 30),
        Outcome("debugging", Severity.MEDIUM, 30),
        Outcome("nginx-status", Severity.LOW, 60),
        Outcome("tomcat-examples", Severity.LOW, 60),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
