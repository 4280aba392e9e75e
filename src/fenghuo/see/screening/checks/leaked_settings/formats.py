"""Files of settings, each told by its grammar; of a value only whether it is a secret ever leaves this module unmasked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.masks import hidden

Pair = tuple[str, str]

_CHECK = "leaked-settings"
_PAGE = re.compile(r"\A\s*(?:<!doctype|<html|<head|<body|<script|<div)", re.IGNORECASE)
_XML_HEAD = r"\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,3000}?-->\s*|<!DOCTYPE[^>]{0,300}>\s*)*"
_WEB_CONFIG = re.compile(_XML_HEAD + r"<configuration\b[^>]{0,300}>", re.DOTALL)
_WEB_CONFIG_PART = re.compile(
    r"<(?:system\.web(?:Server)?|connectionStrings|appSettings|configSections|runtime|location)\b"
)
_WEB_XML = re.compile(_XML_HEAD + r"<web-app\b[^>]{0,600}>", re.DOTALL)
_WEB_XML_PART = re.compile(
    r"<(?:servlet|filter|listener|context-param|welcome-file-list|display-name|session-config)\b"
)
_ATTRIBUTES = re.compile(
    r"""(?:key|name)\s*=\s*"([^"]{1,80})"[^<>]{0,40}?(?:value|connectionString)\s*=\s*"([^"]{0,400})\""""
)
_PARAMETERS = re.compile(
    r"<param-name>\s*([^<]{1,80}?)\s*</param-name>\s*<param-value>\s*([^<]{0,200}?)\s*</param-value>"
)
_CONNECTION = re.compile(r"\b(password|pwd)\s*=\s*([^;\"'<>\s]{1,80})", re.IGNORECASE)
_ENV_LINE = re.compile(
    r"^(?:export\s+)?([A-Z][A-Z0-9_]{1,60})[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\s#]*)", re.MULTILINE
)
_YAML_ROOT = re.compile(
    r"^(?:spring|server|datasource|management|mybatis(?:-plus)?|logging|eureka|ruoyi|shiro|jwt):[ \t]*\r?$", re.M
)
_YAML_LINE = re.compile(r"^[ \t]+([\w.-]{1,60}):[ \t]+(\"[^\"\n]*\"|'[^'\n]*'|[^\s#][^\n#]{0,200})", re.MULTILINE)
_PHP = re.compile(r"\A\s*<\?php\b")
_PHP_PAIR = re.compile(
    r"""(?:define\(\s*|\[\s*|^\s*|\$)["']?([A-Za-z_][\w-]{1,60})["']?\]?\s*(?:,|=>|=)\s*["']([^"'\n]{0,200})["']""",
    re.MULTILINE,
)
_JSON_PAIR = re.compile(r'"([\w:.-]{1,60})"\s*:\s*"((?:[^"\\\n]|\\.){0,400})"')
_APPSETTINGS = re.compile(
    r'\A\s*\{.{0,6000}?"(?:ConnectionStrings|Logging|AllowedHosts|Kestrel|AppSettings)"\s*:', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that were read: what kind, names of their keys, and secrets as (key, masked value)."""

    kind: str
    keys: tuple[str, ...]
    secrets: tuple[Pair, ...]


def settings_of(text: str, kind: str) -> Settings | None:
    """The settings in a text, None where it is no file of that kind.

    Args:
        kind: "env", "web.config", "web.xml", "yaml", "php" or "appsettings".
    """
    text = text.lstrip("\ufeff")
    if _PAGE.match(text):
        return None
    pairs = _READERS[kind](text)
    if pairs is None:
        return None
    secrets = tuple((key, hidden(value)) for key, value in _secrets(pairs))
    return Settings(kind, tuple(dict.fromkeys(key for key, _ in pairs)), tuple(dict.fromkeys(secrets)))


def _secrets(pairs: list[Pair]) -> Iterator[Pair]:
    for key, value in pairs:
        within = _CONNECTION.search(value)
        if within:
            if not _is_placeholder(within.group(2)):
                yield f"{key}/{within.group(1)}", within.group(2)
        elif _names_secret(key) and not _is_placeholder(value):
            yield key, value


def _names_secret(key: str) -> bool:
    words = toml_of(_CHECK, "words.toml")
    plain = re.sub(r"[_.:\-]", "", key.lower())
    return any(word in plain for word in words["secret_keys"]) and not plain.endswith(tuple(words["harmless_endings"]))


def _is_placeholder(value: str) -> bool:
    plain = value.strip().lower()
    if len(plain) < 3 or re.search(r"[$#@%]\{|\{\{|\$\(|<[^>]*>|%\w+%", plain) or not plain.strip("*xX.-_ "):
        return True
    return plain in toml_of(_CHECK, "words.toml")["placeholders"]


def _env(text: str) -> list[Pair] | None:
    pairs = [(key, value.strip("\"'")) for key, value in _ENV_LINE.findall(text)]
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    beginnings = tuple(toml_of(_CHECK, "words.toml")["env_beginnings"])
    # a text in which some line looks like a setting is no file of settings: nearly all lines must
    if len(pairs) < 2 or len(pairs) * 5 < len(lines) * 4 or not any(key.startswith(beginnings) for key, _ in pairs):
        return None
    return pairs


def _web_config(text: str) -> list[Pair] | None:
    if not (_WEB_CONFIG.match(text) and _WEB_CONFIG_PART.search(text)):
        return None
    return _ATTRIBUTES.findall(text)


def _web_xml(text: str) -> list[Pair] | None:
    if not (_WEB_XML.match(text) and _WEB_XML_PART.search(text)):
        return None
    return _PARAMETERS.findall(text)


def _yaml(text: str) -> list[Pair] | None:
    pairs = [(key, value.strip().strip("\"'")) for key, value in _YAML_LINE.findall(text)]
    return pairs if pairs and _YAML_ROOT.search(text) else None


def _php(text: str) -> list[Pair] | None:
    return _PHP_PAIR.findall(text) if _PHP.match(text) else None


def _appsettings(text: str) -> list[Pair] | None:
    return _JSON_PAIR.findall(text) if _APPSETTINGS.match(text) else None


_READERS: dict[str, Callable[[str], list[Pair] | None]] = {
    "env": _env,
    "web.config": _web_config,
    "web.xml": _web_xml,
    "yaml": _yaml,
    "php": _php,
    "appsettings": _appsettings,
}
