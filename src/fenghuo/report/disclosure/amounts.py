"""Amounts: exact, in 万元 or 元, as people write them."""

import re
from decimal import ROUND_HALF_UP, Decimal

WAN, YUAN = "万元", "元"
_PLAIN = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,8})?")
_CENT = Decimal("0.01")
# Full-width digits, signs and the several dashes that stand for a minus, each as one character, so that places in the text stay.
_NARROW = str.maketrans("０１２３４５６７８９．－−﹣，", "0123456789.---,")


def narrow(text: str) -> str:
    """The text with full-width digits and signs made plain; as long as before."""
    return text.translate(_NARROW)


def amount_of(text: str) -> Decimal | None:
    """The number that a cell or a file states, or None: "1,234.50", "２．３", "-5"; never "abc", "1e5" or "NaN"."""
    plain = narrow(text).strip()
    return Decimal(plain.replace(",", "")) if _PLAIN.fullmatch(plain) else None


def shown(amount: Decimal | None) -> str:
    """An amount as the document and the file write it: its own digits, no exponent; "" where there is none."""
    return "" if amount is None else format(amount, "f")


def in_wan(amount: Decimal, unit: str) -> Decimal:
    """An amount of a table in 万元; exact."""
    return amount / 10_000 if unit == YUAN else amount


def cents(amount: Decimal) -> Decimal:
    """An amount in 万元 to two places, halves away from nought, as budgets are published."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def same(one: Decimal, other: Decimal) -> bool:
    """Whether two statements of one figure agree to 0.01 万元."""
    return cents(one) == cents(other)
