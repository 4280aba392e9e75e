"""The public document as readers get it: the page under axe, the docx as LibreOffice shows it. Our own sample, and the real one.

It is a publication and no official paper (公文), so that of GB/T 9704 only the sheet of paper applies.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from fenghuo.base.papers import to_docx
from fenghuo.report.disclosure import Disclosure
from fenghuo.report.disclosure.amounts import shown
from fenghuo.report.disclosure.layout import layout
from fenghuo.report.disclosure.opendata import amounts
from fenghuo.report.disclosure.page import to_html
from fenghuo.report.disclosure.reading import read, text_blocks
from fenghuo.report.disclosure.tests.county import sample
from fenghuo.report.disclosure.tests.test_reading import REAL
from tests.axe import violations
from tests.service.conftest import program
from tests.service.test_notice_journey import SIZES
from tests.service.test_official_papers import pages

pytestmark = pytest.mark.service


def documents() -> dict[str, Disclosure]:
    made = {"sample": sample()}
    if REAL is not None and REAL.exists():
        real = read(text_blocks(REAL.read_text(encoding="utf-8"))).disclosure
        assert real is not None
        made["real"] = real
    return made


@pytest.mark.browser
def test_the_page_is_accessible_on_a_desktop_and_on_a_phone(tmp_path: Path) -> None:
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for name, document in documents().items():
            file = tmp_path / f"{name}.html"
            file.write_text(to_html(layout(document)), encoding="utf-8")
            for size, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(file.as_uri())
                found += [f"{name} {size}: {text}" for text in violations(page)]
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{name} {size} is {wide} px wider than the window"
        browser.close()
    assert found == []


@pytest.mark.parametrize("name", ["sample", "real"])
def test_libreoffice_shows_every_figure_in_one_piece_on_a4(name: str, tmp_path: Path) -> None:
    document = documents().get(name)
    if document is None:
        pytest.skip("../shared is not here")
    (tmp_path / "paper.docx").write_bytes(to_docx(layout(document)))
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice Writer is not installed; .ci/run installs libreoffice-writer-nogui"
    command = [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "paper.docx")], capture_output=True, check=True)
    seen = pages((tmp_path / "paper.pdf").read_bytes(), tmp_path)
    words = {word[4] for page in seen for word in page}
    text = "".join(word[4] for page in seen for word in page)
    of_tables = [
        shown(amount)
        for path, amount in amounts(document)
        if path.startswith(("procurement.rows", "procurement.total", "assets.rows", "tables."))
    ]
    assert [one for one in of_tables if one not in words] == [], "a figure in a cell is never broken"
    assert [one for one in (shown(amount) for _path, amount in amounts(document)) if one not in text] == []
