"""What commands share: options, data directory, errors."""

import argparse
import json
import os
import sys
from pathlib import Path

from fenghuo.base.common.i18n import _


def add_data(parser: argparse.ArgumentParser) -> None:
    """`--data DIR`: the installation to work on (default: FENGHUO_DATA, else ./fenghuo-data)."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get("FENGHUO_DATA", "fenghuo-data")),
        help=_("data directory of the installation (default: FENGHUO_DATA, else ./fenghuo-data)"),
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`: one JSON object on standard output, for scripts."""
    parser.add_argument("--json", action="store_true", help=_("answer as JSON, for scripts"))


def fail(message: str) -> int:
    """Say on standard error what went wrong; the exit code 1 to return."""
    print(message, file=sys.stderr)
    return 1


def print_json(value: object) -> None:
    """One line of JSON on standard output, Chinese readable."""
    print(json.dumps(value, ensure_ascii=False, sort_keys=True), flush=True)
