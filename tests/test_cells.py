"""No text of a stranger acts as a formula on the desk of who opens a sheet."""

from datetime import UTC, datetime

import pytest

from fenghuo.base.common.cells import harmless
from fenghuo.base.papers import Sheet, to_csv
from fenghuo.faces.console.pages import csv_response


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", "\n", "＝", "＠", " =", "\u3000+", "\ufeff@"])
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("value", ["", "县医院", "a=b", "'=1", -3, -0.5, None, datetime(2026, 11, 26, tzinfo=UTC)])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert harmless(value) is value


def test_every_writer_of_csv_keeps_the_same_rule() -> None:
    text = "\u3000＝HYPERLINK(1)"
    paper = to_csv(Sheet("s", (text,), [(text,)])).decode("utf-8-sig")
    response = csv_response("f", {"a": text}, [{"a": text}])
    page = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    assert paper == page == f"'{text}\r\n" * 2
