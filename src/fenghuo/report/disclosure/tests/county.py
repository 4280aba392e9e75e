"""Documents of counties that do not exist: the sample, random ones that agree with themselves, and any as plain text."""

import itertools
import random
from decimal import Decimal
from pathlib import Path

from fenghuo.base.papers import Document, Heading, Paragraph, Table
from fenghuo.report.disclosure import Disclosure, from_json
from fenghuo.report.disclosure.model import (
    DECREASE,
    INCREASE,
    LEVEL,
    Asset,
    Assets,
    Change,
    Changes,
    Coded,
    CodedTable,
    Duties,
    Income,
    Indicator,
    Line,
    OperatingCost,
    Overview,
    Performance,
    PlanPoint,
    Procurement,
    ProjectGoal,
    PublicCost,
    PublicItem,
    Purchase,
    Spending,
    Tables,
    Term,
)
from fenghuo.report.disclosure.reading.sentences import NAMES

SAMPLE = Path(__file__).parents[1] / "sample.json"
_ZERO = Decimal(0)


def sample() -> Disclosure:
    """Our own sample."""
    return from_json(SAMPLE.read_text(encoding="utf-8"))


def as_text(document: Document) -> str:
    """A document as the programs write it that turn old Word files into text: cells behind tabs, a blank line after each row."""
    lines = [document.title]
    for part in document.parts:
        if isinstance(part, Heading | Paragraph):
            lines.append(part.text)
        elif isinstance(part, Table):
            for row in [part.head, *part.rows]:
                lines += ["", *("\t" + cell.replace("\n", "\n\n") for cell in row), ""]
    return "\n".join(lines) + "\n"


