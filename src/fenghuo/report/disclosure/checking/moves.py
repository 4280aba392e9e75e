"""Rules of one change against last year: the word, the difference, the percentage."""

from decimal import ROUND_HALF_UP, Decimal

from fenghuo.report.disclosure.amounts import same, shown
from fenghuo.report.disclosure.checking.base import Gatherer
from fenghuo.report.disclosure.model import DECREASE, INCREASE, LEVEL, Change

_WORDS = (INCREASE, DECREASE, LEVEL)


def check_move(
    change: Change, path: str, this: Decimal | None, this_path: str, gather: Gatherer, inherited: str = ""
) -> None:
    """The rules of one change. `this` is this year's amount, None where it is not known; `inherited` the word that a part may leave out."""
    word = change.direction or inherited
    if word not in _WORDS:
        gather.error("change-word", f"{path}.direction", "/".join(_WORDS), change.direction)
        return
    if word == LEVEL and change.amount:
        gather.error("change-direction", f"{path}.direction", f"{INCREASE}/{DECREASE}", word, [f"{path}.amount"])
        return
    signed = change.signed(inherited or INCREASE)
    if this is not None and change.last is not None:
        _difference(change, path, this - change.last, signed, gather, [f"{path}.last", this_path])
    elif this is not None and signed > this:
        gather.error("change-too-large", f"{path}.amount", f"≤ {shown(this)}", shown(signed), [this_path])
    last = change.last if change.last is not None else None if this is None else this - signed
    if change.percent is not None and last is not None:
        _percent(change.percent, path, change.amount, last, gather)


def _difference(
    change: Change, path: str, wanted: Decimal, signed: Decimal, gather: Gatherer, related: list[str]
) -> None:
    if same(wanted, signed):
        return
    meant = INCREASE if wanted > 0 else DECREASE if wanted < 0 else LEVEL
    if same(abs(wanted), change.amount) and wanted:
        gather.error("change-direction", f"{path}.direction", meant, change.direction, [f"{path}.amount", *related])
    else:
        expected = f"{meant} {shown(abs(wanted))}"
        gather.error(
            "change-difference",
            f"{path}.amount",
            expected,
            f"{change.direction} {shown(change.amount)}".strip(),
            related,
        )


def _percent(percent: Decimal, path: str, amount: Decimal, last: Decimal, gather: Gatherer) -> None:
    related = [f"{path}.amount", f"{path}.last"]
    if not last:
        gather.error("percent-of-nothing", f"{path}.percent", "", f"{shown(percent)}%", related)
        return
    wanted = abs(amount / last * 100).quantize(
        Decimal(1).scaleb(min(0, int(percent.as_tuple().exponent))), ROUND_HALF_UP
    )
    if wanted != abs(percent):
        gather.error("percent", f"{path}.percent", f"{shown(wanted)}%", f"{shown(percent)}%", related)
