"""The demo county's plans and the devices that poll its block lists, made through the same verbs as everything else."""

from datetime import datetime, timedelta

from fenghuo.base.audit import Actor
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.units.models import Unit
from fenghuo.respond.blocks.shipped import shipped
from fenghuo.respond.plans import actions as plans
from fenghuo.respond.plans.lines import Content
from fenghuo.share.blocklists.actions import add_consumer

_LINA, _WANG, _CONTACT = Actor("demo-lina", "李娜"), Actor("demo-wang", "王主任"), Actor("demo-contact", "陈联络")
_CLAUSES = """2.1 | 值守 | 值班室 7×24 小时双人值守
3.1 | 首报 | 单位在发现后 1 小时内报告
4.2 | 先期处置 | 断开受害系统，保全证据
5.1 | 恢复 | 复测通过后恢复服务"""
_TREE = """指挥长 | 王主任 | 0888-5550001
- 值班员 | 张伟 | 0888-5550002
-- 分析员 | 李娜 | 0888-5550003
- 公安联络 | 周警官 | 0888-5550110"""
_MEANS = """备用防火墙 | 1 台 | 政务机房 | 李娜
应急笔记本 | 2 台 | 值班室 | 张伟
应急支撑单位 | 3 人 | 驻场 | 王主任"""
_COUNTY = Content("", _CLAUSES, _TREE, _MEANS)
_HOSPITAL = Content(
    "",
    "1.3 | 断网 | 发现加密后 5 分钟内断开受害主机\n2.2 | 手工流程 | 门诊 30 分钟内转手工",
    "院长 | 赵院长 | 0888-5550200\n- 信息科 | 陈联络 | 0888-5550100",
    "离线备份 | 每日 | 信息科保险柜 | 陈联络",
)


def seed(now: datetime) -> None:
    """Two plans, one of them still to be looked at, and two devices. The demo's attackers live in ranges kept for documentation."""
    table = shipped()
    table["cells"]["exercise"]["everywhere"] = True
    GradingTable.objects.create(
        **{**table, "version": "demo", "source": "demo county"}, in_force_from=now - timedelta(days=1)
    )
    whole = plans.add_plan(_LINA, "comprehensive", "云岭县网络安全事件应急预案")
    plans.write(_LINA, whole.pk, _COUNTY)
    plans.accept(_WANG, plans.file_version(_LINA, whole.pk).pk)
    hospital = plans.add_plan(
        _CONTACT, "specific", "县人民医院勒索软件专项预案", Unit.objects.get(code="yl-hospital"), "ransomware"
    )
    plans.write(_CONTACT, hospital.pk, _HOSPITAL)
    plans.file_version(_CONTACT, hospital.pk)
    add_consumer(_LINA, "政务外网出口防火墙", "政务机房，李娜", 30)
    add_consumer(_LINA, "教育城域网域名解析", "教育局机房，陈联络", 60)
