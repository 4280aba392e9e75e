"""The kinds of channels: one folder each with `form.py`, `send.py`, and `receive.py` where it has reports; nothing elsewhere names them."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fenghuo.warn.channels.hearing import Call, Heard
from fenghuo.warn.channels.message import Outgoing, Sent
from fenghuo.warn.channels.reports import Awaited, Report
from fenghuo.warn.channels.settings_form import ChannelSettings, Reach

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as Lazy

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Kind:
    """One road that messages can go.

    Attributes:
        settings: the form of its settings.
        send: hands one message to the other side. It raises `NotSent`, `MayHaveGone` or `net.Refused`.
        receive: asks the other side what became of messages (see `reports`); None where it can't tell.
        hear: proves and reads what the other side calls us with (see `hearing`); None where it does not call.
    """

    name: str
    settings: type[ChannelSettings]
    send: Callable[[Mapping[str, str], Outgoing], Sent]
    receive: Callable[[Mapping[str, str], Sequence[Awaited]], list[Report]] | None
    hear: Callable[[Mapping[str, str], Call, datetime], Heard] | None


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by name."""
    return MappingProxyType({name: _load(name) for name in folders()})


def folders() -> list[str]:
    """The names of the plug-in folders, in order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/form.py"))


def _load(name: str) -> Kind:
    package = f"{__package__}.{name}"
    form, sender = (importlib.import_module(f"{package}.{module}") for module in ("form", "send"))
    told = importlib.import_module(f"{package}.receive") if (FOLDER / name / "receive.py").exists() else None
    return Kind(name, form.Settings, sender.send, getattr(told, "receive", None), getattr(told, "hear", None))


def choices() -> "list[tuple[str, Lazy]]":
    """Names and words of every kind, as model and form fields take them."""
    return [(kind.name, kind.settings.kind_name) for kind in kinds().values()]


def reach_of(kind: str) -> Reach:
    """Whom a kind reaches: says which address of a person it takes."""
    return kinds()[kind].settings.reach


def takes_replies(kind: str) -> bool:
    """Whether a person can acknowledge by answering a message of this kind."""
    return kind in kinds() and kinds()[kind].settings.takes_replies
