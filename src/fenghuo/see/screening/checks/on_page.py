"""The checks that watch a home page, made of a page behind it: same outcomes, the page in the locus; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fenghuo.see.screening.checks.base import Check, Finding, Verdict, VerdictKind, judge
from fenghuo.see.screening.checks.doubt import doubted, other_site
from fenghuo.see.screening.checks.learning import DAILY_PACE, Learning, begin, learned, wholly_other
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.promoting import looked_at, promoted
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.standing_page import standing_failure
from fenghuo.see.screening.facts import Facts, Failure, Page, Why, needs
from fenghuo.see.screening.facts.site import Baseline, Pages, Variants

CHECKS = ("tampered-page", "dark-link", "cloaking", "hijacked-title")
GONE_STATUS = (404, 410)


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page behind the home page: its place on the site, as everybody gets it, as others get it, and what is usual on it."""

    place: str
    page: Page
    variants: Variants
    usual: Learning | None = None

    @property
    def baseline(self) -> Baseline | Failure:
        """What was learned of it, as a fact."""
        return self.usual.fact if self.usual is not None else Failure(Why.STILL_LEARNING)


def judge_page(seen: SeenPage, home: Facts) -> tuple[Verdict, ...]:
    """One verdict for each of `CHECKS`, about this page only.

    A page that is gone has none of their faults any more. Where another site answers in the asset's place nothing passes.

    Args:
        home: facts of the same visit's home page, with its `BASELINE`.
    """
    doubt = other_site(home)
    return tuple(doubted(_placed(verdict, seen.place), doubt) for verdict in _verdicts(seen, home))


def _verdicts(seen: SeenPage, home: Facts) -> list[Verdict]:
    checks = all_checks()
    if seen.page.status in GONE_STATUS and seen.page.failure is None:
        return [_gone(seen, home, checks[name]) for name in CHECKS]
    values = {needs.HOME.name: seen.page, needs.BASELINE.name: seen.baseline, needs.VARIANTS.name: seen.variants}
    alone = Facts(home.target, home.at, values)
    return [
        _tampered(judge(checks["tampered-page"], alone), seen),
        _dark(seen, home, checks["dark-link"]),
        judge(checks["cloaking"], alone),
        judge(checks["hijacked-title"], alone),
    ]


def _gone(seen: SeenPage, home: Facts, check: Check) -> Verdict:
    """A page that is gone has passed, unless a search engine still gets one there that promotes something."""
    passed = Verdict(home.target.asset, check.id, check.version, VerdictKind.PASS, home.at)
    if check.id != "cloaking":
        return passed
    for_engine = seen.variants.search_engine
    if isinstance(for_engine, Failure):
        return replace(passed, kind=VerdictKind.COULD_NOT_TEST, reason=for_engine.why, detail=for_engine.detail)
    if standing_failure(for_engine) is not None or not promoted(for_engine):
        return passed
    values = {needs.HOME.name: replace(seen.page, status=200), needs.VARIANTS.name: seen.variants}
    return judge(check, Facts(home.target, home.at, values))


def _tampered(verdict: Verdict, seen: SeenPage) -> Verdict:
    """Without "changed" where only the words are others."""
    baseline = seen.baseline
    if isinstance(baseline, Failure) or wholly_other(baseline, seen.page):
        return verdict
    return _with(verdict, [f for f in verdict.findings if f.outcome != "changed"])


def _dark(seen: SeenPage, home: Facts, check: Check) -> Verdict:
    """What a visit says of the page, without what the home page carries too; and strange hidden links, once the page is known."""
    values = {**home.values, needs.PAGES.name: Pages({seen.page.url: seen.page})}
    as_visited = judge(check, replace(home, values=values))
    found = [f for f in as_visited.findings if f.locus == place_of(seen.page.url)]
    known = home.find(needs.BASELINE)
    common = known.link_hosts if isinstance(known, Baseline) else frozenset()
    shown = home.find(needs.HOME)
    if isinstance(shown, Page):
        common |= {each.link.host for each in looked_at(shown)}
    usual = seen.baseline
    if isinstance(usual, Baseline):
        usual = replace(usual, link_hosts=usual.link_hosts | common)
    alone = judge(check, Facts(home.target, home.at, {needs.HOME.name: seen.page, needs.BASELINE.name: usual}))
    if not found:
        found = [f for f in alone.findings if f.outcome == "hidden-unknown"]
    return _with(alone, found)


def _with(verdict: Verdict, findings: Sequence[Finding]) -> Verdict:
    """The verdict with these findings only; a fail that loses all of them has passed."""
    if verdict.kind is not VerdictKind.FAIL and not findings:
        return verdict
    kind = VerdictKind.FAIL if findings else VerdictKind.PASS
    return replace(verdict, kind=kind, reason="", detail="", findings=tuple(findings))


def _placed(verdict: Verdict, place: str) -> Verdict:
    """The same with the page in each locus: no finding of a page is one of the home page."""
    found = [replace(f, locus=_locus(verdict.check, f, place)) for f in verdict.findings]
    return replace(verdict, findings=tuple(found), whole=True)


def _locus(check: str, finding: Finding, place: str) -> str:
    return (place if check in {"tampered-page", "dark-link"} else f"{finding.locus} {place}")[:300]


def suspicious(verdicts: Sequence[Verdict]) -> bool:
    """Whether a second load has to confirm what was found: only a comparison can be chance."""
    return any(f.outcome == "changed" or v.check == "cloaking" for v in verdicts for f in v.findings)


def learned_page(seen: SeenPage, verdicts: Sequence[Verdict], home: Facts) -> Learning | None:
    """What is usual on the page after this visit; nothing is learned of one on which something was found, or that is none of the site's."""
    if any(v.kind is VerdictKind.FAIL for v in verdicts) or other_site(home) is not None:
        return seen.usual
    page = seen.page
    if page.cut or not page.is_html or page.failure is not None or standing_failure(page) is not None:
        return seen.usual
    return learned(seen.usual, page, home.at, DAILY_PACE) if seen.usual is not None else begin(page, home.at)
