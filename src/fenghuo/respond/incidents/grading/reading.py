"""A case from a JSON object. What can't be read is named by field, with a code that the command line puts into a sentence."""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from typing import Any

from fenghuo.respond.incidents.grading.facts import Case, PopulationShare, TamperMinutes
from fenghuo.respond.incidents.grading.scales import words

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|[+-]\d{2}:?\d{2})?\Z", re.IGNORECASE)
_NAMES = tuple(field.name for field in fields(Case) if field.name != "assumed")
_MOMENTS = ("discovered_at", "county_knew_at", "ended_at")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field.

    Attributes:
        code: "needed", "moment", "order", "word", "number", "negative", "large", "share", "truth", "parts", "unknown".
        accepted: what could stand there instead.
    """

    field: str
    code: str
    value: str = ""
    accepted: tuple[str, ...] = ()


class BadCase(Exception):
    """The object is no case; `problems` names every field that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.code}" for p in problems))
        self.problems = list(problems)


def read_case(stated: Mapping[str, Any], zone: tzinfo) -> Case:
    """The case that an object states; null and absent are the same. A moment without a zone is one of `zone`.

    Raises:
        BadCase: every field that can't be what it is. A field that is nearly called like one of ours is a slip; others are left alone.
    """
    reader = _Reader({name: value for name, value in stated.items() if value is not None}, zone)
    values = {name: reader.read(name) for name in _NAMES}
    for name in set(reader.stated) - set(_NAMES):
        near = difflib.get_close_matches(name.lower(), _NAMES, n=1, cutoff=0.8)
        if near:
            reader.problems.append(Problem(name[:60], "unknown", accepted=(near[0],)))
    begun, ended = values["discovered_at"], values["ended_at"]
    if begun is not None and ended is not None and ended < begun:
        reader.problems.append(Problem("ended_at", "order", str(ended)))
    if reader.problems:
        raise BadCase(reader.problems)
    return Case(**values, assumed=tuple(reader.assumed))


def left_alone(stated: Mapping[str, Any]) -> list[str]:
    """The fields of an object that are none of ours."""
    return [name for name in stated if name not in _NAMES]


class _Reader:
    """Reads field by field and gathers what is wrong."""

    def __init__(self, stated: Mapping[str, Any], zone: tzinfo) -> None:
        self.stated, self.zone = stated, zone
        self.problems: list[Problem] = []
        self.assumed: list[str] = []

    def read(self, name: str) -> Any:
        """The value of a field: None, or for fields of parts an empty one, where it is not stated or wrong."""
        special: dict[str, Callable[[Any], Any]] = {
            "id": self._id,
            "crime_suspected": self._truth,
            "tamper_minutes": self._tampering,
            "population_share": self._share,
        }
        empty: dict[str, Any] = {"tamper_minutes": TamperMinutes(), "population_share": PopulationShare()}
        if name == "id" and name not in self.stated:
            return self._wrong("id", "needed", None)
        if name not in self.stated:
            return empty.get(name)
        value = self.stated[name]
        if name in special:
            return special[name](value)
        if name in _MOMENTS:
            return self._moment(name, value)
        return self._word(name, value) if words()[name].values else self._number(name, value)

    def _wrong(self, field: str, code: str, value: object, accepted: Sequence[str] = ()) -> Any:
        """Note what is wrong; None, as the value that the field has then."""
        shown = "" if value is None else repr(value)[:60]
        self.problems.append(Problem(field, code, shown, tuple(accepted)))
        return None

    def _id(self, value: Any) -> Any:
        text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        return text[:_LONGEST] if text else self._wrong("id", "needed", value)

    def _truth(self, value: Any) -> Any:
        return value if isinstance(value, bool) else self._wrong("crime_suspected", "truth", value)

    def _moment(self, name: str, value: Any) -> Any:
        if not isinstance(value, str) or not _MOMENT.match(value.strip()):
            return self._wrong(name, "moment", value)
        try:
            moment = datetime.fromisoformat(value.strip().upper().replace(" +", "+").replace(" Z", "Z"))
        except ValueError:
            return self._wrong(name, "moment", value)
        if not 2000 <= moment.year <= 2200:
            return self._wrong(name, "moment", value)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _word(self, name: str, value: Any) -> Any:
        meant = words()[name].value_of(value) if isinstance(value, str) else None
        return meant or self._wrong(name, "word", value, tuple(words()[name].values))

    def _number(self, name: str, value: Any) -> Any:
        no_number = isinstance(value, bool) or not isinstance(value, int | float)
        if no_number or (isinstance(value, float) and math.isnan(value)):
            return self._wrong(name, "number", value)
        if value < 0:
            return self._wrong(name, "negative", value)
        most = words()[name].most
        if value > most:
            return self._wrong(name, "share" if most == 1 else "large", value)
        return value

    def _parts(self, name: str, value: Mapping[str, Any], parts: Sequence[str]) -> dict[str, float | None]:
        for part in set(value) - set(parts):
            self._wrong(f"{name}.{part[:60]}", "parts", None, parts)
        stated = {part: value[part] for part in parts if value.get(part) is not None}
        return {part: self._number(f"{name}.{part}", number) for part, number in stated.items()}

    def _tampering(self, value: Any) -> TamperMinutes:
        if isinstance(value, Mapping):
            return TamperMinutes(**self._parts("tamper_minutes", value, ("home", "other")))
        self._wrong("tamper_minutes", "parts", value, ("home", "other"))
        return TamperMinutes()

    def _share(self, value: Any) -> PopulationShare:
        if isinstance(value, Mapping):
            return PopulationShare(**self._parts("population_share", value, ("province", "prefecture")))
        # a bare number does not say of which area; each rule then takes it as the share of its own, and the reader is told so
        self.assumed.append("population_share")
        share = self._number("population_share.province", value)
        return PopulationShare(share, share)
