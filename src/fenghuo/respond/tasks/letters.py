"""The words of the 督办函 about a late task. A notice is a Chinese official document, so this text has one language."""

from datetime import date

from fenghuo.base.papers.official import day_of
from fenghuo.respond.tasks.decide import Source
from fenghuo.respond.tasks.models import Task

_FROM = {Source.COMMITTEE: "县委网络安全和信息化委员会", Source.ABOVE: "上级部门", Source.OFFICE: "本办"}


def supervision(task: Task, today: date) -> tuple[str, str]:
    """Title and body of the notice."""
    assert task.unit is not None
    late = (today - task.due_on).days
    title = f"关于督办“{task.title}”任务的函"
    who = _FROM[Source(task.source)]
    body = (
        f"{day_of(task.decided_on)}，{who}以“{task.document}”交办你单位“{task.title}”任务，要求于{day_of(task.due_on)}前完成。"
        f"截至{day_of(today)}，该任务已逾期{late}日，未见办结材料。\n\n"
        f"任务要求：{task.what}\n\n"
        "请你单位抓紧办理，主要负责同志亲自过问，收到本函后及时反馈办理情况、未按期完成的原因和预计完成时间，并提交办结证明材料。"
    )
    return title, body
