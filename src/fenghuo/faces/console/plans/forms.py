"""Forms of emergency plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.plans import lines
from fenghuo.respond.plans.models import KINDS, STATES, PlanVersion
from fenghuo.respond.plans.playbook import playbooks


def _classes() -> list[tuple[str, str]]:
    return [(key, found.title[language()]) for key, found in playbooks().items()]


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["q"].widget.input_type = "search"
        units = list(units_visible_to(viewer).values_list("id", "name"))
        own = [("office", _("the office's own"))] if viewer.unit_scope() is None else []
        for name, choices in (("kind", KINDS), ("state", STATES), ("unit", [*own, *units])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]


class PlanForm(forms.Form):
    """A new plan."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    playbook = forms.ChoiceField(label=_("For which class of incident"), required=False)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False)
    review_days = forms.IntegerField(label=_("Looked through every … days"), initial=365, min_value=30, max_value=1097)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes, unit = self.fields["playbook"], self.fields["unit"]
        assert isinstance(classes, forms.ChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        classes.choices = [("", _("every class")), *_classes()]
        unit.queryset = units_visible_to(viewer)
        unit.required = viewer.unit_scope() is not None
        unit.empty_label = _("the office's own") if not unit.required else None


class ContentForm(forms.Form):
    """What a version says."""

    document = forms.FileField(
        label=pgettext_lazy("plan", "Document"),
        required=False,
        help_text=_("PDF, docx or plain text, at most 10 MB; it replaces the one before."),
    )
    changes = forms.CharField(label=_("What changed"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    clauses = forms.CharField(
        label=_("Clauses that drills test"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One a line: number | title | text. For example: 3.2 | First report | The unit reports within the hour."
        ),
    )
    contacts = forms.CharField(
        label=_("Contact tree"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One a line: role | name | telephone. A dash in front for who is called by the one above, two for the next step down."
        ),
    )
    resources = forms.CharField(
        label=_("Resources"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: what | how much | where | who keeps it."),
    )

    def content(self) -> lines.Content:
        """The texts as they were typed."""
        v = self.cleaned_data
        return lines.Content(v["changes"], v["clauses"], v["contacts"], v["resources"])


def typed(version: PlanVersion) -> dict[str, str]:
    """What a version says, as lines to be changed."""
    return {
        "changes": version.changes,
        "clauses": lines.written(version.clauses, lines.CLAUSE),
        "contacts": lines.written(version.contacts, lines.CONTACT),
        "resources": lines.written(version.resources, lines.RESOURCE),
    }
