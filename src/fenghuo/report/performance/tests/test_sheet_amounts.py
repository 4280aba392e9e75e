"""What a cell of a sheet shows is what is stored: a double in 元 or 万元 becomes exactly its fen, and so does every sum."""

import io
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from fenghuo.report.performance.amounts import amount_in
from fenghuo.report.performance.sheet import Known, read

YEAR = 2027
KNOWN = Known(YEAR, date(YEAR, 12, 31), 10**15, frozenset(), frozenset())
FEN = st.integers(100, 10**13)


def sheet(fen: list[int], unit: str) -> bytes:
    """A sheet whose cells hold doubles, as spreadsheets do."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["凭证号", "支付日期", f"金额（{unit}）", "收款方"])
    for number, one in enumerate(fen):
        page.append([f"记-{number}", "2027-03-01", float(amount_in(one, unit)), "某公司"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.lists(FEN, min_size=1, max_size=12), st.sampled_from(["元", "万元"]))
def test_each_cell_gives_its_fen_in_either_unit(fen: list[int], unit: str) -> None:
    found = [one.amount_fen for one in read(sheet(fen, unit), KNOWN)]
    assert (found, sum(found)) == (fen, sum(fen))
