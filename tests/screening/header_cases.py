"""Sites with generated combinations of headers, served on loopback over HTTP and HTTPS."""

import random
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from multidict import CIMultiDict

from fenghuo.see.screening.checks.certificate_samples import issued

# Value → how often. Values over which we differ from the oracle on purpose are rare (1 or less) by our choice, so the share of agreement
# depends on that choice; what does not is that the test explains every single difference.
SELF = "default-src 'self'"
CSP = {
    None: 14,
    SELF: 12,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'": 8,
    "default-src 'self'; frame-ancestors 'none'": 8,
    "default-src 'self'; frame-ancestors 'self' https://www.fengsui.example": 6,
    "frame-ancestors 'self'": 4,
    "upgrade-insecure-requests": 4,
    "script-src 'self'": 4,
    "script-src 'self'; object-src 'none'": 6,
    "default-src 'self' 'unsafe-inline'": 6,
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'": 5,
    "default-src 'self'; script-src 'self' 'unsafe-eval'": 4,
    "default-src 'self'; style-src 'self' 'unsafe-inline'": 5,
    "default-src *": 4,
    "default-src https:": 4,
    "default-src 'self'; script-src * data:": 3,
    "default-src 'self'; script-src 'nonce-r4nd0m' 'unsafe-inline'": 5,
    "script-src 'nonce-r4nd0m' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'": 5,
    "default-src 'self'; script-src 'strict-dynamic'": 2,
    "default-src 'self'; script-src 'self' http://cdn.example": 4,
    "default-src 'self'; img-src * data: http:": 4,
    "DEFAULT-SRC 'SELF'; OBJECT-SRC 'NONE'": 3,
    "default-src 'self'; object-src *": 3,
    "default-src 'self'; frame-ancestors *": 1,
    "default-src 'self'; default-src *": 1,
}
FRAMES = {None: 12, "DENY": 5, "SAMEORIGIN": 8, "sameorigin": 4, "ALLOWALL": 3, "ALLOW-FROM https://a.example/": 1}
SNIFFING = {None: 10, "nosniff": 16, "NoSniff": 4, "none": 3, "nosniff, nosniff": 0.5}
REFERRER = {
    None: 10,
    "no-referrer": 4,
    "same-origin": 5,
    "strict-origin": 3,
    "strict-origin-when-cross-origin": 6,
    "no-referrer-when-downgrade": 4,
    "unsafe-url": 4,
    "origin": 3,
    "origin-when-cross-origin": 3,
    "no-referrer, strict-origin-when-cross-origin": 4,
    "unsafe-url, same-origin": 3,
    "sameorigin": 0.5,
}
HSTS = {
    None: 12,
    "max-age=31536000": 8,
    "max-age=31536000; includeSubDomains; preload": 8,
    "max-age=15552000": 4,
    "max-age=15551999": 4,
    "max-age=86400": 4,
    "max-age=0": 3,
    "includeSubDomains": 3,
    "MAX-AGE=63072000 ; includeSubDomains": 3,
    "max-age=31536000\nmax-age=31536000": 0.5,
}
COOKIES = {
    (): 14,
    ("JSESSIONID=5C1B; Path=/; Secure; HttpOnly; SameSite=Lax",): 6,
    ("JSESSIONID=5C1B; Path=/; HttpOnly",): 5,
    ("PHPSESSID=1f0e; path=/",): 5,
    ("PHPSESSID=1f0e; path=/; secure; HttpOnly",): 5,
    ("ASP.NET_SessionId=x1; path=/; Secure",): 4,
    ("login_user=ab; Secure; HttpOnly; SameSite=Strict", "SESSION=cd; Secure; HttpOnly; SameSite=Strict"): 4,
    ("SESSION=cd; Secure; HttpOnly; SameSite=Lax", "PHPSESSID=1f; HttpOnly"): 4,
    ("SESSION=cd; Secure; HttpOnly; SameSite=on",): 4,
    ("SESSION=cd; HttpOnly; SameSite=None",): 3,
    ("SESSION=cd; Secure; HttpOnly; SameSite=None",): 3,
    ("PHPSESSID=deleted; Max-Age=0; path=/",): 0.5,
    ("Hm_lvt_1=2; path=/; Secure",): 3,
    ("Hm_lvt_1=2; path=/",): 0.5,
    ("connect.sid=ab; Secure",): 0.5,
}
CORS = {
    "": 14,
    "*": 5,
    "* true": 3,
    "reflect": 3,
    "reflect true": 6,
    "https://www.fengsui.example true": 4,
    "null true": 0.5,
}
PLAIN = {
    "301 https": 14,
    "302 https": 5,
    "307 https": 3,
    "308 https": 3,
    "200": 8,
    "301 http": 4,
    "301 http-https": 4,
    "refused": 4,
    "301 https elsewhere": 0.5,
    "403": 0.5,
}
META = {
    "": 20,
    f'<meta http-equiv="Content-Security-Policy" content="{SELF}">': 0.7,
    '<meta http-equiv="content-security-policy" content="script-src *">': 1,
    '<meta name="referrer" content="unsafe-url">': 1,
    '<meta name="referrer" content="same-origin">': 1,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A site: what its HTTPS page sends, how it answers origins, and what its http:// says."""

    name: str
    headers: tuple[tuple[str, str], ...]
    head: str
    cors: str
    plain: str


def cases(count: int, seed: int = 20261125) -> list[Case]:
    """So many combinations, the same ones each time."""
    chance = random.Random(seed)

    def one_of(pool: dict) -> object:  # type: ignore[type-arg]
        return chance.choices(list(pool), list(pool.values()))[0]

    made = []
    for number in range(count):
        single = {
            "Content-Security-Policy": one_of(CSP),
            "X-Frame-Options": one_of(FRAMES),
            "X-Content-Type-Options": one_of(SNIFFING),
            "Referrer-Policy": one_of(REFERRER),
            "Strict-Transport-Security": one_of(HSTS),
        }
        headers = [(name, line) for name, value in single.items() if value for line in str(value).split("\n")]
        headers += [("Set-Cookie", line) for line in one_of(COOKIES)]  # type: ignore[attr-defined]
        made.append(Case(f"c{number}", tuple(headers), str(one_of(META)), str(one_of(CORS)), str(one_of(PLAIN))))
    return made


class Sites:
    """The cases behind two ports; each case is a folder, each folder a site of its own."""

    def __init__(self, made: list[Case]) -> None:
        self.made = {case.name: case for case in made}
        self.ports = {"http": 0, "https": 0}

    async def answer(self, request: web.Request) -> web.Response:
        case = self.made.get(request.path.split("/")[1])
        if case is None:
            return web.Response(status=404, text="404")
        if request.scheme == "http" and not (case.plain == "301 http-https" and request.path.endswith("/deep/")):
            return self._plain(case)
        if request.scheme == "http":
            return self._to(301, f"https://localhost:{self.ports['https']}/{case.name}/")
        headers = CIMultiDict([*case.headers, *self._origins(case, request.headers.get("Origin", ""))])
        page = (
            f"<!DOCTYPE html><html><head><title>{case.name}</title>{case.head}</head><body>烽燧县教育局</body></html>"
        )
        return web.Response(text=page, content_type="text/html", headers=headers)

    def _plain(self, case: Case) -> web.Response:
        status, _, where = case.plain.partition(" ")
        if not where:
            return web.Response(status=int(status), text="<html><title>x</title>新闻</html>", content_type="text/html")
        folder, plain, secure = f"/{case.name}/", self.ports["http"], self.ports["https"]
        places = {
            "https": f"https://localhost:{secure}{folder}",
            "https elsewhere": f"https://127.0.0.1:{secure}{folder}",
            "http-https": f"http://localhost:{plain}{folder}deep/",
            "http": f"http://localhost:{plain}/{self._shown.name}/",
        }
        return self._to(int(status), places[where])

    @property
    def _shown(self) -> Case:
        return next(case for case in self.made.values() if case.plain == "200")

    @staticmethod
    def _to(status: int, where: str) -> web.Response:
        return web.Response(status=status, headers={"Location": where})

    @staticmethod
    def _origins(case: Case, origin: str) -> list[tuple[str, str]]:
        allowed, _, credentials = case.cors.partition(" ")
        if not allowed or (allowed == "reflect" and not origin):
            return []
        found = [("Access-Control-Allow-Origin", origin if allowed == "reflect" else allowed)]
        return [*found, *([("Access-Control-Allow-Credentials", credentials)] if credentials else [])]


@asynccontextmanager
async def served(made: list[Case], folder: Path) -> AsyncIterator[Sites]:
    """The cases, served; the certificate of their authority lies in folder/"root.pem"."""
    sites = Sites(made)
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", sites.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        for scheme, context in (("http", None), ("https", _tls(folder))):
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
            await site.start()
            sites.ports[scheme] = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        yield sites
    finally:
        await runner.cleanup()


def _tls(folder: Path) -> ssl.SSLContext:
    now = datetime.now(UTC)
    root = issued("Header Cases Root", authority=True, now=now)
    site = issued("localhost", ("localhost", "127.0.0.1"), by=root, now=now)
    (folder / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    key = site.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "site.pem").write_bytes(site.certificate.public_bytes(Encoding.PEM) + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem")
    return context
