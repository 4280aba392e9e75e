"""The small Markdown of advice: lists, code and text; nothing in it becomes markup."""

from fenghuo.base.papers import Items, Paragraph
from fenghuo.base.papers.markdown import to_html, to_paper, to_parts

TEXT = """First line with `code <b>`:
1. one
2. two
   goes on

- a
- b

```nginx
location / {
  deny all;
}
```
After <script>alert(1)</script>"""


def test_parts() -> None:
    parts = to_parts(TEXT)
    assert parts == [
        Paragraph("First line with `code <b>`:"),
        Items(["one", "two goes on"], numbered=True),
        Items(["a", "b"]),
        Paragraph("location / {\n  deny all;\n}", "code"),
        Paragraph("After <script>alert(1)</script>"),
    ]


def test_html_is_escaped() -> None:
    html = to_html(TEXT)
    assert "<code>code &lt;b&gt;</code>" in html
    assert "<script>" not in html
    assert "<pre>location / {\n  deny all;\n}</pre>" in html
    assert "<ol><li>one</li><li>two goes on</li></ol>" in html


def test_a_paper_has_no_marks_of_code() -> None:
    assert to_paper("use `a`\n```\n`b`\n```") == [Paragraph("use a"), Paragraph("`b`", "code")]
