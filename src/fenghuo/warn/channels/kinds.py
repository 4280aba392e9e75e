"""The kinds of channels: one folder each with `form.py` and `send.py`; a new kind needs no line anywhere else."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fenghuo.warn.channels.message import Outgoing, Sent
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
    """

    name: str
    settings: type[ChannelSettings]
    send: Callable[[Mapping[str, str], Outgoing], Sent]


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
    return Kind(name, form.Settings, sender.send)


def choices() -> "list[tuple[str, Lazy]]":
    """Names and words of every kind, as model and form fields take them."""
    return [(kind.name, kind.settings.kind_name) for kind in kinds().values()]


def reach_of(kind: str) -> Reach:
    """Whom a kind reaches: says which address of a person it takes."""
    return kinds()[kind].settings.reach
