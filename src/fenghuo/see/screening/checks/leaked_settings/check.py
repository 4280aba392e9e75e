"""Files of settings that the web server hands out, read as what they are; only names of keys are kept, never a value."""

from collections.abc import Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, gather, is_served
from fenghuo.see.screening.checks.leaked_settings.formats import Settings, settings_of
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import MISSING

_PLACES = {
    "/.env": "env",
    "/web.config": "web.config",
    "/WEB-INF/web.xml": "web.xml",
    "/application.yml": "yaml",
    "/config.php.bak": "php",
    "/appsettings.json": "appsettings",
}
_MOST = 8192
_SHOWN = 8


def _look(facts: Facts, missing: Page, path: str) -> Iterator[Finding]:
    page = answered(facts, path)
    settings = settings_of(page.text, _PLACES[path]) if is_served(page, missing) else None
    if settings is not None:
        outcome = "secrets" if settings.secrets else "settings"
        yield Finding(outcome, path, f"{page.status} {page.url}: {_shown(settings)}")


def _shown(settings: Settings) -> str:
    secrets = [f"{key}={masked}" for key, masked in settings.secrets[:_SHOWN]]
    others = [key for key in settings.keys if key not in dict(settings.secrets)][: _SHOWN - len(secrets)]
    return f"{settings.kind}: " + ", ".join([*secrets, *others])


def _judge(facts: Facts) -> Judgement:
    missing = facts[MISSING]
    return gather(partial(_look, facts, missing, path) for path in _PLACES)


CHECK = Check(
    id="leaked-settings",
    number=10,
    version=1,
    check_class=CheckClass.CONTENT,
    needs=(MISSING,),
    probes=tuple(Probe(path, _MOST) for path in _PLACES),
    outcomes=(Outcome("secrets", Severity.CRITICAL, 1), Outcome("settings", Severity.HIGH, 7)),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
