"""Start one worker: `python -m fenghuo.faces.workers NAME --data DIR` (`fenghuo up` does it)."""

import argparse
import logging
import multiprocessing
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from fenghuo.base.common.django_setup import setup
from fenghuo.base.common.settings import settings
from fenghuo.faces.workers.child import take_up_bond

_WITH_TABLES = {"intake", "judge", "deliver", "screen", "web"}
_WITHOUT_TABLES = {"demo"}


def main() -> int:
    """Run the worker until it is told to stop; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m fenghuo.faces.workers")
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    name: str = arguments.name
    child = take_up_bond(name, arguments.data.resolve())
    os.environ["FENGHUO_DATA"] = str(child.data)
    multiprocessing.current_process().name = name  # Django's log lines name the process
    os.environ["TZ"] = settings().time_zone  # log lines of all processes tell the office's time
    time.tzset()
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s %(levelname)s {name}: %(message)s", stream=sys.stderr)
    if name.startswith("match-"):
        module = "match"
    elif name in _WITHOUT_TABLES:
        module = name
    elif name in _WITH_TABLES:
        setup(child.data)
        module = name
    else:
        parser.error(f"there is no worker {name!r}")
    exit_code: int = import_module(f"fenghuo.faces.workers.{module}").run(child)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
