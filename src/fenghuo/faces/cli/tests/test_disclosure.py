"""`fenghuo disclosure`: what it prints, what it refuses, and its exit codes."""

import io
import json
from pathlib import Path

import docx
import pytest

import fenghuo.report.disclosure as room
from fenghuo.base.papers.pdf import NoFont
from fenghuo.faces.cli.main import main

SAMPLE = Path(room.__file__).with_name("sample.json")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGHUO_LANG", "en")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.json"
    path.write_text(
        SAMPLE.read_text(encoding="utf-8").replace('"personnel": "158.15"', '"personnel": "158.51"'), encoding="utf-8"
    )
    return path


def test_check_says_what_where_and_what_to_do(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disclosure", "check", str(SAMPLE)]) == 0
    assert main(["disclosure", "check", str(wrong)]) == 1
    printed = capsys.readouterr()
    assert "[error] 二、部门预算安排的总体情况 > 支出 > 基本支出 (overview.spending.basic)" in printed.out
    assert "Expected 158.51 + 28.25 = 186.76, found 186.40." in printed.out
    assert "overview.spending.personnel" in printed.out
    assert "→ Find which of the figures is wrong" in printed.out
    assert "2 errors, 0 warnings" in printed.err


def test_check_speaks_chinese(wrong: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGHUO_LANG", "zh")
    assert main(["disclosure", "check", str(wrong)]) == 1
    printed = capsys.readouterr()
    assert "应为 158.51 + 28.25 = 186.76，实为 186.40。" in printed.out
    assert "2 处错误，0 处提醒" in printed.err


def test_check_answers_scripts(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disclosure", "check", str(wrong), "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["rule"] for row in rows} == {"basic-sum", "table-kind"}
    assert rows[0]["line"] is None


def test_render_refuses_what_is_wrong_unless_it_is_a_draft(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["disclosure", "render", str(wrong), "--out", str(out)]) == 1
    assert not out.exists()
    assert "--draft" in capsys.readouterr().err
    main(["disclosure", "render", str(wrong), "--out", str(out), "--draft"])
    made = docx.Document(io.BytesIO((out / "disclosure.docx").read_bytes()))
    assert "草稿" in made.sections[0].footer.paragraphs[0].text
    assert "草稿" in (out / "disclosure.html").read_text(encoding="utf-8")


def test_render_read_and_check_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["disclosure", "render", str(SAMPLE), "--out", str(tmp_path)])
    assert code == 0 or "no font" in capsys.readouterr().err
    names = {path.name for path in tmp_path.iterdir()}
    assert names >= {
        "disclosure.docx",
        "disclosure.html",
        "disclosure.xlsx",
        "disclosure.json",
        "figures.csv",
        "assets.csv",
    }
    assert (tmp_path / "disclosure.json").read_text(encoding="utf-8") == SAMPLE.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["disclosure", "read", str(tmp_path / "disclosure.docx")]) == 0
    assert capsys.readouterr().out == SAMPLE.read_text(encoding="utf-8")
    assert main(["disclosure", "check", str(tmp_path / "disclosure.docx"), "--strict"]) == 0


def test_without_a_chinese_font_everything_but_the_pdf_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_font(_document: object) -> bytes:
        raise NoFont("SimSun")

    monkeypatch.setattr("fenghuo.report.disclosure.files.to_pdf", no_font)
    assert main(["disclosure", "render", str(SAMPLE), "--out", str(tmp_path)]) == 1
    assert (tmp_path / "disclosure.docx").exists()
    assert not (tmp_path / "disclosure.pdf").exists()


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"format": "fenghuo-disclosure", "version": 1, "year": 2026}', encoding="utf-8")
    assert main(["disclosure", "check", str(bad)]) == 2
    assert "office: must be stated" in capsys.readouterr().err
    for name, body in (("notes.txt", b"nothing"), ("old.docx", b"\xd0\xcf"), ("odd.txt", b"\xff\xff\x00\xff")):
        (tmp_path / name).write_bytes(body)
        assert main(["disclosure", "read", str(tmp_path / name)]) == 2
    assert main(["disclosure", "read", str(tmp_path / "absent.txt")]) == 2


def test_read_lists_what_it_could_not_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "budget.txt"
    head = "南山县档案馆2026年部门预算信息公开情况说明\n三、机关运行经费安排情况\n"
    lines = f"{head}2026年，我部门机关运行经费共计安排5.5万元。\n另见附件。\n"
    text.write_bytes(lines.encode("gb18030"))
    assert main(["disclosure", "read", str(text)]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["operating_cost"] == {"year": 2026, "amount": "5.5"}
    assert "line 4: 另见附件。" in printed.err
