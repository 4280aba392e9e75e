"""Questions out of lines, answers checked, results out of sums. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

SCALE = range(1, 6)
SATISFIED = 4
"""From this point of the scale on somebody counts as satisfied."""
HIDDEN_BELOW, SMALL_BELOW = 5, 30
"""With fewer answers nothing is shown, or the result is marked as that of a small sample; (P)."""
MOST_QUESTIONS, MOST_CHOICES, MOST_TOKENS = 30, 12, 5000
LONGEST_COMMENT = 500
_KINDS = {"scale": "scale", "评分": "scale", "choice": "choice", "选择": "choice", "text": "text", "填空": "text"}
_LINE = re.compile(r"\s*(\S+?)\s*[:：]\s*(.+?)\s*")


class Refused(Exception):
    """Something can not be done. `code` names why; `detail` belongs to it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is to be: "scale", "choice" or "text"."""

    kind: str
    text: str
    choices: tuple[str, ...] = ()


def questions_of(text: str) -> list[Asked]:
    """Questions, one a line: "评分：…", "选择：… | a | b", "填空：…" (or scale, choice, text).

    Raises:
        Refused: "line" (detail: its number), "none", "many", "scale" (no question with a scale, so that nothing could be summed).
    """
    found: list[Asked] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        matched = _LINE.fullmatch(line)
        kind = _KINDS.get(matched[1].lower(), "") if matched else ""
        words = [part.strip() for part in matched[2].split("|")] if matched else []
        choices = tuple(words[1:])
        fits = (
            (2 <= len(choices) <= MOST_CHOICES and len(set(choices)) == len(choices))
            if kind == "choice"
            else not choices
        )
        if not kind or not fits or not all(words) or max(map(len, words)) > 300:
            raise Refused("line", str(number))
        found.append(Asked(kind, words[0], choices))
    if not found:
        raise Refused("none")
    if len(found) > MOST_QUESTIONS:
        raise Refused("many", str(MOST_QUESTIONS))
    if all(one.kind != "scale" for one in found):
        raise Refused("scale")
    return found


def checked(kinds: Mapping[int, tuple[str, int]], given: Mapping[int, str]) -> tuple[dict[int, int], dict[int, str]]:
    """An answer: number → option, and number → comment.

    Args:
        kinds: number → (kind, how many choices).

    Raises:
        Refused: "unanswered" or "option", with the number of the question.
    """
    options: dict[int, int] = {}
    comments: dict[int, str] = {}
    for number, (kind, many) in kinds.items():
        text = given.get(number, "").strip()
        if kind == "text":
            if text:
                comments[number] = " ".join(text.split())[:LONGEST_COMMENT]
            continue
        if not text:
            raise Refused("unanswered", str(number))
        allowed = SCALE if kind == "scale" else range(many)
        if not text.isdecimal() or int(text) not in allowed:
            raise Refused("option", str(number))
        options[number] = int(text)
    return options, comments


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """Of one question: answers, mean to two places, and how many percent are satisfied, to two places."""

    answers: int
    mean: Decimal
    satisfied: Decimal


def scale_result(counts: Mapping[int, int]) -> ScaleResult | None:
    """The result of a scale, None without an answer."""
    answers = sum(counts.values())
    if not answers:
        return None
    mean = Decimal(sum(point * count for point, count in counts.items())) / answers
    happy = sum(count for point, count in counts.items() if point >= SATISFIED)
    places = Decimal("0.01")
    return ScaleResult(answers, mean.quantize(places), (Decimal(100) * happy / answers).quantize(places))


def satisfied_share(all_counts: Sequence[Mapping[int, int]]) -> tuple[int, int]:
    """(answers of 4 and 5, all answers) over every question with a scale: the definition of the satisfaction of a survey."""
    happy = sum(count for counts in all_counts for point, count in counts.items() if point >= SATISFIED)
    return happy, sum(count for counts in all_counts for count in counts.values())
