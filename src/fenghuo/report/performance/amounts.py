"""Money as whole fen: 万元 and 元 are two ways to write the same number, and no sum is ever rounded."""

from decimal import Decimal, localcontext

FEN_OF = {"元": 100, "万元": 1_000_000}
MOST_FEN = 10**15
"""Ten trillion yuan: more than any budget of a county, less than what a column of a table holds."""
_DIGITS = 60


class NotMoney(ValueError):
    """An amount that is none. `code` is "unit", "parts" (smaller than a fen) or "large"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fen_of(amount: Decimal, unit: str) -> int:
    """Whole fen of an amount in 元 or 万元, exactly.

    Raises:
        NotMoney: another unit, parts of a fen, or larger than `MOST_FEN` either way.
    """
    if unit not in FEN_OF:
        raise NotMoney("unit")
    if not amount.is_finite() or abs(amount) > MOST_FEN:
        raise NotMoney("large")
    with localcontext() as exact:
        exact.prec = _DIGITS
        fen = amount * FEN_OF[unit]
    if fen != int(fen):
        raise NotMoney("parts")
    if abs(fen) > MOST_FEN:
        raise NotMoney("large")
    return int(fen)


def amount_in(fen: int, unit: str) -> Decimal:
    """Fen as 元 or 万元, exactly: at least two places, more where the amount has them."""
    places = len(str(FEN_OF[unit])) - 1
    exact = Decimal(fen).scaleb(-places)
    text = format(exact, "f").rstrip("0")
    shown = max(2, len(text.partition(".")[2]))
    return exact.quantize(Decimal(1).scaleb(-shown))


def shown(fen: int, unit: str = "万元") -> str:
    """An amount for a reader, with commas: "1,234.50"."""
    return format(amount_in(fen, unit), ",f")
