"""Clauses, contact trees and resources are typed as lines, and come back as they were typed."""

import pytest

from fenghuo.respond.plans.lines import CLAUSE, CONTACT, Wrong, read_clauses, read_contacts, read_resources, written


def test_clauses_come_back_as_they_were_typed() -> None:
    text = "3.1 | 值班\n3.2 | 首报 | 单位在 1 小时内报告"
    rows = read_clauses(text + "\n\n")
    assert rows[1] == {"number": "3.2", "title": "首报", "text": "单位在 1 小时内报告"}
    assert written(rows, CLAUSE) == text


def test_a_contact_tree_keeps_its_depth() -> None:
    text = "指挥长 | 王主任 | 1\n- 值班员 | 张伟 | 2\n-- 分析员 | 李娜\n- 联络员 ｜ 陈"
    rows = read_contacts(text)
    assert [(r["depth"], r["role"]) for r in rows] == [(0, "指挥长"), (1, "值班员"), (2, "分析员"), (1, "联络员")]
    assert read_contacts(written(rows, CONTACT)) == rows


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (read_clauses, "3.1", "parts"),
        (read_clauses, "| no number", "parts"),
        (read_clauses, "1 | a | b | c", "parts"),
        (read_clauses, "1 | a\n1 | b", "double"),
        (read_clauses, "1 | " + "x" * 1000, "long"),
        (read_contacts, "- first | A", "depth"),
        (read_contacts, "chief | A\n-- second | B", "depth"),
        (read_contacts, "- | A", "depth"),
        (read_resources, "x\n" * 301, "many"),
    ],
)
def test_a_wrong_line_is_named(read: object, text: str, code: str) -> None:
    with pytest.raises(Wrong) as caught:
        read(text)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.line >= 1
