"""`fenghuo detect` runs correlation rules: over all files together, by event time, whatever order the lines stand in."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from fenghuo.faces.cli.main import main

RULES = """
title: Failed
id: failed
name: failed
logsource: {category: test}
detection: {s: {what: failed}, condition: s}
---
title: Entered
id: entered
name: entered
logsource: {category: test}
detection: {s: {what: entered}, condition: s}
---
title: Many failed
id: many
name: many
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: {gte: 3}}
level: high
---
title: Entered after many
id: after
correlation: {type: temporal_ordered, rules: [many, entered], group-by: [user], timespan: 30s, generate: true}
level: critical
---
title: Few entered
id: few
correlation: {type: event_count, rules: [entered], group-by: [user], timespan: 10s, condition: {lt: 2}, generate: true}
---
title: Sum
id: sum
correlation: {type: value_sum, rules: [failed], timespan: 10s, condition: {field: size, gte: 4.5}}
"""


def line(second: int | None, what: str, user: str = "li") -> str:
    event: dict[str, Any] = {"category": "test", "what": what, "user": user, "size": 1.5}
    if second is not None:
        event["timestamp"] = f"2026-11-24T06:00:{second:02d}Z"
    return json.dumps(event)


def told(
    capsys: pytest.CaptureFixture[str], folder: Path, *files: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Hits, results and what stands on standard error."""
    (folder / "r.yml").write_text(RULES)
    names = []
    for number, lines in enumerate(files):
        names.append(str(folder / f"{number}.json"))
        Path(names[-1]).write_text("\n".join(lines) + "\n")
    capsys.readouterr()
    assert main(["detect", "--rules", str(folder / "r.yml"), "--", *names]) == 0
    out, err = capsys.readouterr()
    rows = [json.loads(one) for one in out.splitlines()]
    return [r for r in rows if "correlation" not in r], [r for r in rows if "correlation" in r], err


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_a_chain_over_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hits, results, err = told(
        capsys,
        tmp_path,
        [line(5, "failed"), line(1, "failed"), line(20, "entered"), line(45, "other")],
        [line(3, "failed"), line(4, "failed", "wang")],
    )
    by_rule = {r["rule_id"]: r for r in results}
    assert set(by_rule) == {"many", "after", "few", "sum"}
    many = by_rule["many"]
    assert (many["group"], many["value"], many["level"]) == ({"user": "li"}, 3, "high")
    assert (many["first_time"], many["event_time"]) == ("2026-11-24T06:00:01+00:00", "2026-11-24T06:00:05+00:00")
    assert [(Path(h["file"]).name, h["record"]) for h in many["hits"]] == [("0.json", 2), ("1.json", 1), ("0.json", 1)]
    assert by_rule["after"]["hits"][0] == {"rule_id": "many", "group": {"user": "li"}}
    assert by_rule["sum"]["value"] >= 4.5
    assert {h["rule_id"] for h in hits} == {"entered"}, "rules that serve correlations only stay silent"
    assert "4 results of 4 correlation rules; 0 hits left out" in err


def test_a_window_that_the_events_do_not_reach_the_end_of_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, results, _ = told(capsys, tmp_path, [line(20, "entered"), line(25, "other")])
    assert results == []
    _, results, _ = told(capsys, tmp_path, [line(20, "entered"), line(40, "other")])
    assert [r["rule_id"] for r in results] == ["few"]


def test_the_order_of_lines_and_files_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(3)
    lines = [line(chance.randrange(60), chance.choice(["failed", "entered"]), chance.choice("ab")) for _ in range(60)]
    seen = set()
    for _ in range(3):
        chance.shuffle(lines)
        _, results, _ = told(capsys, tmp_path, lines[:20], lines[20:])
        assert len(results) > 3
        seen.add(json.dumps([{k: v for k, v in r.items() if k != "hits"} for r in results]))
    assert len(seen) == 1


def test_hits_without_a_time_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = told(capsys, tmp_path, [line(None, "failed"), line(1, "entered")])
    assert "1 hits left out because their event has no time" in err


def test_more_hits_than_are_fed_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line(n // 4, "failed", "ab"[n % 2]) for n in range(200)]
    _, whole, _ = told(capsys, tmp_path, lines)
    monkeypatch.setattr("fenghuo.see.detection.correlation.together._AT_ONCE", 3)
    _, pieces, _ = told(capsys, tmp_path, lines)
    assert pieces == whole


NEW = """
title: Query
id: query
name: query
logsource: {category: dns}
detection: {s: {query|exists: true}, condition: s}
---
title: New domain
id: new
name: new
correlation:
  type: new_value
  rules: [query]
  timespan: 14d
  learn: 7d
  condition: {field: "@@registered_domain"}
---
title: New domain of one address
id: of-one
correlation: {type: event_count, rules: [new], group-by: ["@@src_ip"], timespan: 1d, condition: {gte: 1}, generate: true}
"""


def query(day: int, hour: int, name: str) -> str:
    return json.dumps(
        {
            "timestamp": f"2026-11-{day:02d}T{hour:02d}:00:00.000000+0800",
            "flow_id": 1,
            "event_type": "dns",
            "src_ip": "192.0.2.31",
            "dns": {"type": "query", "rrname": name, "rrtype": "A"},
        }
    )


def test_a_new_domain_is_told_by_the_domain_that_was_registered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["printer", "nas.local", "4.3.2.1.in-addr.arpa", "new9.cdn.example.com", "www.strange.example.net"]
    lines = [query(day, 8, f"c{day}.cdn.example.com") for day in range(1, 13)]
    lines += [query(10, 9 + n, name) for n, name in enumerate(names)]
    random.Random(5).shuffle(lines)
    (tmp_path / "r.yml").write_text(NEW)
    (tmp_path / "eve.json").write_text("\n".join(lines) + "\n")
    assert main(["detect", "--rules", str(tmp_path / "r.yml"), "--", str(tmp_path / "eve.json")]) == 0
    results = [row for row in map(json.loads, capsys.readouterr()[0].splitlines()) if "correlation" in row]
    assert [(row["rule_id"], row["group"]) for row in results] == [
        ("new", {"@@registered_domain": "example.net"}),
        ("of-one", {"@@src_ip": "192.0.2.31"}),
    ]
    assert results[0]["event_time"].startswith("2026-11-10T05:00")
