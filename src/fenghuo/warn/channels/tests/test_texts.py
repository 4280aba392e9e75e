"""Texts and numbers as they leave the house."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from fenghuo.warn.channels import phones, templates
from fenghuo.warn.channels.message import Outgoing
from fenghuo.warn.channels.plain import cut_bytes, one_line, plain
from fenghuo.warn.channels.sms_smpp import pdu
from fenghuo.warn.channels.voice.send import spoken


@given(st.text())
def test_plain_text_keeps_letters_and_loses_what_is_not_seen(text: str) -> None:
    shown = plain(text)
    assert all(c == "\n" or c.isprintable() or c.isspace() for c in shown)
    assert "\u202e" not in shown
    assert plain(shown) == shown
    assert "\n" not in one_line(text)


@given(st.text(), st.integers(8, 200))
def test_a_cut_fits_and_tears_no_character(text: str, most: int) -> None:
    text = plain(text)
    found = cut_bytes(text, most)
    assert len(found.encode()) <= most
    assert found == text or text.startswith(found.removesuffix("…"))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=900), st.integers(1, 10))
def test_a_long_sms_comes_together_again(text: str, most: int) -> None:
    parts = pdu.parts(text, most, 7)
    assert len(parts) <= most or len(parts) == 1
    assert all(len(part) <= 140 for part in parts)
    whole = parts[0] if len(parts) == 1 else b"".join(part[6:] for part in parts)
    for part in parts if len(parts) > 1 else ():
        part[6:].decode("utf-16-be")  # every part is whole by itself
    found = whole.decode("utf-16-be")
    assert found == text or text.startswith(found.removesuffix("…"))


def test_a_unit_of_smpp_is_what_the_specification_says() -> None:
    """Section 3.2 and 4.1.1: length, command, status, sequence; C octet strings; version, type and plan of numbers, range."""
    unit = pdu.bind(pdu.BIND_TRANSMITTER, 1, "SMPP3TEST", "secret08", "SUBMIT1").packed()
    body = b"SMPP3TEST\0secret08\0SUBMIT1\0\x34\x00\x00\0"
    assert unit == bytes.fromhex("0000002f 00000002 00000000 00000001") + body
    assert pdu.unpacked(unit) == pdu.Unit(2, 0, 1, body)
    with pytest.raises(pdu.Malformed):
        pdu.length_of(b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("given_number", "found"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_numbers_in_international_form(given_number: str, found: str) -> None:
    assert phones.normal(given_number) == found


@pytest.mark.parametrize("wrong", ["", "12345", "1380013800", "0371-65500000", "+", "13800138000x", "张三"])
def test_what_is_no_number(wrong: str) -> None:
    with pytest.raises(ValidationError):
        phones.normal(wrong)


def test_numbers_at_home() -> None:
    assert phones.national("+8613800138000") == "13800138000"
    assert phones.national("+442079460000") == "442079460000"


def test_variables_of_templates() -> None:
    out = Outgoing(
        "id", "", "【红】县医院：网站后门", "看 http://x.example/a 详情", "zh-hans", values={"unit": "县医院"}
    )
    assert templates.named("what=title, who=unit") == {"what": "title", "who": "unit"}
    assert templates.ordered("title,unit") == ["title", "unit"]
    assert templates.ordered("") == []
    assert templates.value("title", out, 6) == "[红]县医…"
    assert templates.value("text", out, 35) == "看 详情"
    assert templates.value("absent", out, 35) == "-"
    for wrong in ("title", "1=title", ""):
        with pytest.raises(ValidationError):
            templates.named(wrong)
    with pytest.raises(ValidationError):
        templates.ordered("title;unit=1")


def test_a_voice_reads_no_addresses() -> None:
    assert spoken("【红】县医院：网站后门 https://x.example/a?b=1 [x]") == "红 县医院：网站后门 x"
