"""Whether any other site may read, in a visitor's name, what this one answers (CORS)."""

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.visited import bare_path
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import ORIGINS

_LEAST = 2
"""Answers to made-up origins; one alone may come from a list that holds the name by chance, or from a cache."""


def _allowed(page: Page) -> str:
    """The origin to which an answer opens itself with credentials, "" for none.

    Browsers take `true` in small letters only, one origin only, and never `*` together with credentials (Fetch, 4.10).
    """
    origins = page.headers_of("access-control-allow-origin")
    if len(origins) != 1 or page.header("access-control-allow-credentials") != "true":
        return ""
    return origins[0].strip()


def _evidence(page: Page, allowed: str) -> str:
    return f"{page.url}: Access-Control-Allow-Origin: {allowed}; Access-Control-Allow-Credentials: true"


def _judge(facts: Facts) -> Judgement:
    answers = facts[ORIGINS].answers
    for page in answers.values():
        if page.failure is not None:
            raise Untested(page.failure)
    if len(answers) < _LEAST:
        raise Untested(Failure(Why.INCOMPLETE, f"{len(answers)} < {_LEAST}"))
    # a made-up origin comes back only from a server that reflects; from a cache it may be the other one's
    reflected = [page for page in answers.values() if _allowed(page) in answers]
    null = [page for page in answers.values() if _allowed(page) == "null" and "null" not in answers]
    for outcome, pages in (("reflected", reflected), ("null-origin", null)):
        if len(pages) == len(answers):
            page = pages[0]
            return [Finding(outcome, bare_path(page.url), _evidence(page, _allowed(page)))]
    if reflected or null:
        raise Untested(Failure(Why.INCOMPLETE, "the answers to two origins differ"))
    return []


CHECK = Check(
    id="cors",
    number=30,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(ORIGINS,),
    outcomes=(Outcome("reflected", Severity.HIGH, 7), Outcome("null-origin", Severity.HIGH, 7)),
    rules=("gb22239", "pipl-51", "whatwg-fetch"),
    judge=_judge,
)
