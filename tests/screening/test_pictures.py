"""Pictures by the Chromium of this machine: it shows the page, reaches nothing at all, is bounded, and leaves nothing running."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from fenghuo.see.screening.checks.samples import html, page
from fenghuo.see.screening.facts import Page
from fenghuo.see.screening.fetch import chromium
from fenghuo.see.screening.fetch.chromium import Camera, NoPicture, Unpictured
from fenghuo.see.screening.fetch.picture import picture_of
from fenghuo.see.screening.fetch.tests.loopback import HOST, KeptLog, means, permit, site

pytestmark = [pytest.mark.service, pytest.mark.browser]


@pytest.fixture(autouse=True)
def there_is_chromium() -> None:
    assert chromium.installed(), "chromium is needed: apt-get install chromium"


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Red, green and blue at the top left corner; there every filter of PNG leaves the bytes as they are."""
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    return tuple(zlib.decompress(data)[1:4])


def running() -> set[int]:
    """Processes of a camera that are not zombies of somebody else."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"fenghuo-picture-" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = running()
    yield
    assert running() <= before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


REACHING = """<meta http-equiv=refresh content="0;url={o}/refresh"><base href="{o}/"><link rel=stylesheet href="{o}/a.css">
<link rel=preload as=image href="{o}/preload"><link rel=prefetch href="{o}/prefetch"><link rel=dns-prefetch href="{o}">
<link rel=preconnect href="{o}"><link rel=icon href="{o}/icon"><link rel=manifest href="{o}/manifest">
<style>@import url({o}/import.css);@font-face{{font-family:f;src:url({o}/font)}}body{{font-family:f;background:url({o}/back)}}</style>
<body background="{o}/body" onload="fetch('{o}/onload')"><img src="{o}/img" srcset="{o}/srcset 2x"><img src="file:///etc/hostname">
<iframe src="{o}/iframe"></iframe><iframe srcdoc="<img src={o}/srcdoc>"></iframe><object data="{o}/object"></object>
<embed src="{o}/embed"><video src="{o}/video" poster="{o}/poster" autoplay></video><audio src="{o}/audio" autoplay></audio>
<svg><image href="{o}/svg"/><use href="{o}/use#a"/></svg><input type=image src="{o}/input">
<script src="{o}/script.js"></script><script>location='{o}/location';new WebSocket('{w}/ws');new Image().src='{o}/js'</script>
<noscript><img src="{o}/noscript"></noscript><form action="{o}/form" id=x><input autofocus onfocus="document.forms[0].submit()"></form>"""


@pytest.mark.parametrize("made_still", [False, True])
async def test_a_hostile_page_reaches_nothing_whether_it_was_made_still_or_not(made_still: bool) -> None:
    """Each of the two walls by itself: what the page may ask for, and what Chromium can reach."""
    from fenghuo.see.screening.fetch.still import still

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="x")

    async with site(answer) as asked:
        origin = f"http://127.0.0.1:{asked.port}"
        hostile = REACHING.format(o=origin, w=origin.replace("http", "ws"))
        shown = still(page(hostile, url=f"{origin}/"), {}) if made_still else hostile
        picture = await Camera().picture(shown)
        assert asked.paths == []
    assert picture.startswith(b"\x89PNG")
    if made_still:
        assert origin not in shown.replace(f'href="{origin}', "")  # a link that nobody follows


CSS = "body{margin:0;background:rgb(200, 16, 46) url(/back.png)}"


async def town(request: web.Request) -> web.Response:
    if request.path == "/style.css":
        return web.Response(text=CSS, content_type="text/css")
    return web.Response(status=404)


def home(origin: str, host: str) -> Page:
    head = f'<link rel="stylesheet" href="/style.css"><link rel="stylesheet" href="{origin}/other-host.css">'
    return page(
        html("<h1>烽燧县教育局</h1><img src='http://elsewhere.example/x.png'>", head=head), url=f"http://{host}/"
    )


async def test_a_picture_shows_the_page_with_its_own_style_under_the_permit() -> None:
    log = KeptLog()
    async with site(town) as asked:
        shown = home(f"http://127.0.0.1:{asked.port}", f"{HOST}:{asked.port}")
        picture = await picture_of(shown, asked.target(), permit(), means(log), Camera())
        assert asked.paths == ["/style.css", "/back.png"]
    assert first_pixel(picture) == (200, 16, 46)
    assert {contact.host for contact in log.contacts if contact.check_class == "visit"} == {HOST}


async def test_without_a_permit_the_page_is_pictured_as_it_came() -> None:
    async with site(town) as asked:
        shown = home("http://x.example", f"{HOST}:{asked.port}")
        picture = await picture_of(shown, asked.target(), permit(classes=frozenset()), means(), Camera())
        assert asked.paths == []
    assert first_pixel(picture) == (255, 255, 255)


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("PATIENCE_S", 0.3, NoPicture.TOO_SLOW),
        ("MOST_MEMORY", 1, NoPicture.TOO_LARGE),
        ("MOST_PICTURE", 10, NoPicture.TOO_LARGE),
    ],
)
async def test_what_takes_too_long_or_too_much_is_ended(
    limit: str, value: float, reason: NoPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, limit, value)
    with pytest.raises(Unpictured) as told:
        await Camera().picture(html("<p>新闻</p>"))
    assert told.value.reason is reason
