"""Data stores and management interfaces that serve anybody without a password."""

import re

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.shown import shown
from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Untested, Why
from fenghuo.see.screening.facts.needs import HELLOS
from fenghuo.see.screening.facts.network import Hello

_ID = "open-services"
_SERVICES = ("redis", "memcached", "elasticsearch", "docker", "mongodb", "rsync", "zookeeper", "nacos")


def proves(hello: Hello) -> bool:
    """Whether what a service said is what it says only to those whom it serves."""
    said = hello.said.decode("latin-1")
    return any(re.search(mark, said) for mark in toml_of(_ID, "services.toml")["services"][hello.service]["marks"])


def _judge(facts: Facts) -> Judgement:
    found = []
    unclear = None
    for hello in facts[HELLOS]:
        if not hello.open or hello.service not in _SERVICES:
            continue
        if proves(hello):
            locus = f"{hello.service}:{hello.port}"
            found.append(Finding(hello.service, locus, f"{facts.target.host}:{hello.port}: {shown(hello.said)}"))
        else:
            unclear = f"{hello.service}:{hello.port}"
    if unclear and not found:
        raise Untested(Failure(Why.UNREADABLE, unclear))  # it served, but nothing shows what
    return found


CHECK = Check(
    id=_ID,
    number=8,
    version=1,
    check_class=CheckClass.SERVICES,
    needs=(HELLOS,),
    outcomes=tuple(Outcome(service, Severity.CRITICAL, 1) for service in _SERVICES),
    rules=("csl-21", "dsl-27", "gb22239"),
    judge=_judge,
)
