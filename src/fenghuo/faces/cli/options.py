"""What commands share: reading rules and placeholders, errors."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from fenghuo.base.common.i18n import _
from fenghuo.see.detection import RuleSet, compile_rules
from fenghuo.see.detection.files import load_folder


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
    return compile_rules([source for path in paths for source in load_folder(path, str(path))], names)


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
