"""A page made still refers to nothing outside itself."""

import re

import pytest

from fenghuo.see.screening.checks.samples import SITE, html, page
from fenghuo.see.screening.facts import Page
from fenghuo.see.screening.fetch import chromium
from fenghuo.see.screening.fetch.chromium import Camera, NoPicture, Unpictured
from fenghuo.see.screening.fetch.still import still

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def test_own_images_and_styles_are_inside_and_nothing_else_is_asked_for() -> None:
    inner = (
        "<img src='/a.png' srcset='/b.png 2x' onerror='x()'><img src='http://x.example/c.png'><script>1</script>"
        "<div style='background:url(/a.png)'>新闻</div><a href='http://x.example/'>外</a><iframe src='/f'></iframe>"
    )
    head = "<link rel=stylesheet href=/s.css><link rel=icon href=/i.ico><style>@import '/t.css';p{color:red}</style>"
    sheet = page(
        "p{background:url(a.png)}</style><script>2</script>", url=f"{SITE}s.css", headers={"Content-Type": "text/css"}
    )
    image = Page(f"{SITE}a.png", 200, (("Content-Type", "text/plain"),), PNG)
    made = still(page(html(inner, head=head)), {f"{SITE}s.css": sheet, f"{SITE}a.png": image})
    assert made.count("data:image/png;base64,") == 3
    assert "新闻" in made
    assert not re.search(r"<script|<iframe|onerror|srcset|@import|rel=.?icon|x\.example/c|url\((?!data:)", made)
    assert "default-src 'none'" in made.partition("<title")[0]


async def test_where_chromium_is_missing_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "installed", lambda: None)
    with pytest.raises(Unpictured) as told:
        await Camera().picture(html())
    assert told.value.reason is NoPicture.NOT_INSTALLED
