"""Rules of procurement and assets: rows, columns, pieces, and text against table."""

import re
from collections.abc import Iterator
from decimal import Decimal

from fenghuo.report.disclosure.amounts import same, shown
from fenghuo.report.disclosure.checking.base import Gatherer, Stated
from fenghuo.report.disclosure.model import Asset, Assets, Disclosure, Procurement, Purchase

_COLUMNS = ("total", "subtotal", "general", "fund", "account", "other", "channel")
_OF_THIS_YEAR = ("general", "fund", "account", "other")
_FLOOR = re.compile(r"单价在?(\d+)万元以上")
_NOT_PIECES = re.compile("平方米|面积")
_BUYS = re.compile("购买|采购|购置")
_COUNTED = re.compile(r"[≥≤=]?\s*[1-9]\d*\s*[套台件辆部]")


def check_holdings(disclosure: Disclosure, gather: Gatherer) -> None:
    """All rules of this file."""
    if disclosure.procurement is not None:
        _procurement(disclosure.procurement, gather)
        _against_goals(disclosure, disclosure.procurement, gather)
        _against_spending(disclosure, disclosure.procurement, gather)
    if disclosure.assets is not None:
        _assets(disclosure.assets, gather)
    _contradictions(disclosure, gather)


def _procurement(stated: Procurement, gather: Gatherer) -> None:
    totals = []
    for number, row in enumerate(stated.rows):
        path = f"procurement.rows[{number}]"
        _purchase(row, path, gather)
        totals.append(Stated(f"{path}.total", row.total or Decimal(0)))
    gather.sums("procurement-amount", Stated("procurement.amount", stated.amount), totals)
    if stated.total is not None:
        for name in _COLUMNS:
            parts = [
                Stated(f"procurement.rows[{number}].{name}", getattr(row, name) or Decimal(0))
                for number, row in enumerate(stated.rows)
            ]
            whole = getattr(stated.total, name) or Decimal(0)
            gather.sums("procurement-column", Stated(f"procurement.total.{name}", whole), parts)


def _purchase(row: Purchase, path: str, gather: Gatherer) -> None:
    if row.total is None:
        gather.error("purchase-total", f"{path}.total")
        return
    total = Stated(f"{path}.total", row.total)
    if row.quantity is not None and row.price is not None:
        cost = row.quantity * row.price
        if not same(cost, row.total):
            expected = f"{shown(row.quantity)} × {shown(row.price)} = {shown(cost)}"
            gather.error("purchase-cost", total.path, expected, shown(row.total), [f"{path}.quantity", f"{path}.price"])
    if row.subtotal is not None:
        given = {"subtotal": row.subtotal, "channel": row.channel}
        gather.sums("purchase-parts", total, _given(path, given))
        of_this_year = _given(path, {name: getattr(row, name) for name in _OF_THIS_YEAR})
        if of_this_year:
            gather.sums("purchase-parts", Stated(f"{path}.subtotal", row.subtotal), of_this_year)
    if row.funds is not None and row.total > row.funds:
        gather.error("purchase-funds", total.path, f"≤ {shown(row.funds)}", shown(row.total), [f"{path}.funds"])


def _given(path: str, amounts: dict[str, Decimal | None]) -> list[Stated]:
    return [Stated(f"{path}.{name}", amount) for name, amount in amounts.items() if amount is not None]


def _against_goals(disclosure: Disclosure, stated: Procurement, gather: Gatherer) -> None:
    """Money that a row names for its project is no more than the goals of that project state."""
    projects = disclosure.performance.projects if disclosure.performance is not None else ()
    budgets = {one.name: (n, one.budget) for n, one in enumerate(projects) if one.budget is not None}
    for number, row in enumerate(stated.rows):
        place, budget = budgets.get(row.project, (0, None))
        if budget is not None and row.funds is not None and row.funds > budget:
            related = [f"procurement.rows[{number}].project", f"performance.projects[{place}].budget"]
            path = f"procurement.rows[{number}].funds"
            gather.error("purchase-funds", path, f"≤ {shown(budget)}", shown(row.funds), related)


def _against_spending(disclosure: Disclosure, stated: Procurement, gather: Gatherer) -> None:
    overview = disclosure.overview
    spending = None if overview is None else overview.spending
    if spending is not None and stated.amount > spending.total:
        limit = f"≤ {shown(spending.total)}"
        gather.error(
            "procurement-within", "procurement.amount", limit, shown(stated.amount), ["overview.spending.total"]
        )


