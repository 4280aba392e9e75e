"""The sender of `fenghuo bench system`, a process of its own: `python -m fenghuo.faces.cli.bench_sender HOST PORT TOKEN INTERVAL`.

It reads orders from standard input, one JSON object a line: {"rate": events a second, "seconds": how long} sends so, and is answered
on standard output when all of it was answered; {"stop": true} ends what is being sent. The end of its input ends it, so that it never
outlives who started it.
"""

import http.client
import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

from fenghuo.faces.cli.bench_traffic import Traffic

CONNECTIONS = 4
_BATCHES_A_SECOND = 50
_LARGEST_BATCH = 1000
_TOO_LATE_S = 1.5
_PATIENCE_S = 30.0


@dataclass(slots=True)
class Sent:
    """What became of one order.

    Attributes:
        events: how many were answered with 200.
        refused: how many were not, or not answered at all.
        late_s: how far the last batch was behind its time when it went off.
        elapsed_s: from the first batch to the last answer.
        attacks: number of the attack → moments (`time.monotonic`) at which its batch went off and was answered.
    """

    events: int = 0
    refused: int = 0
    late_s: float = 0.0
    elapsed_s: float = 0.0
    attacks: dict[int, tuple[float, float]] = field(default_factory=dict)


class Order:
    """One order: batches go off at their times, over several connections that stay open."""

    def __init__(self, address: tuple[str, int, str], traffic: Traffic, first: int, rate: int, seconds: float) -> None:
        self._address, self._traffic, self._rate = address, traffic, rate
        self._first, self._end = first, first + max(1, round(rate * seconds))
        self._next = first
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self.stop = threading.Event()
        self.sent = Sent()

    def run(self) -> int:
        """Send all of it; the number of the first event that was not sent."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for done in [pool.submit(self._send_batches) for _ in range(CONNECTIONS)]:
                done.result()
        self.sent.elapsed_s = time.monotonic() - self._began
        return self._next

    def _take(self) -> tuple[int, int]:
        """First number and size of the next batch; size 0 when there is none."""
        size = min(_LARGEST_BATCH, max(1, round(self._rate / _BATCHES_A_SECOND)))
        with self._lock:
            first = self._next
            count = 0 if self.stop.is_set() else min(size, self._end - first)
            self._next += count
        return first, count

    def _send_batches(self) -> None:
        host, port, token = self._address
        connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_S)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        while (batch := self._take())[1]:
            first, count = batch
            body = self._traffic.body(first, count)
            late = time.monotonic() - (self._began + (first - self._first) / self._rate)
            if late < 0:
                time.sleep(-late)
            off = time.monotonic()
            try:
                connection.request("POST", "/ingest", body, headers)
                answer = connection.getresponse()
                answer.read()
                accepted = answer.status == http.client.OK
            except (OSError, http.client.HTTPException):
                connection.close()
                accepted = False
            self._note(first, count, accepted=accepted, off=off, late=max(0.0, late))
        connection.close()

    def _note(self, first: int, count: int, *, accepted: bool, off: float, late: float) -> None:
        moment = time.monotonic()
        with self._lock:
            sent = self.sent
            sent.late_s = late
            if late > _TOO_LATE_S:
                self.stop.set()
            if not accepted:
                sent.refused += count
                return
            sent.events += count
            sent.attacks.update(dict.fromkeys(self._traffic.attacks(first, count), (off, moment)))


def main() -> int:
    """Follow orders until there are no more."""
    host, port, token, interval = sys.argv[1:]
    traffic = Traffic(int(interval))
    at, order, working = 0, None, None
    _say({"ready": os.getpid()})

    def work(given: Order) -> None:
        nonlocal at
        at = given.run()
        _say(asdict(given.sent))

    for line in sys.stdin:
        asked = json.loads(line)
        if "stop" in asked:
            if order is not None:
                order.stop.set()
            continue
        if working is not None:
            working.join()
        order = Order((host, int(port), token), traffic, at, asked["rate"], asked["seconds"])
        working = threading.Thread(target=work, args=(order,))
        working.start()
    os._exit(0)


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
