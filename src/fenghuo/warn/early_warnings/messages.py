"""The words of a warning's messages, in both languages."""

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.message import Message
from fenghuo.warn.early_warnings.models import EarlyWarning
from fenghuo.warn.early_warnings.names import class_name, raised_by


def message_of(warning: EarlyWarning, unit: str, occasion: str) -> Message:
    """What is sent of a warning, without the evidence itself: mail travels through other people's servers."""
    texts = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts[language] = _texts(warning, unit or _("unknown sender"))
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
    return Message(matter, occasion, warning.rank, texts, values, warning.exercise, may_wait=True, wants_answer=answer)


def _texts(warning: EarlyWarning, unit: str) -> tuple[str, str]:
    words = {
        "level": warning.get_level_display(),
        "unit": unit,
        "what": class_name(warning.threat_class),
        "asset": warning.asset,
        "rule": raised_by(warning.title),
        "count": warning.count,
        "when": localtime(warning.last_seen).strftime("%Y-%m-%d %H:%M:%S"),
        "id": warning.id,
    }
    title = _("[%(level)s] %(unit)s: %(what)s") % words
    if warning.exercise:
        title = _("[Exercise] ") + title
    text = _(
        "Early warning, level %(level)s.\n\nUnit: %(unit)s\nAsset: %(asset)s\nWhat: %(what)s\nRule: %(rule)s\n"
        "Seen: %(count)s times, last at %(when)s\n\n"
        "Sign in to the platform to acknowledge it and to see the evidence. Number: %(id)s"
    )
    return title, text % words
