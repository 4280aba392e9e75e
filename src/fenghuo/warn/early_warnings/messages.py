"""The words of a warning's messages, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.message import EachLanguage, Message
from fenghuo.warn.early_warnings.models import LEVELS, EarlyWarning
from fenghuo.warn.early_warnings.names import class_name, raised_by


def message_of(warning: EarlyWarning, unit: str, occasion: str, *, again: bool = False) -> Message:
    """What is sent of a warning, without the evidence itself: mail travels through other people's servers.

    Args:
        again: nobody has taken it on, and the next person is told.
    """

    def texts(language: str) -> tuple[str, str]:
        with translation.override(language):
            return _texts(warning, unit or _("unknown sender"))

    values = {
        "warning_id": warning.id,
        "level": warning.level,
        "unit_id": warning.unit_id,
        "unit": unit,
        "asset": warning.asset,
        "threat_class": warning.threat_class,
        "title": warning.title,
        "count": warning.count,
        "first_seen": warning.first_seen.isoformat(),
        "last_seen": warning.last_seen.isoformat(),
    }
    answer = warning.rank <= WarningLevel.ORANGE.rank
    matter = f"warning:{warning.id}"
    return Message(
        matter,
        occasion,
        warning.rank,
        EachLanguage(texts),
        values,
        warning.exercise,
        may_wait=True,
        again=again,
        wants_answer=answer,
    )


def _texts(warning: EarlyWarning, unit: str) -> tuple[str, str]:
    frame = _frame(get_language() or "", warning.level, warning.threat_class, warning.title)
    values = {
        "unit": unit,
        "asset": warning.asset,
        "count": warning.count,
        "when": localtime(warning.last_seen).strftime("%Y-%m-%d %H:%M:%S"),
        "id": warning.id,
        **frame.words,
    }
    title = frame.title % values
    return (frame.exercise + title if warning.exercise else title), frame.text % values


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the texts of many warnings share."""

    words: Mapping[str, str]
    title: str
    text: str
    exercise: str


@lru_cache(maxsize=1000)
def _frame(_language: str, level: str, threat_class: str, title: str) -> _Frame:
    """The words in the reader's language, which is among the arguments so that each is kept by itself."""
    words = {"level": str(dict(LEVELS)[level]), "what": class_name(threat_class), "rule": raised_by(title)}
    text = _(
        "Early warning, level %(level)s.\n\nUnit: %(unit)s\nAsset: %(asset)s\nWhat: %(what)s\nRule: %(rule)s\n"
        "Seen: %(count)s times, last at %(when)s\n\n"
        "Sign in to the platform to acknowledge it and to see the evidence. Number: %(id)s"
    )
    return _Frame(words, _("[%(level)s] %(unit)s: %(what)s"), text, _("[Exercise] "))
