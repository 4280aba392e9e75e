"""From a page that a visit brought to its picture: own style sheets and images are fetched under the permit, the rest is left out."""

from dataclasses import replace
from urllib.parse import urlsplit

from fenghuo.see.screening.facts import Page, Target, Untested
from fenghuo.see.screening.fetch.chromium import Camera, NoPicture, Unpictured, installed
from fenghuo.see.screening.fetch.screen import Means, pin
from fenghuo.see.screening.fetch.still import MOST_PARTS, parts_of, still
from fenghuo.see.screening.fetch.web import Web
from fenghuo.see.screening.fetch.wire import Wire
from fenghuo.see.screening.permit import Budget, Permit


async def picture_of(page: Page, target: Target, permit: Permit, means: Means, camera: Camera) -> bytes:
    """PNG of a page as it looks without scripts and without what other hosts add to it.

    Raises:
        Unpictured: why there is none. Without Chromium nothing is fetched either.
    """
    if installed() is None:
        raise Unpictured(NoPicture.NOT_INSTALLED)
    return await camera.picture(still(page, await _parts(page, target, permit, means)))


async def _parts(page: Page, target: Target, permit: Permit, means: Means) -> dict[str, Page]:
    """What the page needs to be seen; nothing where the permit ended meanwhile."""
    wire = Wire(replace(permit, budget=Budget(http=MOST_PARTS, tls=0, other=2)), means.limiter, means.log, means.now)
    try:
        addresses = await pin(target, wire, means.resolve)
    except Untested:
        return {}
    port = urlsplit(target.url).port
    hosts = dict.fromkeys(wire.permit.hosts, addresses[0])
    async with Web(wire, means.scanner, hosts, frozenset({80, 443} | ({port} if port else set()))) as web:
        return await parts_of(page, web)
