"""Training in a real browser: an analyst, who answers by a slip on a phone, a stranger with a certificate, the inspector; axe looks on."""

import re
import urllib.error
import urllib.request
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from fenghuo.base.papers import Sheet, to_xlsx
from tests.service.conftest import Platform, program, until
from tests.service.test_money_journey import fill, text
from tests.service.test_notice_journey import SIZES, WALKS, Walk, world
from tests.tables.performance_world import SHANGHAI

pytestmark = [pytest.mark.service, pytest.mark.browser]


def book(path: Path, head: list[str], *rows: list[str | int]) -> Path:
    """A sheet on disk."""
    path.write_bytes(to_xlsx([Sheet("a", head, [[*row, *[""] * (len(head) - len(row))] for row in rows])]))
    return path


def path_of(walk: Walk) -> str:
    return re.sub(r"^https?://[^/]+", "", walk.page.url)


def course(walk: Walk, folder: Path, title: str) -> str:
    """A course with a material and a bank out of a sheet whose first version is refused; its address."""
    walk.go("/training/courses/new/")
    walk.page.select_option("#id_certified_by", "passed")
    fill(walk, title=title, subject_matter="应急处置", hours="2.5", giver="云岭县委网信办", valid_months="24")
    page = path_of(walk)
    slides = folder / "slides.pdf"
    slides.write_bytes(b"%PDF-1.7 slides")
    walk.page.set_input_files("#material", slides)
    walk.submit("form[action$='/material/'] button")
    head = ["题型", "题目", "分值", "答案", "选项A", "选项B"]
    good: list[list[str | int]] = [
        ["单选", "先做什么？", 60, "A", "断网", "关机"],
        ["判断", "通报可以不反馈。", 40, "错"],
    ]
    walk.go(page + "questions/import/")
    walk.page.set_input_files("#id_file", book(folder / "bad.xlsx", head, *good, ["填空", "题", 1, "A"]))
    walk.submit("main form button.first")
    assert re.search(r"(?:第 ?|Row )4", text(walk))
    walk.page.set_input_files("#id_file", book(folder / "good.xlsx", head, *good))
    walk.submit("main form button.first")
    assert "先做什么？" in text(walk)
    return page


def session(walk: Walk, page: str, folder: Path, now: datetime) -> tuple[str, str]:
    """A session with three persons, its list, its quiz and its slips; (its address, the slip of 甲)."""
    walk.go(page + "session/")
    for place in (0, 1):
        walk.page.locator("input[name=units]").nth(place).check()
    fill(walk, on=now.date().isoformat(), place="三楼会议室", lecturer="李娜")
    of = path_of(walk)
    people = [
        ["云岭县教育局", "甲", "干部", "是", "到场"],
        ["health", "乙", "", "", ""],
        ["health", "丙", "", "", "请假"],
    ]
    walk.go(of + "import/")
    head = ["单位", "姓名", "职务", "报名", "到场"]
    walk.page.set_input_files("#id_file", book(folder / "people.xlsx", head, *people))  # type: ignore[arg-type]
    walk.submit("main form button.first")
    walk.press("hold")
    assert walk.page.locator("button[value=hold]").count() == 1, "of one person nobody said whether they came"
    walk.page.get_by_label(re.compile(r"(到场情况|Came) 乙")).select_option("absent")
    walk.submit("form[action$='/attendance/'] button.first")
    walk.press("hold")
    walk.go(of + "quiz/")
    begin, end = now - timedelta(minutes=5), now + timedelta(days=2)
    form = "%Y-%m-%dT%H:%M"
    fill(walk, pass_points="60", tries="2", opens_at=begin.strftime(form), closes_at=end.strftime(form))
    with walk.page.expect_download() as download:
        walk.page.locator("form[action$='/slips/'] button").click()
    links = re.findall(r"/q/[\w-]+/", Path(download.value.path()).read_text(encoding="utf-8"))
    assert len(links) == 1
    return of, links[0]


def participant(walk: Walk, slip: str) -> None:
    """A try that lacks an answer, one that is wrong, and one that is right."""
    walk.go(slip)
    walk.page.get_by_text("关机").click()
    walk.submit("main form button.first")
    assert walk.page.locator("[role=alert]").count() == 1
    walk.page.get_by_label(re.compile(r"^(对|true)$")).check()
    walk.submit("main form button.first")
    assert "断网" in text(walk), "the questions again, since one try is left"
    walk.page.get_by_text("断网").click()
    walk.page.get_by_label(re.compile(r"^(错|false)$")).check()
    walk.submit("main form button.first")
    assert walk.page.locator("main form").count() == 0
    assert "✓" in text(walk)


