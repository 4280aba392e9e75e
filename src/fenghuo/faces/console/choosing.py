"""Many out of a list: tick boxes in groups that fold, with a tick for all of them and for all of a group.

All of it works without script. With script there is a filter above the list, a count of what is chosen, and the ticks for many show
how it stands and take effect at once, on what the filter leaves.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Unit, UnitKind

FOLDED_FROM = 25
"""With so many choices and more, groups are folded where nothing in them is chosen."""
FILTERED_FROM = 9
"""From so many choices on a filter helps."""

if TYPE_CHECKING:
    _UnitField = forms.ModelMultipleChoiceField[Unit]
    _UnitChoices = ModelChoiceIterator[Unit]
else:
    _UnitField = forms.ModelMultipleChoiceField
    _UnitChoices = ModelChoiceIterator


@dataclass(frozen=True)
class Group:
    """A heading over choices; `key` names it in what a page sends."""

    key: str
    label: str | Promise

    def __str__(self) -> str:
        return str(self.label)


UNIT_GROUPS: Mapping[str, str | Promise] = {
    UnitKind.DEPARTMENT: pgettext_lazy("kinds of units", "Departments"),
    UnitKind.TOWNSHIP: pgettext_lazy("kinds of units", "Townships"),
    UnitKind.SCHOOL: pgettext_lazy("kinds of units", "Schools"),
    UnitKind.HOSPITAL: pgettext_lazy("kinds of units", "Hospitals"),
    UnitKind.ENTERPRISE: pgettext_lazy("kinds of units", "Enterprises"),
    UnitKind.INSTITUTION: pgettext_lazy("kinds of units", "Public institutions"),
}
"""What stands over the units of each kind, in this order."""

Choice = tuple[Any, str]


def grouped(
    headings: Mapping[str, str | Promise], rows: Iterable[tuple[str, Choice]]
) -> list[tuple[Group, list[Choice]]]:
    """The choices under their headings, in the order of the headings; a heading without any is left out.

    `rows` are pairs of the key of a heading and the choice.
    """
    under: dict[str, list[Choice]] = {key: [] for key in headings}
    for key, choice in rows:
        under[key].append(choice)
    return [(Group(str(key), headings[key]), choices) for key, choices in under.items() if choices]


class Ticks(forms.CheckboxSelectMultiple):
    """Tick boxes for many out of up to some hundred choices, grouped or not."""

    template_name = "parts/ticks.html"
    option_template_name = "parts/tick.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Groups with what is in them, and how many there are in all."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        groups = [(head, options, any(o["selected"] for o in options)) for head, options, _place in widget["optgroups"]]
        if not any(isinstance(head, Group) for head, _options, _chosen in groups):
            groups = [(None, [o for _head, options, _chosen in groups for o in options], True)] if groups else []
        total = sum(len(options) for _head, options, _chosen in groups)
        few = total < FOLDED_FROM or len(groups) == 1
        widget["groups"] = [(head, options, few or chosen) for head, options, chosen in groups]
        widget |= {"total": total, "filtered": total >= FILTERED_FROM, "many": total > 1}
        return context

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        """A choice; a unit is found by its code as well."""
        option: dict[str, Any] = super().create_option(name, value, *rest, **more)
        unit = getattr(value, "instance", None)
        option["also"] = unit.code if isinstance(unit, Unit) else ""
        return option

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """What was ticked one by one, by groups, or all of it."""
        picked = [str(value) for value in super().value_from_datadict(data, files, name) or []]
        whole = set(data.getlist(f"{name}-group")) if hasattr(data, "getlist") else set()
        for head, below in self.choices:
            if f"{name}-all" in data or (isinstance(head, Group) and head.key in whole):
                picked += [str(value) for value, _label in below] if isinstance(below, list | tuple) else [str(head)]
        return list(dict.fromkeys(picked))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked looks like nothing sent."""
        return False


class _UnitsByKind(_UnitChoices):
    def __iter__(self) -> Iterator[Any]:
        yield from grouped(UNIT_GROUPS, ((unit.kind, self.choice(unit)) for unit in self.queryset.order_by("name")))


class UnitsField(_UnitField):
    """Units to tick, under their kinds."""

    widget = Ticks
    iterator = _UnitsByKind
