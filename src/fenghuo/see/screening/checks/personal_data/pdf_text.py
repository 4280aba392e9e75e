"""Text of a PDF as far as it is simple: strings of its content streams, put together by where they stand; no pictures of text."""

import re
from collections.abc import Iterator, Mapping

from fenghuo.see.screening.checks.personal_data.pdf_objects import Font, read_pdf

_TOKENS = re.compile(
    rb"\((?:\\.|[^()\\])*\)|<[0-9A-Fa-f\s]*>|<<|>>|\[|\]|/[^\s/<>\[\]()%]+|-?(?:\d+\.?\d*|\.\d+)|T[jJdDmf*L]|BT|'|\"|[A-Za-z*]+",
    re.DOTALL,
)
_ESCAPES = re.compile(rb"\\([0-7]{1,3}|\r?\n|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_MOST_TEXT = 4_000_000


def pdf_text(body: bytes) -> str:
    """The text in the order of the streams, strings on one line kept together.

    Raises:
        Untested: it is too large when unpacked.
    """
    pdf = read_pdf(body)
    parts: list[str] = []
    for content in pdf.contents:
        parts.extend(_Writer(pdf.fonts).text(content))
        parts.append("\n")
    return "".join(parts)[:_MOST_TEXT]


class _Writer:
    """Follows a content stream: which font, which size, where the next string begins, and where the last one ended."""

    def __init__(self, fonts: Mapping[bytes, Font]) -> None:
        self.fonts = fonts
        self.font: Font | None = None
        self.size = self.scale = 1.0
        self.line = (0.0, 0.0)
        self.end: tuple[float, float] | None = None

    def text(self, content: bytes) -> Iterator[str]:
        """The pieces of the text, with what parts them."""
        operands: list[bytes] = []
        for match in _TOKENS.finditer(content):
            token = match.group()
            if token[:1] in b"(</[]>-.0123456789":
                operands.append(token)
                continue
            if token in {b"Tj", b"TJ", b"'", b'"'}:
                if token in {b"'", b'"'}:
                    self._down()
                yield from self._shown(operands)
            else:
                self._moved(token, operands)
            operands.clear()

    def _shown(self, operands: list[bytes]) -> Iterator[str]:
        written = ""
        for operand in operands:
            if operand[:1] in b"(<" and operand not in {b"<<", b">>"}:
                written += self._decoded(_codes(operand))
            elif operand[:1] not in b"[]/><" and _number(operand) < -400:
                written += " "
        yield self._apart() + written
        x, y = self.line
        self.end = (x + sum(1.0 if ord(c) > 0x2E7F else 0.5 for c in written) * self.size * self.scale, y)

    def _apart(self) -> str:
        """What stands between the last string and the next: nothing where they touch, a space on a line, else a new line."""
        if self.end is None:
            return ""
        em = abs(self.size * self.scale) or 1.0
        right, down = self.line[0] - self.end[0], abs(self.line[1] - self.end[1])
        if down > em * 0.5:
            return "\n"
        return " " if right > em * 0.25 or right < -em * 4 else ""

    def _moved(self, token: bytes, operands: list[bytes]) -> None:
        numbers = [_number(o) for o in operands if o[:1] in b"-.0123456789"]
        if token == b"Tf" and numbers:
            names = [o[1:] for o in operands if o.startswith(b"/")]
            self.font, self.size = self.fonts.get(names[-1] if names else b""), numbers[-1]
        elif token == b"BT":
            self.line, self.scale = (0.0, 0.0), 1.0
        elif token == b"Tm" and len(numbers) >= 6:
            self.scale, self.line = abs(numbers[-6]) or abs(numbers[-5]) or 1.0, (numbers[-2], numbers[-1])
        elif token in {b"Td", b"TD"} and len(numbers) >= 2:
            x, y = self.line
            self.line = (x + numbers[-2] * self.scale, y + numbers[-1] * self.scale)
        elif token == b"T*":
            self._down()

    def _down(self) -> None:
        self.line = (self.line[0], self.line[1] - 1.2 * self.size * self.scale)

    def _decoded(self, codes: bytes) -> str:
        return self.font.text(codes) if self.font is not None else codes.decode("latin-1")


def _number(token: bytes) -> float:
    try:
        return float(token)
    except ValueError:
        return 0.0


def _codes(token: bytes) -> bytes:
    if token.startswith(b"<"):
        digits = re.sub(rb"\s", b"", token[1:-1]).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _ESCAPES.sub(_unescaped, token[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match.group(1)
    if what[:1] in b"01234567":
        return bytes([int(what, 8) & 0xFF])
    return b"" if what in {b"\n", b"\r\n"} else _NAMED.get(what, what)
