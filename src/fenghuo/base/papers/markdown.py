"""The small Markdown of advice files: paragraphs, lists, code blocks and code. Everything else is text; nothing in it becomes markup."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from fenghuo.base.papers.document import Items, Paragraph, Part

_NUMBERED = re.compile(r"\d+[.)] ")


def to_html(text: str) -> str:
    """As HTML."""
    return "".join(_html(part) for part in to_parts(text))


def to_parts(text: str) -> list[Part]:
    """As parts of a document, code within a line still between its marks."""
    return list(_parts(text))


def to_paper(text: str) -> list[Part]:
    """As parts of a paper, which has no code within a line: its marks are left out."""
    return [_unmarked(part) for part in _parts(text)]


def _unmarked(part: Part) -> Part:
    if isinstance(part, Items):
        return replace(part, items=[item.replace("`", "") for item in part.items])
    if isinstance(part, Paragraph) and part.style != "code":
        return replace(part, text=part.text.replace("`", ""))
    return part


def _parts(text: str) -> Iterator[Part]:
    for number, part in enumerate(text.split("```")):
        if number % 2:
            yield Paragraph(_without_language(part), "code")
            continue
        for paragraph in filter(None, (p.strip() for p in part.split("\n\n"))):
            yield from _runs(paragraph.split("\n"))


def _without_language(block: str) -> str:
    """A code block without the name of its language, which may stand behind the fence."""
    first, newline, rest = block.partition("\n")
    return (rest if newline and re.fullmatch(r"[\w+-]{0,20}", first.strip()) else block).strip("\n")


def _runs(lines: list[str]) -> Iterator[Part]:
    """Lines of one paragraph; a list may begin in the midst of it."""
    held: list[str] = []
    kind = ""
    for line in lines:
        now = "numbered" if _NUMBERED.match(line) else "plain" if line.startswith("- ") else ""
        if held and (now != kind and not (kind and line.startswith("  "))):
            yield _run(kind, held)
            held = []
        if held and kind and not now:
            held[-1] += f" {line.strip()}"
            continue
        kind = now
        held.append(line)
    if held:
        yield _run(kind, held)


def _run(kind: str, lines: list[str]) -> Part:
    if not kind:
        return Paragraph("\n".join(lines))
    return Items([line.partition(" ")[2] for line in lines], numbered=kind == "numbered")


def _html(part: Part) -> str:
    if isinstance(part, Items):
        tag = "ol" if part.numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{_inline(item)}</li>' for item in part.items)}</{tag}>"
    assert isinstance(part, Paragraph)
    if part.style == "code":
        return f"<pre>{escape(part.text)}</pre>"
    return f"<p>{'<br>'.join(map(_inline, part.text.split(chr(10))))}</p>"


def _inline(text: str) -> str:
    return "".join(
        f"<code>{escape(part)}</code>" if number % 2 else escape(part) for number, part in enumerate(text.split("`"))
    )
