"""`fenghuo incidents grade`: one line out a case; what can't be read is told with line and field, and the others are graded."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from fenghuo.faces.cli.main import main

GOOD = '{"id": "a", "discovered_at": "2026-11-25T23:30", "operator": "other", "personal_records": 10000000}'


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGHUO_LANG", "en")


def run(tmp_path: Path, content: str | bytes, *options: str) -> int:
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(content.encode() if isinstance(content, str) else content)
    return main(["incidents", "grade", str(cases), *options])


def out(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], str]:
    captured = capsys.readouterr()
    return [json.loads(line) for line in captured.out.splitlines()], captured.err


def test_a_case_is_graded_twice_and_its_addressees_have_due_times_and_articles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, GOOD + "\n") == 0
    (line,), _err = out(capsys)
    measures = line["report_measures"]
    assert (measures["grade"], measures["grade_zh"], measures["level"]) == ("major", "重大", 2)
    assert (measures["rule"], measures["article"], measures["sureness"]) == (
        "personal-records.major",
        "二、5",
        "confirmed",
    )
    assert measures["rule_text"] == "personal data of citizens leaked: personal data leaked of ≥ 10,000,000 people"
    assert (line["gbt_20986"]["grade"], line["gbt_20986"]["sureness"]) == ("general", "to-check")
    told = {a["to"]: (a["due_at"], a["article"], a["limit_text"]) for a in line["addressees"]}
    assert told["provincial-cac"] == ("2026-11-26T03:30:00+08:00", "第四条", "4 h")
    assert told["national-cac"] == ("2026-11-26T04:30:00+08:00", "第四条", "1 h")
    assert told["first-addressee"] == (None, "第八条", "30 days")
    assert told["affected-people"][2] == "promptly"
    missing = {m["field"]: m["could_become"] for m in line["missing"]}
    assert missing["loss_yuan"] == "particularly-major"
    assert "personal_records" not in missing
    assert [a["field"] for a in line["assumed"]] == ["county_knew_at"]


def test_the_words_are_in_the_language_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, GOOD, "--lang", "zh")
    (asked,), _err = out(capsys)
    monkeypatch.setenv("FENGHUO_LANG", "zh")
    run(tmp_path, GOOD)
    (from_environment,), _err = out(capsys)
    assert asked == from_environment
    assert asked["report_measures"]["rule_text"] == "泄露公民个人信息：泄露个人信息 ≥ 1,000 万人"
    assert {a["limit_text"] for a in asked["addressees"]} >= {"4 小时内", "30 日内", "及时"}


def test_what_is_wrong_is_told_with_line_and_field_and_the_others_are_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        "no json",
        "",
        '{"id": "b", "outage_minutes": "2 h", "operator": "bank"}',
        "[1]",
        '{"id": "c", "id": "d"}',
        '{"id": "e", "views": NaN}',
        '{"id": "f", "remark": "x"}',
        "[" * 100_000,
        '{"id": "' + "x" * 2_000_000 + '"}',
        GOOD,
    ]
    assert run(tmp_path, "\n".join(lines)) == 1
    graded, err = out(capsys)
    assert [line["id"] for line in graded] == ["f", "a"]
    told = err.splitlines()
    assert [line.partition(":")[0] for line in told] == [f"line {n}" for n in (1, 3, 3, 4, 5, 6, 7, 8, 9)]
    assert "field operator: 'bank' is not known; write one of other, state_organ, cii" in told[1]
    assert "field outage_minutes: '2 h' is no number; write digits without quotes or units" in told[2]
    assert "field id: it stands twice" in told[4]
    assert "field remark is not known here and was left alone" in told[6]
    assert "longer than 1 MB" in told[8]


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert main(["incidents", "grade", "-"]) == 0
    assert out(capsys)[0][0]["id"] == "a"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_as_office_programs_write_them(tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, '{"id": "教育局", "operator": "关键信息基础设施", "outage_minutes": 10}'.encode(encoding)) == 0
    assert out(capsys)[0][0]["report_measures"]["grade_zh"] == "较大"


def test_a_file_that_is_not_there_or_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", "grade", str(tmp_path / "none")]) == 1
    assert "not readable" in out(capsys)[1]
    assert run(tmp_path, "\n \n") == 1
    assert "There is no case in it" in out(capsys)[1]


def test_moments_without_a_zone_take_the_one_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, GOOD, "--zone", "UTC")
    assert out(capsys)[0][0]["addressees"][0]["due_at"] == "2026-11-26T03:30:00+00:00"
    with pytest.raises(SystemExit):
        run(tmp_path, GOOD, "--zone", "Nowhere/Land")
