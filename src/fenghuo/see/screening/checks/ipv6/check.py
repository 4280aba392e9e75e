"""Whether visitors with IPv6 reach the site, and the same one."""

from fenghuo.see.screening.checks.base import WEB, Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.hosts import is_address
from fenghuo.see.screening.checks.likeness import distance, text_hash
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, OVER_IPV6

_SERVERS_FAULT = {
    Why.NO_CONNECTION,
    Why.REFUSED,
    Why.RESET,
    Why.TLS_FAILED,
    Why.TIMED_OUT,
    Why.INCOMPLETE,
    Why.SERVER_ERROR,
}
_ALIKE, _RELATED = 8, 20
"""Of 64 bits of text that differ: so few are the same page; so few may be with the same title, as lists of news change."""


def _judge(facts: Facts) -> Judgement:
    if facts.target.unit_kind == "enterprise":
        return NotApplicable(NotMeant.NOT_A_UNIT_OF_STATE)
    if is_address(facts.target.host):
        return NotApplicable(NotMeant.NO_DOMAIN)
    home, over = facts[HOME], facts[OVER_IPV6]
    if not over.addresses:
        return [Finding("no-address", facts.target.host, f"{facts.target.host} AAAA –")]
    shown = f"{facts.target.host} AAAA {', '.join(sorted(over.addresses)[:5])}"
    page = over.page if over.page is not None else Failure(Why.NOT_COLLECTED, OVER_IPV6.name)
    failure = page if isinstance(page, Failure) else page.failure
    if failure is not None:
        if failure.why not in _SERVERS_FAULT:
            raise Untested(failure)
        return [Finding("unreachable", facts.target.host, f"{shown}\n{failure.why} {failure.detail}".strip())]
    assert isinstance(page, Page)
    if _same(home, page):
        return []
    return [Finding("other-page", facts.target.host, f"{shown}\n{_brief(home)}\n{_brief(page)}")]


def _same(home: Page, page: Page) -> bool:
    """Whether both are the site's home page; a redirect inside the site is the site."""
    if 300 <= page.status < 400:
        led_to = host_of(document(page).absolute(page.header("location")))
        return led_to in {home.host, page.host, *(host_of(url) for url in home.chain)}
    if page.status != home.status:
        return False
    if page.body == home.body:
        return True
    bits = distance(text_hash(home), text_hash(page))
    same_title = document(home).title == document(page).title != ""
    return bits <= (_RELATED if same_title or home.cut or page.cut else _ALIKE)


def _brief(page: Page) -> str:
    return f"{page.address or page.host}: {page.status} “{document(page).title[:100]}” {len(page.body)} B"


CHECK = Check(
    id="ipv6",
    number=42,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, OVER_IPV6),
    kinds=WEB,
    outcomes=(
        Outcome("no-address", Severity.COMPLIANCE, 30),
        Outcome("unreachable", Severity.COMPLIANCE, 30),
        Outcome("other-page", Severity.COMPLIANCE, 30),
    ),
    rules=("ipv6-plan",),
    judge=_judge,
)
