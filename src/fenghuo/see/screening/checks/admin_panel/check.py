"""Consoles and back ends on which anybody on the Internet may try to log in. Nothing is ever filled in."""

from collections.abc import Iterator
from functools import partial

from fenghuo.see.screening.checks.admin_panel.panels import panel_of
from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, gather
from fenghuo.see.screening.checks.likeness import alike, is_nothing
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import HOME, MISSING

_PATHS = (
    "/phpmyadmin/",
    "/manager/html",
    "/druid/login.html",
    "/console/login/LoginForm.jsp",
    "/nacos/",
    "/dede/login.php",
    "/e/admin/",
    "/wp-login.php",
    "/admin/",
    "/manage/",
)
_MOST = 32_768
_TOMCAT_REFUSES = b"Manager is only accessible from a browser running on the same machine"


def _look(facts: Facts, path: str) -> Iterator[Finding]:
    raw = facts.probes.get(path)
    # Tomcat's own refusal reads like a firewall's page, but it is the console saying that only its host may enter
    if isinstance(raw, Page) and raw.status == 403 and _TOMCAT_REFUSES in raw.body:
        return
    page = answered(facts, path)
    panel = panel_of(page)
    if panel is None or _is_the_site_itself(page, facts):
        return
    yield Finding(panel.kind, f"{path}#{panel.id}", masked(f"{page.status} {page.url}: {panel.name}"))


def _is_the_site_itself(page: Page, facts: Facts) -> bool:
    """Whether the site shows this to everybody who comes: as its home page, or for any path."""
    if page.status == 401:
        return facts[MISSING].status == 401
    return is_nothing(page, facts[MISSING]) or alike(page, facts[HOME])


def _judge(facts: Facts) -> Judgement:
    _ = facts[MISSING], facts[HOME]
    return gather(partial(_look, facts, path) for path in _PATHS)


CHECK = Check(
    id="admin-panel",
    number=32,
    version=2,
    check_class=CheckClass.CONTENT,
    needs=(MISSING, HOME),
    probes=tuple(Probe(path, _MOST) for path in _PATHS),
    outcomes=(Outcome("console", Severity.MEDIUM, 30), Outcome("backend", Severity.MEDIUM, 30)),
    rules=("govapp-19", "csl-21", "gb22239"),
    judge=_judge,
)
