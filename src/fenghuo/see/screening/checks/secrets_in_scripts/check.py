"""Keys and passwords in the scripts that every visitor gets."""

from collections.abc import Callable, Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.gathering import gather, seen_pages, whole
from fenghuo.see.screening.checks.places import place_of, script_place
from fenghuo.see.screening.checks.secrets_in_scripts.secrets import secrets_in
from fenghuo.see.screening.facts import CheckClass, Facts, Page
from fenghuo.see.screening.facts.needs import HOME, SCRIPTS


def _look(ask: Callable[[], Page], home: Page) -> Iterator[Finding]:
    page = ask()
    if page.status != 200:
        return
    # a page for people under a script's address is the site's "there is nothing"
    if page is home:
        text, place = _inline(page), place_of(page.url)
    elif page.is_html:
        return
    else:
        text, place = page.text, script_place(page.url)
    found = [Finding(one.outcome, f"{place}#{one.pattern}", f"{page.url}: {one.shown}") for one in secrets_in(text)]
    if not found:
        whole(page)
    yield from found


def _inline(page: Page) -> str:
    """The scripts that stand in the page itself, whatever their type: settings are often kept as JSON."""
    return "\n".join(node.text() for node in document(page).tree.css("script:not([src])"))


def _judge(facts: Facts) -> Judgement:
    home = facts[HOME]
    return gather(partial(_look, ask, home) for ask in seen_pages(home, facts[SCRIPTS]))


CHECK = Check(
    id="secrets-in-scripts",
    number=33,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, SCRIPTS),
    outcomes=(
        Outcome("private-key", Severity.HIGH, 7),
        Outcome("cloud-key", Severity.HIGH, 7),
        Outcome("app-secret", Severity.HIGH, 7),
        Outcome("token-secret", Severity.HIGH, 7),
        Outcome("database-url", Severity.HIGH, 7),
    ),
    rules=("csl-21", "dsl-27", "gb22239"),
    judge=_judge,
)
