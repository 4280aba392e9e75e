"""Samples: made-up persons in every kind of document, and the notices that are as they should be."""

import io
import zlib

from docx import Document
from openpyxl import Workbook

from fenghuo.see.screening.checks.personal_data.numbers import is_luhn
from fenghuo.see.screening.checks.samples import SITE, Sample, facts, html, page
from fenghuo.see.screening.facts import Facts, Failure, Page, Why
from fenghuo.see.screening.facts.needs import HOME, PAGES
from fenghuo.see.screening.facts.site import Pages

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = ["伟", "芳", "娜", "秀英", "敏", "静", "建国", "丽华", "强", "洋"]


def id_number(i: int) -> str:
    """A made-up ID number that is right by its check digit."""
    first = f"530628{1950 + i % 50}{i % 12 + 1:02}{i % 28 + 1:02}{i % 1000:03}"
    total = sum(int(d) * w for d, w in zip(first, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return first + "10X98765432"[total % 11]


def card(i: int) -> str:
    """A made-up bank card number that is right by Luhn."""
    first = f"622848{i:012}"
    return next(first + d for d in "0123456789" if is_luhn(first + d))


def name(i: int) -> str:
    """A made-up name."""
    return _SURNAMES[i % len(_SURNAMES)] + _GIVEN[i % len(_GIVEN)]


def phone(i: int) -> str:
    """A made-up mobile number."""
    return f"1380871{i:04}"


IDS = [[str(i + 1), name(i), id_number(i)] for i in range(8)]
CARDS = [["姓名", "银行卡号"], *([name(i), card(i * 7919)] for i in range(6))]
PHONES = [["姓名", "职务", "手机"], *([name(i), "网格员", phone(i)] for i in range(24))]
MASKED = [
    [name(i), id_number(i)[:6] + "********" + id_number(i)[-4:], phone(i)[:3] + "****" + phone(i)[-4:]]
    for i in range(40)
]


def table(rows: list[list[str]]) -> str:
    """Rows as an HTML table."""
    return "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows) + "</table>"


def xlsx(rows: list[list[str]]) -> bytes:
    """Rows as a workbook."""
    book, made = Workbook(), io.BytesIO()
    sheet = book.create_sheet("名单", 0)
    for row in rows:
        sheet.append(row)
    book.save(made)
    return made.getvalue()


def docx(rows: list[list[str]]) -> bytes:
    """Rows as a table of a Word document."""
    made, written = io.BytesIO(), Document()
    grid = written.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, row in zip(grid.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    written.save(made)
    return made.getvalue()


def xls(rows: list[list[str]]) -> bytes:
    """The strings of an old workbook as its table of strings holds them: length, kind, characters."""
    made = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for text in (cell for row in rows for cell in row):
        narrow = text.isascii()
        made += len(text).to_bytes(2, "little") + (b"\x00" if narrow else b"\x01")
        made += text.encode("ascii" if narrow else "utf-16-le")
    return made


def pdf(rows: list[list[str]], mapped: bool = False) -> bytes:
    """Rows as a packed content stream; `mapped` writes glyph numbers and a map to Unicode, as word processors do."""
    chars = sorted({c for row in rows for cell in row for c in cell} | {" "})

    def shown(text: str) -> str:
        return f"<{''.join(f'{chars.index(c) + 3:04X}' for c in text)}>" if mapped else f"({text})"

    lines = "".join(f"1 0 0 1 72 {700 - 12 * i} Tm [{shown(' '.join(row))}] TJ\n" for i, row in enumerate(rows))
    pairs = "\n".join(f"<{i + 3:04X}> <{ord(c):04X}>" for i, c in enumerate(chars))
    cmap = f"begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{len(chars)} beginbfchar\n{pairs}\nendbfchar"
    made = b"%PDF-1.5\n" + _stream(1, f"BT /F1 10 Tf\n{lines}ET")
    if mapped:
        made += (
            b"2 0 obj\n<< /Font << /F1 3 0 R >> >>\nendobj\n3 0 obj\n<< /Type /Font /ToUnicode 4 0 R >>\nendobj\n"
            + _stream(4, cmap)
        )
    return made


def _stream(number: int, text: str) -> bytes:
    head = f"{number} 0 obj\n<< /Filter /FlateDecode >>\nstream\n".encode()
    return head + zlib.compress(text.encode("latin-1")) + b"\nendstream\nendobj\n"


def _beside(*answers: Page | Failure) -> Facts:
    pages: dict[str, Page | Failure] = {f"{SITE}{i}": one for i, one in enumerate(answers)}
    return facts({HOME: page(html("<p>首页</p>")), PAGES: Pages(pages)})


def _file(body: str | bytes, media: str, cut: bool = False) -> Facts:
    return _beside(page(body, url=SITE + "upload/附件1", headers={"Content-Type": media}, cut=cut))


_SHEET, _OLD = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel"
_GBK = html(table(IDS)).replace("utf-8", "gbk").encode("gb18030")
_CSV = "\n".join(",".join(row) for row in IDS)
_CODES = [["统一社会信用代码：" + id_number(i)] for i in range(9)]
_OFFICES = [["林业局", "值班手机", phone(i)] for i in range(30)]
SAMPLES = [
    Sample("nothing of the kind", _beside(page(html("<p>通知公告</p>"))), "pass"),
    Sample("ID numbers in a table", _beside(page(html(table(IDS)))), ["id-numbers"]),
    Sample("in GBK", _beside(page(_GBK, headers={"Content-Type": ""})), ["id-numbers"]),
    Sample(
        "masked to the eye, whole in the source", _beside(page(html(f"<script>var d={IDS}</script>"))), ["id-numbers"]
    ),
    Sample("bank cards", _beside(page(html(table(CARDS)))), ["bank-cards"]),
    Sample("telephones with names", _beside(page(html(table(PHONES)))), ["phone-list"]),
    Sample("xlsx", _file(xlsx(IDS + CARDS + PHONES), _SHEET), ["id-numbers", "bank-cards", "phone-list"]),
    Sample("docx", _file(docx(IDS), "application/msword"), ["id-numbers"]),
    Sample("old xls", _file(xls(IDS + PHONES), _OLD), ["id-numbers", "phone-list"]),
    Sample("a page called xls", _file(html(table(IDS)), _OLD), ["id-numbers"]),
    Sample("csv in GBK", _file(_CSV.encode("gb18030"), "text/csv"), ["id-numbers"]),
    Sample("plain pdf", _file(pdf([row[2:] for row in IDS]), "application/pdf"), ["id-numbers"]),
    Sample("pdf with glyph numbers", _file(pdf(PHONES, mapped=True), "application/pdf"), ["phone-list"]),
    Sample("on the home page", facts({HOME: page(html(table(IDS))), PAGES: Pages({})}), ["id-numbers"]),
    Sample("half a page with enough", _beside(page(html(table(IDS)), cut=True)), ["id-numbers"]),
    Sample("a notice with masked numbers", _beside(page(html(table(MASKED)))), "pass"),
    Sample("a notice with four persons", _beside(page(html(table(IDS[:4])))), "pass"),
    Sample("codes of units", _beside(page(html(table(_CODES)))), "pass"),
    Sample("wrong check digits", _beside(page(html(table([[r[2][:-1] + "*"] for r in IDS])))), "pass"),
    Sample("cards without a word of them", _beside(page(html(table([[card(i)] for i in range(9)])))), "pass"),
    Sample("telephones of offices", _beside(page(html(table(_OFFICES)))), "pass"),
    Sample("an article on ID numbers", _beside(page(html(f"<p>身份证号共18位，例如{id_number(1)}</p>"))), "pass"),
    Sample("a picture", _file(b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"), "pass"),
    Sample("an archive that is no document", _file(b"PK\x05\x06" + bytes(18), "application/zip"), "pass"),
    Sample("page gone", _beside(page(html(table(IDS)), 404)), "pass"),
    Sample("half a workbook", _file(xlsx(IDS)[:900], _SHEET, cut=True), "could-not-test"),
    Sample("a broken workbook", _file(xlsx(IDS)[:900], _SHEET), "could-not-test"),
    Sample("one page did not come", _beside(page(html("")), Failure(Why.TIMED_OUT)), "could-not-test"),
    Sample("home page did not come", facts({HOME: Failure(Why.RESET), PAGES: Pages({})}), "could-not-test"),
]
