"""The facts of a case, as a person enters them. What is not known is None."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from fenghuo.respond.incidents.grading.scales import Value


@dataclass(frozen=True, slots=True)
class TamperMinutes:
    """How long the home page and other pages showed what an attacker put there."""

    home: float | None = None
    other: float | None = None


@dataclass(frozen=True, slots=True)
class PopulationShare:
    """Which share (0 to 1) of the people of a province and of a prefecture is affected."""

    province: float | None = None
    prefecture: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One incident as far as it is known.

    Attributes:
        id: the case's own number. discovered_at: 发现或获知, aware; the legal clocks start here.
        county_knew_at: when the county office learned of it; discovery where not stated. ended_at: end of handling.
        operator: "cii", "state_organ" or "other". portal_level, data_class, importance, loss_grade, social_harm: values of `words.toml`.
        outage_minutes: of the whole system or portal. main_function_minutes: of the main function of critical infrastructure.
        assumed: facts that were read in a way that a person should look at.
    """

    id: str
    discovered_at: datetime | None = None
    operator: str | None = None
    portal_level: str | None = None
    outage_minutes: float | None = None
    main_function_minutes: float | None = None
    people_affected: float | None = None
    population_share: PopulationShare = PopulationShare()
    personal_records: float | None = None
    data_class: str | None = None
    tamper_minutes: TamperMinutes = TamperMinutes()
    forwards: float | None = None
    views: float | None = None
    loss_yuan: float | None = None
    crime_suspected: bool | None = None
    importance: str | None = None
    loss_grade: str | None = None
    social_harm: str | None = None
    county_knew_at: datetime | None = None
    ended_at: datetime | None = None
    assumed: tuple[str, ...] = ()

    def known(self) -> Mapping[str, Value]:
        """Fact → value for what is known; parts are named "tamper_minutes.home"."""
        found: dict[str, Value] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, TamperMinutes | PopulationShare):
                parts = {f"{field.name}.{part.name}": getattr(value, part.name) for part in fields(value)}
                found |= {name: part for name, part in parts.items() if part is not None}
            elif isinstance(value, str | int | float) and field.name != "id":
                found[field.name] = value
        return found
