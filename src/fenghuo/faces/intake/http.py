"""Log intake over HTTP: JSON lines, Elasticsearch `_bulk`, Splunk HEC, OTLP. Answers come after fsync."""

import asyncio
import gzip
import io
import logging
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from fenghuo.faces.intake import formats
from fenghuo.faces.intake.formats import BadBody, Item
from fenghuo.faces.intake.senders import Senders, token_of
from fenghuo.faces.intake.store import Line, Store, TooFast
from fenghuo.see.eventlog import LogFull
from fenghuo.see.events import SourceStamp

log = logging.getLogger(__name__)
_WAITING_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, JSON body (None for none) and headers."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    raw: bytes | None = None


class Problem(Exception):
    """The request is refused with this status; nothing was stored."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers or {}


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request matters here."""

    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    peer: str
    body: bytes


class Http:
    """The ASGI application."""

    def __init__(self, store: Store, senders: Senders) -> None:
        self._store = store
        self._senders = senders
        self._waiting = 0

    async def __call__(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        took = 0
        try:
            request, took = await self._read(scope, receive)
            reply = await self._route(request)
        except Problem as problem:
            reply = self._refusal(scope["path"], problem)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a request could not be served")
            reply = self._refusal(scope["path"], Problem(500, "internal error; nothing was confirmed, send it again"))
        finally:
            self._waiting -= took
        body = reply.raw if reply.raw is not None else b"" if reply.body is None else orjson.dumps(reply.body)
        headers = {"content-type": reply.content_type, "content-length": str(len(body)), **reply.headers}
        start = {"type": "http.response.start", "status": reply.status}
        await send({**start, "headers": [(k.encode(), v.encode()) for k, v in headers.items()]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _read(self, scope: Any, receive: Callable[[], Awaitable[Any]]) -> tuple[Request, int]:
        headers = dict(scope["headers"])
        limit = self._store.batch_limit
        stated = headers.get(b"content-length", b"0")
        if stated.isdigit() and int(stated) > limit:
            raise Problem(413, f"the body has {int(stated)} bytes; the limit is {limit}")
        if self._waiting > _WAITING_BYTES:
            raise Problem(503, "too much is waiting for the disk; send it again", {"Retry-After": "1"})
        chunks, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "the connection ended within the body")
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > limit:
                raise Problem(413, f"the body has more than {limit} bytes")
            if not message.get("more_body"):
                break
        self._waiting += size
        try:
            body = _decoded(b"".join(chunks), headers.get(b"content-encoding", b""), limit)
        except Problem:
            self._waiting -= size
            raise
        peer = scope["client"][0] if scope.get("client") else ""
        query = scope["query_string"].decode("latin-1")
        return Request(scope["method"], scope["path"], query, headers, peer, body), size

    async def _route(self, request: Request) -> Reply:
        path = request.path.rstrip("/") or "/"
        if path in {"/health", "/services/collector/health"} and request.method in {"GET", "HEAD"}:
            return Reply(200, {"status": "ok"})
        if path == "/" and request.method in {"GET", "HEAD"}:
            return Reply(200, formats.ELASTIC_INFO, formats.ELASTIC, formats.ELASTIC_TYPE)
        if request.method not in {"POST", "PUT"}:
            raise Problem(405, "only POST is understood here", {"Allow": "POST"})
        handlers: dict[str, Callable[[Request], Awaitable[Reply]]] = {
            "/ingest": self._ingest,
            "/v1/logs": self._otlp,
            "/services/collector": self._hec,
            "/services/collector/event": self._hec,
            "/services/collector/event/1.0": self._hec,
            "/services/collector/raw": self._hec_raw,
        }
        if path.endswith("/_bulk"):
            return await self._bulk(request)
        if path not in handlers:
            raise Problem(404, "there is no such address; /ingest, /_bulk, /services/collector and /v1/logs are served")
        return await handlers[path](request)

    async def _source(self, request: Request) -> SourceStamp:
        found = await self._senders.of_token(token_of(request.headers))
        if found is None:
            self._store.count(SourceStamp(), request.peer, "refused", 1, f"wrong token for {request.path}"[:200])
            raise Problem(401, "no source has this token; see the page of the source", {"WWW-Authenticate": "Bearer"})
        return found

    async def _keep(
        self, request: Request, stamp: SourceStamp, items: Sequence[Item], limit_place: str = "line"
    ) -> int:
        """Store items, each with its key; returns the number of duplicates."""
        limit = self._store.line_limit
        for item in items:
            if len(item.raw) > limit:
                self._store.count(stamp, "", "refused", 1, "line too long")
                raise Problem(413, f"{limit_place} {item.place} has {len(item.raw)} bytes; the limit is {limit}")
        key = request.headers.get(b"idempotency-key", b"").decode("latin-1")
        exercise = request.headers.get(b"x-fenghuo-exercise", b"") in {b"1", b"true", b"yes"}
        lines = []
        for number, item in enumerate(items):
            name = item.record_id or (f"{key}#{number}" if key else "")
            lines.append(
                Line(item.raw, stamp, request.peer, name, f"{stamp.source_id}|{name}" if name else None, exercise)
            )
        try:
            self._store.admit(stamp, len(lines))
            return await self._store.put(lines, "http")
        except TooFast as error:
            raise Problem(
                429, "this source sends faster than its limit; send it again", {"Retry-After": "1"}
            ) from error
        except LogFull as error:
            raise Problem(507, f"{error}; send it again later", {"Retry-After": "30"}) from error

    async def _ingest(self, request: Request) -> Reply:
        stamp = await self._source(request)
        items = _understood(formats.lines, request.body)
        duplicates = await self._keep(request, stamp, items)
        return Reply(200, {"accepted": len(items) - duplicates, "duplicates": duplicates})

    async def _bulk(self, request: Request) -> Reply:
        stamp = await self._source(request)
        index = request.path.strip("/").removesuffix("_bulk").strip("/")
        bulk = _understood(lambda body: formats.bulk(body, index), request.body)
        await self._keep(request, stamp, bulk.items, "document")
        return Reply(200, bulk.body(), formats.ELASTIC, formats.ELASTIC_TYPE)

    async def _hec(self, request: Request) -> Reply:
        stamp = await self._source(request)
        items = _understood(formats.hec, request.body)
        await self._keep(request, stamp, items, "event")
        return Reply(200, {"text": "Success", "code": 0})

    async def _hec_raw(self, request: Request) -> Reply:
        stamp = await self._source(request)
        await self._keep(request, stamp, _understood(formats.lines, request.body))
        return Reply(200, {"text": "Success", "code": 0})

    async def _otlp(self, request: Request) -> Reply:
        stamp = await self._source(request)
        is_json = request.headers.get(b"content-type", b"").startswith(b"application/json")
        items = _understood(
            lambda body: formats.otlp(body, is_json=is_json, whole=stamp.kind == "generic_json"), request.body
        )
        await self._keep(request, stamp, items, "record")
        if is_json:
            return Reply(200, {"partialSuccess": {}})
        return Reply(200, content_type="application/x-protobuf", raw=b"")

    def _refusal(self, path: str, problem: Problem) -> Reply:
        if "/services/collector" in path:
            code = {401: 4, 503: 9, 429: 9, 507: 9}.get(problem.status, 6)
            status = {401: 403, 507: 503}.get(problem.status, problem.status)
            return Reply(status, {"text": problem.text, "code": code}, problem.headers)
        if path.endswith("_bulk"):
            body = {"error": {"type": "fenghuo", "reason": problem.text}, "status": problem.status}
            return Reply(problem.status, body, {**formats.ELASTIC, **problem.headers})
        return Reply(problem.status, {"error": problem.text}, problem.headers)


def _understood(read: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return read(body)
    except BadBody as error:
        raise Problem(400, str(error)) from error


def _decoded(body: bytes, encoding: bytes, limit: int) -> bytes:
    name = encoding.strip().lower()
    if name in {b"", b"identity"}:
        return body
    try:
        if name == b"gzip":
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                plain = file.read(limit + 1)
        elif name == b"deflate":
            plain = zlib.decompressobj().decompress(body, limit + 1)
        else:
            raise Problem(415, "Content-Encoding: gzip and deflate are understood")
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(400, f"the body is not {name.decode()}: {error}") from error
    if len(plain) > limit:
        raise Problem(413, f"the body unpacks to more than {limit} bytes")
    return plain
