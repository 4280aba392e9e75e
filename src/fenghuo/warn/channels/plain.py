"""Text that holds values from logs, made fit for screens of others. Pure.

Chats get plain text only: what is no markup can't become a link, a picture that is fetched, or a call to everybody.
"""

import re
import unicodedata

_ORDINARY = re.compile(r"[\n\x20-\x7e\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]*")
"""What most texts consist of, all of it harmless."""
_NEITHER_SEEN_NOR_HARMLESS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Control, format (turns of direction, zero width), surrogates, private use, unassigned, other line ends."""


def plain(text: str) -> str:
    """The text without characters that one does not see and that change how the rest is read."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if _ORDINARY.fullmatch(text):
        return text
    return "".join(c if c == "\n" or unicodedata.category(c) not in _NEITHER_SEEN_NOR_HARMLESS else " " for c in text)


def one_line(text: str) -> str:
    """The same in one line, with single spaces."""
    return " ".join(plain(text).split())


def cut_bytes(text: str, most: int, end: str = "…") -> str:
    """At most so many bytes in UTF-8, cut between characters; what was cut is told by `end`."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    return raw[: max(0, most - len(end.encode()))].decode(errors="ignore") + end


def cut(text: str, most: int, end: str = "…") -> str:
    """At most so many characters."""
    return text if len(text) <= most else text[: max(0, most - len(end))] + end


def shortened(text: str, most: int) -> str:
    """At most so many characters. The last paragraph stays whole where it takes up to half of them: a link stands there."""
    head, gap, last = text.rpartition("\n\n")
    if len(text) <= most or not gap or len(last) > most // 2:
        return cut(text, most)
    return cut(head, most - len(last) - len(gap)) + gap + last
