"""Hosts of the unit's own domain that the register does not know: listed for the unit, never contacted."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from cryptography import x509

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.document import document, host_of
from fenghuo.see.screening.checks.hosts import owner_domain
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.whose_host import is_registered
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN, SECURE, TLS

_NAME = re.compile(r"(?=.{4,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{2,63}(?<!-)")
_MOST = 200


def _in_page(page: Page) -> Iterator[tuple[str, str]]:
    """(host, where) of the page's redirections, links, sources and forms."""
    for url in (*page.chain, page.url):
        yield host_of(url), f"redirect: {url}"
    goes = page.header("location")
    if goes:
        yield host_of(urljoin(page.url, goes)), f"redirect: {page.url} → {goes}"
    parsed = document(page)
    for link in parsed.links():
        yield link.host, f"link: {page.url} → {link.url}"
    for url, node in parsed.sources("script[src], iframe[src], frame[src], img[src], embed[src]"):
        yield host_of(url), f"{node.tag}: {page.url} → {url}"
    for node in parsed.tree.css("form[action]"):
        url = parsed.absolute(node.attributes.get("action"))
        yield host_of(url), f"form: {page.url} → {url}"


def _in_certificate(chain: tuple[bytes, ...]) -> Iterator[tuple[str, str]]:
    try:
        extensions = x509.load_der_x509_certificate(chain[0]).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, IndexError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return
    for name in names.get_values_for_type(x509.DNSName):
        yield name.lower(), f"certificate: {name}"


def _seen(facts: Facts, home: Page) -> Iterator[tuple[str, str]]:
    yield from _in_page(home)
    for need in (PLAIN, SECURE):
        first = facts.find(need)
        if isinstance(first, Page):
            yield from _in_page(first)
    pages = facts.find(PAGES)
    for page in [] if isinstance(pages, Failure) else pages.seen:
        yield from _in_page(page)
    tls = facts.find(TLS)
    if not isinstance(tls, Failure):
        yield from _in_certificate(tls.chain)


def _judge(facts: Facts) -> Judgement:
    home, target = facts[HOME], facts.target
    domain = owner_domain(target.host)
    found: dict[str, str] = {}
    for host, where in _seen(facts, home):
        own = owner_domain(host) == domain and _NAME.fullmatch(host)
        if own and not is_registered(host, target):
            found.setdefault(host, masked(where[:400]))
    if home.cut and not found:
        raise Untested(Failure(Why.INCOMPLETE, home.url))
    return [Finding("unregistered", host, where) for host, where in sorted(found.items())[:_MOST]]


CHECK = Check(
    id="unregistered-assets",
    number=46,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME,),
    uses=(PAGES, PLAIN, SECURE, TLS),
    outcomes=(Outcome("unregistered", Severity.COMPLIANCE, 30),),
    rules=("govapp-4", "goba-2017-47", "csl-21"),
    judge=_judge,
)
