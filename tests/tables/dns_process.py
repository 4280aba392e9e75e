"""Run by the test of lanes: a real deliver process whose name server never answers.

    unshare --map-root-user --mount --net python dns_process.py FOLDER

In a network of its own, the only name server of the system's resolver is a UDP socket on loopback that reads and says nothing.
Two channels lead to names, four lanes each; one leads to an address. Prints as JSON what was measured.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAMES, LANES = 2, 4
WINDOW_S = 14.0
"""Longer than one look-up is waited for (10 s), so that each name is asked for again while the first question still hangs."""
_FLAGS, _UP = 0x8914, 0x1 | 0x40


def silent_name_server(folder: Path) -> list[str]:
    """Make a silent socket the name server of this process and its children; the names that it is asked for."""
    with socket.socket() as probe:
        fcntl.ioctl(probe, _FLAGS, struct.pack("16sh22x", b"lo", _UP))
    for name, text in (
        ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n"),
        ("nsswitch.conf", "hosts: files dns\n"),
    ):
        (folder / name).write_text(text)
        subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    asked: list[str] = []

    def read() -> None:
        while True:
            question = server.recv(512)[12:]
            labels = []
            while question and question[0]:
                labels.append(question[1 : 1 + question[0]].decode())
                question = question[1 + question[0] :]
            asked.append(".".join(labels))

    threading.Thread(target=read, daemon=True).start()
    return asked


def receiver() -> tuple[int, dict[str, float]]:
    """The other side of the good channel: its port, and when each message arrived."""
    arrived: dict[str, float] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            arrived.setdefault(told["matter"], time.monotonic())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1], arrived


def prepared(port: int) -> Any:
    """Tables, the hanging channels with a message for each lane, and the good one, which is returned."""
    from django.core.management import call_command

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.warn.channels import actions
    from fenghuo.warn.channels.message import Message

    call_command("migrate", verbosity=0)

    def channel(name: str, url: str, lanes: int) -> Any:
        made = actions.add_channel(COMMAND_LINE, name, "webhook", {"url": url, "secret": "x"}, [], "blue", "en")
        actions.set_limits(COMMAND_LINE, made, parallel=lanes)
        return made

    for number in range(NAMES):
        hangs = channel(f"hangs{number}", f"http://hangs{number}.example/", LANES)
        for each in range(LANES * 40):
            actions.enqueue(Message(f"h{number}:{each}", "raised", 3, {"en": ("t", "t")}), [], clock.now(), only=hangs)
    return channel("good", f"http://127.0.0.1:{port}/", 1)


def begun() -> int:
    """How many messages hang."""
    from fenghuo.warn.channels.models import Delivery

    return Delivery.objects.filter(begun=True).count()


def measured(good: Any, worker: subprocess.Popen[bytes], arrived: dict[str, float]) -> dict[str, Any]:
    """Hand a message to the good channel each quarter of a second; how long each took, and how many threads the process had at most."""
    from fenghuo.base.common import clock
    from fenghuo.warn.channels import actions
    from fenghuo.warn.channels.message import Message

    handed: dict[str, float] = {}
    threads = 0
    began = time.monotonic()
    while time.monotonic() - began < WINDOW_S:
        matter = f"good:{len(handed)}"
        actions.enqueue(Message(matter, "raised", 3, {"en": ("t", "t")}), [], clock.now(), only=good)
        handed[matter] = time.monotonic()
        threads = max(threads, len(os.listdir(f"/proc/{worker.pid}/task")))
        time.sleep(0.25)
    while len(arrived) < len(handed) and time.monotonic() - began < WINDOW_S + 5:
        time.sleep(0.02)
    waited = sorted(arrived.get(matter, float("inf")) - at for matter, at in handed.items())
    return {"messages": len(handed), "worst_s": waited[-1], "middle_s": waited[len(waited) // 2], "threads": threads}


def main() -> None:
    folder = Path(sys.argv[1])
    asked = silent_name_server(folder)
    data = folder / "data"
    os.environ |= {"FENGHUO_DATA": str(data), "FENGHUO_OUTBOUND_PRIVATE": "127.0.0.0/8"}
    sys.path.insert(0, str(ROOT / "src"))
    from fenghuo.base.common.django_setup import setup

    setup(data)
    port, arrived = receiver()
    good = prepared(port)
    command = [sys.executable, "-m", "fenghuo.faces.workers", "deliver", "--data", str(data)]
    worker = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.DEVNULL)
    while len(set(asked)) < NAMES or begun() < NAMES * LANES:
        assert worker.poll() is None, "the deliver process ended"
        time.sleep(0.02)
    found = measured(good, worker, arrived)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    try:
        code: int | None = worker.wait(30)
    except subprocess.TimeoutExpired:
        worker.kill()
        code = None
    print(json.dumps({**found, "names": sorted(set(asked)), "end_s": time.monotonic() - began, "code": code}))


if __name__ == "__main__":
    main()
