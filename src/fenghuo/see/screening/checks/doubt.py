"""Whether the pages of a visit are those of the asset at all: another site that answers in its place proves nothing about it."""

import re
from dataclasses import replace

from fenghuo.see.screening.checks.base import Verdict, VerdictKind
from fenghuo.see.screening.checks.document import document
from fenghuo.see.screening.checks.likeness import distance, skeleton_hash, text_hash
from fenghuo.see.screening.facts import Facts, Failure, Page, Target, Why
from fenghuo.see.screening.facts.needs import BASELINE, HOME
from fenghuo.see.screening.facts.site import Baseline

_OTHER_TEXT_BITS = 22
_OTHER_SKELETON_BITS = 16
_STOCK = re.compile(
    r"(?:welcome to nginx|apache2? (?:\w+ )?default page|^it works!?$|test page for|iis windows(?: server)?$|^iis\d?$|"
    r"apache tomcat/\d|没有找到站点|site is created successfully|恭喜.{0,6}站点创建成功|default web site page|"
    r"domain (?:is )?for sale|域名出售|站点不存在|网站未备案|no such site|welcome to caddy|welcome to openresty)",
    re.IGNORECASE,
)


def other_site(facts: Facts) -> Failure | None:
    """Why the home page is not the asset's own, None where nothing says so.

    A stock page of a server counts unless the site was one when it was learned. A page that shares neither words, nor structure, nor
    any name of the unit with what was learned counts too; whether it was tampered with is judged by the checks that compare with
    what was learned.
    """
    page = facts.find(HOME)
    if not isinstance(page, Page) or page.failure is not None:
        return None
    read = document(page)
    learned = facts.find(BASELINE)
    usual = learned if isinstance(learned, Baseline) and learned.shingles else None
    if _STOCK.search(read.title) and (usual is None or usual.title != read.title):
        return Failure(Why.OTHER_SITE, read.title[:100])
    if usual is None or _named(facts.target, read.title + read.visible_text[:5000]):
        return None
    far_text = min(distance(text_hash(page), one) for one in usual.shingles) > _OTHER_TEXT_BITS
    far_shape = min((distance(skeleton_hash(page), one) for one in usual.skeleton), default=64) > _OTHER_SKELETON_BITS
    return Failure(Why.OTHER_SITE, read.title[:100]) if far_text and far_shape else None


def _named(target: Target, text: str) -> bool:
    return any(name and name in text for name in target.names)


def doubted(verdict: Verdict, failure: Failure | None) -> Verdict:
    """The verdict, where the pages are the asset's own; a pass of another site is none."""
    if failure is None or verdict.kind is not VerdictKind.PASS:
        return verdict
    return replace(verdict, kind=VerdictKind.COULD_NOT_TEST, reason=failure.why, detail=failure.detail)
