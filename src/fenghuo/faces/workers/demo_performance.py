"""The demo county's project: a table of indicators, activities, contracts and payments, made through the same verbs as everything else."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import zone
from fenghuo.base.units.models import Asset, Unit
from fenghuo.report.performance import actions, held, money, platforms
from fenghuo.report.performance.held import Held
from fenghuo.report.performance.models import Stage
from fenghuo.report.performance.presence import PlatformKind

_WANG, _CLERK = Actor("demo-wang", "王主任"), Actor("demo-clerk", "赵会计")
_WAN = 1_000_000


def seed(now: datetime) -> None:
    """One project of this year, with what happened of it so far."""
    today = now.astimezone(zone()).date()
    # An entry lies in the budget year, so that on new year's day there is only today.
    day = max(date(today.year, 1, 1), today - timedelta(days=40))
    unit = Unit.objects.get(code="yl-gov")
    made = actions.add_project(_WANG, actions.Wanted(today.year, "网络安全通报预警专项", 60 * _WAN, unit=unit))
    actions.adopt_table(_WANG, made.id)
    actions.freeze(_WANG, made.id, Stage.DECLARED)
    for name, invited, present in (("网络安全宣传周", 120, 104), ("联络员培训", 56, 53)):
        told = Held(day, name, "签到表", "各单位联络员", invited, invited - 2, present)
        held.add_activity(_WANG, made.id, told)
    _platforms(day, today, unit)
    agreed = money.Agreed("YL-2026-07", "网站安全检测服务", "某检测机构", 18 * _WAN, day, "合同扫描件")
    contract = money.add_contract(_CLERK, made.id, agreed)
    money.accept(_CLERK, contract.pk, day, True, "年度检测报告", "验收单")
    for voucher, fen in (("记-0103", 9 * _WAN), ("记-0117", 3_456_789), ("记-0131", -456_789)):
        paid = money.Paid(voucher, day, fen, "某检测机构", "检测服务", agreed.number)
        money.pay(_CLERK, made.id, paid)
    satisfied = made.indicators.get(code="satisfaction")
    actions.change_indicator(_WANG, satisfied.id, satisfied.target, Decimal(10), "年初定权重")
    actions.enter(_WANG, satisfied.id, day, "李娜", "问卷汇总表", Decimal("86.4"), "")


def _platforms(day: date, today: date, unit: Unit) -> None:
    """The office's site, which screening watches, and three accounts; one of them fell silent."""
    site = Asset.objects.filter(unit=unit, kind="website").order_by("value").first()
    begun = date(today.year, 1, 1)
    own = [
        (PlatformKind.WEBSITE, "云岭网信网", f"https://{site.value if site else 'www.yunling.example'}/", site, today),
        (PlatformKind.WEIBO, "网信云岭", "https://weibo.example/yunling", None, today),
        (PlatformKind.WECHAT, "网信云岭", "微信号 yunling-wx", None, today - timedelta(days=6)),
        (PlatformKind.DOUYIN, "网信云岭", "抖音号 yunling-dy", None, day - timedelta(days=20)),
    ]
    for kind, name, address, asset, posted in own:
        made = platforms.add_platform(_WANG, platforms.Own(kind, name, address, begun, asset))
        days = [posted - timedelta(days=28 * back) for back in range(12)]
        for on in days if asset is None else []:
            if on >= begun:
                platforms.add_post(_WANG, made.pk, on, f"https://{kind.value}.example/p/{on:%Y%m%d}", "发布截图")
