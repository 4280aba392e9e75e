"""Filters of the lists of screening: all of them stand in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.faces.console.screening.words import check_choices, class_choices
from fenghuo.see.screening.models import SEVERITIES, FindingLabel, VerdictLabel

Choices = Sequence[tuple[str, Any]]


class Asked(forms.Form):
    """A filter form; words that are no choice ask nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        for name, choices in self.choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def choices(self) -> Mapping[str, Choices]:
        """Field → its choices, read when the page is made so that they are in the reader's language."""
        return {}

    def asked(self) -> Mapping[str, str]:
        """What is asked for, "" for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def search_field() -> forms.CharField:
    """A field for text."""
    widget = forms.TextInput()
    widget.input_type = "search"
    return forms.CharField(label=_("Search"), required=False, max_length=200, widget=widget)


class CellFilters(Asked):
    """Cells of a unit."""

    period = forms.CharField(required=False, widget=forms.HiddenInput)
    cls = forms.ChoiceField(label=_("Class"), required=False)
    verdict = forms.ChoiceField(label=_("Result"), required=False)

    def choices(self) -> Mapping[str, Choices]:
        """Classes and verdicts."""
        anything = [("", _("all"))]
        return {"cls": [*anything, *class_choices()], "verdict": [*anything, *VerdictLabel.choices]}

    def asked(self) -> Mapping[str, str]:
        """What is asked of the cells; the period is chosen elsewhere."""
        return {name: value for name, value in super().asked().items() if name != "period"}


class FindingFilters(Asked):
    """Findings. Without a state those are shown that are not closed."""

    q = search_field()
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    check = forms.ChoiceField(label=_("Check"), required=False)
    due = forms.ChoiceField(label=_("Deadline"), required=False)
    asset = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        self._units = list(units_visible_to(viewer).values_list("id", "name"))
        super().__init__(*args, **kwargs)

    def choices(self) -> Mapping[str, Choices]:
        """Choices of all fields."""
        anything = [("", _("all"))]
        waiting = [("", _("not closed")), *FindingLabel.choices, ("proposed", _("waiting for a second person"))]
        return {
            "severity": [*anything, *SEVERITIES],
            "state": [*waiting, ("all", _("all"))],
            "unit": [*anything, *self._units],
            "check": [*anything, *check_choices()],
            "due": [*anything, ("overdue", _("overdue")), ("week", _("within 7 days"))],
        }


class AuthorisationFilters(Asked):
    """Authorisations."""

    q = search_field()
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        self._units = list(units_visible_to(viewer).values_list("id", "name"))
        super().__init__(*args, **kwargs)

    def choices(self) -> Mapping[str, Choices]:
        """Choices of all fields."""
        states = [
            ("force", pgettext_lazy("authorisation", "in force")),
            ("ahead", pgettext_lazy("authorisation", "not yet begun")),
            ("over", pgettext_lazy("authorisation", "over")),
            ("withdrawn", pgettext_lazy("authorisation", "withdrawn")),
        ]
        return {"state": [("", _("all")), *states], "unit": [("", _("all")), *self._units]}
