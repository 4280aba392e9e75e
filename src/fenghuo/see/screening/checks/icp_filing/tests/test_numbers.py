"""Filing numbers in the forms in which they are met."""

import pytest

from fenghuo.see.screening.checks.icp_filing.numbers import digits_of, icp_numbers, police_numbers, tries_icp


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("京ICP备12345678号", "12345678"),
        ("京ICP备12345678号-12", "12345678"),
        ("京icp备 2021012345 号－1", "2021012345"),
        ("蜀ICP备12345678-1号", "12345678"),
        ("陇ＩＣＰ备12345678号", "12345678"),
        ("沪ICP证030173号", "030173"),
    ],
)
def test_well_formed(text: str, digits: str) -> None:
    assert [found.digits for found in icp_numbers(f"主办单位：某局 {text} 电话 12345")] == [digits]


@pytest.mark.parametrize(
    "text", ["ICP备12345678号", "东ICP备12345678号", "京ICP备1234号", "京ICP备12345678", "ICP备案号：12345678"]
)
def test_malformed(text: str) -> None:
    assert icp_numbers(text) == []
    assert tries_icp(text)


@pytest.mark.parametrize("text", ["办理ICP备案的通知", "ICP备案证书", "备案号", "公安机关备案"])
def test_talk_about_filing_is_no_number(text: str) -> None:
    assert tries_icp(text) == ""


def test_police_numbers_have_fourteen_digits() -> None:
    assert [n.digits for n in police_numbers("豫公网安备 41010502000123号")] == ["41010502000123"]
    assert police_numbers("豫公网安备 410105020001234号") == []


@pytest.mark.parametrize(
    ("stated", "digits"),
    [("京ICP备12345678号-3", "12345678"), ("12345678", "12345678"), ("41010502000123", "41010502000123"), ("无", "")],
)
def test_the_registers_form(stated: str, digits: str) -> None:
    assert digits_of(stated) == digits
