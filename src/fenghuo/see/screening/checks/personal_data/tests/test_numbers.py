"""Which numbers are numbers of persons, and that none is shown whole."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.personal_data import office_text, samples
from fenghuo.see.screening.checks.personal_data.check import CHECK
from fenghuo.see.screening.checks.personal_data.numbers import (
    bank_cards,
    id_numbers,
    is_luhn,
    is_name,
    phones_of_persons,
)
from fenghuo.see.screening.checks.personal_data.pdf_text import pdf_text
from fenghuo.see.screening.facts import Untested, Why

TODAY = date(2026, 11, 25)
GOOD = samples.id_number(3)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (GOOD, 1),
        (f"身份证号：{GOOD}，电话", 1),
        (f"{GOOD} {GOOD}", 1),
        (f"{GOOD}1", 0),
        (f"a{GOOD}", 0),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), 0),
        ("99" + GOOD[2:], 0),
        ("530628203001011234", 0),
        ("530628199002301234", 0),
        (f"统一社会信用代码 {GOOD}", 0),
        ("20231012123456789012", 0),
    ],
)
def test_id_numbers(text: str, count: int) -> None:
    assert len(id_numbers(text, TODAY)) == count


def test_nine_of_ten_wrong_check_digits_are_refused() -> None:
    first = GOOD[:-1]
    assert sum(len(id_numbers(first + last, TODAY)) for last in "0123456789X") == 1


def test_cards_need_luhn_and_words() -> None:
    number = samples.card(123456)
    assert is_luhn(number)
    assert bank_cards(f"卡号 {number}") == {number}
    assert bank_cards(f"编号 {number}") == set()
    assert bank_cards("卡号 6222 0212 3456 7890 123") == (
        {"6222021234567890123"} if is_luhn("6222021234567890123") else set()
    )
    assert bank_cards("卡号 6200000000000000") == set()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("王伟", True),
        ("李秀英", True),
        ("林业局", False),
        ("张主任", False),
        ("欧阳建国", False),
        ("教育", False),
        ("万元", False),
    ],
)
def test_names(word: str, name: bool) -> None:
    assert is_name(word) is name


def test_telephones_need_many_names() -> None:
    assert len(phones_of_persons("\n".join(f"{samples.name(i)} {samples.phone(i)}" for i in range(12)))) == 12
    assert phones_of_persons("\n".join(f"王伟 {samples.phone(i)}" for i in range(30))) == set()
    assert phones_of_persons("\n".join(f"{samples.name(i)} 138****{i:04}" for i in range(30))) == set()


def test_no_number_is_shown_whole() -> None:
    shown = " ".join(f.evidence for s in samples.SAMPLES for f in judge(CHECK, s.facts).findings)
    for i in range(30):
        for number in (samples.id_number(i), samples.card(i * 7919), samples.phone(i)):
            assert number not in shown


def test_a_document_that_unpacks_to_too_much_is_not_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (office_text.MOST + 1))
    with pytest.raises(Untested) as refused:
        office_text.zip_text(made.getvalue())
    assert refused.value.failure.why is Why.INCOMPLETE


def test_numbers_of_a_sheet_are_read_as_shown() -> None:
    assert "13808710001" in (office_text.zip_text(samples.xlsx([["王伟"]])) or "") + office_text._plain(
        "1.3808710001E10"
    )


def test_pdf_escapes_and_ranges() -> None:
    stream = b"BT (a\\(b\\)\\101) Tj 0 -12 Td [(1) -20 (2)] TJ ET"
    assert pdf_text(b"%PDF-1.4\n1 0 obj <<>> stream\n" + stream + b"\nendstream").split() == ["a(b)A", "12"]
    cmap = b"begincmap 1 beginbfrange <03> <05> <0031> endbfrange"
    body = (
        b"%PDF-1.4\n7 0 obj <<>> stream\n"
        + cmap
        + b"\nendstream\n8 0 obj <</F9 9 0 R>> endobj 9 0 obj <</ToUnicode 7 0 R>> endobj "
    )
    assert pdf_text(body + b"10 0 obj <<>> stream\nBT /F9 12 Tf <030405> Tj ET\nendstream").strip() == "123"


def test_pdf_puts_characters_together_by_where_they_stand() -> None:
    stream = b"BT /F1 10 Tf 1 0 0 1 50 700 Tm (1) Tj 5 0 Td (2) Tj 1 0 0 1 60 700 Tm (3) Tj 1 0 0 1 200 700 Tm (4) Tj 0 -12 Td (5) Tj ET"
    assert pdf_text(b"1 0 obj <<>> stream\n" + stream + b"\nendstream").split() == ["123", "4", "5"]


def test_pdf_objects_in_a_stream() -> None:
    packed = b"8 0 9 16 " + b"<</F9 9 0 R>>".ljust(16) + b"<</ToUnicode 7 0 R>>"
    body = (
        b"1 0 obj <</Type/ObjStm>> stream\n"
        + packed
        + b"\nendstream\n7 0 obj <<>> stream\nbegincmap beginbfchar <41> <6797> endbfchar"
    )
    assert pdf_text(body + b"\nendstream\n2 0 obj <<>> stream\nBT /F9 1 Tf (A) Tj ET\nendstream").strip() == "林"


def _zip(name: str, content: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    "read",
    [
        lambda: office_text.zip_text(_zip("xl/sharedStrings.xml", "<si>" * 300_000)),
        lambda: office_text.zip_text(_zip("xl/worksheets/sheet1.xml", "<row><c t='s'><v>" * 100_000)),
        lambda: office_text.zip_text(_zip("xl/sharedStrings.xml", "<" * 1_000_000 + "</si>")),
        lambda: pdf_text(b"%PDF-" + b"1 0 obj stream\n" * 100_000),
        lambda: pdf_text(b"%PDF-" + b"1 0 obj <</Filter/FlateDecode>> stream\n" * 100_000 + b"endstream"),
        lambda: pdf_text(
            b"%PDF-1 0 obj stream\nbegincmap " + b"beginbfrange <0000> <ffff> <0000> " * 50_000 + b"endstream"
        ),
        lambda: pdf_text(b"%PDF-1 0 obj stream\nBT Tj " + b"(" * 1_000_000 + b"endstream"),
    ],
)
def test_hostile_documents_cost_no_more_than_their_length(read: Callable[[], object]) -> None:
    begin = time.perf_counter()
    read()
    assert time.perf_counter() - begin < 5
