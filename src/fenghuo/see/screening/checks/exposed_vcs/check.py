"""Version control left on the web server: proved by what the files hold, never by their status."""

import re
from collections.abc import Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, gather
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import MISSING

_GIT_HEAD = re.compile(rb"\A(?:ref: refs/[\w./-]{1,200}|[0-9a-f]{40})\s*\Z")
_SVN_OLD = re.compile(rb"\A\d{1,2}\s+dir\s")
_SQLITE = b"SQLite format 3\x00"
_DS_STORE = b"\x00\x00\x00\x01Bud1"
_HG = re.compile(
    rb"\A(?:revlogv1|store|fncache|dotencode|generaldelta|sparserevlog|persistent-nodemap)\n", re.MULTILINE
)


def _git(page: Page) -> bool:
    return bool(_GIT_HEAD.match(page.body))


def _svn(page: Page) -> bool:
    return page.body.startswith(_SQLITE) or bool(_SVN_OLD.match(page.body))


def _hg(page: Page) -> bool:
    return bool(_HG.match(page.body))


def _ds_store(page: Page) -> bool:
    return page.body.startswith(_DS_STORE)


_PLACES = (
    ("/.git/HEAD", "git", _git),
    ("/.svn/wc.db", "svn", _svn),
    ("/.svn/entries", "svn", _svn),
    ("/.hg/requires", "hg", _hg),
    ("/.DS_Store", "ds-store", _ds_store),
)


def _judge(facts: Facts) -> Judgement:
    facts[MISSING]
    return gather(partial(_look, facts, path) for path, _outcome, _proves in _PLACES)


def _look(facts: Facts, path: str) -> Iterator[Finding]:
    outcome, proves = next((outcome, proves) for place, outcome, proves in _PLACES if place == path)
    page = answered(facts, path)
    if page.status in {200, 206} and proves(page):
        shown = page.body[:60].decode("latin-1").encode("unicode_escape").decode()
        yield Finding(outcome, path, f"{page.status} {page.url}: {shown}")


CHECK = Check(
    id="exposed-vcs",
    number=12,
    version=2,
    check_class=CheckClass.CONTENT,
    needs=(MISSING,),
    probes=tuple(Probe(path, 512) for path, _, _ in _PLACES),
    outcomes=(
        Outcome("git", Severity.HIGH, 7),
        Outcome("svn", Severity.HIGH, 7),
        Outcome("hg", Severity.HIGH, 7),
        Outcome("ds-store", Severity.LOW, 30),
    ),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
