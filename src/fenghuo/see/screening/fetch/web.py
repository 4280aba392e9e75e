"""Pages: one request at a time, redirects followed by hand and only inside the permit."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

import fenghuo
from fenghuo.base.common.door import HttpAnswer, HttpDoor
from fenghuo.base.common.net import Refused
from fenghuo.see.screening.facts import CheckClass, Failure, Page, Untested, Why
from fenghuo.see.screening.fetch.wire import PATIENCE_S, Wire, failure_of

MOST_BODY = 2 * 1024 * 1024
MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Scanner:
    """Who asks: sent with every request. `contact` is a mail address, telephone number or page of the office, ASCII."""

    contact: str
    purpose: str = "security screening of registered sites"

    def headers(self, work_order: str) -> dict[str, str]:
        """The headers that name the scanner, its purpose, contact and work order."""
        said = f"Fenghuo-Screening/{fenghuo.__version__} ({self.purpose}; {self.contact}; order {work_order})"
        return {"User-Agent": f"Mozilla/5.0 (compatible; {said})", "X-Screening": said, "From": self.contact}


def old_tls() -> ssl.SSLContext:
    """A context that talks to old servers too; certificates are facts to be judged, not a condition."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def is_part(answer: HttpAnswer) -> bool:
    """Whether a server sent less than the whole body because a range was asked for."""
    if answer.status != 206:
        return False
    stated = next((value for name, value in answer.headers if name.lower() == "content-range"), "")
    span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", stated.strip())
    return span is None or span[3] == "*" or int(span[2]) + 1 < int(span[3])


@dataclass(slots=True)
class Web:
    """The pages of one asset.

    Attributes:
        addresses: host → the address that is asked for it.
        ports: those that may be asked; the registered one, 80 and 443.
        asked: how many requests were made.
    """

    wire: Wire
    scanner: Scanner
    addresses: Mapping[str, str]
    ports: frozenset[int] = frozenset({80, 443})
    asked: int = 0
    _door: HttpDoor | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        self._door = HttpDoor(self.wire.permit.names, old_tls())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._door is not None:
            await self._door.close()

    async def get(
        self,
        url: str,
        check_class: CheckClass = CheckClass.VISIT,
        headers: Mapping[str, str] | None = None,
        most: int = MOST_BODY,
    ) -> Page:
        """One answer.

        Raises:
            Untested: why there is none; nothing was contacted where the permit does not allow it.
        """
        host, port = self._place(url)
        address = self.addresses.get(host)
        if address is None:
            raise Untested(Failure(Why.LEFT_THE_SITE, url[:200]))
        sent = {**self.scanner.headers(self.wire.permit.work_order), "Accept": "*/*", **(headers or {})}
        if most < MOST_BODY:
            sent["Range"] = f"bytes=0-{most - 1}"
        async with self.wire.leave(check_class, "http", host, address, port, f"GET {url[:300]}"):
            self.asked += 1
            return await self._ask(url, host, address, sent, most)

    async def _ask(self, url: str, host: str, address: str, headers: Mapping[str, str], most: int) -> Page:
        assert self._door is not None
        started = self.wire.limiter.moment()
        try:
            answer = await self._door.get(url, host, address, headers, PATIENCE_S, most)
        except (OSError, TimeoutError, Refused, aiohttp.ClientError, ValueError) as error:
            failure = failure_of(error)
            slow = failure.why in {Why.TIMED_OUT, Why.RESET}
            self.wire.limiter.answered(host, address, self.wire.limiter.moment() - started, refused=slow)
            raise Untested(failure) from error
        seconds = self.wire.limiter.moment() - started
        self.wire.limiter.answered(host, address, seconds, refused=answer.status in {429, 503})
        return Page(
            url,
            answer.status,
            answer.headers,
            answer.body,
            cut=answer.cut or is_part(answer),
            address=address,
            seconds=round(seconds, 3),
        )

    async def follow(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        """The page at the end of the redirects.

        Raises:
            Untested: as `get`; `LEFT_THE_SITE` where they lead to a place outside the permit, which is not contacted.
        """
        chain: list[str] = []
        while True:
            page = await self.get(url, headers=headers)
            location = page.header("location")
            if page.status not in _REDIRECTS or not location:
                return Page(
                    page.url,
                    page.status,
                    page.headers,
                    page.body,
                    cut=page.cut,
                    chain=tuple(chain),
                    address=page.address,
                    seconds=page.seconds,
                )
            chain.append(url)
            if len(chain) > MOST_REDIRECTS:
                raise Untested(Failure(Why.UNREADABLE, f"{len(chain)} redirects"))
            url = urljoin(url, location.strip())

    def _place(self, url: str) -> tuple[str, int]:
        """Host and port of an address that may be asked for.

        Raises:
            Untested: it is none of the asset's.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise Untested(Failure(Why.LEFT_THE_SITE, url[:200])) from None
        port = port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        strange = parts.username is not None or any(c in url for c in "\\\r\n\t ")
        if parts.scheme not in {"http", "https"} or strange or port not in self.ports or not host.isascii():
            raise Untested(Failure(Why.LEFT_THE_SITE, url[:200]))
        return host, port
