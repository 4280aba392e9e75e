"""Links that attackers put into a page: hidden ones to places nobody of the unit chose, and lists of illegal promotion in plain view."""

from collections import Counter
from collections.abc import Iterator, Sequence

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.hidden import Grade
from fenghuo.see.screening.checks.hosts import owner_domain
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.promoting import LookedAt, looked_at
from fenghuo.see.screening.checks.whose_host import is_own, usual_link
from fenghuo.see.screening.checks.words import promotion, warns
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Target, Untested, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME, PAGES

_SHOWN = 10
_LIST = 3
_OUTWARD_LIST = 2


def _line(each: LookedAt, why: str) -> str:
    how = each.hiding.how if each.hiding else "–"
    return masked(f"[{how}] {each.words[:60]} → {each.link.url[:120]} ({why})")


def _finding(outcome: str, page: Page, lines: Sequence[str]) -> Finding:
    more = f"\n… {len(lines)}" if len(lines) > _SHOWN else ""
    return Finding(outcome, place_of(page.url), "\n".join(lines[:_SHOWN]) + more)


def _illegal(each: LookedAt) -> str:
    """What a hidden link promotes by its own words, or by those that are hidden with it; "" for nothing."""
    own = promotion(each.words)
    if own.strong or (own.weak and not usual_link(each.link.host)):
        return own.shown
    assert each.hiding is not None
    if each.hiding.by.tag == "body" or usual_link(each.link.host):
        return ""
    beside = promotion(each.hiding.by.text()[:2000])
    return beside.shown if beside.strong else ""


def _hidden_illegal(page: Page, outward: Sequence[LookedAt]) -> Iterator[Finding]:
    lines = [_line(each, why) for each in outward if each.hiding and (why := _illegal(each))]
    if lines:
        yield _finding("hidden-illegal", page, lines)


def _unknown(outward: Sequence[LookedAt], known: frozenset[str]) -> list[LookedAt]:
    """Hidden links to domains that the baseline does not know. A menu that is folded away leads mostly to known ones."""
    hidden = [each for each in outward if each.hiding and each.hiding.grade is not Grade.UNSURE]
    strange = [
        each
        for each in hidden
        if not usual_link(each.link.host) and owner_domain(each.link.host) not in known and not each.pictured
    ]
    all_under = Counter(each.hiding.by.mem_id for each in hidden if each.hiding)
    strange_under = Counter(each.hiding.by.mem_id for each in strange if each.hiding)
    return [each for each in strange if each.hiding and _strange_way(each, strange_under, all_under)]


def _strange_way(each: LookedAt, strange_under: Counter[int], all_under: Counter[int]) -> bool:
    """Whether the way of hiding is odd, or a usual one around links that are mostly strange and do not warn of anything."""
    assert each.hiding is not None
    if each.hiding.grade is Grade.ODD:
        return True
    around = each.hiding.by.mem_id
    return 2 * strange_under[around] > all_under[around] and not warns(each.words)


def _visible_illegal(page: Page, target: Target) -> Iterator[Finding]:
    """A list of links that promote, in view: from three on, or from two that lead away. One may be a headline."""
    sure = [(each, said) for each in looked_at(page) if not each.hiding and (said := promotion(each.words)).sure]
    away = {each.link.host for each, _ in sure if not is_own(each.link.host, target) and not usual_link(each.link.host)}
    if len({each.link.url for each, _ in sure}) >= _LIST or len(away) >= _OUTWARD_LIST:
        yield _finding("visible-illegal", page, [_line(each, said.shown) for each, said in sure])


def _outward(page: Page, target: Target) -> list[LookedAt]:
    return [each for each in looked_at(page) if not is_own(each.link.host, target)]


def _of_home(facts: Facts, page: Page) -> tuple[list[Finding], Failure | None]:
    """What the home page shows, and why that may not be all."""
    outward = _outward(page, facts.target)
    found = [*_hidden_illegal(page, outward), *_visible_illegal(page, facts.target)]
    baseline = facts.find(BASELINE)
    learned = not isinstance(baseline, Failure) and baseline.learned_until is not None
    hosts = frozenset() if isinstance(baseline, Failure) else baseline.link_hosts
    strange = _unknown(outward, frozenset(map(owner_domain, hosts)))
    if strange and learned and not any(f.outcome == "hidden-illegal" for f in found):
        found.append(_finding("hidden-unknown", page, [_line(e, owner_domain(e.link.host)) for e in strange]))
    if strange and not learned:
        return found, Failure(Why.STILL_LEARNING, ", ".join(sorted({each.link.host for each in strange})[:3]))
    return found, Failure(Why.INCOMPLETE, page.url) if page.cut else None


def _of_pages(facts: Facts, known: frozenset[str]) -> Iterator[Finding]:
    """Pages beside the home page, except those that only carry what the home page carries too."""
    pages = facts.find(PAGES)
    for page in [] if isinstance(pages, Failure) else pages.seen:
        if page.failure is None and page.is_html and page.status < 300:
            outward = [each for each in _outward(page, facts.target) if each.link.host not in known]
            yield from _hidden_illegal(page, outward)
            yield from _visible_illegal(page, facts.target)


def _judge(facts: Facts) -> Judgement:
    home = facts[HOME]
    if not home.is_html:
        return NotApplicable(NotMeant.NO_PAGES)
    on_home, unseen = _of_home(facts, home)
    dark = frozenset(each.link.host for each in looked_at(home)) if on_home else frozenset()
    found = on_home + list(_of_pages(facts, dark))
    if unseen and not found:
        raise Untested(unseen)
    return found


CHECK = Check(
    id="dark-link",
    number=3,
    version=2,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    uses=(BASELINE, PAGES),
    outcomes=(
        Outcome("hidden-illegal", Severity.CRITICAL, 1),
        Outcome("hidden-unknown", Severity.HIGH, 7),
        Outcome("visible-illegal", Severity.CRITICAL, 1),
    ),
    rules=("csl-21", "csl-25", "govapp-17"),
    judge=_judge,
)
