"""Forms that ask for passwords, ID numbers or telephone numbers over http://."""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources

from selectolax.lexbor import LexborNode

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, NotApplicable, NotMeant, Outcome, Severity
from fenghuo.see.screening.checks.document import Document, document
from fenghuo.see.screening.checks.visited import bare, bare_path, shown, visited
from fenghuo.see.screening.facts import CheckClass, Facts, Page
from fenghuo.see.screening.facts.needs import HOME, PAGES, PLAIN

_FIELDS = tomllib.loads((resources.files(__package__) / "fields.toml").read_text(encoding="utf-8"))
_KINDS = ("id-number", "phone")
_TYPED = {"", "text", "tel", "number"}
_LABEL = 24
"""Characters: longer text beside a field is no label."""


def _kind(field: LexborNode, page: Document) -> str:
    """What a field asks for: "password", "id-number", "phone", or ""."""
    attributes = field.attributes
    sort = (attributes.get("type") or "").strip().lower()
    if sort == "password":
        return "password"
    if sort not in _TYPED:
        return ""
    names = {re.sub(r"[^0-9a-z]", "", (attributes.get(key) or "").lower()) for key in ("name", "id")}
    words = _words(field, page)
    for kind in _KINDS:
        if names & set(_FIELDS[kind]["names"]) or any(word in words for word in _FIELDS[kind]["words"]):
            return kind
    return "phone" if sort == "tel" else ""


def _words(field: LexborNode, page: Document) -> str:
    """What stands in and beside a field: placeholder, title, label, the cell before it."""
    said = [field.attributes.get(key) or "" for key in ("placeholder", "title", "aria-label")]
    name = field.attributes.get("id")
    if name:
        said += [label.text() for label in page.tree.css("label[for]") if label.attributes.get("for") == name]
    above = field.parent
    for place in (field.prev, above, above.prev if above is not None else None, _element_before(above)):
        text = (place.text() or "").strip() if place is not None and place.tag not in {"body", "form"} else ""
        said.append(text if len(text) <= _LABEL else "")
    return " ".join("".join(part.split()) for part in said)


def _element_before(node: LexborNode | None) -> LexborNode | None:
    before = node.prev if node is not None else None
    while before is not None and before.tag == "-text":
        before = before.prev
    return before


def _form_of(field: LexborNode) -> LexborNode | None:
    node = field.parent
    while node is not None and node.tag != "form":
        node = node.parent
    return node


def _actions(form: LexborNode | None, page: Document, url: str) -> list[str]:
    """Where a form may be sent to; a form without an action, and fields that a script sends, go to the page itself."""
    if form is None:
        return [url]
    own = (form.attributes.get("action") or "").strip()
    others = [(b.attributes.get("formaction") or "").strip() for b in form.css("[formaction]")]
    return [page.absolute(place) if place else url for place in [own, *filter(None, others)]]


def _asking(page: Page) -> Iterator[tuple[list[str], str]]:
    """(kinds of fields, where they are sent) of every form on a page that asks for something of these kinds."""
    said = document(page)
    kinds: dict[str, set[str]] = {}
    for field in said.tree.css("input"):
        kind = _kind(field, said)
        if kind:
            for action in _actions(_form_of(field), said, page.url):
                kinds.setdefault(action, set()).add(kind)
    for action, asked in kinds.items():
        yield sorted(asked), action


def _judge(facts: Facts) -> Judgement:
    visit = visited(facts, PLAIN)
    found, forms = [], 0
    for page in [p for p in visit.pages if p.is_html and 200 <= p.status < 300]:
        for asked, action in _asking(page):
            forms += 1
            evidence = f"{shown(page.url)}: {', '.join(asked)} → {shown(action)}"
            if not page.secure:
                found.append(Finding("page-over-http", bare_path(page.url), evidence))
            elif action.lower().startswith("http://"):
                found.append(Finding("posts-to-http", f"{bare_path(page.url)} → {bare(action)}", evidence))
    if not found:
        visit.or_untested()
    return found if forms else NotApplicable(NotMeant.NO_FORM)


CHECK = Check(
    id="insecure-form",
    number=23,
    version=1,
    check_class=CheckClass.VISIT,
    needs=(HOME, PLAIN, PAGES),
    outcomes=(Outcome("page-over-http", Severity.HIGH, 7), Outcome("posts-to-http", Severity.HIGH, 7)),
    rules=("gb22239", "pipl-51", "csl-21"),
    judge=_judge,
)
