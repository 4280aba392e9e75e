"""Our SARIF beside the published JSON schema of SARIF 2.1.0 (`tools/oracles.sh sarif`): every outcome of every check, in every state."""

import json
import subprocess
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.exports import Exported, exported, to_sarif

ORACLE = Path(__file__).resolve().parents[2] / ".oracles" / "sarif"
SCHEMA = ORACLE / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
AT = datetime(2026, 11, 25, 4, 0, 0, 123456, tzinfo=UTC)
JUDGE = """
const Ajv = require("ajv");
const ajv = new Ajv({ schemaId: "auto", allErrors: true, meta: false });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const judge = ajv.compile(JSON.parse(require("fs").readFileSync(process.argv[1])));
const logs = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(logs.map((log) => (judge(log) ? [] : judge.errors.slice(0, 5)))));
"""


def every_finding(language: str) -> list[Exported]:
    """A finding of each outcome, of all states in turn, with what sites and people may write in it."""
    places = cycle(["/.git/HEAD", "", "首页 “标题”", "/a b?q=<x>&y=%00", "tcp/22 kex", "=1+1"])
    states, made = cycle(FindingState), []
    for check in all_checks().values():
        for outcome in check.outcomes:
            state, asset = next(states), SimpleNamespace(value="www.烽燧.example:8443/应用")
            row = SimpleNamespace(id=f"{len(made):064x}", check_id=check.id, outcome=outcome.key, state=state.value)
            row.unit, row.asset, row.locus = SimpleNamespace(name="教育局"), asset, next(places)
            row.severity, row.evidence, row.sha256 = outcome.severity.value, "200 \x00\ud7ff ``` <b>", "b" * 64
            row.first_seen = row.last_seen = AT
            row.due_at, row.held_why = AT + timedelta(days=outcome.days), "" if len(made) % 2 else "合理"
            row.closed_at = AT if state is FindingState.CLOSED else None
            row.get_severity_display = row.get_state_display = lambda: "word"
            made.append(exported(row, language))
    return made


def judged(logs: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What the schema has against each log."""
    command = ["node", "-e", JUDGE, str(SCHEMA)]
    done = subprocess.run(command, input=json.dumps(logs), capture_output=True, text=True, cwd=ORACLE, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


@pytest.mark.service
def test_every_export_keeps_to_the_schema() -> None:
    assert SCHEMA.exists(), "run tools/oracles.sh sarif"
    good = [to_sarif(every_finding(language), "0.1.0") for language in ("zh", "en")] + [to_sarif([], "0.1.0")]
    wrong = [deepcopy(good[0]) for _ in range(3)]
    wrong[0]["runs"][0]["results"][0]["level"] = "fatal"  # type: ignore[index]
    wrong[1]["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b"  # type: ignore[index]
    del wrong[2]["runs"][0]["tool"]  # type: ignore[index]
    *ours, level, address, tool = judged([*good, *wrong])
    assert ours == [[], [], []], json.dumps(ours, ensure_ascii=False)[:3000]
    assert all((level, address, tool)), "the oracle refuses what is wrong"
