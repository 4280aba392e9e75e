"""Values for `%name%` placeholders of Sigma's `expand` modifier, from `DIR/rules/placeholders.yml`."""

from pathlib import Path

import yaml

from fenghuo.base.common.i18n import _


class BadPlaceholders(Exception):
    """The placeholder file can't be used; the message says where and what to do."""


def read_placeholders(data: Path) -> dict[str, list[str]]:
    """Name → values of the installation's placeholder file; empty where there is none.

    Raises:
        BadPlaceholders: the file is not a map of names to lists.
    """
    file = data / "rules" / "placeholders.yml"
    if not file.exists():
        return {}
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        text = _("{file}: not readable as YAML: {error}. Mend the line that it names.")
        raise BadPlaceholders(text.format(file=file, error=error)) from error
    if not isinstance(content, dict):
        raise BadPlaceholders(_("{file}: a map of names to lists of values is needed.").format(file=file))
    return {
        str(name): [str(v) for v in (values if isinstance(values, list) else [values])]
        for name, values in content.items()
    }