class County:
    """Makes one random document whose figures all agree."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.year = self._dice.randint(2018, 2031)
        self.office = self._dice.choice(["中共临川县委网信办", "云岭县数据局", "北河县委办公室"])

    def money(self, most: int = 500) -> Decimal:
        """An amount in 万元."""
        return Decimal(self._dice.randint(1, most * 100)) / 100

    def parts(self, total: Decimal, count: int) -> list[Decimal]:
        """`count` amounts that add up to the total."""
        cuts = sorted(self._dice.randint(0, int(total * 100)) for _ in range(count - 1))
        edges = [0, *cuts, int(total * 100)]
        return [Decimal(b - a) / 100 for a, b in itertools.pairwise(edges)]

    def change(self, name: str, this: Decimal, last: Decimal, stated: bool, reason: str = "") -> Change:
        """The change of a figure."""
        moved = this - last
        word = INCREASE if moved > 0 else DECREASE if moved < 0 else LEVEL
        percent = round(abs(moved) / last * 100, 2) if stated and last and self._dice.random() < 0.5 else None
        exact = abs(moved) * 10000 / last % 1 if percent is not None else _ZERO
        if exact == Decimal("0.5"):
            percent = None  # which of two neighbours is right, two programs may see differently
        return Change(name, word, abs(moved), last if stated else None, percent, reason)

    def document(self) -> Disclosure:
        """The whole of it."""
        personnel, operating = self.money(), self.money(90) + 20
        projects = [self.money(200) for _ in range(self._dice.randint(0, 3))]
        stated = self._dice.random() < 0.7
        spending = Spending(
            self.year,
            total=personnel + operating + sum(projects, _ZERO),
            basic=personnel + operating,
            personnel=personnel,
            operating=operating,
            projects=sum(projects, _ZERO),
            projects_note="用于本年重点工作" if self._dice.random() < 0.5 else "",
            others=(Line("上缴上级支出", _ZERO), Line("经营支出", _ZERO))[: self._dice.randint(0, 2)],
        )
        goals = tuple(self.goal(number, budget) for number, budget in enumerate(projects, 1))
        public = self.public(stated)
        return Disclosure(
            self.office,
            self.year,
            ("现将本单位部门预算公开如下：",),
            Duties(("主要职责：",), ("负责日常事务，督促落实各项决定。",), ("无所属单位。",)),
            Overview((), self.income(spending.total), spending, self.changes(spending, stated)),
            OperatingCost(self.year, operating, "办公和差旅"),
            public,
            Performance(("全年任务按期完成，群众满意。",), ("保持平台运行。",), ("每月检查一次。",), goals),
            self.procurement(spending.total),
            self.assets(),
            (Term("基本支出", "保障运转的开支。"),),
            ("没有其他需要说明的事项。",),
            self.tables(spending, goals) if self._dice.random() < 0.7 else None,
        )

    def income(self, total: Decimal) -> Income:
        """Income."""
        names = ["一般公共预算收入", "政府性基金预算收入", "事业收入", "其他来源收入"]
        return Income(self.year, total, tuple(Line(n, a) for n, a in zip(names, self.parts(total, 4), strict=True)))

    def changes(self, spending: Spending, stated: bool) -> Changes:
        """Changes; without last year's figures nothing fell below nought."""
        last = [amount if self._dice.random() < 0.2 else self.money() for amount in (spending.basic, spending.projects)]
        total = self.change("预算收支", spending.total, sum(last, _ZERO), stated)
        parts = (
            self.change("基本支出", spending.basic, last[0], stated, "人员增加；工资调整"),
            self.change("项目支出", spending.projects, last[1], stated, "任务变化"),
        )
        return Changes(self.year, self.year - 1, spending.total, total, parts)

    def public(self, stated: bool) -> PublicCost:
        """三公, this year and last."""
        figures = []
        for _year in range(2):
            abroad, purchase, running, reception = (self.money(4) for _ in range(4))
            vehicles = purchase + running
            figures.append([abroad + vehicles + reception, abroad, vehicles, purchase, running, reception])
        names = ("total", "abroad", "vehicles", "purchase", "running", "reception")
        items = {}
        for name, this, last in zip(names, *figures, strict=True):
            reason = "工作需要" if name in ("total", "vehicles") else ""
            items[name] = PublicItem(this, self.change(NAMES[name], this, last, stated, reason))
        return PublicCost(self.year, **items, last_year=self.year - 1)

    def goal(self, number: int, budget: Decimal) -> ProjectGoal:
        """The goals of one project."""
        fiscal, other = self.parts(budget, 2)
        percents = sorted(self._dice.randint(0, 100) for _ in range(3))
        plan = [PlanPoint(m, Decimal(p)) for m, p in zip((3, 6, 10, 12), (*percents, 100), strict=True)]
        rows = [
            Indicator("产出指标", "数量指标", "检查次数", "组织检查", f"≥{self._dice.randint(1, 9)}次", "工作计划"),
            Indicator("产出指标", "时效指标", "完成时间", "全部完成", f"≤{self._dice.randint(1, 12)}月", "工作计划"),
            Indicator("产出指标", "成本指标", "项目预算控制数", "全年成本", f"≤{budget}万元", "预算"),
            Indicator(
                "满意度指标", "服务对象满意度指标", "满意率", "群众满意", f"≥{self._dice.randint(60, 100)}%", "调查"
            ),
        ]
        name = f"{wordy(number)}号项目"
        return ProjectGoal(
            f"{name}绩效目标表",
            f"P-{number}",
            name,
            budget,
            fiscal,
            other,
            self.office,
            "购买服务。",
            tuple(plan),
            "按期完成。",
            tuple(rows),
        )

    def procurement(self, most: Decimal) -> Procurement:
        """Nothing, or a few rows."""
        rows = []
        for _ in range(self._dice.randint(0, 3)):
            quantity, price = Decimal(self._dice.randint(1, 4)), self.money(3)
            total = quantity * price
            general, channel = self.parts(total, 2)
            rows.append(
                Purchase(
                    "设备更新",
                    total,
                    "设备",
                    "A02",
                    "台",
                    quantity,
                    price,
                    total,
                    general,
                    general,
                    None,
                    None,
                    None,
                    channel,
                )
            )
        rows = rows if sum((row.total or _ZERO for row in rows), _ZERO) <= most else []
        sums = {n: sum((getattr(row, n) for row in rows), _ZERO) for n in ("total", "subtotal", "general", "channel")}
        return Procurement(self.year, sums["total"], "", tuple(rows), Purchase("合计", **sums) if rows else None)

    def assets(self) -> Assets:
        """Assets of three kinds."""
        names = ("车辆（台、辆）", "单价在20万元以上的设备", "其他固定资产")
        counts = [Decimal(self._dice.randint(1, 9)) for _ in names]
        values = [self.money(90), counts[1] * 20 + self.money(50), self.money(90)]
        rows = [Asset(n, c, v) for n, c, v in zip(names, counts, values, strict=True)]
        total = sum(values, _ZERO)
        return Assets(
            total, f"{self.year - 1}-12-31", total, sum(counts, _ZERO), "详见下表。", self.office, rows=tuple(rows)
        )

    def tables(self, spending: Spending, goals: tuple[ProjectGoal, ...]) -> Tables:
        """The four tables, in 元 or in 万元."""
        unit = self._dice.choice(["元", "万元"])
        factor = 10_000 if unit == "元" else 1

        def row(code: str, name: str, amount: Decimal, project: str = "") -> Coded:
            return Coded(code, name, amount * factor, project)

        one, two = self.parts(spending.personnel, 2)
        basic = [
            row("301", "工资福利支出", spending.personnel),
            *(row("30101", "基本工资", one), row("30102", "津贴补贴", two)),
            row("302", "商品和服务支出", spending.operating),
        ]
        projects = [row("2013702", "一般行政管理事务", goal.budget or _ZERO, goal.name) for goal in goals]
        whole = row("201", "一般公共服务支出", spending.total)
        return Tables(
            CodedTable(unit, spending.total * factor, (row("", "全部收入", spending.total),)),
            CodedTable(unit, spending.total * factor, (whole,)),
            CodedTable(unit, spending.basic * factor, tuple(basic)),
            CodedTable(unit, spending.projects * factor, tuple(projects)),
        )


def wordy(number: int) -> str:
    """甲, 乙, 丙."""
    return "甲乙丙丁"[number - 1]
