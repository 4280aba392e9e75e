"""A file that tells finders of faults whom to tell (RFC 9116): there, readable, not out of date."""

import re

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, whole
from fenghuo.see.screening.checks.likeness import is_nothing
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.security_txt.parse import PATH, parse
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import MISSING

_MOST = 32_768
_LOOKS_LIKE_ONE = re.compile(
    r"^(?:contact|expires|canonical|policy|encryption|preferred-languages|acknowledgments)\s*:", re.I | re.M
)


def _is_there(page: Page, missing: Page) -> bool:
    """Whether a text came that means to be one; a page for people is none, the right text under a page's type is."""
    if page.body.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<") or is_nothing(page, missing):
        return False
    return bool(_LOOKS_LIKE_ONE.search(page.text))


def _judge(facts: Facts) -> Judgement:
    missing = facts[MISSING]
    page = answered(facts, PATH)
    if not _is_there(page, missing):
        return [Finding("absent", PATH, f"{page.status} {page.url}")]
    whole(page)
    read = parse(page.text, facts.at, page.url)
    if page.media_type != "text/plain":
        read.faults.append(f"media-type: {page.media_type or '–'}")
    try:
        page.body.decode()
    except UnicodeDecodeError:
        read.faults.append("not-utf-8")
    if read.faults:
        return [Finding("broken", PATH, masked(f"{page.url}: {'; '.join(read.faults)}"))]
    if read.expires is not None and read.expires <= facts.at:
        return [Finding("expired", PATH, f"{page.url}: Expires: {read.expires.date()}")]
    return []


CHECK = Check(
    id="security-txt",
    number=44,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(MISSING,),
    probes=(Probe(PATH, _MOST),),
    outcomes=(
        Outcome("absent", Severity.INFO, 90),
        Outcome("expired", Severity.INFO, 90),
        Outcome("broken", Severity.INFO, 90),
    ),
    rules=("rfc9116",),
    judge=_judge,
)
