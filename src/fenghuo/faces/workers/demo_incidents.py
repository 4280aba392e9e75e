"""The demo county's incidents, made through the same verbs as everything else: one under response, one just reported by its unit."""

from datetime import datetime, timedelta

from fenghuo.base.audit import Actor
from fenghuo.base.units.models import Contact, Unit
from fenghuo.respond.incidents import actions, command, evidence, reporting
from fenghuo.respond.incidents.drafting import prepared
from fenghuo.respond.incidents.links import make_link
from fenghuo.respond.incidents.models import LogKind, Origin, Post
from fenghuo.respond.incidents.unit_side import ShortForm, report_short

_OFFICER, _LEADER, _UNIT = Actor("demo-zhang", "张伟"), Actor("demo-wang", "王主任"), Actor("demo-contact", "陈联络")
_MINUTE = timedelta(minutes=1)


def seed(now: datetime) -> None:
    """Both, in the caller's transaction."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    make_link(_OFFICER, Contact.objects.get(unit=units["yl-school1"], deputy=False))
    _leak(units["yl-health"], now)
    _changed_page(units["yl-school1"], now)


def _leak(unit: Unit, now: datetime) -> None:
    form = ShortForm(
        kind="data-leak",
        system="wjj.yunling.example",
        discovered_at=now - 130 * _MINUTE,
        effect="预约挂号系统接口未鉴权，有人在网上出售就诊预约数据样本。",
        place="卫生健康局机房",
        measures="已关闭该接口。",
        reporter="陈联络",
        phone="0888-5550100",
        facts={"personal_records": 1_200_000},
    )
    made = report_short(_OFFICER, unit, form, Origin.PHONE)
    facts = {**made.facts, "crime_suspected": True, "loss_yuan": 300_000, "social_harm": "relatively-major"}
    made = actions.set_facts(_OFFICER, made.id, facts)
    actions.confirm_grades(_OFFICER, made.id, made.standard_proposed, made.annex_proposed)
    command.set_response(_LEADER, made.id, "III", "王主任电话决定，启动县网络安全事件应急预案Ⅲ级响应")
    actions.move(_OFFICER, made.id, "responding")
    command.give_post(_LEADER, made.id, Post.COMMANDER, "王主任")
    command.give_post(_LEADER, made.id, Post.HANDLING, "李娜")
    command.log(_OFFICER, made.id, LogKind.MEASURE, "接口已下线，访问日志封存。", now - 90 * _MINUTE)
    command.log(_OFFICER, made.id, LogKind.ORDER, "卫生健康局两小时内报送受影响人员清单。", now - 80 * _MINUTE)
    command.add_task(_OFFICER, made.id, "固定接口访问日志与数据库审计日志", assignee="李娜")
    log = b"2026-11-26 03:11:09 GET /api/appointments?page=1 200 203.0.113.7\n"
    evidence.add_evidence(
        _OFFICER, made.id, "接口访问日志", log, now - 60 * _MINUTE, "wjj.yunling.example /var/log/nginx"
    )
    made.refresh_from_db()
    reporting.freeze_report(_OFFICER, made.id, {**prepared(made, summary=False), "cause": "接口未鉴权（初步分析）"})


def _changed_page(unit: Unit, now: datetime) -> None:
    form = ShortForm(
        kind="web-defacement",
        system="yz.yunling.example",
        discovered_at=now - 6 * _MINUTE,
        effect="学校首页被替换为博彩页面，学生家长来电反映。",
        measures="已联系建站公司断网。",
        reporter="陈联络",
        phone="0888-5550100",
    )
    report_short(_UNIT, unit, form)
