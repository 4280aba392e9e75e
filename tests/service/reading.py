"""A walk through pages by somebody who reads them: besides what axe finds, no English word may stand on a Chinese page."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.service.conftest import Platform, program
from tests.service.journey_world import UNITS
from tests.service.test_notice_journey import SIZES, WALKS, Walk

_ENGLISH = re.compile(r"[A-Za-z]{3,}")
_SAME_IN_BOTH = {"PDF", "PNG", "JPG", "docx", "xlsx", "SHA", "STIX", "TLP", "English", "Fenghuo"}
"""Names of formats and standards, the switch to the other language, the product's own name."""
_NAMES = re.compile(r"[\w.-]+\.(?:example|pdf|png)|TLP:[A-Z+]+|ann|wang|li-\w+|" + "|".join(UNITS))
"""What people and units are called here, their sites and files, and the markings of TLP 2.0, which are not translated."""


class Reader(Walk):
    """See the module."""

    chinese = False

    def look(self) -> None:
        super().look()
        if self.chinese:
            words = self.page.evaluate(_TEXTS)
            found = set(_ENGLISH.findall(_NAMES.sub(" ", words))) - _SAME_IN_BOTH
            self.found += [f"{self.page.url}: English on a Chinese page: {sorted(found)}"] if found else []

    def text(self) -> str:
        """What stands on the page, folded parts too."""
        return str(self.page.locator("main").text_content())

    def open(self, path: str) -> None:
        """As `go`, where the page was looked at before."""
        self.page.goto(self.base + path)

    def click(self, verb: str, name: str = "verb") -> None:
        """As `press`, where the page that follows was looked at before."""
        with self.page.expect_navigation():
            self.page.locator(f"button[name={name}][value='{verb}']").first.click()

    def save(self) -> None:
        """Send the page's form, where the page that follows was looked at before."""
        with self.page.expect_navigation():
            self.page.locator("main form button.first").first.click()

    def unfold(self, field: str) -> None:
        """Open what a field lies in."""
        self.page.locator("details", has=self.page.locator(field)).evaluate_all(
            "all => all.forEach(p => p.open = true)"
        )


_TEXTS = """() => [...document.querySelectorAll('main, aside, title')].map(part => {
  const copy = part.cloneNode(true);
  copy.querySelectorAll('code, script, .paper, #keys, option[lang]').forEach(one => one.remove());
  copy.querySelectorAll('[placeholder], [title], [aria-label]').forEach(one => copy.append(
    ' ' + ['placeholder', 'title', 'aria-label'].map(name => one.getAttribute(name) || '').join(' ')));
  return copy.textContent;
}).join(' ')"""


class Office:
    """Opens windows of one browser for the walks of a journey; each person signs in once. What was found wrong is in `found`."""

    def __init__(self, browser: Browser, platform: Platform, label: str) -> None:
        self._browser, self._base, self._label = browser, platform.console.rstrip("/"), label
        self._signed_in: dict[str, Any] = {}
        self._opened: list[Reader] = []
        self.found: list[str] = []
        self.language, self.size = "", ""

    def begin(self, who: str, *, stranger: bool = False, size: str = "") -> Reader:
        """A window in the language and size of the walk; of a stranger without an account."""
        width, height = SIZES[size or self.size]
        touch: dict[str, Any] = {"has_touch": True, "is_mobile": True} if (size or self.size) == "phone" else {}
        viewport: Any = {"width": width, "height": height}
        context = self._browser.new_context(
            locale=self.language, viewport=viewport, storage_state=self._signed_in.get(who), **touch
        )
        context.set_default_timeout(60_000)
        walk = Reader(context, self._base, f"{self._label}-{self.language}-{self.size}-{who}")
        walk.chinese = self.language.startswith("zh")
        self._opened.append(walk)
        if not stranger and who not in self._signed_in:
            walk.sign_in(who)
            self._signed_in[who] = context.storage_state()
        return walk

    def close(self) -> None:
        """Close what the walk opened."""
        for walk in self._opened:
            self.found += walk.found
            walk.page.context.close()
        self._opened.clear()


def journey(platform: Platform, label: str, walk_through: Callable[[Office, str], None]) -> list[str]:
    """One walk a unit of `UNITS`, in each language and size; what was found wrong on the way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        office = Office(browser, platform, label)
        for code, (office.language, office.size) in zip(UNITS, WALKS, strict=True):
            walk_through(office, code)
            office.close()
        browser.close()
    return office.found
