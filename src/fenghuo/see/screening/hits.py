"""From a grave finding to a Hit, so that it becomes an early warning by the same road as everything else; pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fenghuo.base.common import clock
from fenghuo.base.common.ids import derived_id
from fenghuo.see.events import Hit, Match
from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.checks.registry import all_checks

PACK = "screening"
_LEVELS = {Severity.CRITICAL: "critical"}
"""Severities that are an early warning at once. The others are hidden dangers (隐患): they stand in the list of findings, and notices ask
the unit to mend them."""
_DOWN_CHECK = "cannot-be-opened"
_DOWN_LEVEL = "medium"
_CLASSES = {
    "tampered-page": "data-tampering",
    "dark-link": "data-tampering",
    "cloaking": "data-tampering",
    "hijacked-title": "data-tampering",
    "foreign-scripts": "data-tampering",
    "dangling-names": "domain-hijacking",
    "personal-data": "data-theft",
    _DOWN_CHECK: "device-fault",
}
_OTHER_CLASS = "vulnerability-exploit"


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding that is new or came back, as far as a Hit needs it. `times` is how often it came back."""

    finding: str
    unit_id: str
    asset: str
    check: str
    outcome: str
    locus: str
    evidence: str
    severity: Severity
    times: int
    at: datetime


def level_of(check: str, severity: Severity) -> str | None:
    """The Sigma level of the hit of a finding, None where it is no early warning."""
    if check == _DOWN_CHECK and severity.rank <= Severity.HIGH.rank:
        return _DOWN_LEVEL
    return _LEVELS.get(severity)


def hit_of(raised: Raised) -> Hit | None:
    """The Hit, None where the finding is no early warning. The same finding gives the same id until it comes back."""
    level = level_of(raised.check, raised.severity)
    if level is None:
        return None
    version = all_checks()[raised.check].version
    rule_id, rule_hash = f"{PACK}:{raised.check}", hashlib.sha256(f"{raised.check}|{version}".encode()).hexdigest()
    position = f"{PACK}.{raised.finding[:32]}:{raised.times}"
    moment = clock.to_ns(raised.at)
    return Hit(
        hit_id=derived_id("hit", rule_id, raised.finding, raised.times),
        rule_id=rule_id,
        rule_hash=rule_hash,
        rule_title=advice.advice_of(raised.check, raised.outcome, "en").title[:300],
        rule_level=level,
        rule_author="Fenghuo",
        rule_pack=PACK,
        threat_class=_CLASSES.get(raised.check, _OTHER_CLASS),
        tags=(),
        log_position=position,
        event_time=moment,
        ingest_time=moment,
        source_id="",
        unit_id=raised.unit_id,
        asset=raised.asset,
        peer="",
        exercise=False,
        src_ip="",
        dst_ip="",
        domain="",
        url="",
        hash="",
        raw=raised.evidence.encode()[:65_536],
        matches=(Match(raised.outcome, "locus", raised.locus, raised.locus),),
    )


def titles() -> dict[str, str]:
    """English title of each outcome → the Chinese one, for warnings that were made of findings."""
    return {
        en.title: advice.advice_of(check.id, key, "zh").title
        for check in all_checks().values()
        for key, en in advice.all_advice(check.id, "en").items()
    }
