"""Measuring the whole road: from a request with log lines to the rows of the warnings that come of them, at rates that it holds.

A platform of its own runs in a temporary folder; a sender of its own sends to it over loopback. A rate is held when all of it was
sent in time and accepted, when what waits does not grow meanwhile, and when it is through soon after.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.bench_platform import CannotMeasure, Platform, ended_in_order, machine_s, processor_s
from fenghuo.faces.cli.bench_traffic import asset_of

FIRST_RATE = 4000
DRAIN_S = 2.0
LATE_S = 0.5
_GROWTH_S = 0.25
_HOPELESS_S = 3.0
_DRAIN_PATIENCE_S = 60.0
_WARM_S, _WARM_ROUNDS = 2.0, 20
_LOOK_EVERY_S = 0.004
_BACKLOG_EVERY_S = 0.1
_HALVINGS = 3
_LOWEST_RATE = 100
_STARTED_AFTER_S = 0.6
"""The matchers look for what the judge states several times a second; after this long they have begun to compile it."""


@dataclass(slots=True)
class Step:
    """What one rate led to.

    Attributes:
        rate: events a second that were to be sent.
        sent_eps: events a second that were sent and accepted.
        late_s: how far the sender was behind its times at the end.
        waiting: most records that waited for matching at any look.
        growth_s: by how much what waits grew between the middle and the last third, in seconds of traffic or of waiting.
        drain_s: from the last answer until everything was matched and judged.
        warned: attacks of which a warning stands.
        warnings: warnings that were stored; an attack may make several.
        p50_s, p99_s: from a request's start to the stored row of the first warning of each attack in it.
        answer_p50_s, answer_p99_s: from a request's start to its answer.
        cores: processors that each process kept busy meanwhile; "watcher" is this program, "others" are those that have
            nothing to do with it.
    """

    rate: int
    events: int = 0
    refused: int = 0
    sent_eps: int = 0
    late_s: float = 0.0
    waiting: int = 0
    growth_s: float = 0.0
    drain_s: float = 0.0
    attacks: int = 0
    warned: int = 0
    warnings: int = 0
    p50_s: float = 0.0
    p99_s: float = 0.0
    answer_p50_s: float = 0.0
    answer_p99_s: float = 0.0
    cores: dict[str, float] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether the system holds this rate."""
        kept_up = self.late_s <= LATE_S and self.growth_s <= _GROWTH_S and self.drain_s <= DRAIN_S
        return kept_up and not self.refused and self.warned == self.attacks


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured: with these rules besides our own, steps so long, one attack in `interval`, no rate above `most`."""

    folders: Sequence[Path]
    seconds: float = 10.0
    interval: int = 500
    most: int = 1_000_000


class Sender:
    """The sending process."""

    def __init__(self, port: int, token: str, interval: int) -> None:
        command = [sys.executable, "-m", "fenghuo.faces.cli.bench_sender", "127.0.0.1", str(port), token, str(interval)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
        )
        self._pid = self._hear()["ready"]

    def send(self, rate: int, seconds: float) -> "Answer":
        """Begin to send; the answer comes when all of it was answered."""
        self._order({"rate": rate, "seconds": seconds})
        return Answer(self._hear)

    def stop(self) -> None:
        """Let what is being sent end early."""
        self._order({"stop": True})

    def seconds_worked(self) -> float:
        """Processor seconds so far."""
        return processor_s(self._pid) or 0.0

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        self._process.wait()

    def _order(self, value: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(value) + "\n")
            self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise CannotMeasure(_("the sender ended by itself"))
        heard: dict[str, Any] = json.loads(line)
        return heard


class Answer:
    """What the sender will say, heard by a thread meanwhile."""

    def __init__(self, hear: Callable[[], dict[str, Any]]) -> None:
        self._hear = hear
        self._heard: dict[str, Any] | None = None
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        self._heard = self._hear()

    def waits(self) -> bool:
        """Whether it has not come yet."""
        return self._thread.is_alive()

    def get(self) -> dict[str, Any]:
        """What was said.

        Raises:
            CannotMeasure: the sender ended without a word.
        """
        self._thread.join()
        if self._heard is None:
            raise CannotMeasure(_("the sender ended by itself"))
        return self._heard


class Run:
    """One step while it goes: sends, and looks at warnings and backlog all the time."""

    def __init__(self, platform: Platform, sender: Sender, rate: int) -> None:
        self._platform, self._sender = platform, sender
        self.step = Step(rate)
        self._stored: dict[str, float] = {}
        self._waiting: list[tuple[float, float]] = []
        self._next_look = 0.0
        self._through = True
        self._stopped = False

    def go(self, seconds: float) -> Step:
        """Send for so long and wait until everything is through; what came of it."""
        before, began = self._worked(), time.monotonic()
        answer = self._sender.send(self.step.rate, seconds)
        while answer.waits():
            self._look()
        sent, ended = answer.get(), time.monotonic()
        worked, lasted = self._worked(), ended - began
        self._next_look = 0.0
        self._look()
        while not self._through:
            if time.monotonic() > ended + _DRAIN_PATIENCE_S:
                raise CannotMeasure(
                    _("what was sent at {rate} events/s did not come through").format(rate=self.step.rate)
                )
            self._look()
        self.step.drain_s = round(time.monotonic() - ended, 3)
        self._take_warnings()
        self.step.cores = cores(before, worked, lasted)
        self._settle(sent, began, seconds)
        return self.step

    def _worked(self) -> dict[str, float]:
        own = {"sender": self._sender.seconds_worked(), "watcher": time.process_time()}
        worked = {**self._platform.seconds_worked(), **own}
        machine = machine_s()
        return worked if machine is None else {**worked, "others": machine - sum(worked.values())}

    def _look(self) -> None:
        self._take_warnings()
        moment = time.monotonic()
        if moment >= self._next_look:
            self._next_look = moment + _BACKLOG_EVERY_S
            self._platform.check()
            backlog = self._platform.backlog()
            self._through = not backlog.records and not backlog.hits
            self.step.waiting = max(self.step.waiting, backlog.records)
            self._waiting.append((moment, backlog.records / self.step.rate))
            if backlog.records > _HOPELESS_S * self.step.rate and not self._stopped:
                self._stopped = True
                self._sender.stop()
        time.sleep(_LOOK_EVERY_S)

    def _take_warnings(self) -> None:
        assets = self._platform.new_warnings()
        moment = time.monotonic()
        self.step.warnings += len(assets)
        for asset in assets:
            self._stored.setdefault(asset, moment)

    def _settle(self, sent: dict[str, Any], began: float, seconds: float) -> None:
        step = self.step
        step.events, step.refused, step.late_s = sent["events"], sent["refused"], round(sent["late_s"], 3)
        step.sent_eps = round(sent["events"] / max(sent["elapsed_s"], 1e-9))
        attacks = {asset_of(int(number)): times for number, times in sent["attacks"].items()}
        step.attacks = len(attacks)
        step.warned = sum(asset in self._stored for asset in attacks)
        took = [(off, self._stored[asset] - off) for asset, (off, _at) in attacks.items() if asset in self._stored]
        step.p50_s, step.p99_s = quantiles([seconds for _off, seconds in took])
        step.answer_p50_s, step.answer_p99_s = quantiles([at - off for off, at in attacks.values()])
        step.growth_s = round(max(growth(self._waiting, began, seconds), growth(took, began, seconds)), 3)
        if self._stopped or step.events + step.refused < step.rate * seconds - 1:
            step.growth_s = max(step.growth_s, _HOPELESS_S)


def cores(before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> dict[str, float]:
    """Processors that each process kept busy between two looks; a process that was started anew meanwhile is left out."""
    return {name: round(max(0.0, after[name] - before[name]) / seconds, 2) for name in after if name in before}


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 99th percentile, 0 where there is no value."""
    if not values:
        return 0.0, 0.0
    ordered = sorted(values)
    return round(statistics.median(ordered), 4), round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 4)


