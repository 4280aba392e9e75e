"""The words of drafts. Official papers are in Chinese whatever the reader's language; a person edits them before they are issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def with_recurrence(body: str, number: int) -> str:
    """The text of a notice about findings, some of which were struck off before and came back."""
    first, _newline, rest = body.partition("\n")
    return f"{first}\n其中{number}项曾通报并已销号，本次检测再次发现（复发），请查明原因，举一反三，防止反弹。\n{rest}"


def came_back(unit: str, number: str, title: str) -> tuple[str, str]:
    """Title and text of the draft that follows where a look at a closed matter found it back."""
    body = [
        f"《{title}》（{number}）所列事项你单位已报告整改并经复核销号，经抽查复核，有关问题再次出现。现将有关要求通知如下。",
        "一、立即处置。先行控制风险，查明再次出现的原因。",
        "二、限期整改。在规定时限内完成整改并提交整改情况，举一反三，防止反弹。",
    ]
    return f"关于{unit}网络安全隐患复发的通报", "\n".join(body)


def warning_title(level: str, what: str) -> str:
    """Of a notice about an early warning."""
    return f"关于防范{what}的{LEVELS[level]}预警通报"


def warning_parts(what: str, asset: str, seen: str, measures: Term) -> tuple[str, str]:
    """警示事项 and 应采取的措施 of a formal warning about a matter at the desk."""
    where = f"涉及{asset}，" if asset else ""
    matter = f"监测发现针对上述单位的{what}活动，{where}最近一次发现时间为{seen}。"
    asked = [
        f"{words_of(measures)}内核查有关系统和日志，确认攻击是否成功，保存日志等证据；",
        "封堵攻击来源，修补漏洞，修改可能泄露的口令；发现已被入侵的，立即断网处置并报告。",
    ]
    return matter, "".join(asked)


@dataclass(frozen=True, slots=True)
class Published:
    """What a version of a formal warning says, in Chinese; `before` is the level of the version before, "" for none."""

    level: str
    before: str
    what: str
    begins: str
    scope: str
    matter: str
    measures: str
    why: str
    relayed: str
    tlp: str = ""


_HOW_FAR = {
    "red": "仅限收件人本人知悉，不得转发",
    "amber+strict": "仅限收件单位内部按需知悉，不得向单位以外转发",
    "amber": "仅限收件单位及其服务对象按需知悉，不得公开",
    "green": "可在本地区、本行业范围内分享，不得公开",
    "clear": "可以公开",
}
"""What TLP 2.0 (FIRST) lets who receives it do."""

_RANKS = ("red", "orange", "yellow", "blue")


def published_body(said: Published, answer: Term) -> str:
    """The text of a notice that publishes, changes, raises or lowers a warning, with the fields of the national plan."""
    level = LEVELS[said.level]
    first = f"经研判，现发布{said.what}{level}预警。"
    if said.relayed:
        first = f"现转发{said.relayed}发布的{said.what}{level}预警。"
    elif said.before and said.before != said.level:
        higher = _RANKS.index(said.level) < _RANKS.index(said.before)
        first = (
            f"经研判，{said.what}预警由{LEVELS[said.before]}{'提升' if higher else '下调'}为{level}。{_stop(said.why)}"
        )
    elif said.before:
        first = f"{said.what}{level}预警的有关内容调整如下。{_stop(said.why)}"
    lines = [
        first,
        f"一、起始时间。{_stop(said.begins)}",
        f"二、可能影响范围。{_stop(said.scope)}",
        f"三、警示事项。{_stop(said.matter)}",
        f"四、应采取的措施和时限要求。{_stop(said.measures)}",
        f"五、情况反馈。自本通报印发之时起{words_of(answer)}内反馈核查情况和已采取的措施；发现网络安全事件的，立即报告。",
        f"六、传播范围。本通报标注TLP:{said.tlp.upper()}，{_HOW_FAR[said.tlp]}。" if said.tlp else "",
    ]
    return "\n".join(line for text in lines for line in text.splitlines() if line.strip())


def _stop(text: str) -> str:
    """A sentence with its full stop."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"


def lifted_title(title: str) -> str:
    """Of the notice that lifts a warning."""
    return f"关于解除《{title}》所发布预警的通报"[:200]


def lifted_body(title: str, level: str, why: str) -> str:
    """The text of the notice that lifts a warning."""
    lines = [
        f"《{title}》发布的{LEVELS[level]}预警，自本通报印发之时起解除。{_stop(why)}",
        "请继续做好日常监测和防护，发现异常及时报告。",
    ]
    return "\n".join(lines)


def replaced_by(number: str) -> str:
    """Why a copy that nobody has answered ends."""
    return f"由{number}代替"


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
