"""The demo county's public document, fixed assets and survey, made through the same verbs as everything else."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from fenghuo.base.audit import Actor
from fenghuo.base.clocks.office import zone
from fenghuo.report import disclosure
from fenghuo.report.disclosure import from_json
from fenghuo.report.holdings import actions as holdings
from fenghuo.report.holdings.models import HoldingKind
from fenghuo.report.publication import actions
from fenghuo.report.surveys import actions as surveys

_LI, _WANG, _CLERK = Actor("demo-li", "李娜"), Actor("demo-wang", "王主任"), Actor("demo-clerk", "赵会计")
_SAMPLE = Path(disclosure.__file__).with_name("sample.json")
_QUESTIONS = (
    "评分：预警通报是否及时\n评分：整改建议是否管用\n选择：最常用的渠道 | 短信 | 电话 | 平台\n填空：还希望我们做什么"
)
_WISHES = ("希望多办几次演练", "整改建议再具体一些", "培训安排在上半年", "")


def seed(now: datetime) -> None:
    """A document that waits for its approval, a register of assets, and a survey with answers."""
    today = now.astimezone(zone()).date()
    begun = date(today.year - 2, 3, 1)
    for kind, name, count, yuan in (
        (HoldingKind.OFFICES, "办公楼三层东侧", "280", 360_500),
        (HoldingKind.VEHICLES, "公务用车", "1", 143_500),
        (HoldingKind.EQUIPMENT, "流量探针", "1", 236_000),
        (HoldingKind.OTHER, "台式计算机", "38", 171_000),
    ):
        holdings.take_up(
            _CLERK, holdings.Taken(kind, name, Decimal(count), yuan * 100, begun, "县政府大院", "入账凭证")
        )
    made = actions.begin(_LI, from_json(_SAMPLE.read_text(encoding="utf-8")), "file")
    actions.set_approval(_CLERK, made.id, today - timedelta(days=12), "云财预〔2026〕18号")
    actions.fill_from_records(_CLERK, made.id, 1, [], date(today.year - 1, 12, 31))
    asked = surveys.Wanted(
        "通报预警工作满意度", "各单位联络员", today + timedelta(days=14), _QUESTIONS, "匿名填写，约一分钟。"
    )
    survey = surveys.write(_WANG, asked)
    dice = random.Random(1)  # noqa: S311  a demo that is the same each time
    for number, token in enumerate(surveys.give_out(_WANG, survey.id, 56)[:41]):
        points = dice.choices(range(1, 6), (1, 2, 6, 16, 16), k=2)
        given = {1: str(points[0]), 2: str(points[1]), 3: str(dice.randrange(3)), 4: _WISHES[number % 9 % 4]}
        surveys.answer(token, given)
