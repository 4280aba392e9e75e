"""The demo county's training: a course with a bank, a session with its quiz and certificates, one to come, certificates of others."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import zone
from fenghuo.base.units.models import Unit
from fenghuo.report.training import actions, certificates, queries, quizzes
from fenghuo.report.training.actions import WantedCourse, WantedSession
from fenghuo.report.training.decide import Asked, Kind, Verb
from fenghuo.report.training.models import Attendance, CertifiedBy, Course, TrainingSession
from fenghuo.report.training.participant_sheet import Entered

_LI, _AGENCY = Actor("demo-li", "李娜"), "云岭县委网信办"
_BANK = (
    Asked(
        Kind.SINGLE,
        "办公电脑出现勒索信息时，首先应当怎样做？",
        20,
        frozenset({1}),
        ("重装系统", "断开网络并报告", "支付赎金", "继续使用"),
    ),
    Asked(
        Kind.SINGLE, "收到整改通报后，应当在什么时间前反馈？", 20, frozenset({0}), ("通报载明的期限", "年底", "方便时")
    ),
    Asked(
        Kind.MULTIPLE,
        "下列哪些做法会扩大网站后台的暴露面？",
        20,
        frozenset({0, 2}),
        ("后台对互联网开放", "启用双因素认证", "使用默认口令", "限制来源地址"),
    ),
    Asked(
        Kind.MULTIPLE,
        "报告网络安全事件时应当说明哪些内容？",
        20,
        frozenset({0, 1, 2}),
        ("受影响的系统", "发现时间", "已采取的措施", "个人工资"),
    ),
    Asked(Kind.JUDGE, "演练中的通报也要按流程签收。", 20, frozenset({0})),
)
_NAMES = ["陈联络", "刘芳", "周强", "吴敏", "郑涛", "孙丽", "马超", "朱琳", "胡斌", "林静", "何军", "高洁"]


def seed(now: datetime) -> None:
    """Everything through the verbs of the room; the dice are the same each time."""
    day, units = now.astimezone(zone()).date(), list(Unit.objects.order_by("code"))
    wanted = ("网络安全联络员岗位培训", "lecture", "通报处置与事件报告", Decimal("4"), _AGENCY, CertifiedBy.PASSED, 24)
    course = actions.add_course(_LI, WantedCourse(*wanted))
    for asked in _BANK:
        quizzes.add_question(_LI, course.id, asked)
    plain = ("重要时期值守要求", "meeting", "值班值守", Decimal("1.5"), _AGENCY, CertifiedBy.NOTHING)
    other = actions.add_course(_LI, WantedCourse(*plain))
    held = actions.plan(_LI, course.id, WantedSession(day, "县政府三楼会议室", "李娜", units))
    for number, unit in enumerate(units):
        word = Attendance.EXCUSED if number % 7 == 6 else Attendance.PRESENT
        actions.add_participant(
            _LI, held.id, Entered(unit.id, _NAMES[number % len(_NAMES)], "网络安全联络员", True, word)
        )
    actions.move(_LI, held.id, Verb.HOLD)
    _answered(held, course, now)
    certificates.issue(_LI, held.id, _AGENCY)
    coming = WantedSession(day + timedelta(days=9), "视频会议", "王主任", units[:6], True)
    actions.plan(_LI, other.id, coming)
    for number, (kind, months) in enumerate((("CISP", 20), ("CISP-PTE", 1))):
        until = day + timedelta(days=30 * months)
        given = certificates.Given(
            _NAMES[number + 1],
            units[number],
            kind,
            f"演示-{kind}-{number + 1}",
            "测评机构（演示）",
            "证书复印件",
            until,
        )
        certificates.add_credential(_LI, given)


def _answered(held: TrainingSession, course: Course, now: datetime) -> None:
    """A quiz that most have answered, some of them wrongly."""
    numbers = list(course.bank.values_list("id", flat=True))
    quiz = quizzes.make(_LI, held.id, quizzes.WantedQuiz(numbers, 60, 2, now, now + timedelta(days=5)))
    dice = random.Random(3)  # noqa: S311  a demo that is the same each time
    for slip, token in quizzes.give_out(_LI, quiz.id)[:-1]:
        given = {
            one.number: sorted(one.asked.right) if dice.random() < 0.6 else [one.choices[0][0]]
            for one in queries.paper_of(slip)
        }
        quizzes.answer(token, 1, given)
