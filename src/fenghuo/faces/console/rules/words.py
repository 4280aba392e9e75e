"""An explanation in words; `_` is the gettext of whoever reads, so that pages and the command line say the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fenghuo.see.detection.explain import Explanation, Step, StepKind, Verdict
from fenghuo.see.detection.rule import LogSource

Gettext = Callable[[str], str]
_MOST = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One step: whether it holds, what it is in words and as written, what was wanted and seen.

    Attributes:
        wanted: (pattern, whether the event has it), those that it has first; `more` are not shown.
        seen: the event's values, "" where it is about no field.
        places: where in the event's values the wanted ones stand, in bytes; only of what holds.
        note: what else the reader should know.
    """

    held: bool
    text: str
    code: str
    wanted: tuple[tuple[str, bool], ...]
    how: str
    more: int
    seen: tuple[str, ...]
    places: tuple[str, ...]
    note: str
    parts: tuple["Line", ...]


def verdict_words(found: Explanation, _: Gettext) -> str:
    """How it ended, in one sentence."""
    if found.verdict is Verdict.MATCH:
        return _("The rule matches.")
    if found.verdict is Verdict.FILTERED:
        return _("The rule would match, but a filter excludes the event.")
    if found.verdict is Verdict.OTHER_SOURCE:
        text = _("The rule is about {wanted}; the event is {seen}.")
        return text.format(wanted=source_words(found.wanted_source, _), seen=source_words(found.seen_source, _))
    return _("The rule does not match.")


def source_words(source: LogSource, _: Gettext) -> str:
    """A log source as product/category/service, as far as it says."""
    names = [name for name in (source.product, source.category, source.service) if name]
    return "/".join(names) or _("of no known log source")


def line_of(step: Step, _: Gettext) -> Line:
    """The step and all below it, in words."""
    wanted = sorted(step.wanted, key=lambda w: not w.held)
    return Line(
        step.held,
        _text(step, _),
        step.text,
        tuple((w.text, w.held) for w in wanted[:_MOST]),
        _how(step, _),
        max(0, len(wanted) - _MOST),
        tuple(_("null") if value is None else value or _("(empty)") for value in step.seen),
        tuple(_places(step)),
        _note(step, _),
        tuple(line_of(part, _) for part in step.parts),
    )


def _text(step: Step, _: Gettext) -> str:
    words = {
        StepKind.AND: _("all of these hold"),
        StepKind.OR: _("one of these holds"),
        StepKind.NOT: _("this does not hold"),
        StepKind.COUNT: "",
        StepKind.SELECTION: "",
        StepKind.ALL_OF: _("all of these"),
        StepKind.ANY_OF: _("one of these"),
        StepKind.FIELD: "",
        StepKind.KEYWORDS: _("words anywhere in the event"),
    }
    return words[step.kind]


def _how(step: Step, _: Gettext) -> str:
    if step.negated:
        return _("wanted: none of")
    if step.every:
        return _("wanted: each of")
    return _("wanted: one of") if len(step.wanted) > 1 else _("wanted:")


def _places(step: Step) -> Iterator[str]:
    """As "[3, 8) union", with the field before it where the step itself names none."""
    if step.kind not in {StepKind.FIELD, StepKind.KEYWORDS}:
        return
    for match in step.matches:
        if match.span is not None and match.byte_span is not None and match.value is not None:
            start, end = match.byte_span
            field = f"{match.field} " if step.kind is StepKind.KEYWORDS else ""
            yield f"{field}[{start}, {end}) {match.value[slice(*match.span)]}"


def _note(step: Step, _: Gettext) -> str:
    if step.kind is not StepKind.FIELD or step.present:
        return ""
    if step.near:
        return _("The event has no such field; it has {near}, and case counts in names.").format(near=step.near)
    return _("The event has no such field.")
