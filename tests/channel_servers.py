"""Sockets for the emulators of channels: they answer as the other side would, this lets them be reached.

python -m tests.channel_servers KIND [PORT]      run one as a process of its own; prints its settings
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from socketserver import BaseRequestHandler, BaseServer, ThreadingTCPServer
from threading import Event, Thread

from fenghuo.warn.channels.emulating import Asked, Emulator, HttpEmulator, StreamEmulator


@dataclass
class Faults:
    """What else may happen on the way: `drop` reads the message and hangs up, `trickle` answers a byte a second."""

    drop: bool = False
    trickle: bool = False


def emulator_of(kind: str) -> Emulator:
    """A fresh emulator of a kind."""
    made = import_module(f"fenghuo.warn.channels.{kind}.emulator").Emulator()
    assert isinstance(made, Emulator)
    return made


def _http(emulator: HttpEmulator, faults: Faults, ended: Event, port: int) -> BaseServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if faults.drop:
                return
            answer = emulator.answer(Asked("POST", self.path, headers, body), time.time())
            content = json.dumps(answer.content, ensure_ascii=False).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            while faults.trickle and content and not ended.wait(0.2):
                self.wfile.write(content[:1])
                content = content[1:]
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _stream(emulator: StreamEmulator, faults: Faults, _ended: Event, port: int) -> BaseServer:
    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            session, before = emulator.session(), len(emulator.taken)
            self.request.sendall(session.greeting())
            while not session.closed and (data := self.request.recv(65_536)):
                answers = session.feed(data)
                if faults.drop and len(emulator.taken) > before:
                    return
                self.request.sendall(answers)

    ThreadingTCPServer.allow_reuse_address = True
    return ThreadingTCPServer(("127.0.0.1", port), Handler)


@contextmanager
def serving(emulator: Emulator, faults: Faults | None = None, port: int = 0) -> Iterator[int]:
    """The emulator behind a port of loopback."""
    ended, faults = Event(), faults or Faults()
    if isinstance(emulator, HttpEmulator):
        server = _http(emulator, faults, ended, port)
    else:
        assert isinstance(emulator, StreamEmulator)
        server = _stream(emulator, faults, ended, port)
    server.daemon_threads = True  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        ended.set()
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    served = emulator_of(sys.argv[1])
    with serving(served, port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as at:
        print(json.dumps({"port": at, "settings": served.settings("127.0.0.1", at)}, ensure_ascii=False), flush=True)
        for line in sys.stdin:  # "taken" and "refused" ask what came; the end of input ends it
            print(json.dumps([repr(one) for one in getattr(served, line.strip(), [])], ensure_ascii=False), flush=True)