def _assets(stated: Assets, gather: Gatherer) -> None:
    if stated.total is None:
        gather.error("assets-total", "assets.total")
    else:
        gather.equal("assets-same", Stated("assets.amount", stated.amount), Stated("assets.total", stated.total))
        whole = Stated("assets.total", stated.total)
        gather.sums("assets-sum", whole, list(_wholes(stated, "value")))
    if stated.total_count is not None:
        pieces = list(_wholes(stated, "count", pieces=True))
        gather.sums("assets-count", Stated("assets.total_count", stated.total_count), pieces)
    for number, asset in enumerate(stated.rows):
        path = f"assets.rows[{number}]"
        _asset(asset, path, gather)
        if _is_part(asset) and number:
            _within(asset, path, stated.rows[number - 1], f"assets.rows[{number - 1}]", gather)


def _is_part(asset: Asset) -> bool:
    return asset.name.startswith("其中")


def _wholes(stated: Assets, name: str, pieces: bool = False) -> Iterator[Stated]:
    for number, asset in enumerate(stated.rows):
        amount = getattr(asset, name)
        if amount is not None and not _is_part(asset) and not (pieces and _NOT_PIECES.search(asset.name)):
            yield Stated(f"assets.rows[{number}].{name}", amount)


def _asset(asset: Asset, path: str, gather: Gatherer) -> None:
    count, value = asset.count or Decimal(0), asset.value or Decimal(0)
    if value and not count:
        gather.error("asset-count", f"{path}.count", "> 0", shown(asset.count), [f"{path}.value"])
    elif count and not value:
        gather.warn("asset-value", f"{path}.value", "> 0", shown(asset.value), [f"{path}.count"])
    if not _NOT_PIECES.search(asset.name) and count != int(count):
        gather.error("asset-pieces", f"{path}.count", "", shown(count))
    floor = _FLOOR.search(asset.name)
    if floor and value < int(floor[1]) * count:
        least = f"≥ {floor[1]} × {shown(count)} = {shown(int(floor[1]) * count)}"
        gather.error("asset-floor", f"{path}.value", least, shown(value), [f"{path}.count"])


def _within(part: Asset, path: str, whole: Asset, whole_path: str, gather: Gatherer) -> None:
    for name in ("count", "value"):
        one, other = getattr(part, name) or Decimal(0), getattr(whole, name) or Decimal(0)
        if one > other:
            gather.error("asset-part", f"{path}.{name}", f"≤ {shown(other)}", shown(one), [f"{whole_path}.{name}"])


def _contradictions(disclosure: Disclosure, gather: Gatherer) -> None:
    """Statements that cannot both be true; which of them is wrong only the office knows."""
    procurement, assets, public = disclosure.procurement, disclosure.assets, disclosure.public_cost
    if procurement is not None and not procurement.amount and disclosure.performance is not None:
        for number, project in enumerate(disclosure.performance.projects):
            for place, row in enumerate(project.indicators):
                if _BUYS.search(row.name + row.description) and _COUNTED.fullmatch(row.target.strip()):
                    path = f"performance.projects[{number}].indicators[{place}].target"
                    gather.warn(
                        "purchase-unplanned", path, "", f"{row.description} {row.target}", ["procurement.amount"]
                    )
    if assets is None:
        return
    if procurement is not None and procurement.amount and re.search("(?:没有|未)列入政府采购", assets.note):
        gather.warn("assets-procurement", "assets.note", "", shown(procurement.amount), ["procurement.amount"])
    if public is not None and public.purchase.amount and re.search("无拟购置|没有拟购置|不购置", assets.note):
        gather.warn("assets-vehicle", "assets.note", "", shown(public.purchase.amount), ["public_cost.purchase.amount"])
    vehicles = [(n, row) for n, row in enumerate(assets.rows) if row.name.startswith("车辆")]
    if public is not None and public.running.amount and vehicles and not vehicles[0][1].count:
        path = f"assets.rows[{vehicles[0][0]}].count"
        gather.warn("vehicles-none", path, "> 0", shown(vehicles[0][1].count), ["public_cost.running.amount"])
