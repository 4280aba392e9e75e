"""FTP servers that let anybody in."""

import re

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.shown import shown
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import HELLOS

_LET_IN = re.compile(rb"^(?:230|257)[ -]", re.MULTILINE)
"""Logged in; the current folder is (RFC 959). A greeting (220) or a question (331) comes before."""


def _judge(facts: Facts) -> Judgement:
    found = []
    unclear = None
    for hello in facts[HELLOS]:
        if hello.service != "ftp" or not hello.open:
            continue
        if _LET_IN.search(hello.said):
            found.append(
                Finding("anonymous", f"ftp:{hello.port}", f"{facts.target.host}:{hello.port}: {shown(hello.said)}")
            )
        else:
            unclear = f"ftp:{hello.port}"
    if unclear and not found:
        raise Untested(Failure(Why.UNREADABLE, unclear))
    return found


CHECK = Check(
    id="anonymous-ftp",
    number=16,
    version=1,
    check_class=CheckClass.SERVICES,
    needs=(HELLOS,),
    outcomes=(Outcome("anonymous", Severity.HIGH, 7),),
    rules=("csl-21", "gb22239"),
    judge=_judge,
)
