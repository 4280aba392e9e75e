"""The notice (事件通报) that an incident becomes for its unit: its words, and the verb that drafts it.

The words are Chinese whatever the reader's language, as of every official paper; a person edits them before the notice is issued.
"""

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.respond.incidents.actions import CannotDo, locked, touch, write_log
from fenghuo.respond.incidents.decide import FINAL
from fenghuo.respond.incidents.grading import Grade
from fenghuo.respond.incidents.models import Incident, LogKind
from fenghuo.warn.notices import drafts
from fenghuo.warn.notices.decide import NOTICE_FINAL, Kind, Urgency
from fenghuo.warn.notices.models import Notice
from fenghuo.warn.notices.steps import cells
from fenghuo.warn.notices.terms import Clock, Term, at_issue
from fenghuo.warn.notices.texts import words_of

_SEVERITY = {
    Grade.PARTICULARLY_MAJOR: "critical",
    Grade.MAJOR: "critical",
    Grade.RELATIVELY_MAJOR: "high",
    Grade.GENERAL: "medium",
}
"""Grade of the annex → how long rectification may take, by the terms of findings. A proposal."""


@transaction.atomic
def draft_notice(actor: Actor, incident_id: str, letterhead: drafts.Letterhead) -> Notice:
    """Draft the 事件通报 to the unit of an incident; it is approved and issued as every notice, and the incident does not close before it.

    Raises:
        CannotDo: "no-unit" (the unit is not registered), "state" (closed or void), "drafted" (one is open already).
        notices' CannotDo: the letterhead is empty. Incident.DoesNotExist.
    """
    incident = locked(incident_id)
    unit = Unit.objects.filter(id=incident.unit_id).first()
    if unit is None:
        raise CannotDo("no-unit")
    if incident.state in FINAL:
        raise CannotDo("state")
    if incident.notices.exclude(state__in=NOTICE_FINAL).exists():
        raise CannotDo("drafted")
    grade = Grade(incident.annex_grade or incident.annex_proposed)
    urgency = Urgency.PLAIN if grade is Grade.GENERAL else Urgency.URGENT
    severity = _SEVERITY[grade]
    terms = at_issue(cells(), Kind.INCIDENT, urgency, severity, "")
    with translation.override("zh-hans"):
        title, body = _words(incident, unit.name, terms)
    values = {"kind": Kind.INCIDENT, "urgency": urgency, "severity": severity, "title": title, "body": body}
    made = drafts.draft(actor, letterhead, {**values, "exercise": incident.exercise}, [unit])
    incident.notices.add(made)
    write_log(actor, incident, LogKind.ORDER, _("Notice drafted: %(title)s") % {"title": title}, clock.now())
    touch(incident)
    record(actor, "incident.notice-drafted", incident.subject, {"notice": made.id})
    return made


def _words(incident: Incident, unit: str, terms: dict[Clock, Term]) -> tuple[str, str]:
    what = str(incident.get_category_display()).removesuffix("事件")
    found = localtime(incident.discovered_at).strftime("%Y年%-m月%-d日%-H时%-M分")
    where = incident.asset or "有关系统"
    grades = [f"{name}为{grade}" for name, grade in _grades(incident) if grade]
    lines = [f"{found}，发现你单位{where}发生{what}事件（事件编号{incident.number}）。现将有关要求通知如下。"]
    if grades:
        lines.append(f"经研判，{'，'.join(grades)}。")
    held = f"{words_of(terms[Clock.MITIGATE])}内" if Clock.MITIGATE in terms else "立即"
    lines += [
        f"一、控制影响。{held}采取断网、下线、限制访问等措施控制影响，保护现场，保存日志等证据，不得自行清除。",
        f"二、及时签收和反馈。自本通报印发之时起{words_of(terms[Clock.SIGN])}内签收，"
        f"{words_of(terms[Clock.FEEDBACK])}内反馈责任人、已采取的措施和处置计划。",
        f"三、限期整改。{words_of(terms[Clock.RECTIFY])}内查明原因、消除隐患并提交整改情况；确需延期的，可申请一次，并说明理由和补偿措施。",
    ]
    if Grade(incident.annex_grade or incident.annex_proposed) is not Grade.GENERAL:
        lines.append("四、按规定报告。依照《国家网络安全事件报告管理办法》按时报告，处置结束后30日内报送处置总结报告。")
    return f"关于{unit}{what}事件的通报", "\n".join(lines)


def _grades(incident: Incident) -> list[tuple[str, str]]:
    """What a person confirmed, in Chinese."""
    annex = incident.get_annex_grade_display() if incident.annex_grade else ""
    standard = incident.get_standard_grade_display() if incident.standard_grade else ""
    return [("按《国家网络安全事件报告管理办法》", annex), ("按GB/T 20986-2023", standard)]
