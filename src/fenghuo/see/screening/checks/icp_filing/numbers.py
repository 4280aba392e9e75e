"""Filing numbers in text: well-formed ones, and what tries to be one."""

import re
from dataclasses import dataclass
from functools import cache

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.footer import plain

_TRIES_ICP = re.compile(r"ICP备(?!案)|ICP证(?!书)\w?\d|ICP备案?(?:证?号|编号)?[::]?\d", re.IGNORECASE)
_TRIES_POLICE = re.compile(r"公网安备")


@dataclass(frozen=True, slots=True)
class Filing:
    """A number as it was written, and its digits: the part of the unit, without the number of the site behind it."""

    text: str
    digits: str


def icp_numbers(text: str) -> list[Filing]:
    """ICP numbers such as 京ICP备12345678号-1 in a text; 备 for the filing, 证 for the licence."""
    return [Filing(m.group(0), m.group(1) or m.group(2)) for m in _icp().finditer(plain(text))]


def police_numbers(text: str) -> list[Filing]:
    """Numbers of the filing with the police such as 京公网安备11010502030123号 in a text."""
    return [Filing(m.group(0), m.group(1)) for m in _police().finditer(plain(text))]


def tries_icp(text: str) -> str:
    """What looks like an ICP number and is none, with what stands around it; "" for nothing."""
    return _around(_TRIES_ICP, plain(text))


def tries_police(text: str) -> str:
    """What looks like a number of the filing with the police and is none; "" for nothing."""
    return _around(_TRIES_POLICE, plain(text))


def digits_of(stated: str) -> str:
    """The digits that count in a number as the register has it; "" where there are none."""
    known = [*icp_numbers(stated), *police_numbers(stated)]
    if known:
        return known[0].digits
    digits = re.search(r"\d{6,14}", plain(stated))
    return digits.group(0) if digits else ""


def _around(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return text[max(0, found.start() - 4) : found.end() + 16] if found else ""


@cache
def _icp() -> re.Pattern[str]:
    site = r"(?:[-–—]\d{1,4})?"
    return re.compile(
        rf"[{_provinces()}]ICP(?:备(\d{{8,10}})|证(\d{{6,10}})){site}号{site}",
        re.IGNORECASE,
    )


@cache
def _police() -> re.Pattern[str]:
    return re.compile(rf"[{_provinces()}]公网安备(\d{{14}})(?!\d)号?")


def _provinces() -> str:
    found: str = toml_of("icp-filing", "filing.toml")["provinces"]
    return found
