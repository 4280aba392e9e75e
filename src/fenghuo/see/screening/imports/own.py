"""verdicts.jsonl and findings.jsonl of `fenghuo screen`: the same checks, so that every verdict counts as one of ours."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from fenghuo.see.screening.checks.base import MOST_EVIDENCE, Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import Target
from fenghuo.see.screening.imports.base import Results, Unreadable, is_known, json_lines, moment


def looks_like(content: bytes) -> bool:
    """Whether the first line is a verdict of ours."""
    first = content[:4096].partition(b"\n")[0]
    return b'"verdict"' in first and b'"check"' in first


def read(content: bytes, findings: bytes, target: Target, now: datetime) -> Results:
    """The verdicts about the asset.

    Raises:
        Unreadable: a line is broken.
    """
    found = Results("fenghuo")
    by_check = _findings(findings, target)
    for number, line in json_lines(content):
        asset, check_id = str(line.get("asset", "")), str(line.get("check", ""))
        if asset != target.asset:
            found.others[asset[:300]] += 1
            continue
        check = all_checks().get(check_id)
        version = line.get("version")
        if check is None or not isinstance(version, int) or version > check.version:
            found.unmapped[f"{check_id} {version}"[:100]] += 1
            continue
        verdict = _verdict(line, number, version, by_check.get(check_id, ()), moment(line.get("at"), now))
        if verdict is None:
            found.unmapped[check_id] += 1
        else:
            found.verdicts.append(verdict)
    return found


def _verdict(
    line: Mapping[str, object], number: int, version: int, findings: tuple[Finding, ...], at: datetime
) -> Verdict | None:
    """The verdict of a line; None for a fail whose findings are not there, since nobody could say what failed."""
    try:
        kind = VerdictKind(str(line.get("verdict")))
    except ValueError as error:
        raise Unreadable("broken", str(number)) from error
    if kind is VerdictKind.FAIL and not findings:
        return None
    return Verdict(
        str(line["asset"]),
        str(line["check"]),
        version,
        kind,
        at,
        str(line.get("reason", ""))[:40],
        str(line.get("detail", ""))[:300],
        findings if kind is VerdictKind.FAIL else (),
        whole=kind is VerdictKind.PASS,
    )


def _findings(content: bytes, target: Target) -> Mapping[str, tuple[Finding, ...]]:
    by_check: dict[str, list[Finding]] = defaultdict(list)
    for _number, line in json_lines(content):
        check, outcome = str(line.get("check", "")), str(line.get("outcome", ""))
        if line.get("asset") == target.asset and is_known(check, outcome, target):
            evidence = masked(str(line.get("evidence", "")))[:MOST_EVIDENCE]
            by_check[check].append(Finding(outcome, str(line.get("locus", ""))[:300], evidence))
    return {check: tuple(found) for check, found in by_check.items()}
