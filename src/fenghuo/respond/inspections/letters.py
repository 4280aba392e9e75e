"""The words of notices and of the summary. They are Chinese official documents, so these texts have one language."""

from collections.abc import Sequence

from fenghuo.base.papers import Document, Heading, Paragraph, Part, Table
from fenghuo.base.papers.official import day_of
from fenghuo.respond.inspections.decide import Answer, CheckState
from fenghuo.respond.inspections.models import Campaign, Defect, SelfCheck
from fenghuo.respond.inspections.queries import item_counts


def of_defects(check: SelfCheck, defects: Sequence[Defect]) -> tuple[str, str]:
    """Title and body of the notice about defects of one unit."""
    items = {item["number"]: item for item in check.campaign.items}
    days = sorted({defect.visit.on for defect in defects})
    lines = [
        f"{place}.{defect.text.rstrip('。')}（检查项{defect.number}：{items[defect.number]['zh'].rstrip('。')}"
        + (f"；依据：{items[defect.number]['basis']}" if items[defect.number]["basis"] else "")
        + "）。"
        for place, defect in enumerate(defects, 1)
    ]
    title = f"关于“{check.campaign.title}”发现问题的整改通知"
    body = (
        f"根据{check.campaign.basis}，检查组于{'、'.join(day_of(day) for day in days)}对你单位进行了现场检查，发现以下问题：\n\n"
        + "\n\n".join(lines)
        + "\n\n请你单位逐项整改，在规定期限内反馈整改情况和证明材料。"
    )
    return title, body


def summary(campaign: Campaign, checks: Sequence[SelfCheck], closed: set[int], late: set[str]) -> Document:
    """The summary of a campaign: how far units are, which items are not met, and what became of defects.

    Args:
        checks: with their visits and defects at hand. closed: ids of the defects whose notice has come to its end.
        late: ids of the self-checks whose time passed first.
    """
    done = [check for check in checks if check.state == CheckState.SUBMITTED]
    visited = [check for check in checks if check.visits.all()]
    defects = [defect for check in checks for seen in check.visits.all() for defect in seen.defects.all()]
    gone = sum(defect.id in closed for defect in defects)
    missing = [check.unit.name for check in checks if check.state != CheckState.SUBMITTED]
    period = ""
    if campaign.first_day and campaign.end_day:
        period = f"检查时间为{day_of(campaign.first_day)}至{day_of(campaign.end_day)}，"
    parts: list[Part] = [
        Paragraph(
            f"依据{campaign.basis}，本次检查涉及{len(checks)}个单位、{len(campaign.items)}个检查项，{period}自查截止{day_of(campaign.last_day)}。"
            f"已提交自查{len(done)}个，现场检查{len(visited)}个，发现问题{len(defects)}个，其中已销号{gone}个。"
        ),
        Paragraph("未提交自查的单位：" + ("、".join(missing) if missing else "无") + "。"),
        Heading("各单位情况", 1),
        Table(
            ("单位", "自查", "符合", "不符合", "不适用", "现场", "问题", "销号"),
            [_row(c, closed, late) for c in checks],
            (6, 3, 2, 2, 2, 2, 2, 2),
        ),
        Heading("各检查项情况", 1),
        Table(("序号", "检查项", "自查不符合", "现场发现问题"), _items(campaign, checks), (1, 7, 2, 2)),
    ]
    if campaign.conclusion:
        parts += [Heading("结论", 1), Paragraph(campaign.conclusion)]
    return Document(f"{campaign.title}情况汇总", parts, foot=campaign.title)


def _row(check: SelfCheck, closed: set[int], late: set[str]) -> tuple[str, ...]:
    said = [answer["answer"] for answer in check.answers.values()] if check.state == CheckState.SUBMITTED else []
    counts = [str(said.count(kind.value)) if said else "–" for kind in Answer]
    found = [defect for seen in check.visits.all() for defect in seen.defects.all()]
    visits = str(len(check.visits.all()))
    state = ("已提交" if check.state == CheckState.SUBMITTED else "未提交") + ("（逾期）" if check.id in late else "")
    return (check.unit.name, state, *counts, visits, str(len(found)), str(sum(d.id in closed for d in found)))


def _items(campaign: Campaign, checks: Sequence[SelfCheck]) -> list[tuple[str, ...]]:
    counts = item_counts(campaign, checks)
    return [(item["number"], item["zh"], *map(str, counts[item["number"]])) for item in campaign.items]
