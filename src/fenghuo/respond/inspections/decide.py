"""The life of a self-check, what an answer must say, and what a list of items may hold. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CampaignState(StrEnum):
    """The life of a campaign."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CheckState(StrEnum):
    """The life of a unit's self-check."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    RETURNED = "returned"


EDITABLE = frozenset({CheckState.WAITING, CheckState.RETURNED})


class Answer(StrEnum):
    """What a unit says of an item."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not-applicable"


class Seen(StrEnum):
    """What inspectors say of an item."""

    CONFORMS = "conforms"
    DEFECT = "defect"
    NOT_SEEN = "not-seen"


class Refused(Exception):
    """It is not possible. `code`: "title", "basis", "list", "days", "units", "state", "item", "answer", "note", "unanswered",
    "why", "inspectors", "day", "nothing-seen", "defects", "taken", "line", "double", "many", "file-size", "file-kind" or "file-number";
    `detail` names the item or line."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


MOST_ITEMS = 200
_MOST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; `zh` and `en` are the requirement, `basis` where it comes from."""

    number: str
    zh: str
    en: str
    basis: str = ""


def items_of(lines: str) -> list[Item]:
    """Items from lines "number | requirement | basis".

    Raises:
        Refused: "list" (none), "many", "line" (two parts are missing or too long), "double" (a number stands twice).
    """
    found: list[Item] = []
    for place, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        if not 2 <= len(parts) <= 3 or not parts[0] or not parts[1] or len(parts[0]) > 10 or len(line) > _MOST_TEXT:
            raise Refused("line", str(place))
        found.append(Item(parts[0], parts[1], parts[1], parts[2] if len(parts) == 3 else ""))
    return checked_items(found)


def checked_items(items: Sequence[Item]) -> list[Item]:
    """The items, where each has its own number.

    Raises:
        Refused: "list", "many", "double".
    """
    if not items:
        raise Refused("list")
    if len(items) > MOST_ITEMS:
        raise Refused("many", str(MOST_ITEMS))
    seen: set[str] = set()
    for item in items:
        if item.number in seen:
            raise Refused("double", item.number)
        seen.add(item.number)
    return list(items)


def answers_of(
    numbers: Sequence[str], given: Mapping[str, tuple[str, str]], *, whole: bool
) -> dict[str, dict[str, str]]:
    """What a unit says, {item number: {"answer", "note"}}; blank answers are left out.

    Args:
        given: item number → (answer, note). whole: it is to be handed in, so that nothing may be missing.

    Raises:
        Refused: "item" (no such item), "answer" (none of `Answer`), "note" (an item that is not met, or does not apply, says why),
            "unanswered"; `detail` has the item's number.
    """
    found: dict[str, dict[str, str]] = {}
    for number, (answer, note) in given.items():
        if number not in numbers:
            raise Refused("item", number)
        if not answer and not note.strip():
            continue
        if answer not in ("", *Answer):
            raise Refused("answer", number)
        if whole and answer != Answer.YES and not note.strip():
            raise Refused("note", number)
        found[number] = {"answer": answer, "note": note.strip()[:1000]}
    if whole:
        for number in numbers:
            if not found.get(number, {}).get("answer"):
                raise Refused("unanswered", number)
    return found


def seen_of(numbers: Sequence[str], given: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What inspectors saw, {item number: {"seen", "note"}}; what they do not name was not seen.

    Raises:
        Refused: "item", "answer", "note" (a defect says what is wrong), "nothing-seen".
    """
    found: dict[str, dict[str, str]] = {}
    for number in numbers:
        seen, note = given.get(number, ("", ""))
        if seen not in ("", *Seen):
            raise Refused("answer", number)
        if seen == Seen.DEFECT and not note.strip():
            raise Refused("note", number)
        found[number] = {"seen": seen or Seen.NOT_SEEN.value, "note": note.strip()[:1000]}
    if foreign := sorted(set(given) - set(numbers)):
        raise Refused("item", foreign[0])
    if all(one["seen"] == Seen.NOT_SEEN for one in found.values()):
        raise Refused("nothing-seen")
    return found


def inspectors_fit(first: str, second: str) -> bool:
    """Whether there are two inspectors, and not one twice."""
    return bool(first) and bool(second) and first != second
