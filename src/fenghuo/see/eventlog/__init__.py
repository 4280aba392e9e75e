"""The event log: durable streams of Arrow rows between the processes. See docs/architecture.md."""

from pathlib import Path

from fenghuo.see.eventlog.engine import (
    BadPosition,
    Block,
    EventLog,
    Gap,
    LogFull,
    Offsets,
    Reader,
    Receipt,
    StreamBusy,
    Usage,
    Writer,
    split_position,
)
from fenghuo.see.eventlog.local import LocalLog

__all__ = [
    "BadPosition",
    "Block",
    "EventLog",
    "Gap",
    "LogFull",
    "Offsets",
    "Reader",
    "Receipt",
    "StreamBusy",
    "Usage",
    "Writer",
    "open_log",
    "split_position",
]


def open_log(folder: Path, limit_bytes: int = 0) -> EventLog:
    """The event log below `folder`, on the local engine. `limit_bytes` 0: three quarters of the disk."""
    return LocalLog(folder, limit_bytes)
