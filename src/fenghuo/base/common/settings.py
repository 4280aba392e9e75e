"""The one typed reader of settings: `DIR/fenghuo.toml`, overridden by FENGHUO_* variables.

A bad value is a numbered error that says what, where and what to do; all of them are collected, not only the first.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fenghuo.base.common.i18n import _

ENVIRONMENT_PREFIX = "FENGHUO_"


class SettingsError(Exception):
    """One or more settings that can't be used; `problems` holds a numbered sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an installation can set.

    Attributes:
        data: the data directory.
        database_url: "" for SQLite in the data directory, else postgres://user:password@host:port/name.
        language: language of messages where the reader has not chosen, "zh-hans" or "en".
        time_zone: IANA zone of the office.
        allowed_hosts: host names under which the console may be called, comma separated; loopback is always allowed.
        matchers: matching processes, 0 for one per core less one.
        keep_days: days that log records are kept (the law asks for six months).
        keep_brief_days: days that records of kinds which show whom a person talks to are kept.
        log_limit_gb: size bound of the event log in GB, 0 for three quarters of the disk.
        line_limit: longest log line in bytes; a longer one is refused or cut where the transport has no answer.
        batch_limit: largest HTTP body in bytes after decompression.
        rate_limit: records per second that one source may send before it is told to slow down.
        outbound_private: private networks that may be contacted (mail relays, robots on the office network), comma
            separated CIDR.
        screening_contact: mail address or telephone number of the office, ASCII, sent with every request of screening.
        public_url: address under which units reach the console, for links in messages, e.g. "https://fenghuo.office.example".
        heartbeat_url: address of a watcher outside the office, told each minute that the platform is well: it notices silence.
        tls_certificate, tls_key: PEM files; needed for listening beyond loopback, `up` can make its own authority.
    """

    data: Path
    database_url: str = ""
    language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"
    allowed_hosts: str = ""
    matchers: int = 0
    keep_days: int = 200
    keep_brief_days: int = 7
    log_limit_gb: int = 0
    line_limit: int = 1024 * 1024
    batch_limit: int = 32 * 1024 * 1024
    rate_limit: int = 20_000
    outbound_private: str = ""
    screening_contact: str = ""
    public_url: str = ""
    heartbeat_url: str = ""
    tls_certificate: str = ""
    tls_key: str = ""

    @property
    def keys(self) -> Path:
        """Folder of the secret keys, outside database and backup."""
        return self.data / "keys"

    @property
    def log(self) -> Path:
        """Folder of the event log."""
        return self.data / "log"


_BOUNDS = {
    "matchers": (0, 256),
    "keep_days": (183, 3650),
    "keep_brief_days": (1, 30),
    "log_limit_gb": (0, 1_000_000),
    "line_limit": (1024, 16 * 1024 * 1024),
    "batch_limit": (65_536, 1024 * 1024 * 1024),
    "rate_limit": (1, 10_000_000),
}


def read_settings(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a data directory.

    Raises:
        SettingsError: every unusable value, numbered, with its place and what to do.
    """
    environment = os.environ if environment is None else environment
    file = data / "fenghuo.toml"
    found: dict[str, tuple[Any, str]] = {}
    problems: list[str] = []
    if file.exists():
        try:
            for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[name] = (value, f"{file.name}: {name}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            text = _("{file}: not readable as TOML: {error}. Mend the line that it names.")
            problems.append("E001 " + text.format(file=file, error=error))
    known = {f.name: f.type for f in fields(Settings) if f.name != "data"}
    for name in known:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if variable in environment:
            found[name] = (environment[variable], variable)
    values: dict[str, Any] = {}
    for name, (value, place) in found.items():
        if name not in known:
            text = _("{place}: there is no such setting. Known: {known}.")
            problems.append("E002 " + text.format(place=place, known=", ".join(sorted(known))))
            continue
        try:
            values[name] = _typed(name, value)
        except ValueError as error:
            problems.append(f"{error.args[0]} {place} = {value!r}: {error.args[1]}")
    if problems:
        raise SettingsError(problems)
    return Settings(data=data, **values)


def _typed(name: str, value: object) -> object:
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdigit())):
            raise ValueError("E003", _("a whole number from {low} to {high} is needed.").format(low=low, high=high))
        if not low <= int(value) <= high:
            raise ValueError("E004", _("it must lie from {low} to {high}.").format(low=low, high=high))
        return int(value)
    if not isinstance(value, str):
        raise ValueError("E005", _("a text in quotes is needed."))
    if name == "language" and value not in {"zh-hans", "en"}:
        raise ValueError("E006", _('choose "zh-hans" or "en".'))
    if name == "database_url" and value and urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError("E007", _("use postgres://user:password@host:port/name, or leave it out for SQLite."))
    if name in {"public_url", "heartbeat_url"} and value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("E009", _("an http or https address is needed."))
    if name == "screening_contact" and not value.isascii():
        raise ValueError("E008", _("use Latin letters and digits: it is sent as a header."))
    return value


def data_directory() -> Path:
    """The data directory that this process works on (FENGHUO_DATA; `up` and the commands set it)."""
    return Path(os.environ.get(ENVIRONMENT_PREFIX + "DATA", "fenghuo-data")).resolve()


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: see `read_settings`.
    """
    return read_settings(data_directory())
