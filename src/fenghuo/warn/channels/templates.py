"""Variables of the approved templates by which SMS go in China: which value stands for which. Pure but for the words of a refusal."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fenghuo.warn.channels.message import Outgoing
from fenghuo.warn.channels.plain import cut, one_line

_PAIR = re.compile(r"([A-Za-z]\w{0,30})=([A-Za-z]\w{0,40})")
_ONE = re.compile(r"[A-Za-z]\w{0,40}")
_NEITHER_TAKEN = re.compile(r"https?://\S+|www\.\S+")
_BRACKETS = str.maketrans("【】", "[]")


def named(text: str) -> dict[str, str]:
    """ "name=value, …" as a map of variable to value.

    Raises:
        ValidationError: it is not of that form.
    """
    found = [_PAIR.fullmatch(part) for part in re.split(r"[,\s]+", text.strip()) if part]
    if not found or not all(found):
        raise ValidationError(_("Write variable=value, separated by commas, e.g. title=title."))
    return {pair[1]: pair[2] for pair in found if pair}


def ordered(text: str) -> list[str]:
    """ "value, value …" in the order of the template's variables; empty for a template without.

    Raises:
        ValidationError: it is not of that form.
    """
    parts = [part for part in re.split(r"[,\s]+", text.strip()) if part]
    if not all(_ONE.fullmatch(part) for part in parts):
        raise ValidationError(_("Write the values in the order of the template's variables, e.g. title,unit."))
    return parts


def value(name: str, out: Outgoing, most: int) -> str:
    """What stands for a variable: `title`, `text`, or a value of the message such as `unit`, `asset` or `level`.

    Providers refuse empty variables, links, and the brackets 【】 that mark the sender.
    """
    known: Mapping[str, object] = {**out.values, "title": out.marked_title, "text": out.marked_text}
    text = one_line(_NEITHER_TAKEN.sub("", str(known.get(name, "")))).translate(_BRACKETS)
    return cut(text, most) or "-"
