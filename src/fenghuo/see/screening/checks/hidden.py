"""Whether a person would see an element: the tricks by which links are kept from people and shown to search engines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode
from tinycss2.color4 import parse_color

from fenghuo.see.screening.checks.styles import Styles

_FAR = 400.0
_FAR_MARGIN = 900.0
_TINY = 4.0
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|em|rem|pt|%|vw|vh)?")
_PIXELS = {"px": 1.0, "": 1.0, "em": 16.0, "rem": 16.0, "pt": 1.33, "vw": 13.0, "vh": 8.0}
_TRANSPARENT = re.compile(r"alpha\s*\(\s*opacity\s*=\s*[0-5]\s*\)|opacity\(\s*0?\.?0?\d?%?\s*\)")
_CLIPPED = re.compile(
    r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|inset\(\s*(?:50|100)%"
)
_SCALED = re.compile(r"scale[xy3d]*\(\s*0(?:\.0\d*)?\s*[,)]")


class Grade(Enum):
    """What a way of hiding says by itself.

    Menus, tabs and sliders hide in a USUAL way (display, visibility); nobody who builds a page hides in an ODD way; it is UNSURE where
    the ground behind white letters may come from a style sheet that was not seen.
    """

    ODD = "odd"
    USUAL = "usual"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Hiding:
    """How an element is hidden: the name of the trick, what it says, and the element that hides."""

    how: str
    grade: Grade
    by: LexborNode


class Sight:
    """What of a page a person sees.

    Args:
        hidden_ids: elements that scripts hide.
    """

    def __init__(self, tree: LexborHTMLParser, hidden_ids: frozenset[str] = frozenset()) -> None:
        self._styles = Styles(tree)
        self._ids = hidden_ids
        self._seen: dict[int, tuple[str, Grade] | None] = {}

    def hiding(self, node: LexborNode) -> Hiding | None:
        """What hides an element first, seen from it outwards; None where nothing does."""
        for each in _outwards(node):
            if each.mem_id not in self._seen:
                self._seen[each.mem_id] = self._own(each, self._styles.of(each))
            found = self._seen[each.mem_id]
            if found:
                return Hiding(*found, by=each)
        return self._inherited(node)

    def _own(self, node: LexborNode, style: Mapping[str, str]) -> tuple[str, Grade] | None:
        if node.tag == "noscript":
            return "noscript", Grade.ODD
        if node.tag == "marquee" and _tiny_marquee(node, style):
            return "marquee", Grade.ODD
        if style.get("display") == "none" or ("hidden" in node.attributes and "display" not in style):
            return "display:none", Grade.USUAL
        if (node.attributes.get("id") or "") in self._ids:
            return "script:display=none", Grade.USUAL
        if _see_through(style):
            return "opacity:0", Grade.USUAL
        if _away(style):
            return "offset", Grade.ODD
        if _no_size(node, style):
            return "size", Grade.ODD
        return None

    def _inherited(self, node: LexborNode) -> Hiding | None:
        """What children inherit and may change: visibility, size of letters, colour."""
        open_questions = {"visibility", "font-size", "color"}
        for each in _outwards(node):
            style = self._styles.of(each)
            if "visibility" in style and "visibility" in open_questions:
                if style["visibility"] in {"hidden", "collapse"}:
                    return Hiding("visibility:hidden", Grade.USUAL, each)
                open_questions.discard("visibility")
            size = _letter_size(style)
            if size is not None and "font-size" in open_questions:
                if size <= 2:
                    return Hiding("font-size", Grade.ODD, each)
                open_questions.discard("font-size")
            colour = style.get("color") or (each.attributes.get("color") or "" if each.tag == "font" else "")
            if colour and "color" in open_questions:
                open_questions.discard("color")
                grade = self._on_own_ground(each, colour)
                if grade:
                    return Hiding("colour", grade, each)
        return None

    def _on_own_ground(self, node: LexborNode, colour: str) -> Grade | None:
        """Whether letters of this colour stand on the same colour; a picture is another, and pages are white where nothing is stated."""
        letters = _rgb(colour)
        if letters is None:
            return None
        for each in _outwards(node):
            style = self._styles.of(each)
            stated = style.get("background-color") or style.get("background") or each.attributes.get("bgcolor") or ""
            if "url(" in stated + style.get("background-image", "") or "gradient" in stated:
                return None
            ground = next(filter(None, (_rgb(word) for word in re.findall(r"[\w#]+(?:\([^)]*\))?", stated))), None)
            if ground is not None:
                grade = Grade.UNSURE if each.tag == "body" else Grade.ODD
                return grade if _near(letters, ground) else None
        return Grade.UNSURE if _near(letters, (1.0, 1.0, 1.0)) else None


def _outwards(node: LexborNode) -> Iterator[LexborNode]:
    at: LexborNode | None = node
    while at is not None and at.tag not in {None, "html", "-undef", "-document"}:
        yield at
        at = at.parent


def pixels(value: str | None) -> float | None:
    """A length in pixels, roughly; None for percentages, "auto" and the like."""
    match = _NUMBER.fullmatch((value or "").strip().removesuffix("!important").strip())
    if match is None or match.group(2) == "%":
        return None
    return float(match.group(1)) * _PIXELS[match.group(2) or ""]


def _see_through(style: Mapping[str, str]) -> bool:
    opacity = pixels(style.get("opacity"))
    return (opacity is not None and opacity <= 0.05) or bool(_TRANSPARENT.search(style.get("filter", "")))


def _away(style: Mapping[str, str]) -> bool:
    """Whether the element stands far outside the window. Text moved out of a box with a picture shows the picture."""
    indent = pixels(style.get("text-indent"))
    pictured = "url(" in style.get("background", "") + style.get("background-image", "")
    if indent is not None and indent <= -_FAR and not pictured and not (style.get("width") and style.get("height")):
        return True
    margins = [style.get("margin-left"), style.get("margin-top"), *style.get("margin", "").split()]
    centred = "%" in style.get("left", "") + style.get("top", "")  # a wide box: left 50 %, back by half its width
    if not centred and any((pixels(value) or 0) <= -_FAR_MARGIN for value in margins):
        return True
    moved = [pixels(n + (u or "")) or 0 for n, u in _NUMBER.findall(style.get("transform", "")) if u]
    if "translate" in style.get("transform", "") and any(abs(n) >= _FAR for n in moved):
        return True
    if style.get("position") not in {"absolute", "fixed", "relative"}:
        return False
    far = [pixels(style.get(side)) or 0 for side in ("left", "top", "right", "bottom")]
    return any(n <= -_FAR or n >= 10 * _FAR for n in far) or bool(_CLIPPED.search(style.get("clip", "")))


def _no_size(node: LexborNode, style: Mapping[str, str]) -> bool:
    if _SCALED.search(style.get("transform", "")) or _CLIPPED.search(style.get("clip-path", "")):
        return True
    cut = any(
        "hidden" in style.get(name, "") or "clip" in style.get(name, "")
        for name in ("overflow", "overflow-x", "overflow-y")
    )
    sizes = [pixels(style.get(name)) for name in ("width", "height", "max-width", "max-height")]
    if node.tag in {"iframe", "frame", "embed", "object"}:
        sizes += [pixels(node.attributes.get("width")), pixels(node.attributes.get("height"))]
        cut = True
    return cut and any(size is not None and 0 <= size <= _TINY for size in sizes)


def _tiny_marquee(node: LexborNode, style: Mapping[str, str]) -> bool:
    sizes = [pixels(style.get(name) or node.attributes.get(name)) for name in ("width", "height")]
    speed = pixels(node.attributes.get("scrollamount"))
    return any(size is not None and size <= _TINY for size in sizes) or (speed is not None and speed >= 900)


def _letter_size(style: Mapping[str, str]) -> float | None:
    if "font-size" in style:
        return pixels(style["font-size"])
    sizes = [pixels(word.partition("/")[0]) for word in style.get("font", "").split()]
    return next((size for size in sizes if size is not None and size < 200), None)


def _near(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return all(abs(a - b) <= 0.03 for a, b in zip(one, other, strict=True))


def _rgb(colour: str) -> tuple[float, float, float] | None:
    parsed = parse_color(colour)
    if parsed is None or isinstance(parsed, str):
        return None
    if parsed.alpha == 0:
        return None
    red, green, blue = parsed.to("srgb").coordinates
    return (red or 0.0, green or 0.0, blue or 0.0)
