"""Where in the document a path of the data file stands, in the words of the document."""

import re
from typing import Any

from fenghuo.report.disclosure.model import Disclosure
from fenghuo.report.disclosure.structure import section, sections

_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d+)\])?")
_WORDS = {
    "income": "收入",
    "spending": "支出",
    "basic": "基本支出",
    "personnel": "人员经费",
    "operating": "日常公用经费",
    "projects": "项目支出",
    "changes": "比上年增减",
    "total": "合计",
    "abroad": "因公出国（境）费",
    "vehicles": "公务用车购置及运维费",
    "purchase": "公务用车购置费",
    "running": "公务用车运维费",
    "reception": "公务接待费",
    "change": "比上年增减",
    "amount": "金额",
    "last": "上年数",
    "percent": "比例",
    "direction": "增减",
    "year": "年份",
    "last_year": "上年年份",
    "budget": "预算数",
    "fiscal": "财政资金",
    "other": "其他资金",
    "plan": "资金支出计划",
    "indicators": "绩效指标",
    "target": "指标值",
    "count": "数量",
    "value": "价值",
    "as_of": "截止时间",
    "quantity": "数量",
    "price": "单价",
    "introduction": "说明",
    "items": "职责",
    "organisation": "机构设置",
    "goals": "分项绩效目标",
    "overall": "总体绩效目标",
    "measures": "工作保障措施",
    "goal": "绩效目标",
    "use": "用途",
    "note": "说明",
    "title": "标题",
    "preamble": "开头",
    "office": "部门名称",
    "rows": "表",
    "others": "其他支出",
    "parts": "其中",
    "subtotal": "当年部门预算安排资金合计",
    "general": "一般公共预算拨款",
    "fund": "基金预算拨款",
    "account": "财政专户核拨",
    "channel": "其他渠道资金",
    "funds": "预算资金",
    "unit": "单位",
    "code": "编码",
    "reason": "原因",
    "name": "名称",
    "meaning": "解释",
    "description": "绩效指标描述",
    "basis": "指标值确定依据",
    "level1": "一级指标",
    "level2": "二级指标",
    "month": "月份",
    "total_count": "数量合计",
}
_SECTIONS = frozenset(one.key for one in sections())


def label(path: str, disclosure: Disclosure) -> str:
    """The place in words: 二、部门预算安排的总体情况 > 支出 > 基本支出; rows by their number and name."""
    words: list[str] = []
    value: Any = disclosure
    for number, step in enumerate(_STEP.finditer(path)):
        name, index = step.group(1), step.group(2)
        value = getattr(value, name, None)
        words.append("项目" if path.startswith("performance") and name == "projects" else _word(name, number))
        if index is not None:
            row = value[int(index)] if isinstance(value, tuple) and int(index) < len(value) else None
            value = row
            words.append(" ".join(filter(None, [f"第{int(index) + 1}项", _name_of(row)])))
    return " > ".join(words)


def _word(name: str, number: int) -> str:
    if number == 0 and name in _SECTIONS:
        one = section(name)
        return f"{one.number}、{one.heading}"
    return _WORDS.get(name, name)


def _name_of(row: object) -> str:
    return next((str(getattr(row, name)) for name in ("name", "project", "term") if getattr(row, name, "")), "")[:24]
