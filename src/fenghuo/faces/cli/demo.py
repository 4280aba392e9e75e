"""`fenghuo demo`: the platform with a demo county and an attack day, through the real intake."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import fail
from fenghuo.faces.cli.up import add_listeners, listeners_of, start
from fenghuo.faces.workers.supervisor import Worker


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `demo`."""
    parser = subparsers.add_parser(
        "demo",
        help=_("start with a demo county and an attack day; Ctrl-C ends it"),
        description=_("Start the platform on a fresh demo county, and replay an attack day through the real intake."),
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path("demo-data"),
        help=_("made anew each time (default: ./demo-data)"),
    )
    add_listeners(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the county, then start everything and the replay."""
    data: Path = arguments.data.resolve()
    if data.exists():
        if any(data.iterdir()) and not (data / "demo.json").exists():
            return fail(_("{folder} is no demo's data directory. Choose another with --data.").format(folder=data))
        shutil.rmtree(data)
    os.environ["FENGHUO_DATA"] = str(data)
    os.environ.setdefault("FENGHUO_OUTBOUND_PRIVATE", "127.0.0.0/8")
    done = subprocess.run([sys.executable, "-m", "fenghuo.faces.workers.demo_seed", str(data)], check=False)
    if done.returncode:
        return fail(_("The demo county could not be made."))
    known = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    print(_("User name: {name}").format(name=known["username"]))
    print(_("Password: {password}").format(password=known["password"]), flush=True)
    # The demo's sites do not exist: nothing may be contacted, so that the one process that contacts sites does not run.
    return start(data, listeners_of(arguments), (Worker("demo"),), leave_out=frozenset({"screen"}))
