"""The home page is not the unit's any more: compared with what was learned of it, and read for what defacers write."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.hosts import owner_domain
from fenghuo.see.screening.checks.learning import beyond
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.standing_page import asks_to_log_in, require_site
from fenghuo.see.screening.checks.whose_host import is_own, usual_link
from fenghuo.see.screening.checks.written import redirects, rendered
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME, VARIANTS
from fenghuo.see.screening.facts.site import Baseline

_LINE = 120
_SIGNED = re.compile(
    r"^\W*(?:(?:this )?(?:web)?site (?:has been |was |is )?)?(?:hacked|h4cked|hack3d|haxored|defaced|owned|0wned|pwn(?:ed|3d)|rooted) "
    r"(?:by|from)\b.{1,80}$|^\W*you (?:have been|got) (?:hacked|pwned|owned)\b|"
    r"^\W*(?:[本此该贵]站|[本此该]网站|你们?的网站)(?:已经|已)?被(?:黑|入侵|攻陷|攻破|拿下)(?!.{0,8}(?:怎么|如何|吗|事件|后|案|通报|提醒|客))|"
    r"^\W*(?:黑客|红客)\W?\S{1,20}(?:到此一游|留言|留名|友情检测|友情提示)",
    re.IGNORECASE,
)
_BLOCKS = "h1, h2, h3, h4, center, font, marquee, b, strong, blink, p, div, span, td, title"
_WITHIN = frozenset({"a", "li", "article", "blockquote", "pre", "code"})


def _signature(page: Page) -> str:
    """What a defacer wrote under his work, "" for nothing. Headlines that speak of such things stand in links and lists."""
    shown = rendered(page)
    for node in shown.tree.css(_BLOCKS):
        text = " ".join(node.text().split())
        if 0 < len(text) <= _LINE and _SIGNED.search(text) and not _quoted(node):
            return text
    return ""


def _quoted(node: LexborNode) -> bool:
    at: LexborNode | None = node
    while at is not None:
        if at.tag in _WITHIN:
            return True
        at = at.parent
    return node.css_first("a") is not None


def _sent_away(page: Page, facts: Facts, baseline: Baseline | None) -> str:
    """Where the page sends its visitors though it never did, "" for nowhere."""
    known = {owner_domain(host) for host in (baseline.link_hosts | baseline.script_hosts)} if baseline else set()
    for url in redirects(page):
        host = host_of(url)
        if host and not is_own(host, facts.target) and not usual_link(host) and owner_domain(host) not in known:
            return url
    return ""


def _marks(page: Page, facts: Facts, baseline: Baseline | None) -> Iterator[Finding]:
    """What needs no comparison: a signature, and (once links are known) a visitor who is sent away."""
    signature = _signature(page)
    if signature:
        yield Finding("defaced", "home", masked(f"{page.url}: {signature}"))
    if baseline:
        away = _sent_away(page, facts, baseline)
        if away:
            yield Finding("sent-away", "home", masked(f"{page.url} → {away[:200]}"))


def _only_once(facts: Facts, baseline: Baseline) -> bool:
    """Whether a second load of the page, where there is one, was usual again."""
    variants = facts.find(VARIANTS)
    again = variants if isinstance(variants, Failure) else variants.again
    return isinstance(again, Page) and again.failure is None and again.is_html and beyond(baseline, again) is None


def _changed(page: Page, facts: Facts, baseline: Baseline) -> Iterator[Finding]:
    distance = beyond(baseline, page)
    if distance is None:
        return
    require_site(page)
    if asks_to_log_in(page):
        raise Untested(Failure(Why.UNREADABLE, f"login: {page.url}"))
    if _only_once(facts, baseline):
        raise Untested(Failure(Why.INCOMPLETE, "two loads, two pages"))
    shown = document(page)
    text, skeleton = distance
    evidence = f"{page.url}: text {text}/64, structure {skeleton}/64\n{shown.title}\n{shown.visible_text[:300]}"
    yield Finding("changed", "home", masked(evidence))


def _judge(facts: Facts) -> Judgement:
    page, usual = facts[HOME], facts.find(BASELINE)
    baseline = usual if not isinstance(usual, Failure) and usual.learned_until else None
    found = list(_marks(page, facts, baseline))
    if found:
        return found
    if baseline is None:
        raise Untested(usual if isinstance(usual, Failure) else Failure(Why.STILL_LEARNING))
    require_site(page)
    if page.cut or (not page.body.strip() and not page.is_html):
        raise Untested(Failure(Why.INCOMPLETE, page.url))
    return list(_changed(page, facts, baseline))


CHECK = Check(
    id="tampered-page",
    number=2,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, BASELINE),
    uses=(VARIANTS,),
    outcomes=(
        Outcome("defaced", Severity.CRITICAL, 1),
        Outcome("sent-away", Severity.CRITICAL, 1),
        Outcome("changed", Severity.CRITICAL, 3),
    ),
    rules=("csl-25", "govapp-17", "goba-2019-19"),
    judge=_judge,
)
