"""Values for `%name%` placeholders of Sigma's `expand` modifier, from `DIR/rules/placeholders.yml`."""

from pathlib import Path

import yaml


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
        raise BadPlaceholders(f"{file}: not readable as YAML: {error}. Mend the line that it names.") from error
    if not isinstance(content, dict):
        raise BadPlaceholders(f"{file}: a map of names to lists of values is needed.")
    return {
        str(name): [str(v) for v in (values if isinstance(values, list) else [values])]
        for name, values in content.items()
    }