def growth(points: Sequence[tuple[float, float]], began: float, seconds: float) -> float:
    """By how much the median of the last third of a step is above that of the middle third, 0 where there are too few points."""
    thirds = [
        [value for moment, value in points if part <= (moment - began) * 3 / seconds < part + 1] for part in (1, 2)
    ]
    if min(map(len, thirds)) < 3:
        return 0.0
    return max(0.0, statistics.median(thirds[1]) - statistics.median(thirds[0]))


def search(run: Callable[[int], Step], most: int, *, time_left: Callable[[], bool]) -> int:
    """The highest rate that is held: doubled until one is not held twice in a row, then narrowed down; 0 where none is."""
    low, high = 0, 0
    rate = min(FIRST_RATE, most)
    while not high and low < most:
        if run(rate).held or run(rate).held:
            low, rate = rate, min(2 * rate, most)
        else:
            high = rate
    while high and not low and high > _LOWEST_RATE and time_left():
        rate = max(_LOWEST_RATE, high // 4)
        if run(rate).held:
            low = rate
        else:
            high = rate
    for _round in range(_HALVINGS if low else 0):
        if not high or high - low <= low / 16 or not time_left():
            break
        middle = (low + high) // 2
        if run(middle).held:
            low = middle
        else:
            high = middle
    return low


def measure(wanted: Wanted, say: Callable[[str], None], show: Callable[[Step], None]) -> dict[str, Any]:
    """The figures of `fenghuo bench system`.

    Raises:
        CannotMeasure: the platform or the sender broke down, or no rate at all was held.
    """
    began = time.monotonic()
    steps: list[Step] = []
    with ended_in_order(), Platform() as platform:
        platform.start(wanted.folders, say)
        sender = Sender(platform.port, platform.token, wanted.interval)
        try:
            _warm(platform, sender, wanted, say)
            budget = began + 70.0 + 15.0 * wanted.seconds - 2 * (wanted.seconds + DRAIN_S)

            def run(rate: int) -> Step:
                steps.append(Run(platform, sender, rate).go(wanted.seconds))
                show(steps[-1])
                return steps[-1]

            held = search(run, wanted.most, time_left=lambda: time.monotonic() + wanted.seconds + DRAIN_S < budget)
            if not held:
                raise CannotMeasure(_("not even {rate} events/s are held").format(rate=steps[-1].rate))
            half, ninety = run(max(1, held // 2)), run(max(1, held * 9 // 10))
        finally:
            sender.close()
        platform.check()
        loaded = {"rules_loaded": platform.rules, "rules_refused": platform.refused}
        mishaps = {"rules_quarantined": platform.quarantined(), "restarted": platform.restarted}
    return {
        "rate_held_eps": held,
        "half": plain(half),
        "ninety": plain(ninety),
        **loaded,
        **mishaps,
        "processors": os.cpu_count() or 1,
        "seconds": wanted.seconds,
        "events_an_attack": wanted.interval,
        "took_s": round(time.monotonic() - began, 1),
        "steps": [plain(step) for step in steps[:-2]],
    }


def _warm(platform: Platform, sender: Sender, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Send until the machine code is loaded and the rules are compiled for the kinds of events at hand."""
    say(_("warming up"))
    time.sleep(_STARTED_AFTER_S)
    seconds = min(_WARM_S, wanted.seconds)
    for _round in range(_WARM_ROUNDS):
        if Run(platform, sender, min(FIRST_RATE // 2, wanted.most)).go(seconds).held:
            return
    raise CannotMeasure(_("the platform does not get warm"))


def plain(step: Step) -> dict[str, Any]:
    """A step as JSON has it."""
    return {**asdict(step), "held": step.held}
