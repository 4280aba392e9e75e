"""What TLS and first answers say, as several checks ask it."""

from urllib.parse import urljoin

from fenghuo.see.screening.facts import Facts, Failure, Need, Page, Untested, Why
from fenghuo.see.screening.facts.needs import PLAIN, TLS
from fenghuo.see.screening.facts.network import TlsFacts

VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
NOBODY_LISTENS = frozenset({Why.REFUSED, Why.NO_CONNECTION})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def answered(facts: Facts, need: Need[Page]) -> Page | None:
    """The page, None where none came from which anything follows."""
    found = facts.find(need)
    return found if isinstance(found, Page) and found.failure is None else None


def why_not(facts: Facts, need: Need[Page]) -> Failure | None:
    """Why nothing follows from a page, None where something does."""
    found = facts.find(need)
    return found if isinstance(found, Failure) else found.failure


def redirect_of(page: Page) -> str:
    """The absolute address to which an answer sends on, "" where it does not."""
    place = page.header("location") if page.status in _REDIRECTS else None
    try:
        return urljoin(page.url, place.strip()) if place else ""
    except ValueError:
        return ""


def no_https(facts: Facts, need: Need[TlsFacts] | Need[Page] = TLS) -> bool:
    """Whether a host has no HTTPS, so that nothing about certificates and protocols concerns it.

    The port refuses, or can't be reached while http:// shows pages itself. A site whose http:// sends visitors to HTTPS has it;
    then a port out of reach is a failure of the moment.
    """
    found = facts.values.get(need.name)
    if not isinstance(found, Failure):
        return False
    if found.why is Why.REFUSED:
        return True
    plain = answered(facts, PLAIN)
    return found.why is Why.NO_CONNECTION and plain is not None and not redirect_of(plain).startswith("https://")


def accepts(tls: TlsFacts, question: str) -> bool:
    """Whether a server accepted a version or a group of suites.

    Raises:
        Untested: it gave no clear answer, or was not asked, or refused every version, so that a refusal means nothing.
    """
    if not any(tls.offered.get(version) is True for version in VERSIONS):
        raise Untested(Failure(Why.TLS_FAILED, "no version of TLS was accepted"))
    answer = tls.offered.get(question, Failure(Why.NOT_COLLECTED))
    if isinstance(answer, Failure):
        raise Untested(Failure(answer.why, f"{question} {answer.detail}".strip()))
    return answer
