"""Sites that behave in their own way, one Python process for all of them: `python -m tests.county.behaviour ADDRESS[:PORT]=KIND …`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web

from tests.county import pages

NAME = "烽燧县城乡建设局"
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def _html(text: str, status: int = 200, **headers: str) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


async def soft(_request: web.Request) -> web.Response:
    """Everything is the home page."""
    return _html(pages.site(NAME))


async def firewall(request: web.Request) -> web.Response:
    """The home page comes, everything else is blocked."""
    return _html(pages.site(NAME)) if request.path == "/" else _html(pages.WAF, 403)


async def slow(_request: web.Request) -> web.Response:
    """Longer than anybody waits."""
    await asyncio.sleep(60)
    return _html(pages.site(NAME))


async def reset(request: web.Request) -> web.Response:
    """Cut in the middle."""
    assert request.transport is not None
    request.transport.abort()
    return _html("")


async def half(request: web.Request) -> web.StreamResponse:
    """Half of what was promised."""
    answer = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "text/html"})
    await answer.prepare(request)
    await answer.write(pages.site(NAME).encode()[:300])
    assert request.transport is not None
    request.transport.close()
    return answer


async def error(_request: web.Request) -> web.Response:
    """The application behind it is gone."""
    return _html("<h1>502 Bad Gateway</h1>", 502)


async def busy(_request: web.Request) -> web.Response:
    """Wants to be left alone."""
    return web.Response(status=503, text="busy", headers={"Retry-After": "120"})


async def cors(request: web.Request) -> web.Response:
    """Trusts every origin."""
    origin = request.headers.get("Origin", "")
    extra = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"} if origin else {}
    return _html(pages.site(NAME), 200 if request.path == "/" else 404, **extra)


async def cloaked(request: web.Request) -> web.Response:
    """Another page for search engines."""
    if request.path != "/":
        return _html("<title>404</title>没有", 404)
    if "Baiduspider" in request.headers.get("User-Agent", ""):
        links = "".join(
            f'<p><a href="http://bet{n}.example/">时时彩 百家乐 在线赌场 开户送钱 {n}</a></p>' for n in range(30)
        )
        return _html(f"<html><head><title>澳门赌场_百家乐开户_时时彩</title></head><body>{links}</body></html>")
    return _html(pages.site(NAME))


async def gbk(request: web.Request) -> web.Response:
    """An old site in GBK, with news that only sounds like something."""
    if request.path != "/":
        return web.Response(
            status=404, body="<title>404</title>找不到".encode("gbk"), content_type="text/html", charset="gbk"
        )
    text = "<p>我县至澳门航线开通　福利彩票公益金支持教育　警方提醒：网络赌博十赌九骗</p>"
    page = pages.site(NAME, text).replace("utf-8", "gb2312").replace("滇", "京")
    return web.Response(body=page.encode("gb18030"), headers={"Content-Type": "text/html"})


async def login(_request: web.Request) -> web.Response:
    """Whatever is asked for, one has to log in first."""
    return _html(pages.LOGIN_WALL)


async def elasticsearch(request: web.Request) -> web.Response:
    """The root of Elasticsearch without a password."""
    said = {"name": "n1", "cluster_name": "oa", "version": {"number": "7.10.2"}, "tagline": "You Know, for Search"}
    return web.json_response(said) if request.path == "/" else web.json_response({"error": "no"}, status=404)


async def docker(request: web.Request) -> web.Response:
    """Docker's interface without certificates."""
    found = request.path == "/version"
    return web.json_response(
        {"Version": "20.10.5", "ApiVersion": "1.41"} if found else {}, status=200 if found else 404
    )


async def guarded(_request: web.Request) -> web.Response:
    """Elasticsearch that asks for a password."""
    said = {"error": {"type": "security_exception", "reason": "missing authentication credentials"}, "status": 401}
    return web.json_response(said, status=401, headers={"WWW-Authenticate": 'Basic realm="security"'})


_ALL = (soft, firewall, slow, reset, half, error, busy, cors, cloaked, gbk, login, elasticsearch, docker, guarded)
KINDS = {f.__name__: f for f in _ALL}


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A port that is open and says nothing."""
    await reader.read()
    writer.close()


async def _main(assigned: list[str]) -> None:
    runners, listeners = [], []
    for text in assigned:
        place, kind = text.split("=")
        address, _, port = place.partition(":")
        if kind == "silent":
            listeners.append(await asyncio.start_server(_silent, address, int(port)))
            continue
        runner = web.ServerRunner(web.Server(cast(Handler, KINDS[kind])))
        await runner.setup()
        await web.TCPSite(runner, address, int(port or 80)).start()
        runners.append(runner)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
