"""The contract between a check and the engine. Frozen: a change here is a change of every check."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fenghuo.see.screening.facts import CheckClass, Facts, Failure, Need, Page, Probe, Untested, Why

log = logging.getLogger(__name__)

MOST_EVIDENCE = 4000
WEB = ("website", "application")
"""Kinds of assets that have pages."""


class Severity(StrEnum):
    """How grave a finding is, gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    COMPLIANCE = "compliance"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical to 5 for info."""
        return list(Severity).index(self)


class VerdictKind(StrEnum):
    """Exactly one of these stands for an asset, a check and a period."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    COULD_NOT_TEST = "could-not-test"


class NotMeant(StrEnum):
    """Why a check does not apply to an asset; a closed list."""

    KIND = "other-kind"
    NO_PAGES = "no-pages"
    NO_HTTPS = "no-https"
    NO_FORM = "no-form"
    NO_COOKIE = "no-cookie"
    NO_MAIL = "no-mail"
    NO_DOMAIN = "no-domain"
    NO_SERVICE = "no-service"
    UNKNOWN_PRODUCT = "unknown-product"
    NOT_A_UNIT_OF_STATE = "not-a-unit-of-state"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to fail: its severity and how many days the unit has (natural days). Its words are in the advice files under `key`."""

    key: str
    severity: Severity
    days: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place.

    Attributes:
        outcome: key of an `Outcome` of the check.
        locus: what exactly: a path, a header, a port; the same fault has the same locus on every visit, so nothing in it may vary by
            the moment (no session, no random path, no date).
        evidence: what was seen, at most 4,000 characters, secrets and numbers of persons masked (`masks.py`).
    """

    outcome: str
    locus: str
    evidence: str


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The check does not concern this asset."""

    reason: NotMeant


Judgement = Sequence[Finding] | NotApplicable
"""An empty sequence is a pass."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check, declared.

    Attributes:
        id: unique, kebab-case, the folder's name with "-" for "_". number: its place in the table of priority.
        version: grows when the same facts could give another judgement; a finding closes only by the version that opened it or a later one.
        kinds: kinds of assets that it concerns.
        needs: facts without which it can't judge. uses: facts that it looks at where they are there. A check sees no others.
        probes: paths that it asks for.
        outcomes: every way to fail; severity of the check is the gravest.
        rules: ids of `citations.py`.
        judge: pure. It raises `Untested` (by asking for a fact that is not there) rather than pass without having seen.
    """

    id: str
    number: int
    version: int
    check_class: CheckClass
    needs: tuple[Need[Any], ...]
    outcomes: tuple[Outcome, ...]
    rules: tuple[str, ...]
    judge: Callable[[Facts], Judgement]
    kinds: tuple[str, ...] = WEB
    uses: tuple[Need[Any], ...] = ()
    probes: tuple[Probe, ...] = ()

    @property
    def severity(self) -> Severity:
        """The gravest severity of its outcomes."""
        return min((outcome.severity for outcome in self.outcomes), key=lambda s: s.rank)

    @property
    def requests(self) -> int:
        """HTTP requests that it costs by itself at most; needs are shared with other checks."""
        return len(self.probes) + sum(need.http for need in (*self.needs, *self.uses))

    def outcome(self, key: str) -> Outcome:
        """The outcome of this key."""
        return next(outcome for outcome in self.outcomes if outcome.key == key)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands for an asset and a check at a moment.

    Attributes:
        reason: `Why` of could-not-test, `NotMeant` of not-applicable, else "". detail: more of it, at most a line.
        findings: what was found, for fail.
        whole: whether everything that the check asks for was there. A fail over a part of it says nothing about other places.
    """

    asset: str
    check: str
    version: int
    kind: VerdictKind
    at: datetime
    reason: str = ""
    detail: str = ""
    findings: tuple[Finding, ...] = ()
    whole: bool = True


def judge(check: Check, facts: Facts) -> Verdict:
    """The one verdict of a check over facts; whatever is missing or goes wrong is could-not-test, never a pass."""

    def verdict(kind: VerdictKind, reason: str = "", detail: str = "", findings: tuple[Finding, ...] = ()) -> Verdict:
        whole = is_whole(check, facts)
        return Verdict(
            facts.target.asset, check.id, check.version, kind, facts.at, reason, detail[:300], findings, whole
        )

    if facts.target.kind not in check.kinds:
        return verdict(VerdictKind.NOT_APPLICABLE, NotMeant.KIND)
    try:
        found = check.judge(facts)
        if isinstance(found, NotApplicable):
            return verdict(VerdictKind.NOT_APPLICABLE, found.reason)
        findings = tuple({(f.outcome, f.locus): _bounded(check, f) for f in found}.values())
    except Untested as missing:
        return verdict(VerdictKind.COULD_NOT_TEST, missing.failure.why, missing.failure.detail)
    except Exception as error:
        log.exception("check %s over %s", check.id, facts.target.asset)
        return verdict(VerdictKind.COULD_NOT_TEST, Why.CHECK_FAILED, f"{type(error).__name__}: {error}")
    return verdict(VerdictKind.FAIL if findings else VerdictKind.PASS, findings=findings)


_NEVER_THERE = {Why.NOT_COLLECTED, Why.STILL_LEARNING}


def is_whole(check: Check, facts: Facts) -> bool:
    """Whether every fact and probe that the check asks for came, with all its parts."""
    asked: list[object] = [facts.find(need) for need in check.needs]
    asked += [facts.probes.get(probe.path, Failure(Why.NOT_COLLECTED)) for probe in check.probes]
    looked_at = (facts.find(need) for need in check.uses)
    asked += [found for found in looked_at if not (isinstance(found, Failure) and found.why in _NEVER_THERE)]
    return not any(_has_failure(found) for found in asked)


def _has_failure(value: object) -> bool:
    if isinstance(value, Failure):
        return True
    if isinstance(value, Page):
        return value.failure is not None
    if isinstance(value, Mapping):
        return any(_has_failure(one) for one in value.values())
    if isinstance(value, tuple):
        return any(_has_failure(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return any(_has_failure(getattr(value, field.name)) for field in fields(value))
    return False


def _bounded(check: Check, finding: Finding) -> Finding:
    check.outcome(finding.outcome)
    return Finding(finding.outcome, finding.locus[:300], finding.evidence[:MOST_EVIDENCE])


def finding_key(unit: str, asset: str, check: str, finding: Finding) -> str:
    """What makes a finding the same one on another visit: hex SHA-256 of unit, asset, check, outcome and locus."""
    parts = (unit, asset, check, finding.outcome, finding.locus)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def probed(facts: Facts, path: str) -> Page:
    """The page under a probed path.

    Raises:
        Untested: it was not asked for, did not come, or came from something that stands before the site.
    """
    found: Page | Failure = facts.probes.get(path, Failure(Why.NOT_COLLECTED, path))
    failure = found if isinstance(found, Failure) else found.failure
    if isinstance(failure, Failure):
        raise Untested(failure)
    assert isinstance(found, Page)
    return found
