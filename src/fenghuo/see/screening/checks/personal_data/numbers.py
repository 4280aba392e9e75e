"""Numbers of persons in a text: ID numbers that are right, bank cards, and telephone numbers beside names."""

import re
from datetime import date

from fenghuo.see.screening.checks.data_files import toml_of

_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CARD = re.compile(r"(?<![0-9A-Za-z])(?:62\d{14,17}|(?:4\d|5[1-5])\d{14})(?![0-9A-Za-z])")
_CARD_SPACED = re.compile(r"(?<![0-9A-Za-z])(62\d{2}) (\d{4}) (\d{4}) (\d{4})(?: (\d{1,3}))?(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z*-])(?:\+?86[ -]?)?(1[3-9]\d{9})(?![0-9A-Za-z*])")
_WORD = re.compile(r"(?<![\u4e00-\u9fff·])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff·])")
_BEFORE, _AFTER = 60, 12
_CONTEXT = 12
_FEWEST_NAMES = 10


def _list(name: str) -> list[str]:
    found: list[str] = toml_of("personal-data", "words.toml")[name]
    return found


def id_numbers(text: str, today: date) -> set[str]:
    """ID numbers with a province, a day of birth before today and the right check digit (GB 11643), upper case."""
    provinces, others = _list("provinces"), _list("not_id_before")
    found = set()
    for match in _ID.finditer(text):
        number = match.group().upper()
        before = text[max(0, match.start() - _CONTEXT) : match.start()]
        if number[:2] in provinces and _is_id(number, today) and not any(word in before for word in others):
            found.add(number)
    return found


def _is_id(number: str, today: date) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    if number[-1] != _ID_CHECKS[total % 11]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= today


def bank_cards(text: str) -> set[str]:
    """Card numbers right by Luhn, in a text that speaks of cards or accounts."""
    if not any(word in text for word in _list("card_words")):
        return set()
    plain = _CARD_SPACED.sub(lambda m: "".join(filter(None, m.groups())), text)
    return {number for number in _CARD.findall(plain) if is_luhn(number) and len(set(number)) > 3}


def is_luhn(number: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7812-1."""
    total = 0
    for at, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def phones_of_persons(text: str) -> set[str]:
    """Mobile numbers with a person's name beside them; none where there are but few names, as in a list of offices."""
    names: set[str] = set()
    found = set()
    for match in _PHONE.finditer(text):
        # half a word at the edge of what is looked at would be taken for a name
        around = re.sub(r"\A[\u4e00-\u9fff·]+", "", text[max(0, match.start() - _BEFORE) : match.end() + _AFTER])
        beside = [word for word in _WORD.findall(around) if is_name(word)]
        if beside:
            found.add(match.group(1))
            names.update(beside)
    return found if len(names) >= _FEWEST_NAMES else set()


def is_name(word: str) -> bool:
    """Whether a word by itself can be a person's name."""
    words = toml_of("personal-data", "words.toml")
    return 2 <= len(word) <= 3 and word[0] in words["surnames"] and not word.endswith(tuple(words["not_names"]))
