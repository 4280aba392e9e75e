"""Styles and scripts stay small, need no build, and use nothing that the oldest browsers of offices lack (Chromium 86)."""

import re
from pathlib import Path

import pytest

import fenghuo

FOLDER = Path(fenghuo.__file__).parent / "faces" / "console"
STYLES = FOLDER / "static" / "fenghuo.css"
TOO_NEW_STYLES = (
    *("@layer", "@container", "@property", "@scope", ":has(", ":is(", ":where(", "color-mix(", "aspect-ratio"),
    *("inset:", "accent-color", "dvh", "svh", "lch(", "oklab(", "text-wrap", "subgrid", "scrollbar-gutter", "&:", "& "),
)
TOO_NEW_SCRIPT = (
    *(
        ".at(",
        "replaceAll",
        "structuredClone",
        "Object.hasOwn",
        "Array.fromAsync",
        ".findLast",
        ".toSorted",
        "#private",
    ),
    *("||=", "&&=", "??=", "import(", "eval(", "new Function", "innerHTML +="),
)
HANDLER = re.compile(r"""\son[a-z]+\s*=\s*["']|<script(?![^>]*\bsrc=)|\sstyle\s*=\s*["']|javascript:""", re.IGNORECASE)


def test_styles_are_small_and_old_enough() -> None:
    text = STYLES.read_text(encoding="utf-8")
    assert len(text.encode()) < 40_000
    assert [found for found in TOO_NEW_STYLES if found in text] == []
    assert "http" not in text.replace("http://www.w3.org", ""), "nothing comes from elsewhere"


@pytest.mark.parametrize("path", sorted((FOLDER / "static").glob("*.js")), ids=lambda p: p.name)
def test_scripts_are_old_enough(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [found for found in TOO_NEW_SCRIPT if found in text] == []


@pytest.mark.parametrize("path", sorted((FOLDER / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_pages_hold_no_script_or_style_of_their_own(path: Path) -> None:
    found = HANDLER.findall(path.read_text(encoding="utf-8"))
    assert found == [], "the content security policy would block it"
