"""Marks by which the public knows a site of the state: CONAC's mark, the site's code, the entry for errors, who runs it."""

import re
from collections.abc import Callable, Iterator

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.footer import Shown, shown_by
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES, SCRIPTS

_ID = "government-marks"
_CODE = re.compile(r"标识码\s?:?\s?(?:bm\d{8}|\d{10})(?![0-9A-Za-z])", re.IGNORECASE)
_TRIES_CODE = re.compile(r"标识码\s?:?\s?[0-9A-Za-z]{0,16}")
_SPONSOR = re.compile(r"(?:主办|主管|承办)(?:单位)?:\w{2}|(?<=\w\w)(?:主办|承办)(?!\w)|版权所有:?\w{2}")
_FOOT = 1500
"""Characters from the end in which a site says who runs it; above, events have sponsors too."""


def _judge(facts: Facts) -> Judgement:
    kind = facts.target.unit_kind
    if not kind:
        raise Untested(Failure(Why.NOT_COLLECTED, "unit kind"))
    lists = toml_of(_ID, "marks.toml")
    demanded = next((lists[key]["marks"] for key in ("organs", "institutions") if kind in lists[key]["kinds"]), ())
    if not demanded:
        return NotApplicable(NotMeant.NOT_A_UNIT_OF_STATE)
    page = shown_by(facts)
    if page is None:
        return NotApplicable(NotMeant.NO_PAGES)
    return [finding for name in demanded for finding in _TESTS[name](page)]


def _mark(page: Shown) -> Iterator[Finding]:
    hosts = toml_of(_ID, "marks.toml")["mark_hosts"]
    if not page.refers_to(hosts):
        yield _missing(page, "no-mark", " / ".join(hosts))


def _errors(page: Shown) -> Iterator[Finding]:
    hosts = toml_of(_ID, "marks.toml")["errors_hosts"]
    if not page.refers_to(hosts):
        yield _missing(page, "no-errors-entry", hosts[0])


def _code(page: Shown) -> Iterator[Finding]:
    if _CODE.search(page.spaced) or _CODE.search(page.written):
        return
    tried = _TRIES_CODE.search(page.spaced)
    if tried:
        yield Finding("bad-code", "bad-code", f"{page.home.url}: {tried.group(0)}")
    else:
        yield _missing(page, "no-code", "网站标识码")


def _sponsor(page: Shown) -> Iterator[Finding]:
    if not (_SPONSOR.search(page.text[-_FOOT:]) or _SPONSOR.search(page.written)):
        yield _missing(page, "no-sponsor", "主办单位")


def _missing(page: Shown, outcome: str, what: str) -> Finding:
    page.seen_all()
    return Finding(outcome, outcome, f"{page.home.url}: {what} –")


_TESTS: dict[str, Callable[[Shown], Iterator[Finding]]] = {
    "mark": _mark,
    "code": _code,
    "errors": _errors,
    "sponsor": _sponsor,
}

CHECK = Check(
    id=_ID,
    number=40,
    version=1,
    check_class=CheckClass.VISIT,
    kinds=("website",),
    needs=(HOME,),
    uses=(PAGES, SCRIPTS),
    outcomes=(
        Outcome("no-mark", Severity.COMPLIANCE, 30),
        Outcome("no-code", Severity.COMPLIANCE, 30),
        Outcome("bad-code", Severity.COMPLIANCE, 30),
        Outcome("no-errors-entry", Severity.COMPLIANCE, 30),
        Outcome("no-sponsor", Severity.COMPLIANCE, 30),
    ),
    rules=("goba-2017-47", "goba-2019-19", "govapp-5"),
    judge=_judge,
)
