"""The life of a self-check, what an answer must say, and what a list of items may hold. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CampaignState(StrEnum):
    """The life of a campaign."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class CampaignVerb(StrEnum):
    """What is done to a campaign."""

    ASK = "ask"
    CLOSE = "close"
    DROP = "drop"


class CheckState(StrEnum):
    """The life of a unit's self-check."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class CheckVerb(StrEnum):
    """What is done to a self-check of a running campaign."""

    WRITE = "write"
    HAND_IN = "hand-in"
    RETURN = "return"


CAMPAIGN_TRANSITIONS: Mapping[tuple[CampaignState, CampaignVerb], CampaignState] = {
    (CampaignState.DRAFT, CampaignVerb.ASK): CampaignState.OPEN,
    (CampaignState.DRAFT, CampaignVerb.DROP): CampaignState.DROPPED,
    (CampaignState.OPEN, CampaignVerb.ASK): CampaignState.OPEN,
    (CampaignState.OPEN, CampaignVerb.CLOSE): CampaignState.CLOSED,
}
CHECK_TRANSITIONS: Mapping[tuple[CheckState, CheckVerb], CheckState] = {
    (CheckState.WAITING, CheckVerb.WRITE): CheckState.WAITING,
    (CheckState.WAITING, CheckVerb.HAND_IN): CheckState.SUBMITTED,
    (CheckState.SUBMITTED, CheckVerb.RETURN): CheckState.RETURNED,
    (CheckState.RETURNED, CheckVerb.WRITE): CheckState.RETURNED,
    (CheckState.RETURNED, CheckVerb.HAND_IN): CheckState.SUBMITTED,
}
EDITABLE = frozenset(state for state, verb in CHECK_TRANSITIONS if verb is CheckVerb.WRITE)


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
    "why", "inspectors", "day", "nothing-seen", "defects", "taken", "line", "double", "many", "long", "long-note", "file-size",
    "file-kind" or "file-number"; `detail` names the item or line, of "long" how many characters there may be."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


DUE = "self-check"
"""The kind of a self-check's clock."""
MOST_ITEMS = 200
MOST_NOTE = 1000
_MOST_TEXT = 500


def campaign_after(state: CampaignState, verb: CampaignVerb) -> CampaignState:
    """The state after a verb.

    Raises:
        Refused: "state".
    """
    if (state, verb) not in CAMPAIGN_TRANSITIONS:
        raise Refused("state")
    return CAMPAIGN_TRANSITIONS[state, verb]


def check_after(state: CheckState, verb: CheckVerb) -> CheckState:
    """The state of a self-check after a verb.

    Raises:
        Refused: "state".
    """
    if (state, verb) not in CHECK_TRANSITIONS:
        raise Refused("state")
    return CHECK_TRANSITIONS[state, verb]


def said(text: str, most: int, missing: str) -> str:
    """The text without blanks around it; nothing is cut off in silence.

    Args:
        most: how many characters there may be. missing: the code for an empty one.

    Raises:
        Refused: `missing`, "long".
    """
    kept = text.strip()
    if not kept:
        raise Refused(missing)
    if len(kept) > most:
        raise Refused("long", str(most))
    return kept


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
            "long-note", "unanswered"; `detail` has the item's number.
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
        found[number] = {"answer": answer, "note": _note(number, note)}
    if whole:
        for number in numbers:
            if not found.get(number, {}).get("answer"):
                raise Refused("unanswered", number)
    return found


def _note(number: str, note: str) -> str:
    if len(note.strip()) > MOST_NOTE:
        raise Refused("long-note", number)
    return note.strip()


def seen_of(numbers: Sequence[str], given: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What inspectors saw, {item number: {"seen", "note"}}; what they do not name was not seen.

    Raises:
        Refused: "item", "answer", "note" (a defect says what is wrong), "long-note", "nothing-seen".
    """
    found: dict[str, dict[str, str]] = {}
    for number in numbers:
        seen, note = given.get(number, ("", ""))
        if seen not in ("", *Seen):
            raise Refused("answer", number)
        if seen == Seen.DEFECT and not note.strip():
            raise Refused("note", number)
        found[number] = {"seen": seen or Seen.NOT_SEEN.value, "note": _note(number, note)}
    if foreign := sorted(set(given) - set(numbers)):
        raise Refused("item", foreign[0])
    if all(one["seen"] == Seen.NOT_SEEN for one in found.values()):
        raise Refused("nothing-seen")
    return found


def inspectors_fit(first: str, second: str) -> bool:
    """Whether there are two inspectors, and not one twice."""
    return bool(first) and bool(second) and first != second
