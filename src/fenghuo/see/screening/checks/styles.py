"""The declarations that stand for an element, from its style attribute and the page's style elements; a small part of the cascade.

Style sheets of other files are not seen. Rules of other media than screens, of states (":hover") and of conditions are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

WANTED = frozenset(
    {
        "display",
        "visibility",
        "opacity",
        "position",
        "left",
        "top",
        "right",
        "bottom",
        "text-indent",
        "margin",
        "margin-left",
        "margin-top",
        "width",
        "height",
        "max-width",
        "max-height",
        "overflow",
        "overflow-x",
        "overflow-y",
        "font-size",
        "font",
        "color",
        "background",
        "background-color",
        "background-image",
        "clip",
        "clip-path",
        "transform",
        "line-height",
        "filter",
    }
)
"""Properties that may hide."""
_MOST_RULES = 2000
_STATES = re.compile(r":(?!not|first-child|last-child|nth-child|root)")
_Weight = tuple[bool, int, int]


class Styles:
    """Declarations of a page's elements."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._found: dict[int, dict[str, tuple[_Weight, str]]] = {}
        self._made: dict[int, Mapping[str, str]] = {}
        rules = (rule for node in tree.css("style") if _for_screens(node) for rule in _rules(node.text()))
        for order, (selector, declarations) in enumerate(rules):
            if order >= _MOST_RULES:
                break
            for node in _selected(tree, selector):
                self._take(node.mem_id, declarations, _specificity(selector), order)

    def _take(self, key: int, declarations: Iterable[tuple[str, str, bool]], specificity: int, order: int) -> None:
        kept = self._found.setdefault(key, {})
        for name, value, important in declarations:
            weight = (important, specificity, order)
            if name not in kept or kept[name][0] <= weight:
                kept[name] = (weight, value)

    def of(self, node: LexborNode) -> Mapping[str, str]:
        """Property → value, lower case, that stands for this element itself; nothing is inherited here."""
        if node.mem_id not in self._made:
            self._made[node.mem_id] = self._make(node)
        return self._made[node.mem_id]

    def _make(self, node: LexborNode) -> Mapping[str, str]:
        kept = dict(self._found.get(node.mem_id, {}))
        style = node.attributes.get("style")
        if style:
            for name, value, important in _declarations(tinycss2.parse_blocks_contents(style[:10_000])):
                if name not in kept or not kept[name][0][0] or important:
                    kept[name] = ((important, 1_000_000, 0), value)
        return {name: value for name, (_, value) in kept.items()}


def _for_screens(node: LexborNode) -> bool:
    media = (node.attributes.get("media") or "all").lower()
    return media in {"all", "screen"} or media.startswith("screen,")


def _rules(css: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    for rule in tinycss2.parse_stylesheet(css[:300_000], skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        declarations = _declarations(tinycss2.parse_blocks_contents(rule.content))
        if not declarations:
            continue
        for selector in tinycss2.serialize(rule.prelude).split(","):
            if selector.strip() and not _STATES.search(selector):
                yield selector.strip(), declarations


def _declarations(parsed: Iterable[Any]) -> list[tuple[str, str, bool]]:
    return [
        (node.lower_name, tinycss2.serialize(node.value).strip().lower(), node.important)
        for node in parsed
        if node.type == "declaration" and node.lower_name in WANTED
    ]


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:
        return []


def _specificity(selector: str) -> int:
    names = len(re.findall(r"(?:^|[\s>+~])[a-z]", selector, re.IGNORECASE))
    return 10_000 * selector.count("#") + 100 * (selector.count(".") + selector.count("[")) + names
