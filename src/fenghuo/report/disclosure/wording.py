"""The sentences of the document that state figures, as they are written; the other direction is reading/sentences.py."""

from collections.abc import Sequence
from decimal import Decimal

from fenghuo.report.disclosure.amounts import WAN, shown
from fenghuo.report.disclosure.model import (
    LEVEL,
    Change,
    Changes,
    Income,
    Line,
    OperatingCost,
    Procurement,
    PublicCost,
    Spending,
)
from fenghuo.report.disclosure.structure import NUMERALS


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese: 十一, 二十."""
    tens, ones = divmod(number, 10)
    before = {0: "", 1: "十"}.get(tens, NUMERALS[tens - 1] + "十" if tens else "")
    return before + (NUMERALS[ones - 1] if ones else "")


def wan(amount: Decimal) -> str:
    """An amount with its unit."""
    return shown(amount) + WAN


def _list(lines: Sequence[Line], between: str) -> str:
    return between.join(f"{line.name}{wan(line.amount)}" for line in lines)


def income(stated: Income) -> str:
    """收入说明."""
    parts = f"，其中：{_list(stated.parts, '，')}" if stated.parts else ""
    return f"{stated.introduction}{stated.year}年预算收入{wan(stated.total)}{parts}。"


def spending(stated: Spending) -> str:
    """支出说明."""
    note = f"，{stated.projects_note}" if stated.projects_note else ""
    others = f"；{_list(stated.others, '；')}" if stated.others else ""
    return (
        f"{stated.introduction}{stated.year}年支出预算{wan(stated.total)}，其中基本支出{wan(stated.basic)}，"
        f"包括人员经费{wan(stated.personnel)}和日常公用经费{wan(stated.operating)}；项目支出{wan(stated.projects)}{note}{others}。"
    )


def _moved(change: Change) -> str:
    """增加5万元（2.5%）; 持平."""
    amount = "" if change.direction == LEVEL and not change.amount else wan(change.amount)
    percent = "" if change.percent is None else f"（{shown(change.percent)}%）"
    return f"{change.direction}{amount}{percent}"


def _why(change: Change, word: str) -> str:
    return f"，{word}{change.reason}" if change.reason else ""


def _part(change: Change | None, name: str = "", word: str = "主要原因是") -> str:
    if change is None:
        return name
    last = "" if change.last is None else f"较上年{wan(change.last)}"
    return f"{name or change.name}{last}{_moved(change)}{_why(change, word)}"


def changes(stated: Changes) -> str:
    """比上年增减情况."""
    last = "" if stated.total.last is None else wan(stated.total.last)
    parts = "；".join(_part(part, word="主要为") for part in stated.parts)
    return (
        f"{stated.year}年预算收支安排{wan(stated.amount)}，较{stated.last_year}年预算{last}{_moved(stated.total)}"
        f"{_why(stated.total, '主要为')}{f'，其中：{parts}' if parts else ''}。"
    )


def operating_cost(stated: OperatingCost) -> str:
    """机关运行经费."""
    use = f"，主要用于{stated.use}" if stated.use else ""
    return f"{stated.year}年，我部门机关运行经费共计安排{wan(stated.amount)}{use}。"


def public_cost(stated: PublicCost) -> str:
    """“三公”经费."""
    text = (
        f"{stated.year}年，我单位财政拨款“三公”经费预算安排{wan(stated.total.amount)}。其中，因公出国（境）费{wan(stated.abroad.amount)}；"
        f"公务用车购置及运维费{wan(stated.vehicles.amount)}（其中：公务用车购置费为{wan(stated.purchase.amount)}，"
        f"公务用车运维费{wan(stated.running.amount)}）；公务接待费{wan(stated.reception.amount)}。"
    )
    return text + _public_changes(stated)


def _public_changes(stated: PublicCost) -> str:
    total, vehicles = stated.total.change, stated.vehicles.change
    if stated.last_year is None or total is None or vehicles is None:
        return ""
    last = "" if total.last is None else wan(total.last)
    vehicles_last = "" if vehicles.last is None else f"较上年{wan(vehicles.last)}"
    return (
        f"与{stated.last_year}年{last}相比{_moved(total)}{_why(total, '主要原因是')}，"
        f"其中，{_part(stated.abroad.change, '因公出国（境）费')}；公务用车购置及运维费{vehicles_last}{_moved(vehicles)}"
        f"（其中：{_part(stated.purchase.change, '公务用车购置费')}，{_part(stated.running.change, '公务用车运维费')}）"
        f"{_why(vehicles, '主要原因是')}；{_part(stated.reception.change, '公务接待费')}。"
    )


def procurement(stated: Procurement) -> str:
    """政府采购."""
    planned = f"安排政府采购预算{wan(stated.amount)}" if stated.amount else "没有安排政府采购预算"
    return f"{stated.year}年，我部门{planned}。{stated.note}"
