"""The demo county's notices and early warnings, made through the same verbs as everything else; nobody real is written to."""

from datetime import datetime, timedelta

from fenghuo.base.audit import Actor
from fenghuo.base.clocks.actions import sync_shipped_days
from fenghuo.base.units.models import Unit
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.notices import copies, drafts, thread
from fenghuo.warn.notices.issue import issue
from fenghuo.warn.notices.publishing import publish
from fenghuo.warn.notices.steps import Hand

_ANALYST, _LEADER = Actor("demo-lina", "李娜"), Actor("demo-wang", "王主任")
_CONTACT = Hand(Actor("demo-contact", "陈联络"), "link")
_HEAD = drafts.Letterhead("云岭县委网信办", "云网信", "联系人：张伟，电话：0888-5550001", "市委网信办")
_WORDS: dict[str, object] = {
    "level": "yellow",
    "title": "关于防范远程桌面勒索病毒攻击的黄色预警通报",
    "threat_class": "ransomware",
    "scope": "互联网开放远程桌面服务的单位",
    "matter": "近期攻击者利用弱口令登录远程桌面后投放勒索病毒，加密业务数据和在线备份。",
    "measures": "24小时内关闭互联网远程桌面或限制来源地址；核查离线备份；排查异常登录。",
    "agency": _HEAD.agency,
    "code": _HEAD.code,
    "contact": _HEAD.contact,
}


def seed(now: datetime) -> None:
    """A published warning that one unit has answered, one to be reviewed, and an issued notice of findings; in the caller's transaction."""
    sync_shipped_days()
    _warned(now)
    _noticed()


def _warned(now: datetime) -> None:
    units = list(Unit.objects.filter(code__in=["yl-edu", "yl-hospital", "yl-finance", "yl-town1"]))
    version = bulletins.draft(_ANALYST, {**_WORDS, "starts_at": now - timedelta(hours=1)}, units)
    bulletins.submit(_ANALYST, version.pk)
    made = publish(_LEADER, version.pk)
    answered = made.copies.get(unit__code="yl-hospital")
    copies.sign(answered.id, _CONTACT, "陈联络", code_checked=True)
    copies.feedback(answered.id, _CONTACT, "本周完成备份演练", "陈联络 0888-5550100", "已关闭互联网远程桌面")
    copies.sign(made.copies.get(unit__code="yl-edu").id, _CONTACT, "陈联络", code_checked=True)
    next_one = {**_WORDS, "title": "关于防范网页篡改的蓝色预警通报", "level": "blue", "threat_class": "data-tampering"}
    next_one |= {"starts_at": now, "matter": "监测发现针对政府网站后台的口令猜测增多。", "scope": "自建网站的单位"}
    next_one["measures"] = "三日内停用弱口令和共用账号，网站后台只对办公网络开放，核查首页和模板是否被改动。"
    waiting = bulletins.draft(_ANALYST, next_one, units[:2])
    bulletins.submit(_ANALYST, waiting.pk)


def _noticed() -> None:
    gravest = StoredFinding.objects.filter(state="open").order_by("rank", "unit__code", "id")
    chosen = [f.id for f in gravest[:4]]
    if not chosen:
        return
    made = drafts.draft_from_findings(_ANALYST, _HEAD, chosen)
    drafts.submit(_ANALYST, made.id)
    drafts.approve(_LEADER, made.id)
    first = issue(_LEADER, made.id).copies.order_by("unit__code").first()
    if first is not None:
        copies.sign(first.id, _CONTACT, "陈联络", code_checked=True)
        thread.ask(first.id, _CONTACT, "整改需厂商到场，可否先关闭该目录的访问？")
