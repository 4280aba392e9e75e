"""What the head of the home page says of it: illegal promotion, or a title that is not this site's."""

from collections.abc import Iterator

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.promoting import head
from fenghuo.see.screening.checks.standing_page import asks_to_log_in, require_site
from fenghuo.see.screening.checks.titles import akin
from fenghuo.see.screening.checks.words import promotion
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME


def _illegal(page: Page) -> Iterator[Finding]:
    for what, text in head(page):
        said = promotion(text)
        if said.sure:
            yield Finding("illegal-words", what, masked(f"{what}: {text[:200]} ({said.shown})"))


def _other(page: Page, facts: Facts) -> Iterator[Finding]:
    """A title that shares nothing with the one learned, nor with the unit's names."""
    baseline = facts.find(BASELINE)
    title = document(page).title
    known = (facts.target.unit, *facts.target.names)
    if akin(title, known):
        return
    if isinstance(baseline, Failure) or baseline.learned_until is None:
        raise Untested(baseline if isinstance(baseline, Failure) else Failure(Why.STILL_LEARNING, title[:100]))
    if not akin(title, (baseline.title,)) and not asks_to_log_in(page):
        yield Finding("other-title", "title", masked(f"{baseline.title[:200]} → {title[:200]}"))


def _judge(facts: Facts) -> Judgement:
    page = facts[HOME]
    if not page.is_html:
        return NotApplicable(NotMeant.NO_PAGES)
    found = list(_illegal(page))
    if found:
        return found
    require_site(page)
    if page.cut and not document(page).title:
        raise Untested(Failure(Why.INCOMPLETE, page.url))
    return list(_other(page, facts))


CHECK = Check(
    id="hijacked-title",
    number=5,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    uses=(BASELINE,),
    outcomes=(Outcome("illegal-words", Severity.CRITICAL, 1), Outcome("other-title", Severity.HIGH, 7)),
    rules=("csl-21", "csl-25", "govapp-17"),
    judge=_judge,
)
