"""`fenghuo rules explain`: why a rule matches an event, why not, and what is no such rule."""

import io
import json
from pathlib import Path

import pytest

from fenghuo.faces.cli.main import main

RULE = """title: Evil
id: r1
author: Somebody
logsource: {category: webserver}
detection:
  selection: {cs-uri-query|contains: 'union'}
  filter: {c-ip|cidr: 10.0.0.0/8}
  condition: selection and not filter
"""
LINE = '{} - - [24/Nov/2026:10:00:00 +0800] "GET /?x={} HTTP/1.1" 200 5 "-" "curl"\n'
SEQUENCE = """title: Many
id: r2
correlation: {type: event_count, rules: [r1], group-by: [c-ip], timespan: 1m, condition: {gte: 3}}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "r1.yml").write_text(RULE)
    (folder / "r2.yml").write_text(SEQUENCE)
    return folder


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["rules", "explain", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_why_it_matches_and_why_not(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    event = tmp_path / "event.log"
    event.write_text(LINE.format("192.0.2.1", "a%20UNION"))
    code, said, _ = explained(capsys, "--rules", str(rules), "--", "r1", str(event))
    assert code == 0
    assert "✓ selection" in said
    assert "*union* ✓" in said
    for address, query, words in (("10.0.0.1", "union", "✓ filter"), ("192.0.2.1", "onion\x1b[31m", "✗ selection")):
        event.write_text(LINE.format(address, query))
        code, said, _ = explained(capsys, str(rules / "r1.yml"), str(event))
        assert code == 0
        assert words in said
        assert "\x1b" not in said, "values of logs do not speak to the terminal"


def test_the_json_has_selection_field_value_and_span(
    rules: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = LINE.format("192.0.2.1", "网union").encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    code, said, _ = explained(capsys, "--json", "--source", "nginx", str(rules / "r1.yml"), "-")
    found = json.loads(said)
    assert (code, found["verdict"], found["rule_id"]) == (0, "match", "r1")
    (match,) = found["condition"]["parts"][0]["matches"]
    assert (match["selection"], match["field"], match["value"]) == ("selection", "cs-uri-query", "x=网union")
    assert match["value"][slice(*match["span"])] == "union"
    assert match["byte_span"] == [5, 10]
    assert match["value"].encode()[slice(*match["byte_span"])] == b"union"
    assert (match["pattern"], found["author"]) == ("*union*", "Somebody")
    (step,) = found["condition"]["parts"][0]["parts"]
    assert step["matches"] == [match], "each step has the evidence of its own"


def test_the_text_names_the_author_and_the_place_in_bytes(
    rules: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = LINE.format("192.0.2.1", "网络UNION").encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    _, said, _ = explained(capsys, "--source", "nginx", str(rules / "r1.yml"), "-")
    assert "Evil (r1) · Somebody" in said
    assert "place in bytes: [8, 13) UNION" in said


@pytest.mark.parametrize(
    ("rule", "words"),
    [("nothing", "no rule of this number"), ("r2", "this is a correlation"), ("bad.yml", "not known")],
)
def test_what_can_not_be_explained_is_said(
    rule: str, words: str, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = tmp_path / "event.log"
    event.write_text(LINE.format("192.0.2.1", "a"))
    bad = tmp_path / "bad.yml"
    bad.write_text(RULE.replace("contains", "nonsense"))
    wanted = str(bad) if rule == "bad.yml" else rule
    code, _, said = explained(capsys, "--data", str(tmp_path / "none"), "--rules", str(rules), "--", wanted, str(event))
    assert code == 1
    assert words in said
