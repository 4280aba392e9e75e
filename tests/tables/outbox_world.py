"""Channels that do as they are told, and a clock that is moved by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.warn.channels import actions, lanes
from fenghuo.warn.channels.message import Addressee, Message, NotSent, Outgoing, Sent
from fenghuo.warn.channels.models import Channel, Delivery
from fenghuo.warn.channels.sending import outgoing

START = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
ZHANG = Addressee("address:zhang", "张三", "zhang@office.example", "13800000000")
Behaviour = Callable[[Outgoing], Sent]


def takes(_out: Outgoing) -> Sent:
    """A channel that works."""
    return Sent("250 OK")


def refuses(_out: Outgoing) -> Sent:
    """A channel whose other side says no."""
    raise NotSent("connection refused")


def takes_and_drops(out: Outgoing) -> Sent:
    """A provider that says yes, gives a number, and drops the message."""
    return Sent("200", receipt=f"biz-{out.delivery_id}")


def too_many(_out: Outgoing) -> Sent:
    """A provider that wants rest."""
    raise NotSent("HTTP 429", timedelta(seconds=60))


@dataclass
class World:
    """What happened: `out` is what each channel was handed, in order."""

    now: datetime = START
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    out: list[tuple[datetime, str, Outgoing]] = field(default_factory=list)

    def channel(self, name: str, behaviour: Behaviour = takes, fixed: bool = False, **limits: object) -> Channel:
        """A webhook channel without fixed recipients, so that it leads to persons by their roads only."""
        config = {"url": f"https://{name}.example/", "secret": "x"}
        channel = actions.add_channel(TESTER, name, "webhook", config, [], "blue", "en")
        if not fixed:
            Channel.objects.filter(pk=channel.pk).update(recipients=[])
            channel.refresh_from_db()
        if limits:
            actions.set_limits(TESTER, channel, **limits)
        self.behaviours[name] = behaviour
        return channel

    def roads(self, person: Addressee, *channels: Channel) -> None:
        """The person's roads, in order."""
        actions.set_roads(TESTER, person.key, [(channel, f"{person.key}@{channel.name}") for channel in channels])

    def send(self, delivery: Delivery) -> Sent:
        """What a channel is handed."""
        out = outgoing(delivery)
        self.out.append((self.now, delivery.channel.name, out))
        return self.behaviours[delivery.channel.name](out)

    def tick(self, seconds: float = 0) -> None:
        """Let time pass, and the deliver process do a round."""
        self.now += timedelta(seconds=seconds)
        actions.ladder_due(self.now)
        actions.digests_due(self.now)
        actions.deliver_once()

    def run(self, seconds: int, step: int = 1) -> None:
        """Round after round."""
        for _ in range(0, seconds, step):
            self.tick(step)

    def by(self, name: str) -> list[Outgoing]:
        """What one channel was handed."""
        return [out for _at, channel, out in self.out if channel == name]


def message(number: int, rank: int = 1, **values: object) -> Message:
    """A message about a matter of its own."""
    title = f"title {number}"
    return Message(
        f"warning:{number}", "raised", rank, {"en": (title, "text")}, {"unit": f"unit {number % 20}"}, **values
    )  # type: ignore[arg-type]


@contextmanager
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with its clock."""
    made = World()
    monkeypatch.setattr(lanes, "send", made.send)
    with clock.moved(lambda: clock.to_ns(made.now)):
        yield made
