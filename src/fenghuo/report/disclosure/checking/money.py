"""Rules of income, spending, operating cost and “三公”: sums, and the same figure in two places."""

from decimal import Decimal

from fenghuo.report.disclosure.amounts import shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated
from fenghuo.report.disclosure.checking.moves import check_move
from fenghuo.report.disclosure.model import INCREASE, Change, Changes, Disclosure, PublicCost, PublicItem, Spending

_INCOME, _SPENDING, _CHANGES = "overview.income", "overview.spending", "overview.changes"
_INNER = ("人员经费", "公用经费", "日常公用经费")


def check_money(disclosure: Disclosure, gather: Gatherer) -> None:
    """All rules of this file."""
    overview = disclosure.overview
    if overview is not None:
        income, spending = overview.income, overview.spending
        if income is not None:
            parts = [Stated(f"{_INCOME}.parts[{n}].amount", part.amount) for n, part in enumerate(income.parts)]
            if parts:
                gather.sums("income-sum", Stated(f"{_INCOME}.total", income.total), parts)
        if spending is not None:
            _spending(spending, gather)
        if income is not None and spending is not None:
            one, other = Stated(f"{_INCOME}.total", income.total), Stated(f"{_SPENDING}.total", spending.total)
            gather.equal("income-spending", one, other)
        if overview.changes is not None:
            _changes(overview.changes, spending, gather)
    if disclosure.public_cost is not None:
        _public(disclosure.public_cost, gather)
    _operating(disclosure, gather)


def _spending(stated: Spending, gather: Gatherer) -> None:
    named = {name: Stated(f"{_SPENDING}.{name}", getattr(stated, name)) for name in _NAMED}
    others = [Stated(f"{_SPENDING}.others[{n}].amount", line.amount) for n, line in enumerate(stated.others)]
    gather.sums("spending-sum", named["total"], [named["basic"], named["projects"], *others])
    gather.sums("basic-sum", named["basic"], [named["personnel"], named["operating"]])


_NAMED = ("total", "basic", "personnel", "operating", "projects")


def _changes(stated: Changes, spending: Spending | None, gather: Gatherer) -> None:
    this: dict[str, Decimal] = {}
    if spending is not None:
        gather.equal(
            "changes-amount", Stated(f"{_CHANGES}.amount", stated.amount), Stated(f"{_SPENDING}.total", spending.total)
        )
        this = {"基本支出": spending.basic, "项目支出": spending.projects, "人员经费": spending.personnel}
        this |= {"公用经费": spending.operating, "日常公用经费": spending.operating}
        this |= {line.name: line.amount for line in spending.others}
    check_move(stated.total, f"{_CHANGES}.total", stated.amount, f"{_CHANGES}.amount", gather)
    for number, part in enumerate(stated.parts):
        check_move(part, f"{_CHANGES}.parts[{number}]", this.get(part.name), _SPENDING, gather)
    whole = [(number, part) for number, part in enumerate(stated.parts) if part.name not in _INNER]
    if whole:
        parts = [Stated(f"{_CHANGES}.parts[{number}].amount", part.signed()) for number, part in whole]
        gather.sums("changes-sum", Stated(f"{_CHANGES}.total.amount", stated.total.signed()), parts)
    reasons = [stated.total.reason, *(part.reason for part in stated.parts)]
    if stated.total.amount and not any(reasons):
        gather.warn("reason-missing", f"{_CHANGES}.total.reason")


def _public(stated: PublicCost, gather: Gatherer) -> None:
    items: dict[str, PublicItem] = {name: getattr(stated, name) for name in _PUBLIC}
    amounts = {name: Stated(f"public_cost.{name}.amount", item.amount) for name, item in items.items()}
    gather.sums("public-sum", amounts["total"], [amounts["abroad"], amounts["vehicles"], amounts["reception"]])
    gather.sums("vehicles-sum", amounts["vehicles"], [amounts["purchase"], amounts["running"]])
    changes = {name: item.change for name, item in items.items() if item.change is not None}
    if not changes or stated.last_year is None:
        gather.error("changes-missing", "public_cost.last_year")
        return
    missing = [name for name in _PUBLIC if name not in changes]
    for name in missing:
        gather.error("changes-missing", f"public_cost.{name}.change")
    if missing:
        return
    word = changes["vehicles"].direction or INCREASE
    moved = {name: _moved(name, change, word) for name, change in changes.items()}
    for name, change in changes.items():
        inherited = word if name in ("purchase", "running") else INCREASE
        check_move(change, f"public_cost.{name}.change", items[name].amount, amounts[name].path, gather, inherited)
    gather.sums("public-change-sum", moved["total"], [moved["abroad"], moved["vehicles"], moved["reception"]])
    gather.sums("vehicles-change-sum", moved["vehicles"], [moved["purchase"], moved["running"]])
    if any(change.amount for change in changes.values()) and not any(change.reason for change in changes.values()):
        gather.warn("reason-missing", "public_cost.total.change.reason")


_PUBLIC = ("total", "abroad", "vehicles", "purchase", "running", "reception")


def _moved(name: str, change: Change, word: str) -> Stated:
    inherited = word if name in ("purchase", "running") else INCREASE
    return Stated(f"public_cost.{name}.change.amount", change.signed(inherited))


def _operating(disclosure: Disclosure, gather: Gatherer) -> None:
    cost, overview, public = disclosure.operating_cost, disclosure.overview, disclosure.public_cost
    if cost is None:
        return
    stated = Stated("operating_cost.amount", cost.amount)
    if overview is not None and overview.spending is not None:
        gather.equal("operating-same", stated, Stated(f"{_SPENDING}.operating", overview.spending.operating))
    if public is not None and public.running.amount > cost.amount:
        limit, found = f"≤ {shown(cost.amount)}", shown(public.running.amount)
        gather.error("vehicles-within", "public_cost.running.amount", limit, found, [stated.path])
