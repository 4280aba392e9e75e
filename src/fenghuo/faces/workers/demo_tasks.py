"""The demo county's tasks and its yearly inspection, made through the same verbs as everything else."""

from collections.abc import Sequence
from datetime import timedelta

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import today
from fenghuo.base.units.models import Unit
from fenghuo.respond.inspections import actions as inspections
from fenghuo.respond.inspections.actions import Given, Seeing
from fenghuo.respond.inspections.models import SelfCheck
from fenghuo.respond.tasks import actions as tasks
from fenghuo.respond.tasks.decide import Verb

_LINA, _WANG, _CONTACT = Actor("demo-lina", "李娜"), Actor("demo-wang", "王主任"), Actor("demo-contact", "陈联络")
_MEETING = "县委网信委2026年第3次会议纪要"
_SEEN: Given = {
    "1.3": ("conforms", ""),
    "3.1": ("defect", "内容管理系统后台可从互联网直接打开"),
    "4.1": ("defect", "业务系统日志只留存三个月"),
}


def seed(people: Sequence[Person]) -> None:
    """Four tasks in different states, and an inspection of all units of which some have handed in.

    Args:
        people: officer, analyst and leader of the demo.
    """
    day = today()
    units = {unit.code: unit for unit in Unit.objects.all()}

    def task(source: str, document: str, title: str, what: str, days: int, unit: str = "") -> str:
        owner = None if unit else people[1]
        wanted = tasks.Wanted(
            source, document, day, title, what, day + timedelta(days=days), units[unit] if unit else None, owner
        )
        return tasks.assign(_WANG, wanted).id

    plan = task("committee", _MEETING, "修订应急预案并报备", "按新办法修订预案，以备案回执为证。", 21, "yl-hospital")
    tasks.step(_CONTACT, plan, Verb.START)
    tasks.step(_CONTACT, plan, Verb.NOTE, "已完成初稿，正在征求科室意见。")
    backup = task(
        "above", "市网信〔2026〕17号", "重要数据离线备份核查", "核查离线备份并做一次恢复试验。", 10, "yl-finance"
    )
    tasks.step(_CONTACT, backup, Verb.HAND_IN, "恢复试验已完成，记录见附件台账。")
    task("committee", _MEETING, "关停长期不用的网站", "下线并收回域名，以解析截图为证。", 5, "yl-town1")
    task("office", "办公室周例会", "核对各单位联络员电话", "逐一拨打核对并更新平台。", 3)
    _inspection(list(units.values()), people)


def _inspection(units: list[Unit], people: Sequence[Person]) -> None:
    wanted = inspections.Wanted(
        "2026年度网络安全监督检查", "云网信〔2026〕9号", today() + timedelta(days=14), list_key="yearly"
    )
    campaign = inspections.open_to(_LINA, inspections.prepare(_LINA, wanted).id, units)
    checks = list(SelfCheck.objects.filter(campaign=campaign).order_by("unit__code"))
    for place, check in enumerate(checks[: len(checks) // 2]):
        said: Given = dict.fromkeys(campaign.numbers, ("yes", ""))
        changed = (
            {"4.3": ("no", "今年尚未演练，已列入下月计划")}
            if place % 2
            else {"2.2": ("not-applicable", "没有三级系统")}
        )
        inspections.write(_CONTACT, check.id, {**said, **changed}, hand_in=True)
    was = Seeing(today(), people[1], people[2], "陈联络", _SEEN)
    inspections.visit(_LINA, checks[0].id, was)
