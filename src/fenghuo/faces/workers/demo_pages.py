"""The demo county's pages behind home pages, and how a page looked before and at a finding: pictured here and now where Chromium is."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from fenghuo.base.units.models import Asset
from fenghuo.faces.workers.demo_findings import BARE
from fenghuo.see.screening import pages, pictures
from fenghuo.see.screening.facts import Failure, Page, Why
from fenghuo.see.screening.fetch.chromium import Camera, NoPicture, Unpictured
from fenghuo.see.screening.fetch.still import still
from fenghuo.see.screening.fetch.tour import Step
from fenghuo.see.screening.models import StoredFinding

_COLUMNS = ("政务公开", "办事服务", "互动交流", "通知公告", "政策解读", "人事信息")
_NEWS = ("关于开展安全生产专项检查的通知", "2026 年度财政预算公开", "便民服务事项清单", "防汛值班安排", "招标公告")
_STYLE = (
    "body{margin:0;font-family:sans-serif;color:#222}header{background:#0b5394;color:#fff;padding:28px 60px}nav{background:#e8eef6;"
    "padding:12px 60px}nav a{margin-right:32px}main{padding:24px 60px;line-height:2.2}footer{background:#eee;padding:20px 60px}"
)


def seed(sites: Mapping[str, Asset], now: datetime) -> None:
    """Coverage by page of every site that may be visited, and the pictures of the dark link; in the caller's transaction."""
    for number, (code, asset) in enumerate(sites.items()):
        if code not in BARE:
            _tour(asset, now - timedelta(hours=3, minutes=11 * number), 40 if code == "yl-gov" else 12)
    finding = StoredFinding.objects.filter(asset=sites["yl-town2"], check_id="dark-link").first()
    if finding is not None:
        _pictured(sites["yl-town2"], finding)


def _tour(asset: Asset, at: datetime, number: int) -> None:
    """A tour that reached some of the pages; one did not come."""
    links = {f"/zwgk/{n}/": 1 for n in range(len(_COLUMNS))}
    links |= {f"/zwgk/{n % len(_COLUMNS)}/2026{n:04}.html": 2 for n in range(number)}
    pages.record_step(asset, Step("", 0, at, asset.name, links=links))
    for place_number, (place, level) in enumerate(list(links.items())[:27]):
        moment = at + timedelta(seconds=2 * place_number)
        names = _COLUMNS if level == 1 else _NEWS
        missing = Failure(Why.TIMED_OUT) if place_number == 9 else None
        pages.record_step(asset, Step(place, level, moment, names[place_number % len(names)], missing))
    pages.finish(asset, at + timedelta(minutes=1), came=True, whole=True)


def _page(asset: Asset, more: str) -> Page:
    menu = "".join(f"<a href=/zwgk/{n}/>{name}</a>" for n, name in enumerate(_COLUMNS))
    news = "".join(f"<p>{title}</p>" for title in _NEWS)
    body = f"<header><h1>{asset.unit.name}</h1></header><nav>{menu}</nav><main>{news}</main>{more}<footer>主办：{asset.unit.name}</footer>"
    head = f"<meta charset=utf-8><title>{asset.name}</title><style>{_STYLE}</style>"
    text = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return Page(f"http://{asset.value}/", 200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def _pictured(asset: Asset, finding: StoredFinding) -> None:
    """Before, and with the links that the finding's evidence holds."""
    dark = finding.evidence.partition("] ")[2] + "</div>"
    _keep(asset, pictures.Wanted(_page(asset, "")), finding.first_seen - timedelta(hours=5))
    _keep(asset, pictures.Wanted(_page(asset, dark), (finding.id,)), finding.first_seen)


def _keep(asset: Asset, wanted: pictures.Wanted, at: datetime) -> None:
    image: bytes | None = None
    reason: NoPicture | None = None
    try:
        image = asyncio.run(Camera().picture(still(wanted.page, {})))
    except Unpictured as missing:
        reason = missing.reason
    if image is not None or wanted.findings:
        pictures.keep(asset, wanted, at, image, reason)
