"""The document as one HTML page that needs nothing else and that a reader of screens can follow: headings, tables with scope."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from fenghuo.base.papers import Document, Heading, Items, Paragraph, Table

_STYLE = Path(__file__).with_suffix(".css")


def to_html(document: Document) -> str:
    """The page. A subtitle is a mark that stays in sight and is printed on every page."""
    mark = f'<p class="draft" role="status">{escape(document.subtitle)}</p>' if document.subtitle else ""
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.subtitle[:4])}{escape(document.title)}</title>\n"
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
    )
    body = (
        f'<a class="skip" href="#text">跳到正文</a>\n<main id="text">\n{mark}\n<h1>{escape(document.title)}</h1>\n'
        + "\n".join(_parts(document))
        + "\n</main>\n</body>\n</html>\n"
    )
    return head + body


def _parts(document: Document) -> Iterator[str]:
    caption, table = "", 0
    for part in document.parts:
        if isinstance(part, Heading):
            caption, table = part.text, 0
            yield f"<h{part.level + 1}>{escape(part.text)}</h{part.level + 1}>"
        elif isinstance(part, Paragraph):
            hint = ' class="hint"' if part.style == "hint" else ""
            yield f"<p{hint}>{escape(part.text)}</p>"
        elif isinstance(part, Items):
            tag = "ol" if part.numbered else "ul"
            yield f"<{tag}>{''.join(f'<li>{escape(item)}</li>' for item in part.items)}</{tag}>"
        elif isinstance(part, Table):
            table += 1
            yield _table(part, f"{caption}（表{table}）" if table > 1 else caption)


def _table(part: Table, caption: str) -> str:
    """A table in a frame that can be scrolled by keyboard; its first column heads the rows."""
    head = "".join(f'<th scope="col"{_aligned(part, n)}>{escape(text)}</th>' for n, text in enumerate(part.head))
    rows = "\n".join(f"<tr>{''.join(_cell(part, n, text) for n, text in enumerate(row))}</tr>" for row in part.rows)
    label = escape(caption, quote=True)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _aligned(part: Table, column: int) -> str:
    return ' class="number"' if column in part.right else ""


def _cell(part: Table, column: int, text: str) -> str:
    if column == 0 and text.strip():
        return f'<th scope="row">{escape(text)}</th>'
    return f"<td{_aligned(part, column)}>{escape(text)}</td>"
