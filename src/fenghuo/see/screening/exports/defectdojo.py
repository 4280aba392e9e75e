"""Findings in the JSON of DefectDojo's "Generic Findings Import". That importer refuses a file with a field that it does not know."""

from collections.abc import Iterable, Mapping

from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.exports.values import Exported

_SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.COMPLIANCE: "Low",
    Severity.INFO: "Info",
}
"""A breach of a rule has a deadline as well, so that it is no mere note there."""
_TITLE = 511


def to_defectdojo(findings: Iterable[Exported]) -> dict[str, object]:
    """The file as a value for `json.dumps`."""
    return {"name": "Fenghuo", "type": "Fenghuo screening", "findings": [_finding(found) for found in findings]}


def _finding(found: Exported) -> dict[str, object]:
    still_open = found.state in {FindingState.OPEN, FindingState.PASSED_ONCE}
    made: dict[str, object] = {
        "title": f"{found.title}: {found.asset} {found.locus}"[:_TITLE],
        "severity": _SEVERITIES[found.severity],
        "description": _description(found),
        "date": found.first_seen.date().isoformat(),
        "impact": found.risk,
        "mitigation": "\n\n".join(_parts(found.steps)),
        "steps_to_reproduce": found.self_test,
        "references": "\n".join(found.rules),
        "active": still_open,
        "verified": True,
        "false_p": found.state is FindingState.FALSE_POSITIVE,
        "risk_accepted": found.state is FindingState.ACCEPTED,
        "is_mitigated": found.state is FindingState.CLOSED,
        "dynamic_finding": True,
        "static_finding": False,
        "unique_id_from_tool": found.id,
        "vuln_id_from_tool": f"{found.check}/{found.outcome}",
        "service": found.unit[:200],
        "planned_remediation_date": found.due_at.date().isoformat(),
        "tags": ["fenghuo", found.check, found.severity.value],
        "endpoints": [found.asset],
    }
    if found.state is FindingState.CLOSED and found.closed_at is not None:
        made["mitigated"] = found.closed_at.isoformat()
    return made


def _description(found: Exported) -> str:
    fence = "~~~~" if "```" in found.evidence else "```"
    return f"{found.risk}\n\n`{found.locus}`\n\n{fence}\n{found.evidence}\n{fence}\n\nSHA-256 {found.sha256}"


def _parts(steps: Mapping[str, str]) -> list[str]:
    return [f"**{name}**\n\n{text}" for name, text in steps.items()]
