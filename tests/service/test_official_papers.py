"""The official form as a PDF, measured with pdftotext (poppler-utils) against GB/T 9704-2012."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from fenghuo.base.papers import official as o
from fenghuo.base.papers import official_docx, official_pdf
from fenghuo.base.papers.tests.test_official import LONG

Word = tuple[float, float, float, float, str]


def pages(pdf: bytes, folder: Path) -> list[list[Word]]:
    """The words of each page with their boxes in millimetres from the top left corner."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is not installed; .ci/run installs poppler-utils"
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    text = subprocess.run([program, "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    found: list[list[Word]] = []
    for line in text.splitlines():
        numbers = [float(n) * o.POINT_MM for n in re.findall(r'"([\d.]+)"', line)]
        if "<page" in line:
            assert numbers == pytest.approx([210, 297], abs=0.1), "A4"
            found.append([])
        elif "<word" in line:
            x1, y1, x2, y2 = numbers
            found[-1].append((x1, y1, x2, y2, re.sub(r"<[^>]*>", "", line).strip()))
    return found


def only(words: list[Word], text: str) -> Word:
    return next(w for w in words if w[4].startswith(text))


@pytest.mark.service
def test_margins_lines_and_characters_are_the_standard_s(tmp_path: Path) -> None:
    second = pages(official_pdf(LONG), tmp_path)[1]
    body = [w for w in second if w[1] < o.TOP_MM + o.HEIGHT_MM]
    assert min(w[1] for w in body) == pytest.approx(o.TOP_MM, abs=1)
    assert min(w[0] for w in body) == pytest.approx(o.LEFT_MM, abs=1)
    assert max(w[2] for w in body) == pytest.approx(o.LEFT_MM + o.WIDTH_MM, abs=1)
    assert max(w[3] for w in body) <= o.TOP_MM + o.HEIGHT_MM + 1
    tops = sorted({round(w[1], 1) for w in body})
    assert len(tops) == o.LINES
    steps = [b - a for a, b in pairwise(tops)]
    assert steps == pytest.approx([o.HEIGHT_MM / o.LINES] * 21, abs=0.2)
    full = [w for w in body if w[0] < o.LEFT_MM + 1 and len(w[4]) > 20]
    assert {len(w[4]) for w in full} == {o.CHARACTERS}


@pytest.mark.service
def test_the_head_stands_where_the_standard_wants_it(tmp_path: Path) -> None:
    made = pages(official_pdf(LONG), tmp_path)
    first = made[0]
    mark, number, title = only(first, "云岭县"), only(first, "云网信"), only(first, "关于")
    urgency = only(first, "加急")
    assert urgency[:2] == pytest.approx((o.LEFT_MM, o.TOP_MM), abs=1)
    assert mark[1] == pytest.approx(o.TOP_MM + o.MARK_BELOW_MM, abs=1)
    line = o.LINE_PT * o.POINT_MM
    assert number[1] - mark[3] == pytest.approx(2 * line, abs=1)
    assert title[1] - number[3] == pytest.approx(o.RED_LINE_BELOW_MM + 2 * line, abs=1)
    assert title[3] - title[1] == pytest.approx(o.TITLE_PT * o.POINT_MM, abs=0.3)
    assert only(first, "教育局：")[1] - title[3] == pytest.approx(line, abs=4)
    assert only(first, "一、")[0] == pytest.approx(o.LEFT_MM + 2 * o.CHARACTER_PT * o.POINT_MM, abs=1)
    for centred in (mark, number, title):
        assert (centred[0] + centred[2]) / 2 == pytest.approx(o.LEFT_MM + o.WIDTH_MM / 2, abs=1)


@pytest.mark.service
def test_date_foot_and_page_numbers(tmp_path: Path) -> None:
    made = pages(official_pdf(LONG), tmp_path)
    words = [w for page in made for w in page]
    day = next(w for w in words if w[4] == "2026年1月5日")
    edge = o.LEFT_MM + o.WIDTH_MM
    signature = [w for w in words if w[4] == LONG.agency][1]
    assert edge - max(day[2], signature[2]) == pytest.approx(4 * o.CHARACTER_PT * o.POINT_MM, abs=1)
    last = only(made[-1], "2026年1月5日印发")
    assert edge - last[2] == pytest.approx(o.SMALL_PT * o.POINT_MM, abs=1)
    assert o.TOP_MM + o.HEIGHT_MM - last[3] < 3, "at the bottom of the last page"
    assert only(made[-1], "抄送：")[3] < last[1] + 1
    for number, page in enumerate(made, 1):
        shown = [w for w in page if w[1] > o.TOP_MM + o.HEIGHT_MM]
        assert [w[4] for w in sorted(shown)] == ["—", str(number), "—"]
        assert shown[0][1] == pytest.approx(o.TOP_MM + o.HEIGHT_MM + o.NUMBER_BELOW_MM, abs=1)
        assert (min(w[0] for w in shown) > 105) == (number % 2 == 1), "odd at the right, even at the left"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docx as LibreOffice renders it."""
    folder = tmp_path_factory.mktemp("writer")
    program = shutil.which("soffice")
    assert program, "LibreOffice Writer is not installed; .ci/run installs libreoffice-writer-nogui"
    (folder / "paper.docx").write_bytes(official_docx(LONG))
    command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
    done = subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "paper.docx")], capture_output=True, text=True, check=False
    )
    assert (folder / "paper.pdf").exists(), done.stderr
    return folder / "paper.pdf"


@pytest.mark.service
def test_the_docx_has_the_same_margins_and_lines_in_libreoffice(written: Path, tmp_path: Path) -> None:
    made = pages(written.read_bytes(), tmp_path)
    line, bottom = o.HEIGHT_MM / o.LINES, o.TOP_MM + o.HEIGHT_MM
    for page in made[1:-1]:
        body = [w for w in page if w[3] < bottom + 1]
        assert min(w[0] for w in body) == pytest.approx(o.LEFT_MM, abs=1)
        assert max(w[2] for w in body) == pytest.approx(o.LEFT_MM + o.WIDTH_MM, abs=1)
        bottoms = sorted({round(w[3], 1) for w in body})
        assert len(bottoms) == o.LINES
        assert bottoms[0] - line == pytest.approx(o.TOP_MM, abs=1), "the first line begins at the top of the type area"
        assert bottoms[-1] == pytest.approx(bottom, abs=1), "the last line ends at its bottom"
        assert [b - a for a, b in pairwise(bottoms)] == pytest.approx([line] * 21, abs=0.2)
        assert {len(w[4]) for w in body if w[0] < o.LEFT_MM + 1 and len(w[4]) > 20} == {o.CHARACTERS}
    assert only(made[0], "云岭县")[1] == pytest.approx(o.TOP_MM + o.MARK_BELOW_MM, abs=1)
    for number, page in enumerate(made, 1):
        shown = sorted(w for w in page if w[1] > bottom)
        assert [w[4] for w in shown] == ["—", str(number), "—"]


def sizes(pdf: Path) -> dict[str, float]:
    """Text of a line → its type size in points, as pdftohtml (poppler-utils) reads it out of the PDF."""
    program = shutil.which("pdftohtml")
    assert program, "pdftohtml is not installed; .ci/run installs poppler-utils"
    command = [program, "-xml", "-zoom", "1", "-i", "-stdout", str(pdf)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    fonts = {i: float(size) for i, size in re.findall(r'<fontspec id="(\d+)" size="(\d+)"', text)}
    lines = re.findall(r'<text [^>]*font="(\d+)"[^>]*>(.*?)</text>', text)
    first: dict[str, float] = {}
    for font, words in lines:
        first.setdefault(re.sub(r"<[^>]*>", "", words).strip(), fonts[font])
    return first


@pytest.mark.service
@pytest.mark.parametrize("by", ["libreoffice", "typst"])
def test_type_sizes_are_those_of_the_standard(by: str, written: Path, tmp_path: Path) -> None:
    pdf = written if by == "libreoffice" else tmp_path / "own.pdf"
    if by == "typst":
        pdf.write_bytes(official_pdf(LONG))
    found = sizes(pdf)
    by_start = {
        start: next(v for k, v in found.items() if k.startswith(start)) for start in ("关于", "教育局", "一、", "抄送")
    }
    assert by_start == {"关于": o.TITLE_PT, "教育局": o.BODY_PT, "一、": o.BODY_PT, "抄送": o.SMALL_PT}
    assert next(v for k, v in found.items() if k.startswith("网网")) == o.BODY_PT
    assert o.TITLE_PT < found[LONG.agency] <= o.LARGEST_MARK_PT
