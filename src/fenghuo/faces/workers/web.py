"""web: the console, served on the socket that the parent holds."""

import asyncio
import os
import socket
import warnings
from types import FrameType

import uvicorn

from fenghuo.faces.console.asgi import application
from fenghuo.faces.console.desk.pulse import PULSE
from fenghuo.faces.workers.child import Child


class _Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, child: Child) -> None:
        super().__init__(config)
        self._child = child
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._child.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let live pages go, so that the server need not cut them off."""
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(PULSE.end)


def run(child: Child) -> int:
    """Serve until told to stop; open live pages are ended within a second."""
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        server_header=False,
        proxy_headers=False,
        ws="none",
        ssl_certfile=os.environ.get("FENGHUO_CONSOLE_CERTIFICATE") or None,
        ssl_keyfile=os.environ.get("FENGHUO_CONSOLE_KEY") or None,
    )
    _Server(config, child).run(sockets=list(child.sockets.values()))
    return 0
