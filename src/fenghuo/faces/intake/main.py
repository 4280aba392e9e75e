"""Every listener in one process and one event loop."""

import asyncio
import contextlib
import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import uvicorn

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.intake.files import FileTails
from fenghuo.faces.intake.http import Http
from fenghuo.faces.intake.relp import RelpServer
from fenghuo.faces.intake.senders import Senders
from fenghuo.faces.intake.store import Store
from fenghuo.faces.intake.syslog import SyslogServer, UdpReceiver
from fenghuo.see.eventlog import EventLog, open_log

log = logging.getLogger(__name__)
_GB = 1024**3
_REPORT_EVERY_S = 0.5
_RETAIN_EVERY_S = 600.0


def serve(
    sockets: Mapping[str, socket.socket], data: Path, stop: threading.Event, ready: Callable[[], None] = lambda: None
) -> None:
    """Take in on these sockets until `stop` is set.

    Args:
        sockets: bound sockets by listener name: "ingest", "syslog-udp", "syslog-tcp", "syslog-tls", "relp".
    """
    event_log = open_log(data / "log", settings().log_limit_gb * _GB)
    store = Store(event_log, settings())
    senders = Senders()
    try:
        asyncio.run(_serve(sockets, event_log, store, senders, stop, ready))
    finally:
        store.close()


async def _serve(
    sockets: Mapping[str, socket.socket],
    event_log: EventLog,
    store: Store,
    senders: Senders,
    stop: threading.Event,
    ready: Callable[[], None],
) -> None:
    loop = asyncio.get_running_loop()
    syslog, relp = SyslogServer(store, senders), RelpServer(store, senders)
    servers: list[asyncio.Server] = []
    tasks = [asyncio.create_task(senders.keep_fresh()), asyncio.create_task(_report(store))]
    tasks.append(asyncio.create_task(_retain(event_log)))
    tasks.append(asyncio.create_task(FileTails(event_log, store, senders).follow()))
    web: uvicorn.Server | None = None
    for name, sock in sockets.items():
        sock.setblocking(False)
        if name == "syslog-udp":
            await loop.create_datagram_endpoint(lambda: UdpReceiver(syslog, store), sock=sock)
        elif name in {"syslog-tcp", "syslog-tls"}:
            transport, context = ("tls", _tls()) if name == "syslog-tls" else ("tcp", None)

            async def serve_one(r: asyncio.StreamReader, w: asyncio.StreamWriter, how: str = transport) -> None:
                await syslog.serve_stream(r, w, how)

            servers.append(await asyncio.start_server(serve_one, sock=sock, ssl=context))
        elif name == "relp":
            servers.append(await asyncio.start_server(relp.serve, sock=sock))
        elif name == "ingest":
            web = _http_server(Http(store, senders))
            tasks.append(asyncio.create_task(web.serve(sockets=[sock])))
    while web is not None and not web.started:  # noqa: ASYNC110 -- uvicorn tells by this flag alone
        await asyncio.sleep(0.01)
    ready()
    await asyncio.to_thread(stop.wait)
    for server in servers:
        server.close()
    if web is not None:
        web.should_exit = True
        await asyncio.sleep(0.2)
    await store.report()
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


class _Server(uvicorn.Server):
    """Leaves signals to the process that it is part of."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # uvicorn's own has no narrower type
        """Capture none."""
        yield


def _http_server(app: Http) -> uvicorn.Server:
    secure = bool(os.environ.get("FENGHUO_INGEST_TLS"))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        http="httptools",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        server_header=False,
        proxy_headers=False,
        ws="none",
        ssl_certfile=os.environ["FENGHUO_TLS_CERTIFICATE"] if secure else None,
        ssl_keyfile=os.environ["FENGHUO_TLS_KEY"] if secure else None,
    )
    return _Server(config)


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(os.environ["FENGHUO_TLS_CERTIFICATE"], os.environ["FENGHUO_TLS_KEY"])
    return context


async def _report(store: Store) -> None:
    while True:
        await asyncio.sleep(_REPORT_EVERY_S)
        await store.report()


async def _retain(event_log: EventLog) -> None:
    """Remove what is older than its retention class allows, and warn long before the log is full."""
    while True:
        days = {"normal": settings().keep_days, "brief": settings().keep_brief_days}
        removed = await asyncio.to_thread(event_log.retain, clock.now_ns(), days)
        if removed:
            log.info("removed %d segments by age", len(removed))
        if event_log.usage().warn:
            log.warning("the event log has used more than 80 %% of its room")
        await asyncio.sleep(_RETAIN_EVERY_S)
