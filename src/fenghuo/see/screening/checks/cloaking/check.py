"""Other pages for search engines, for those who come from a search, and for phones, than for everybody else."""

import re
from collections.abc import Iterator

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.likeness import distance, text_hash
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.promoting import promoted
from fenghuo.see.screening.checks.standing_page import asks_to_log_in, standing_failure
from fenghuo.see.screening.checks.titles import akin
from fenghuo.see.screening.checks.whose_host import is_own, usual_link
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Page, Target, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, VARIANTS
from fenghuo.see.screening.facts.site import Variants

_FLOOR = 11
_HOST = re.compile(r"(?:https?://)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)


def _other_words(home: Page, variant: Page) -> str:
    """Illegal promotion that everybody else does not see."""
    fresh = {word: name for word, name in promoted(variant).items() if word not in promoted(home)}
    return ", ".join(f"{word} ({name})" for word, name in sorted(fresh.items())[:5])


def _other_page(home: Page, variant: Page, own: int, target: Target) -> bool:
    """Whether it is another page under another title: not just another layout, and not only what varies from load to load."""
    if distance(text_hash(home), text_hash(variant)) <= max(_FLOOR, own + own // 2):
        return False
    usual, now = document(home), document(variant)
    titled = akin(now.title, (usual.title, *target.names))
    keyed = (
        not usual.meta("keywords") or not now.meta("keywords") or akin(now.meta("keywords"), (usual.meta("keywords"),))
    )
    return not (titled and keyed)


def _sent_to(failure: Failure) -> str:
    """The host to which only this visitor is sent, "" where he is not or nobody knows where."""
    if failure.why not in {Why.LEFT_THE_SITE, Why.OTHER_SITE}:
        return ""
    hosts = [match.group(1).lower() for match in _HOST.finditer(failure.detail)]
    return hosts[-1] if hosts else ""


def _away(name: str, failure: Failure, target: Target) -> Iterator[Finding]:
    """A visitor who is sent away; to the unit's own mobile site or login he may be, but not a search engine."""
    host = _sent_to(failure)
    if not host or usual_link(host) or (name == "search-engine" and is_own(host, target)):
        raise Untested(failure)
    if not is_own(host, target):
        yield Finding(name, name, f"→ {host}")


def _one(name: str, home: Page, variant: Page | Failure, own: int, target: Target) -> Iterator[Finding]:
    if isinstance(variant, Failure):
        yield from _away(name, variant, target)
        return
    failure = variant.failure or standing_failure(variant)
    if failure:
        raise Untested(failure)
    words = _other_words(home, variant)
    # Phones get other layouts and titles of honest sites; there only words tell.
    other = name != "phone" and not asks_to_log_in(variant) and _other_page(home, variant, own, target)
    if words or other:
        shown = document(variant)
        yield Finding(
            name, name, masked(f"{document(home).title} ≠ {shown.title}\n{words}\n{shown.visible_text[:300]}")
        )


def _own_variation(home: Page, variants: Variants) -> int:
    again = variants.again
    if isinstance(again, Failure):
        raise Untested(again)
    if again.failure:
        raise Untested(again.failure)
    return distance(text_hash(home), text_hash(again))


def _judge(facts: Facts) -> Judgement:
    home, variants = facts[HOME], facts[VARIANTS]
    if not home.is_html:
        return NotApplicable(NotMeant.NO_PAGES)
    failure = standing_failure(home)
    if failure:
        raise Untested(failure)
    own = _own_variation(home, variants)
    found: list[Finding] = []
    missing: Failure | None = None
    for name, variant in (
        ("search-engine", variants.search_engine),
        ("from-search", variants.from_search),
        ("phone", variants.phone),
    ):
        try:
            found += _one(name, home, variant, own, facts.target)
        except Untested as untested:
            missing = missing or untested.failure
    if missing and not found:
        raise Untested(missing)
    return found


CHECK = Check(
    id="cloaking",
    number=4,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, VARIANTS),
    outcomes=tuple(Outcome(name, Severity.CRITICAL, 1) for name in ("search-engine", "from-search", "phone")),
    rules=("csl-21", "csl-25", "govapp-17"),
    judge=_judge,
)
