"""What commands share: options, reading rules and placeholders, errors."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import yaml
from tqdm import tqdm

from fenghuo.base.common.i18n import _, from_environment
from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.files import load_folder
from fenghuo.see.detection.store import Store

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError


Thing = TypeVar("Thing")


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


def print_json(value: object) -> None:
    """One line of JSON on standard output, Chinese readable."""
    print(json.dumps(value, ensure_ascii=False, sort_keys=True), flush=True)


def open_tables(data: Path) -> None:
    """Bring Django up on a data directory, its tables in the present version, messages in the terminal's language."""
    from fenghuo.base.common.django_setup import migrate, setup

    setup(data)
    migrate()
    from django.utils import translation

    translation.activate(from_environment())


def problems_of(error: "ValidationError") -> str:
    """What a validation found, one line a field."""
    if hasattr(error, "error_dict"):
        return "\n".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
    return "\n".join(error.messages)


def progress(things: Iterable[Thing], unit: str, total: int | None = None) -> Iterable[Thing]:
    """The things, with a bar on standard error while they pass, where a person looks on."""
    shown: Iterable[Thing] = tqdm(things, total=total, unit=" " + unit, delay=1.0, disable=not sys.stderr.isatty())
    return shown


class UsageError(Exception):
    """An argument can't be used; the message says which and what to do."""


def fail(message: str, code: int = 1) -> int:
    """Say on standard error what went wrong; the exit code to return."""
    print(message, file=sys.stderr)
    return code


def read_rules(paths: Sequence[Path], placeholders: Path | None) -> RuleSet:
    """The rules of these files and folders.

    Raises:
        UsageError: a path is not there, or the placeholder file can't be read.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(_("{path}: there is no such file or folder.").format(path=path))
    names = _placeholders(placeholders) if placeholders else {}
    sources = [source for path in paths for source in load_folder(path, str(path))]
    return compile_rules(sources, names, store=_store())


def _store() -> Store | None:
    """Where a person's commands keep compiled rules (XDG Base Directory Specification); None for an account without a home."""
    try:
        return Store(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fenghuo" / "compiled")
    except RuntimeError:
        return None


def _placeholders(path: Path) -> Mapping[str, Sequence[str]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(_("{path}: not readable: {error}").format(path=path, error=error)) from error
    if not isinstance(content, dict):
        raise UsageError(_("{path}: a map of names to lists of values is needed.").format(path=path))
    return {
        str(n): [str(v) for v in (values if isinstance(values, list) else [values])] for n, values in content.items()
    }
