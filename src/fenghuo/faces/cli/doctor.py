"""`fenghuo doctor`: what is wrong with this installation, and how to mend it."""

import argparse
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import SettingsError, read_settings
from fenghuo.faces.cli.options import add_data, add_json, print_json

_LEAST_FREE = 2 * 1024**3
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- translated, not bound


@dataclass(frozen=True, slots=True)
class Found:
    """One thing looked at: `mend` says what to do, "" where all is well."""

    what: str
    mend: str = ""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `doctor`."""
    parser = subparsers.add_parser(
        "doctor",
        help=_("say what is wrong with this installation"),
        description=_(
            "Look at an installation and say what is wrong and how to mend it. Exit code 1 where something is."
        ),
    )
    add_data(parser)
    add_json(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Look, and say."""
    data: Path = arguments.data.resolve()
    found: list[Found] = []
    for check in (_python, _settings, _folder, _disk, _log, _keys, _running, _tables):
        found += check(data)
        if check is _folder and found[-1].mend:
            break
    for item in found:
        if arguments.json:
            print_json({"what": item.what, "ok": not item.mend, "mend": item.mend})
        else:
            print(f"{'!' if item.mend else '✓'} {item.what}" + (f"\n    {item.mend}" if item.mend else ""))
    return 1 if any(item.mend for item in found) else 0


def _python(_data: Path) -> Iterator[Found]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Found(_("Python {version}").format(version=version))


def _settings(data: Path) -> Iterator[Found]:
    try:
        read_settings(data)
    except SettingsError as error:
        for problem in error.problems:
            yield Found(_("Setting"), problem)
        return
    yield Found(_("Settings can be used"))


def _folder(data: Path) -> Iterator[Found]:
    if not data.is_dir():
        yield Found(
            str(data), _("There is no such directory. `fenghuo up --data {folder}` makes it.").format(folder=data)
        )
    elif not os.access(data, os.W_OK):
        yield Found(str(data), _("This user may not write there. Start as its owner, or change the owner."))
    elif data.stat().st_mode & 0o077:
        yield Found(str(data), _("Others may read it: chmod 700 {folder}").format(folder=data))
    else:
        yield Found(_("Data directory {folder}").format(folder=data))


def _disk(data: Path) -> Iterator[Found]:
    free = shutil.disk_usage(data).free
    text = _("{gb:.1f} GB free").format(gb=free / 1024**3)
    yield Found(text, _("Free the disk: below 2 GB logs will soon be refused.") if free < _LEAST_FREE else "")


def _log(data: Path) -> Iterator[Found]:
    from fenghuo.see.eventlog import open_log

    usage = open_log(data / "log", read_settings(data).log_limit_gb * 1024**3).usage()
    text = _("Event log: {used:.2f} of {limit:.1f} GB").format(
        used=usage.used_bytes / 1024**3, limit=usage.limit_bytes / 1024**3
    )
    yield Found(text, _("Give it more room (log_limit_gb) or a larger disk.") if usage.warn else "")


def _keys(data: Path) -> Iterator[Found]:
    loose = [path.name for path in sorted((data / "keys").glob("*")) if path.stat().st_mode & 0o077]
    if loose:
        names = ", ".join(loose)
        yield Found(_("Key files"), _("Others may read {names}: chmod 600 them.").format(names=names))
    else:
        yield Found(_("Keys are readable by their owner only"))


def _running(data: Path) -> Iterator[Found]:
    file = data / "run.json"
    if not file.exists():
        yield Found(_("The platform is not running"), _("Start it: fenghuo up --data {folder}").format(folder=data))
        return
    known = json.loads(file.read_text(encoding="utf-8"))
    dead = [name for name, pid in known["processes"].items() if not Path(f"/proc/{pid}").exists()]
    if dead:
        yield Found(
            _("Processes"), _("Not alive: {names}. See the output of `fenghuo up`.").format(names=", ".join(dead))
        )
    else:
        yield Found(_("{count} processes are alive").format(count=len(known["processes"])))
    for name, port in known["ports"].items():
        if name != "syslog-udp":
            host = known.get("addresses", {}).get(name, "127.0.0.1")
            yield _listens(name, _ANY.get(host, host), port)


def _listens(name: str, host: str, port: int) -> Found:
    try:
        with socket.create_connection((host, port), 2.0):
            return Found(_("{name} answers on port {port}").format(name=name, port=port))
    except OSError as error:
        problem = _("It does not answer: {error}. See the output of `fenghuo up`.").format(
            error=error.strerror or error
        )
        return Found(f"{name}:{port}", problem)


def _tables(data: Path) -> Iterator[Found]:
    from fenghuo.base.common.django_setup import setup

    setup(data)
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import Error

    try:
        executor = MigrationExecutor(connections["default"])
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        yield Found(_("Tables"), _("They do not answer: {error}").format(error=error))
        return
    if behind:
        yield Found(_("Tables"), _("They are of an older version. `fenghuo up` brings them up to date."))
        return
    yield Found(_("Tables are of this version"))
    yield from _people_and_channels()


def _people_and_channels() -> Iterator[Found]:
    from fenghuo.base.audit.queries import verify
    from fenghuo.base.clocks.queries import year_without_calendar
    from fenghuo.base.common import clock
    from fenghuo.see.inventory.models import LogSource
    from fenghuo.see.rulebook.models import RuleQuarantine
    from fenghuo.warn.channels.queries import channels, in_trouble
    from fenghuo.warn.duty.queries import ladder

    looks: list[tuple[str, Callable[[], bool], str]] = [
        (_("Somebody can be told"), lambda: bool(ladder(clock.now())), _("Add a duty officer, or fill the roster.")),
        (
            _("A channel is in use"),
            lambda: any(c.enabled for c in channels()),
            _("Add one: fenghuo channels add --help"),
        ),
        (
            _("Messages go out"),
            lambda: not in_trouble(clock.now()).exists(),
            _("See the page of channels for the answers."),
        ),
        (
            _("The holidays of this year are known"),
            lambda: year_without_calendar(clock.now()) is None,
            _("Working days are counted by weekday alone. Import them: fenghuo calendar import FILE.csv"),
        ),
        (_("A log source is registered"), LogSource.objects.exists, _("Add one: fenghuo sources add --help")),
        (
            _("No rule is in quarantine"),
            lambda: not RuleQuarantine.objects.exists(),
            _("A rule held up the matching and is out of force. The rules page says which and why."),
        ),
        (
            _("The audit trail is whole"),
            lambda: verify().finding is None,
            _("Run fenghuo audit verify, and tell the leader."),
        ),
    ]
    for what, fine, mend in looks:
        yield Found(what, "" if fine() else mend)
