"""Telephone numbers as channels need them. Pure but for the words of a refusal."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_NOISE = re.compile(r"[\s\-().]")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def normal(number: str) -> str:
    """A number in international form (E.164); eleven digits of a Chinese mobile get +86.

    Raises:
        ValidationError: it is no such number.
    """
    bare = _NOISE.sub("", number)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if _MOBILE.fullmatch(bare):
        bare = "+86" + bare
    if not _E164.fullmatch(bare):
        text = _("%(number)s: a mobile number of 11 digits, or one in international form such as +86…, is needed.")
        raise ValidationError(text % {"number": number})
    return bare


def international(number: str) -> str:
    """As `normal`; a number that is none stays what it is, and is refused by whoever is asked to send to it."""
    try:
        return normal(number)
    except ValidationError:
        return number


def national(number: str) -> str:
    """A number of E.164 without +86 where it is Chinese, else with its country's digits and no plus."""
    return number.removeprefix("+86") if _MOBILE.fullmatch(number.removeprefix("+86")) else number.removeprefix("+")