def certificate(walk: Walk, of: str) -> tuple[str, str]:
    """Issues the certificate and takes its paper; (number, check code)."""
    walk.go(of)
    walk.submit("form[action$='/certify/'] button")
    with walk.page.expect_download() as download:
        walk.page.locator("a[href$='certificate.docx']").first.click()
    with zipfile.ZipFile(download.value.path()) as packed:
        words = re.sub(r"<[^>]+>", " ", packed.read("word/document.xml").decode())
    number, code = re.search(r"\d{4}-\d{4}", words), re.search(r"\b[2-9A-HJ-NP-Z]{10}\b", words)
    assert number
    assert code
    for path in ("/training/", "/training/courses/", "/training/certificates/", "/training/others/"):
        walk.go(path)
    return number[0], code[0]


def stranger(walk: Walk, number: str, code: str) -> None:
    """Checks the certificate: wrong, right, and by a name."""
    walk.go("/certificate/")
    for typed, holder, said in (
        ("AAAAAAAAAA", "", r"无效|Not valid"),
        (code, "", r"该证书有效|is valid"),
        (code, "甲", r"相符|is that of the holder"),
    ):
        walk.page.fill("#number", number)
        walk.page.fill("#code", typed)
        walk.page.fill("#holder", holder)
        walk.submit("main form button.first")
        assert re.search(said, text(walk))
        assert "教育局" not in text(walk)


def reader(walk: Walk, of: str) -> None:
    """The inspector reads everything and changes nothing."""
    for path in ("/training/", "/training/courses/", "/training/certificates/", "/training/others/", of):
        walk.go(path)
        assert walk.page.locator("main form button.first").count() == 0, path


def other(walk: Walk, number: int) -> None:
    """A certificate of another body is recorded and revoked."""
    walk.go("/training/others/new/")
    walk.page.select_option("#id_unit", index=1)
    values = {"holder": "乙", "kind": "CISP", "number": f"C-{number}", "issuer": "测评中心", "document": "复印件"}
    fill(walk, **values)
    assert f"C-{number}" in text(walk)


def walk_through(
    browser: Browser, platform: Platform, folder: Path, number: int, now: datetime
) -> tuple[list[str], str]:
    language, size = WALKS[number]
    walks = []

    def begin(who: str, wide: tuple[int, int], name: str = "") -> Walk:
        context = browser.new_context(locale=language, viewport={"width": wide[0], "height": wide[1]})
        context.set_default_timeout(60_000)
        walks.append(Walk(context, platform.console.rstrip("/"), f"training-{language}-{size}-{name or who}"))
        if who:
            walks[-1].sign_in(who)
        return walks[-1]

    analyst = begin("an", SIZES[size])
    of, slip = session(analyst, course(analyst, folder, f"应急处置 {number}"), folder, now)
    participant(begin("", SIZES["phone"], "slip"), slip)
    paper, code = certificate(analyst, of)
    other(analyst, number)
    stranger(begin("", SIZES[size], "stranger"), paper, code)
    reader(begin("ji", SIZES[size]), of)
    found = [line for walk in walks for line in walk.found]
    for walk in walks:
        walk.page.context.close()
    return found, slip


def nothing_names(platform: Platform, slips: list[str]) -> None:
    """Neither the log, which does name addresses that are none, nor the files of the tables hold what stands on a slip."""
    urllib.request.urlopen(urllib.request.Request(f"{platform.console}{slips[0][1:]}", b"try=1", method="POST")).close()
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{platform.console}q/no-such-slip/")
    log = platform.data.parent / "up.log"
    until(lambda: "/q/no-such-slip/" in log.read_text(errors="replace"), what="the log")
    files = [log, *platform.data.glob("fenghuo.sqlite3*")]
    assert len(files) > 1
    for file in files:
        held = file.read_bytes()
        assert not any(slip.split("/")[2].encode() in held for slip in slips), file


def test_from_a_course_to_a_certificate_that_is_checked(platform: Platform, tmp_path: Path) -> None:
    world(platform, "seed", module="training_office")
    found: list[str] = []
    slips = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        for number in range(len(WALKS)):
            problems, slip = walk_through(browser, platform, tmp_path, number, datetime.now(SHANGHAI))
            found += problems
            slips.append(slip)
        browser.close()
    assert found == []
    nothing_names(platform, slips)
