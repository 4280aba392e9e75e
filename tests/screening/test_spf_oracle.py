"""Our SPF evaluator against the published cases of RFC 7208 (`tools/oracles.sh spf`), every one of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from fenghuo.see.screening.checks.mail_policy.spf import SpfVerdict, Temporary, Void, check_sender

pytestmark = pytest.mark.service

CASES = Path(__file__).resolve().parents[2] / ".oracles" / "spf" / "rfc7208-tests.yml"
Zone = Mapping[str, Sequence[Any]]


def records_of(entries: Sequence[Any]) -> list[tuple[str, Any]]:
    """Records of one name in order. Cases write "SPF" where they mean a TXT record, unless the name has TXT records of its own."""
    pairs = [("TIMEOUT", None) if entry == "TIMEOUT" else next(iter(entry.items())) for entry in entries]
    own = any(kind == "TXT" for kind, _ in pairs)
    found: list[tuple[str, Any]] = []
    for kind, value in pairs:
        if kind == "SPF" and not own:
            found.append(("TXT", value))
        elif kind != "SPF" and not (kind == "TXT" and value == "NONE"):
            found.append((kind, value))
    return found


def text_of(kind: str, value: Any) -> str:
    if kind == "TXT":
        joined = "".join(value) if isinstance(value, list) else value
        return joined.encode().decode("latin-1")
    return (value[1] if kind == "MX" else value).removesuffix(".")


def resolver(zone: Zone) -> Callable[[str, str], list[str]]:
    names = {name.lower().removesuffix("."): records_of(entries) for name, entries in zone.items()}

    def look_up(name: str, kind: str, aliases: int = 8) -> list[str]:
        records = names.get(name.lower().removesuffix("."), [])
        found = [text_of(k, v) for k, v in records if k == kind]
        alias = next((v for k, v in records if k == "CNAME"), None)
        if found:
            return found
        if any(k == "TIMEOUT" for k, _ in records) or aliases == 0:
            raise Temporary(name)
        if alias:
            return look_up(alias, kind, aliases - 1)
        raise Void(name)

    return look_up


def agrees(case: Mapping[str, Any], verdict: SpfVerdict) -> bool:
    allowed = case["result"] if isinstance(case["result"], list) else [case["result"]]
    explained = case.get("explanation") in {None, verdict.explanation or "DEFAULT"}
    return verdict.result in allowed and explained


def test_every_case_of_the_standard() -> None:
    assert CASES.exists(), "fetch the cases with tools/oracles.sh spf"
    scenarios = [scenario for scenario in yaml.safe_load_all(CASES.read_text(encoding="utf-8")) if scenario]
    right, wrong = 0, []
    for scenario in scenarios:
        look_up = resolver(scenario["zonedata"])
        for name, case in scenario["tests"].items():
            verdict = check_sender(case["host"], case["mailfrom"], case["helo"], look_up)
            if agrees(case, verdict):
                right += 1
            else:
                wrong.append(f"{name}: {case['result']} {case.get('explanation')!r}, not {verdict}")
    print(f"\nSPF: {right}/{right + len(wrong)} cases of RFC 7208")
    assert wrong == []
    assert right == 203
