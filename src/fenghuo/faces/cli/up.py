"""`fenghuo up`: the whole platform on this machine."""

import argparse
import os
import sys
from pathlib import Path

from fenghuo.base.common.certificates import server_certificate
from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import read_settings
from fenghuo.faces.cli.options import add_data, fail
from fenghuo.faces.workers.listeners import CannotListen, Listeners, bind, is_loopback, split
from fenghuo.faces.workers.prepare import CannotPrepare, prepare
from fenghuo.faces.workers.supervisor import AlreadyUp, Supervisor, Worker, lock_data_directory


def add_listeners(parser: argparse.ArgumentParser) -> None:
    """The options that say where to listen."""
    usual = Listeners()
    texts = {
        "http": _("the console, for browsers"),
        "ingest": _("log intake over HTTP"),
        "syslog-udp": _("log intake over syslog UDP"),
        "syslog-tcp": _("log intake over syslog TCP"),
        "syslog-tls": _("log intake over syslog TLS"),
        "relp": _("log intake over RELP, the lossless syslog transport"),
    }
    for name, text in texts.items():
        default = getattr(usual, name.replace("-", "_"))
        parser.add_argument(
            f"--{name}",
            metavar="HOST:PORT",
            default=default,
            help=_("{what} (default {address}; port 0 takes a free one, off leaves it out)").format(
                what=text, address=default
            ),
        )


def listeners_of(arguments: argparse.Namespace) -> Listeners:
    """The listeners that the options ask for."""
    return Listeners(
        arguments.http,
        arguments.ingest,
        arguments.syslog_udp,
        arguments.syslog_tcp,
        arguments.syslog_tls,
        arguments.relp,
    )


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `up`."""
    parser = subparsers.add_parser(
        "up",
        help=_("start the platform; Ctrl-C ends it"),
        description=_("Start every process of the platform on a data directory, which is made where it is missing."),
    )
    add_data(parser)
    add_listeners(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until told to stop."""
    return start(arguments.data.resolve(), listeners_of(arguments))


def start(
    data: Path, listeners: Listeners, extra: tuple[Worker, ...] = (), leave_out: frozenset[str] = frozenset()
) -> int:
    """Bring the data directory up to date, listen, and supervise until told to stop; the exit code.

    Args:
        extra: workers beside the usual ones. leave_out: names of usual ones that do not run.
    """
    os.environ["FENGHUO_DATA"] = str(data)
    settings = read_settings(data)
    try:
        lock = lock_data_directory(data)
        addresses = listeners.by_name()
        sockets = {name: bind(name, address) for name, address in addresses.items()}
    except (AlreadyUp, CannotListen) as error:
        return fail(str(error))
    open_to_others = [name for name in ("http", "ingest") if name in addresses and not is_loopback(addresses[name])]
    hosts = {"localhost", "127.0.0.1", *filter(None, settings.allowed_hosts.replace(" ", "").split(","))}
    hosts |= {split(address)[0] for address in addresses.values()} - {"0.0.0.0", "::"}  # noqa: S104 -- compared, not bound
    os.environ["FENGHUO_ALLOWED_HOSTS"] = ",".join(sorted(hosts))
    certificate = server_certificate(settings, frozenset(hosts))
    try:
        first_code = prepare(data)
    except CannotPrepare as error:
        return fail(_("The data directory could not be brought up to date:") + f"\n{error}")
    urls: dict[str, str] = {}
    for name in ("http", "ingest"):
        if name in sockets:
            scheme = "https" if name in open_to_others else "http"
            host = split(addresses[name])[0]
            host = f"[{host}]" if ":" in host else host
            urls["console" if name == "http" else name] = f"{scheme}://{host}:{sockets[name].getsockname()[1]}/"
    _announce_start(urls, first_code, data)
    tls = {"FENGHUO_TLS_CERTIFICATE": str(certificate.certificate), "FENGHUO_TLS_KEY": str(certificate.key)}
    web = {}
    if "http" in open_to_others:
        web = {"FENGHUO_CONSOLE_CERTIFICATE": str(certificate.certificate), "FENGHUO_CONSOLE_KEY": str(certificate.key)}
    taken = tuple(name for name in sockets if name != "http")
    intake = {**tls, "FENGHUO_INGEST_TLS": "1" if "ingest" in open_to_others else ""}
    workers = (
        Worker("intake", taken, intake),
        *(Worker(f"match-{number}") for number in range(max(1, settings.matchers))),
        Worker("judge"),
        Worker("deliver"),
        Worker("screen"),
        Worker("web", ("http",), web),
        *extra,
    )
    try:
        kept = tuple(worker for worker in workers if worker.name not in leave_out)
        return Supervisor(data, kept, sockets, urls, _announce_ready).run()
    finally:
        os.close(lock)


def _announce_start(urls: dict[str, str], first_code: str | None, data: Path) -> None:
    console = urls.get("console", "")
    if first_code and console:
        print(_("Console: {url}").format(url=f"{console}setup/?code={first_code}"), flush=True)
        print(_("Open this address to set the platform up; the code in it works until that is done."), flush=True)
    elif console:
        print(_("Console: {url}").format(url=console), flush=True)
    if "ingest" in urls:
        print(_("Log intake: {url}").format(url=urls["ingest"]), flush=True)
    print(_("Data: {folder}").format(folder=data), flush=True)


def _announce_ready() -> None:
    print(_("Ready. Ctrl-C ends it."), flush=True)
    sys.stdout.flush()
