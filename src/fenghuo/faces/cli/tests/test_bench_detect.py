"""`fenghuo bench detect`: what it says of files and pipes, once and again."""

import json
import os
import threading
from pathlib import Path

import pytest

from fenghuo.faces.cli.main import main

RULE = """title: t
id: r1
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\\\\evil.exe'}
  condition: selection
"""
SAID = {
    "rules_loaded",
    "rules_refused",
    "events",
    "bytes",
    "hits",
    "decode_eps",
    "match_eps",
    "first_pass_match_eps",
    "end_to_end_eps",
    "compile_s",
    "peak_mb",
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yml").write_text(RULE)
    (tmp_path / "rules" / "bad.yml").write_text(RULE.replace("endswith", "nonsense").replace("r1", "r2"))
    return tmp_path / "rules"


def lines(number: int) -> bytes:
    made = [
        {
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "EventID": 1,
            "Image": "C:\\evil.exe" if n % 10 == 0 else f"C:\\{n}.exe",
            "DestinationIp": "198.51.100.77" if n % 20 == 0 else "192.0.2.1",
        }
        for n in range(number)
    ]
    return b"".join(json.dumps(one).encode() + b"\n" for one in made)


def measured(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, float]:
    capsys.readouterr()
    assert main(["bench", "detect", "--json", *arguments]) == 0
    found: dict[str, float] = json.loads(capsys.readouterr().out)
    assert found.keys() >= SAID
    assert all(found[name] > 0 for name in SAID - {"rules_refused"})
    return found


@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("piped", [False, True])
def test_files_and_pipes_are_gone_over_as_often_as_asked(
    piped: bool, repeat: int, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "events.ndjson"
    if piped:
        os.mkfifo(path)
        threading.Thread(target=path.write_bytes, args=(lines(100),), daemon=True).start()
    else:
        path.write_bytes(lines(100))
    found = measured(capsys, "--rules", str(rules), "--repeat", str(repeat), "--", str(path))
    assert (found["events"], found["hits"]) == (100 * repeat, 10 * repeat)
    assert found["bytes"] == len(lines(100)) * repeat
    assert (found["rules_loaded"], found["rules_refused"]) == (1, 1)


def test_indicators_make_hits_too(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.ndjson").write_bytes(lines(100))
    (tmp_path / "list.txt").write_text("45.66.77.88\n")
    without = measured(capsys, "--rules", str(rules), "--", str(tmp_path / "events.ndjson"))
    (tmp_path / "events.ndjson").write_bytes(lines(100).replace(b"198.51.100.77", b"45.66.77.88"))
    arguments = (
        "--rules",
        str(rules),
        "--indicators",
        str(tmp_path / "list.txt"),
        "--",
        str(tmp_path / "events.ndjson"),
    )
    found = measured(capsys, *arguments)
    assert (without["hits"], found["hits"], found["indicators"]) == (10, 15, 1)


@pytest.mark.parametrize("content", [b"", b"\n\n", b'{"a": 1}\n{broken\n'])
def test_what_can_not_be_measured_is_said(
    content: bytes, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "events.ndjson").write_bytes(content)
    assert main(["bench", "detect", "--rules", str(rules), "--", str(tmp_path / "events.ndjson")]) == 1
    said = capsys.readouterr().err
    assert "no event" in said or "line 2" in said
