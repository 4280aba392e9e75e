"""The contract of `fenghuo detect` and `fenghuo rules check`, by the program itself."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

RULE = """
title: Path traversal
id: 11111111-1111-4111-8111-111111111111
logsource: {category: webserver}
detection:
  selection: {cs-uri-query-decoded|contains: ../}
  condition: selection
level: high
"""
ATTACK = '192.0.2.7 - - [24/Nov/2026:14:03:21 +0800] "GET /?f=..%2f..%2fetc HTTP/1.1" 200 1 "-" "-"\n'
NORMAL = ATTACK.replace("..%2f", "")


def fenghuo(*arguments: str, text: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([sys.executable, "-m", "fenghuo", *arguments], input=text, capture_output=True, check=False)


def test_hits_are_sorted_and_complete(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    (tmp_path / "bad.yml").write_text("title: x\n")
    (tmp_path / "b.log").write_text(NORMAL + ATTACK + ATTACK)
    (tmp_path / "a.gz").write_bytes(gzip.compress(ATTACK.encode()))
    done = fenghuo(
        "detect", "--rules", str(tmp_path), "--format", "jsonl", "--", str(tmp_path / "b.log"), str(tmp_path / "a.gz")
    )
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(Path(h["file"]).name, h["record"]) for h in hits] == [("a.gz", 1), ("b.log", 2), ("b.log", 3)]
    assert hits[0] | {"file": ""} == {
        "rule_id": "11111111-1111-4111-8111-111111111111",
        "title": "Path traversal",
        "author": "",
        "level": "high",
        "file": "",
        "record": 1,
        "event_record_id": None,
        "event_time": "2026-11-24T06:03:21+00:00",
        "matched": [
            {
                "selection": "selection",
                "field": "cs-uri-query-decoded",
                "value": "f=../../etc",
                "pattern": "*../*",
                "span": [2, 5],
                "byte_span": [2, 5],
            }
        ],
    }
    assert done.returncode == 0
    assert b"4 events (0 not understood), 3 hits, 1 rules, 1 refused" in done.stderr


def test_standard_input_and_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    rules = ["detect", "--rules", str(tmp_path), "--"]
    assert json.loads(fenghuo(*rules, "-", text=ATTACK.encode()).stdout)["file"] == "-"
    assert fenghuo(*rules, str(tmp_path / "absent")).returncode == 1
    assert fenghuo(*rules, "-", text=b'{"a":').returncode == 1
    assert fenghuo("detect", "x").returncode == 2
    assert fenghuo("detect", "--rules", str(tmp_path / "absent"), "--", "-").returncode == 2


def test_rules_check_names_file_line_and_reason(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    (tmp_path / "bad.yml").write_text(
        RULE.replace("condition: selection", "condition: other").replace("1111-", "2222-", 1)
    )
    done = fenghuo("rules", "check", "--format", "jsonl", str(tmp_path))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["path"], r["status"], r["line"]) for r in rows] == [("bad.yml", "refused", 5), ("r.yml", "ok", None)]
    assert "'other'" in rows[0]["reason"]
    assert done.returncode == 0


def test_no_django_is_loaded() -> None:
    code = "import sys, fenghuo.faces.cli.detect; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_command_loads_no_other() -> None:
    """A matching process has 400 MB; readers of documents and of DNS would take 50 of them."""
    asked = "import sys; from fenghuo.faces.cli.main import build_parser; build_parser('bench')"
    told = "print(sorted({'openpyxl', 'docx', 'dns', 'aiohttp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"{asked}; {told}"], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
