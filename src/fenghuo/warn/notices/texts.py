"""The words of drafts. Official papers are in Chinese whatever the reader's language; a person edits them before they are issued."""

from collections.abc import Mapping, Sequence

from fenghuo.see.screening.checks.advice import BadAdvice, advice_of
from fenghuo.see.screening.models import StoredFinding
from fenghuo.warn.notices.decide import Kind
from fenghuo.warn.notices.terms import Clock, Term

KINDS = {
    Kind.WARNING: "预警通报",
    Kind.HAZARD: "隐患通报",
    Kind.INCIDENT: "事件通报",
    Kind.SITUATION: "情况通报",
    Kind.SUPERVISION: "督办函",
    Kind.DRILL: "演练通知",
}
SEVERITIES = {
    "critical": "超危",
    "high": "高危",
    "medium": "中危",
    "low": "低危",
    "compliance": "合规",
    "info": "提示",
}
LEVELS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}


def words_of(term: Term) -> str:
    """A term as papers say it: "7个工作日", "24小时"."""
    if term.workdays:
        return f"{term.workdays}个工作日"
    hours, rest = divmod(term.seconds, 3600)
    return f"{hours}小时" if not rest else f"{term.seconds // 60}分钟"


def finding_words(finding: StoredFinding) -> tuple[str, str]:
    """Title and risk of a finding in Chinese; its keys where the check no longer has the words."""
    try:
        advice = advice_of(finding.check_id, finding.outcome, "zh")
    except (BadAdvice, FileNotFoundError):
        return f"{finding.check_id} {finding.outcome}", ""
    return advice.title, advice.risk


def hazard_title(units: Sequence[str]) -> str:
    """Of a notice about findings."""
    return f"关于{units[0]}网络安全隐患的通报" if len(units) == 1 else "关于整改网络安全隐患的通报"


def hazard_body(severities: Mapping[str, int], terms: Mapping[str, Mapping[Clock, Term]], units: int) -> str:
    """The text of a notice about findings: how many, what is asked for, by when.

    To several units the terms of every grade are named and nothing is counted: each has its time from its own findings, and none
    reads what was found at others.

    Args:
        terms: severity → the clocks of a copy whose gravest finding it is.
    """
    gravest = next(s for s, number in severities.items() if number)
    own = terms[gravest]
    counted = "、".join(f"{SEVERITIES[s]}{n}项" for s, n in severities.items() if n)
    what = f"（{counted}）" if units == 1 else ""
    lines = [f"近期网络安全检测发现，有关网站和信息系统存在网络安全隐患{what}，具体情况见附件。现将有关要求通知如下。"]
    lines.append(f"一、及时签收。自本通报印发之时起{words_of(own[Clock.SIGN])}内签收；不属于本单位的，说明理由并退回。")
    lines.append(f"二、先行反馈。{words_of(own[Clock.FEEDBACK])}内反馈责任人、已采取的措施和整改计划。")
    held = [f"{SEVERITIES[s]}隐患须在{words_of(t[Clock.MITIGATE])}内" for s, t in terms.items() if Clock.MITIGATE in t]
    if held and (units > 1 or Clock.MITIGATE in own):
        lines.append(f"三、立即处置。{'、'.join(held)}采取下线、限制访问等措施控制风险。")
    number = "三四"[len(lines) - 3]
    rectify = f"{words_of(own[Clock.RECTIFY])}内"
    if units > 1:
        each = "、".join(f"{SEVERITIES[s]}{words_of(t[Clock.RECTIFY])}" for s, t in terms.items())
        rectify = f"按本单位附件所列最高等级（{each}），在时限内"
    lines.append(
        f"{number}、限期整改。{rectify}完成整改并逐项提交整改情况；确需延期的，可申请一次，并说明理由和补偿措施。"
    )
    lines.append("整改后我单位将组织复测，经复核通过予以销号。逾期未整改的，将予以督办、通报。")
    return "\n".join(lines)


def warning_title(level: str, what: str) -> str:
    """Of a notice about an early warning."""
    return f"关于防范{what}的{LEVELS[level]}预警通报"


def warning_body(level: str, what: str, asset: str, seen: str, measures: Term) -> str:
    """The text of a notice about an early warning."""
    where = f"涉及{asset}，" if asset else ""
    return "\n".join(
        [
            f"监测发现针对你单位的{what}活动，{where}最近一次发现时间为{seen}，经研判，预警级别为{LEVELS[level]}。现将有关要求通知如下。",
            "一、核实情况。立即核查有关系统和日志，确认攻击是否成功，保存日志等证据。",
            "二、采取措施。封堵攻击来源，修补漏洞，修改可能泄露的口令；发现已被入侵的，立即断网处置并报告。",
            f"三、反馈结果。自本通报印发之时起{words_of(measures)}内反馈核实情况和已采取的措施。",
        ]
    )


def supervision(unit: str, number: str, title: str, due: str) -> tuple[str, str]:
    """Title and text of a 督办函 about a copy that is late."""
    body = [
        f"《{title}》（{number}）要求你单位于{due}前完成整改，至今未收到整改完成情况。现就有关事项督办如下。",
        "一、抓紧整改。由主要负责人牵头，立即完成整改；一时不能完成的，先采取下线、限制访问等措施控制风险。",
        "二、书面说明。将逾期原因、整改进展和完成时限书面报送我单位。",
    ]
    return f"关于督促{unit}整改网络安全隐患的函", "\n".join(body)


def criticism(unit: str, number: str, title: str, due: str) -> tuple[str, str]:
    """Title and text of the draft of a 通报批评."""
    body = [
        f"《{title}》（{number}）要求{unit}于{due}前完成整改。经多次提醒和督办，该单位至今未完成整改，现予以通报批评。",
        "各单位要引以为戒，压实网络安全责任，按期完成整改，防止发生网络安全事件。",
    ]
    return f"关于{unit}逾期未整改网络安全隐患情况的通报", "\n".join(body)


def exemption_ended(unit: str, number: str, title: str) -> tuple[str, str]:
    """Title and text of the draft that follows an accepted risk whose time is over."""
    body = [f"《{title}》（{number}）所涉隐患，你单位申请的风险接受期限已届满，隐患尚未消除，请按期完成整改。"]
    return f"关于{unit}网络安全隐患的通报", "\n".join(body)
