"""web: the console, served on the socket that the parent holds."""

import os
import socket

import uvicorn

from fenghuo.faces.console.asgi import application
from fenghuo.faces.workers.child import Child


class _Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, child: Child) -> None:
        super().__init__(config)
        self._child = child

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._child.ready()


def run(child: Child) -> int:
    """Serve until told to stop; open live pages are ended within a second."""
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
