"""Findings as SARIF 2.1.0 (OASIS), for code hosts and editors that show it."""

from collections.abc import Iterable
from urllib.parse import quote

from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.exports.values import Exported

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.COMPLIANCE: "warning",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.COMPLIANCE: "4.0",
    Severity.INFO: "0.0",
}
"""Readers sort by `security-severity`; the middle of the band of each severity."""
_SUPPRESSED = {
    FindingState.FALSE_POSITIVE: "false positive",
    FindingState.ACCEPTED: "risk accepted",
}


def to_sarif(findings: Iterable[Exported], version: str) -> dict[str, object]:
    """The log as a value for `json.dumps`; `version` is the program's."""
    found = list(findings)
    rules: dict[str, Exported] = {}
    for one in found:
        rules.setdefault(_rule_id(one), one)
    places = {rule: place for place, rule in enumerate(rules)}
    driver = {
        "name": "Fenghuo",
        "version": version,
        "rules": [_rule(rule, one) for rule, one in rules.items()],
    }
    results = [_result(one, places[_rule_id(one)]) for one in found]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule_id(found: Exported) -> str:
    return f"{found.check}/{found.outcome}"


def _rule(rule: str, found: Exported) -> dict[str, object]:
    text = "\n\n".join([*(f"{name}:\n{steps}" for name, steps in found.steps.items()), found.self_test])
    made: dict[str, object] = {
        "id": rule,
        "shortDescription": {"text": found.title},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
        "properties": {
            "security-severity": _SCORES[found.severity],
            "tags": ["security", found.check],
            "rules": list(found.rules),
        },
    }
    if found.risk:
        made["fullDescription"] = {"text": found.risk}
    if text.strip():
        made["help"] = {"text": text, "markdown": text}
    return made


def _result(found: Exported, place: int) -> dict[str, object]:
    made: dict[str, object] = {
        "ruleId": _rule_id(found),
        "ruleIndex": place,
        "level": _LEVELS[found.severity],
        "message": {"text": f"{found.title}: {found.asset} {found.locus}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(found)}},
                "logicalLocations": [{"name": found.locus or found.asset, "fullyQualifiedName": found.asset}],
            }
        ],
        "partialFingerprints": {"fenghuoFinding/v1": found.id},
        "properties": {
            "unit": found.unit,
            "severity": found.severity.value,
            "state": found.state.value,
            "firstSeen": found.first_seen.isoformat(),
            "lastSeen": found.last_seen.isoformat(),
            "due": found.due_at.isoformat(),
            "evidence": found.evidence,
            "evidenceSha256": found.sha256,
        },
    }
    if found.state in _SUPPRESSED:
        why = found.held_why or _SUPPRESSED[found.state]
        made["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    if found.state is FindingState.CLOSED:
        made["baselineState"] = "absent"
    return made


def _uri(found: Exported) -> str:
    """An address for readers that jump to it; a locus that is a path is part of it."""
    path = found.locus if found.locus.startswith("/") else ""
    return "http://" + quote(found.asset.rstrip("/") + path, safe="/:?&=%[]@+,;~-._")
