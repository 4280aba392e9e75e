"""Messages in the reader's language for code that has no Django: the command line, listeners, parsers.

The catalogues are the same files that Django reads (`locale/<language>/LC_MESSAGES/django.mo` of each room); pages use
`django.utils.translation`. Message ids are the English text.
"""

import gettext as _gettext
import locale
import os
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh-hans", "en")
_FOLDERS = {"zh-hans": "zh_Hans", "en": "en"}
_PACKAGE = Path(__file__).resolve().parents[2]

_language: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str) -> None:
    """Answer in this language ("zh-hans" or "en") from here on in the present context."""
    _language.set(language if language in LANGUAGES else "en")


def from_environment() -> str:
    """The language that FENGHUO_LANG or the locale of the terminal asks for; English where neither says Chinese."""
    asked = os.environ.get("FENGHUO_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    asked = asked or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    return "zh-hans" if asked.lower().startswith(("zh", "chinese")) else "en"


def locale_folders() -> list[Path]:
    """Every `locale` folder of the package, in a fixed order."""
    return sorted(p for p in _PACKAGE.rglob("locale") if p.is_dir())


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    merged: _gettext.NullTranslations = _gettext.NullTranslations()
    for folder in locale_folders():
        compiled = folder / _FOLDERS[language] / "LC_MESSAGES" / "django.mo"
        if compiled.exists():
            with compiled.open("rb") as file:
                catalogue = _gettext.GNUTranslations(file)
            catalogue.add_fallback(merged)
            merged = catalogue
    return merged


def _(message: str) -> str:
    """The message in the language in use."""
    return _catalogue(_language.get() or from_environment()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The message for `count` things in the language in use."""
    return _catalogue(_language.get() or from_environment()).ngettext(singular, plural, count)
