"""Hiding secrets and numbers of persons in evidence, before it is stored anywhere."""

import re

_ID_NUMBER = re.compile(r"(?<!\d)([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}([\dXx])(?!\d)")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")
_SECRET = re.compile(
    r"""((?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization)"""
    r"""["']?\s*[:=>]+\s*["']?)([^\s"'<>,;&]{3,})""",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """The text with the values of secrets, ID numbers, telephone and card numbers hidden."""
    text = _ID_NUMBER.sub(lambda m: m.group(1) + "*" * 11 + m.group(2), text)
    text = _CARD.sub(lambda m: m.group(1) + "*" * 8 + m.group(2), text)
    text = _PHONE.sub(r"\1****\2", text)
    return _SECRET.sub(lambda m: m.group(1) + hidden(m.group(2)), text)


def hidden(secret: str) -> str:
    """A secret as it may be shown: its first two characters and its length."""
    return f"{secret[:2]}…({len(secret)})"
