"""Links within the site that lead nowhere, by a sample: each tried twice, so that a hiccup is no dead link."""

from collections.abc import Sequence

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import LINKS
from fenghuo.see.screening.facts.site import LinkTry

_TRIES = 2
_SHARE = 0.01
_SMALL_SAMPLE = 100
_SHOWN = 30


def _dead(tried: LinkTry) -> bool:
    return all(status in {404, 410} for status in tried.statuses)


def _broken(tried: LinkTry) -> bool:
    """Both tries failed on the server or without an answer; 429 and 503 mean "later" and prove nothing."""
    return all(status == 0 or (status >= 500 and status != 503) for status in tried.statuses)


def _answered(tried: LinkTry) -> bool:
    return any(status not in {0, 401, 403, 429, 503} for status in tried.statuses)


def _finding(outcome: str, found: Sequence[LinkTry], sample: int, every: int) -> list[Finding]:
    """One finding for all of them: the sample is another one on every visit, and what the unit owes is that none is dead."""
    if not found or (sample >= _SMALL_SAMPLE and len(found) <= _SHARE * sample):
        return []
    lines = [f"{'/'.join(map(str, each.statuses))} {each.url[:150]} ← {each.on_page[:100]}" for each in found[:_SHOWN]]
    share = f"{len(found)}/{sample} ({every})"
    return [Finding(outcome, "links", masked("\n".join([share, *lines])))]


def _judge(facts: Facts) -> Judgement:
    links = facts[LINKS]
    if not links.all:
        return NotApplicable(NotMeant.NO_PAGES)
    tried = [each for each in links.tried if len(each.statuses) >= _TRIES or any(200 <= s < 400 for s in each.statuses)]
    if not tried:
        raise Untested(Failure(Why.NOT_COLLECTED, f"0/{links.all}"))
    answered = sum(map(_answered, tried))
    if 2 * answered < len(tried):
        # Where most links fail alike it is the site or the way to it that fails, not the links.
        raise Untested(Failure(Why.BLOCKED, f"{answered}/{len(tried)}"))
    dead, broken = [each for each in tried if _dead(each)], [each for each in tried if _broken(each)]
    return [
        *_finding("dead", dead, len(tried), links.all),
        *_finding("server-error", broken, len(tried), links.all),
    ]


CHECK = Check(
    id="dead-links",
    number=43,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(LINKS,),
    outcomes=(Outcome("dead", Severity.LOW, 60), Outcome("server-error", Severity.LOW, 60)),
    rules=("goba-2019-19", "goba-2017-47"),
    judge=_judge,
)
