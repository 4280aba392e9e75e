"""The public document of a department's budget as a value. Amounts are exact decimals in 万元; budget tables say their own unit.

A figure that the document states in several places stands here in several places too: only so can a contradiction of a
document that was read be kept, shown and mended. The written schema is docs/disclosure.md.
"""

from dataclasses import dataclass
from decimal import Decimal

INCREASE, DECREASE, LEVEL = "增加", "减少", "持平"


@dataclass(frozen=True, slots=True)
class Line:
    """A named amount."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """A change against last year: 增加, 减少 or 持平 ("" where a part takes the word of its whole), by how much, from what, why."""

    name: str
    direction: str
    amount: Decimal
    last: Decimal | None = None
    percent: Decimal | None = None
    reason: str = ""

    def signed(self, inherited: str = INCREASE) -> Decimal:
        """The change as a number below nought where it is a decrease."""
        return -self.amount if (self.direction or inherited) == DECREASE else self.amount


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the department: name, nature, rank, how it is funded."""

    name: str
    nature: str = ""
    rank: str = ""
    funding: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """部门职责及机构设置: duties in a list, the organisation as text, table or both."""

    introduction: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Income:
    """收入说明."""

    year: int
    total: Decimal
    parts: tuple[Line, ...] = ()
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Spending:
    """支出说明: basic = personnel + operating; total = basic + projects + others."""

    year: int
    total: Decimal
    basic: Decimal
    personnel: Decimal
    operating: Decimal
    projects: Decimal
    projects_note: str = ""
    others: tuple[Line, ...] = ()
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """比上年增减情况."""

    year: int
    last_year: int
    amount: Decimal
    total: Change
    parts: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """部门预算安排的总体情况."""

    introduction: tuple[str, ...] = ()
    income: Income | None = None
    spending: Spending | None = None
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class OperatingCost:
    """机关运行经费."""

    year: int
    amount: Decimal
    use: str = ""


@dataclass(frozen=True, slots=True)
class PublicItem:
    """One amount of 三公 with its change."""

    amount: Decimal
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class PublicCost:
    """“三公”经费: total = abroad + vehicles + reception; vehicles = purchase + running."""

    year: int
    total: PublicItem
    abroad: PublicItem
    vehicles: PublicItem
    purchase: PublicItem
    running: PublicItem
    reception: PublicItem
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """How much of the money is to be spent by the end of a month, in per cent."""

    month: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of the table of indicators; the target stays as written (1次, ≥3次, 100比率, ≤10月, ≤70万元, or words)."""

    level1: str
    level2: str
    name: str
    description: str
    target: str
    basis: str


@dataclass(frozen=True, slots=True)
class ProjectGoal:
    """绩效目标表 of one project: the upper table (money, use, plan, goal) and the lower one (indicators)."""

    title: str
    code: str
    name: str
    budget: Decimal | None = None
    fiscal: Decimal | None = None
    other: Decimal | None = None
    owner: str = ""
    use: str = ""
    plan: tuple[PlanPoint, ...] = ()
    goal: str = ""
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True)
class Performance:
    """绩效预算信息."""

    overall: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    projects: tuple[ProjectGoal, ...] = ()


@dataclass(frozen=True, slots=True)
class Purchase:
    """A row of procurement: total = subtotal + channel; subtotal (this year's budget) = general + fund + account + other."""

    project: str
    funds: Decimal | None = None
    item: str = ""
    catalogue: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    total: Decimal | None = None
    subtotal: Decimal | None = None
    general: Decimal | None = None
    fund: Decimal | None = None
    account: Decimal | None = None
    other: Decimal | None = None
    channel: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Procurement:
    """政府采购预算: the amount that the text states (nought: none is planned), rows and the row 合计 of the table."""

    year: int
    amount: Decimal
    note: str = ""
    rows: tuple[Purchase, ...] = ()
    total: Purchase | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A kind of fixed assets: how many (pieces, vehicles, square metres), their value. 其中：… is part of the kind before."""

    name: str
    count: Decimal | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Assets:
    """国有资产信息: the value in the text, the total of the table (and of pieces, where stated), its rows, the day (ISO)."""

    amount: Decimal
    as_of: str
    total: Decimal | None = None
    total_count: Decimal | None = None
    note: str = ""
    owner: str = ""
    title: str = "固定资产占用情况表"
    rows: tuple[Asset, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term and what it means."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A row of a budget table: classification code (3, 5 or 7 digits), name, amount, and the project where it is one."""

    code: str
    name: str
    amount: Decimal
    project: str = ""


@dataclass(frozen=True, slots=True)
class CodedTable:
    """A budget table: rows and the total that it states, in its own unit (万元 or 元)."""

    unit: str
    total: Decimal | None = None
    rows: tuple[Coded, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """The budget tables: 收支总表 (income and spending by function), 基本支出 by economic class, 项目支出 by project and function."""

    income: CodedTable | None = None
    spending: CodedTable | None = None
    basic: CodedTable | None = None
    projects: CodedTable | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The whole document. A section that is not there at all is None; one that has a heading and nothing below is empty."""

    office: str
    year: int
    preamble: tuple[str, ...] = ()
    duties: Duties | None = None
    overview: Overview | None = None
    operating_cost: OperatingCost | None = None
    public_cost: PublicCost | None = None
    performance: Performance | None = None
    procurement: Procurement | None = None
    assets: Assets | None = None
    glossary: tuple[Term, ...] | None = None
    other: tuple[str, ...] | None = None
    tables: Tables | None = None
