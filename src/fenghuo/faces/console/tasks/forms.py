"""Forms of tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.faces.console.performance.forms import PlainForm
from fenghuo.respond.tasks.models import SOURCES, STATES


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Filters(PlainForm):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)
    source = forms.ChoiceField(label=pgettext_lazy("task", "Source"), required=False)
    whose = forms.ChoiceField(label=pgettext_lazy("task", "Whose"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        more = [("unfinished", pgettext_lazy("task", "not ended")), ("late", pgettext_lazy("task", "late"))]
        office = [("me", pgettext_lazy("task", "mine")), ("office", _("the office's own"))]
        units = list(units_visible_to(viewer).values_list("id", "name"))
        own = office if viewer.unit_scope() is None else []
        for name, choices in (("state", [*more, *STATES]), ("source", SOURCES), ("whose", [*own, *units])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]


class TaskForm(PlainForm):
    """A new task."""

    source = forms.ChoiceField(label=pgettext_lazy("task", "Where it comes from"), choices=SOURCES)
    document = forms.CharField(
        label=pgettext_lazy("task", "Paper or meeting"),
        max_length=200,
        help_text=_("Number of the document, or name and day of the meeting."),
    )
    decided_on = forms.DateField(label=pgettext_lazy("task", "Decided on"), widget=_day())
    title = forms.CharField(label=_("Title"), max_length=200)
    what = forms.CharField(
        label=pgettext_lazy("task", "What is to be done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("With what counts as proof that it is done."),
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("task", "or person of the office"), queryset=Person.objects.none(), required=False
    )
    helpers = forms.CharField(label=pgettext_lazy("task", "Who helps"), max_length=300, required=False)
    due_on = forms.DateField(label=pgettext_lazy("task", "Last day"), widget=_day())

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, owner = self.fields["unit"], self.fields["owner"]
        assert isinstance(unit, forms.ModelChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        unit.queryset = units_visible_to(viewer)
        able = [p.pk for p in Person.objects.filter(is_active=True) if p.can(Permission.EDIT_NOTICES)]
        owner.queryset = Person.objects.filter(pk__in=able)
        unit.empty_label = owner.empty_label = "–"
        owner.label_from_instance = lambda person: person.name  # type: ignore[method-assign,assignment]
