"""A survey with slips."""

from datetime import timedelta
from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.report.surveys import actions
from fenghuo.report.surveys.models import Survey

OFFICE = Actor("l-1", "王主任")
QUESTIONS = "评分：通报是否及时\n选择：最常用的渠道 | 短信 | 电话 | 平台\n填空：还想说什么\n评分：整改建议是否管用"


def survey() -> Survey:
    """Four questions, open for a week."""
    last = (clock.now() + timedelta(days=7)).date()
    return actions.write(OFFICE, actions.Wanted("满意度调查", "各单位联络员", last, QUESTIONS, "请如实填写。"))


def standing() -> dict[str, Any]:
    """For the test of who may open what."""
    return {"survey_id": survey().id}
