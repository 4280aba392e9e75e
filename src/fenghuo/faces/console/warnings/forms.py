"""Filters and verbs of warnings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.warn.early_warnings.models import LEVELS, State


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    level = forms.ChoiceField(label=_("Level"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    rule = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["q"].widget.input_type = "search"
        for name, choices in (
            ("level", LEVELS),
            ("state", State.choices),
            ("unit", list(units_visible_to(viewer).values_list("id", "name"))),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]
