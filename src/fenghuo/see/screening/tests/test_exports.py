"""Exports of findings: each format has the structure that its readers demand."""

import json
import re
from datetime import UTC, datetime

import pytest

from fenghuo.base.papers import to_csv
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.exports import Exported, to_defectdojo, to_sarif, to_sheet

AT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DOJO_FIELDS = {
    *(
        "title",
        "severity",
        "description",
        "date",
        "cwe",
        "cve",
        "epss_score",
        "epss_percentile",
        "cvssv3",
        "cvssv3_score",
    ),
    *("cvssv4", "cvssv4_score", "mitigation", "impact", "steps_to_reproduce", "severity_justification", "references"),
    *("active", "verified", "false_p", "out_of_scope", "risk_accepted", "under_review", "is_mitigated", "thread_id"),
    *(
        "mitigated",
        "numerical_severity",
        "param",
        "payload",
        "line",
        "file_path",
        "component_name",
        "component_version",
    ),
    *("static_finding", "dynamic_finding", "scanner_confidence", "unique_id_from_tool", "vuln_id_from_tool"),
    *("sast_source_object", "sast_sink_object", "sast_source_line", "sast_source_file_path", "nb_occurences"),
    *(
        "publish_date",
        "service",
        "planned_remediation_date",
        "planned_remediation_version",
        "effort_for_fixing",
        "tags",
    ),
    *("kev_date", "known_exploited", "ransomware_used", "fix_available", "fix_version"),
    *("endpoints", "files", "vulnerability_ids", "cwes"),
}
"""What its importer allows (dojo/tools/generic/json_parser.py of DefectDojo/django-DefectDojo); it refuses a file with any other field."""


def finding(**changes: object) -> Exported:
    values: dict[str, object] = {
        "id": "a" * 64,
        "unit": "教育局",
        "asset": "www.jy.example",
        "check": "exposed-vcs",
        "outcome": "git",
        "title": "Git 版本库可被下载",
        "risk": "任何人都能下载。",
        "steps": {"nginx": "`location ~ /\\.git`"},
        "self_test": "curl",
        "rules": ("《网络安全法》第二十一条",),
        "severity": Severity.HIGH,
        "severity_word": "高",
        "state": FindingState.OPEN,
        "state_word": "待整改",
        "locus": "/.git/HEAD",
        "evidence": "200 ref: ```refs```",
        "sha256": "b" * 64,
        "first_seen": AT,
        "last_seen": AT,
        "due_at": AT,
    }
    return Exported(**{**values, **changes})  # type: ignore[arg-type]


STATES = [
    finding(id=str(number) * 64, state=state, severity=severity, closed_at=AT if state is FindingState.CLOSED else None)
    for number, (state, severity) in enumerate(zip(FindingState, Severity, strict=False))
]


def test_defectdojo_takes_every_field_and_knows_the_state() -> None:
    made = json.loads(json.dumps(to_defectdojo(STATES)))
    for one in made["findings"]:
        assert {"title", "severity", "description"} <= set(one) <= DOJO_FIELDS
        assert one["severity"] in {"Critical", "High", "Medium", "Low", "Info"}
        assert len(one["title"]) <= 511
        assert datetime.fromisoformat(one["date"])
        assert sum((one["active"], one["false_p"], one["risk_accepted"], one["is_mitigated"])) == 1
        assert ("mitigated" in one) == one["is_mitigated"]
    assert len({one["unique_id_from_tool"] for one in made["findings"]}) == len(STATES)


def test_sarif_has_what_the_standard_demands() -> None:
    made = json.loads(json.dumps(to_sarif([*STATES, finding(check="no-csp", severity=Severity.INFO)], "0.1.0")))
    assert made["version"] == "2.1.0"
    assert made["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = made["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"http://[!-~]+", uri), uri
        held = result["properties"]["state"] in {"false-positive", "accepted"}
        assert held == bool(result.get("suppressions"))
        assert all(s["kind"] in {"inSource", "external"} for s in result.get("suppressions", []))
        assert (result.get("baselineState") == "absent") == (result["properties"]["state"] == "closed")
    assert all(0 <= float(rule["properties"]["security-severity"]) <= 10 for rule in rules)


@pytest.mark.parametrize("locus", ["=HYPERLINK(1)", "+1", "@x"])
def test_a_sheet_holds_no_formula(locus: str) -> None:
    sheet = to_sheet([finding(locus=locus)], "Asia/Shanghai")
    assert all(len(row) == len(sheet.head) for row in sheet.rows)
    assert f",'{locus}," in to_csv(sheet).decode("utf-8-sig")
    assert sheet.rows[0][6].isoformat() == "2026-11-25T12:00:00+08:00"  # type: ignore[union-attr]
