"""Targets as tables write them: "1次", "≥3次", "100比率", "≤10月", "≤70万元", or words."""

import re
from dataclasses import dataclass
from decimal import Decimal

AT_LEAST, AT_MOST, EXACTLY, MORE, LESS = "≥", "≤", "=", ">", "<"
_SIGNS = {"≥": AT_LEAST, ">=": AT_LEAST, "≧": AT_LEAST, "≤": AT_MOST, "<=": AT_MOST, "≦": AT_MOST}
_SIGNS |= {"=": EXACTLY, ">": MORE, "<": LESS, "": EXACTLY}
_FORM = re.compile(r"(>=|<=|[≥≤≧≦=><]?)\s*(\d{1,12}(?:\.\d{1,6})?)\s*([^\d\s≥≤≧≦=><]{0,12})")
_NARROW = str.maketrans("０１２３４５６７８９．＝＞＜％", "0123456789.=><%")
MONTH = "月"
PERCENT = frozenset({"比率", "百分比", "%", "％"})


@dataclass(frozen=True, slots=True)
class Target:
    """What an indicator is to reach.

    Attributes:
        text: as written. sign: one of the five, "" for words. number: None for words. unit: as written, "" for none.
    """

    text: str
    sign: str = ""
    number: Decimal | None = None
    unit: str = ""

    @property
    def in_words(self) -> bool:
        """Whether only a person can say that it was reached."""
        return self.number is None

    @property
    def is_month(self) -> bool:
        """Whether it names the month by whose end something is to be done."""
        return self.unit == MONTH and self.number is not None and self.number in range(1, 13)

    def met(self, value: Decimal) -> bool | None:
        """Whether a value reaches it; None for words. A month without a sign means: by then at the latest."""
        if self.number is None:
            return None
        if self.is_month and self.sign == EXACTLY:
            return value <= self.number
        # A count or a rate without a sign is a floor: who did two rounds where one was promised did not miss it.
        return {
            AT_LEAST: value >= self.number,
            EXACTLY: value >= self.number,
            AT_MOST: value <= self.number,
            MORE: value > self.number,
            LESS: value < self.number,
        }[self.sign]


def parse_target(text: str) -> Target:
    """A target; what is not a sign, a number and a unit is words."""
    found = _FORM.fullmatch(text.strip().translate(_NARROW))
    if found is None:
        return Target(text)
    sign, number, unit = found.groups()
    return Target(text, _SIGNS[sign], Decimal(number), unit)
