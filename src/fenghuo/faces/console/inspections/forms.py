"""Forms of inspections, and the answers about items as a page sends them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.choosing import UnitsField
from fenghuo.faces.console.performance.forms import PlainForm
from fenghuo.respond.incidents.playbooks import language
from fenghuo.respond.inspections.actions import Brought, Given
from fenghuo.respond.inspections.lists import checklists
from fenghuo.respond.inspections.models import CAMPAIGN_STATES, Campaign


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(PlainForm):
    """A new campaign."""

    title = forms.CharField(label=_("Title"), max_length=200)
    basis = forms.CharField(
        label=pgettext_lazy("inspection", "Basis"),
        max_length=300,
        help_text=_("The paper that orders the inspection, with its number."),
    )
    last_day = forms.DateField(label=pgettext_lazy("inspection", "Units answer until"), widget=_day())
    first_day = forms.DateField(
        label=pgettext_lazy("inspection", "Period of the inspection, from"), required=False, widget=_day()
    )
    end_day = forms.DateField(label=pgettext_lazy("inspection", "to"), required=False, widget=_day())
    list_key = forms.ChoiceField(label=pgettext_lazy("inspection", "Checklist"), required=False)
    lines = forms.CharField(
        label=pgettext_lazy("inspection", "or items of your own"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: number | requirement | basis. They come in place of the list."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["list_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.title[language()]) for key, one in checklists().items()]


class Filters(PlainForm):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *CAMPAIGN_STATES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class UnitsForm(PlainForm):
    """Whom to ask."""

    units = UnitsField(label=pgettext_lazy("inspection", "Units"), queryset=Unit.objects.none())

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        assert isinstance(field, UnitsField)
        self.unasked = Unit.objects.exclude(id__in=campaign.checks.values("unit_id")).order_by("name")
        field.queryset = self.unasked

    def chosen(self) -> list[Unit]:
        """The units that were ticked, or all that are not asked yet."""
        if "all" in self.data:
            return list(self.unasked)
        return list(self.cleaned_data["units"]) if self.is_valid() else []


class VisitForm(PlainForm):
    """When, who, and who of the unit was there."""

    on = forms.DateField(label=pgettext_lazy("inspection", "Day of the visit"), widget=_day())
    first = forms.ModelChoiceField(label=pgettext_lazy("inspection", "First inspector"), queryset=Person.objects.none())
    second = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "Second inspector"), queryset=Person.objects.none()
    )
    met = forms.CharField(label=pgettext_lazy("inspection", "Who of the unit was there"), max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [p.pk for p in Person.objects.filter(is_active=True) if p.can(Permission.EDIT_NOTICES)]
        for name in ("first", "second"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Person.objects.filter(pk__in=able).order_by("name")
            field.label_from_instance = lambda person: person.name  # type: ignore[method-assign,assignment]
            field.empty_label = "–"


def given(request: HttpRequest, numbers: list[str]) -> Given:
    """Item number → (answer, note), as the page sends them."""
    return {n: (request.POST.get(f"a-{n}", ""), request.POST.get(f"n-{n}", "")) for n in numbers}


def brought(request: HttpRequest, numbers: list[str]) -> list[Brought]:
    """The files about items."""
    return list(_files(request, numbers))


def _files(request: HttpRequest, numbers: list[str]) -> Iterator[Brought]:
    for number in numbers:
        for one in request.FILES.getlist(f"f-{number}"):
            if isinstance(one, UploadedFile):
                yield Brought(number, one.name or "", one.read())
