"""Forms of block orders."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.respond.blocks.guard import LONGEST_TEXT, Wanted
from fenghuo.respond.blocks.models import KINDS, REASONS, STATES, Block
from fenghuo.share.blocklists.actions import LEAST_S, MOST_S

DAYS = ((1, "1"), (3, "3"), (7, "7"), (14, "14"), (30, "30"), (90, "90"))


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    reason = forms.ChoiceField(label=pgettext_lazy("block", "Reason"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    incident = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["q"].widget.input_type = "search"
        for name, choices in (("kind", KINDS), ("reason", REASONS), ("state", STATES)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]


class OrderForm(forms.Form):
    """An order: what, why, until when, and what shows it."""

    text = forms.CharField(
        label=_("Address, network, domain or URL"),
        max_length=2100,
        help_text=_("Defanged forms such as 45[.]9[.]148[.]1 are read."),
    )
    reason = forms.ChoiceField(label=pgettext_lazy("block", "Reason"), choices=REASONS)
    days = forms.TypedChoiceField(label=_("For how many days"), choices=DAYS, coerce=int, initial=7)
    why = forms.CharField(
        label=_("What it did"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the evidence shows. The second person and the owner of an objection read it."),
    )
    stated = forms.CharField(
        label=_("Government or school domain: why it must be"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.MultipleChoiceField(required=False)

    def __init__(self, evidence: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = evidence

    def wanted(self, exercise: bool) -> Wanted:
        """The order as it was filled in."""
        v = self.cleaned_data
        return Wanted(v["text"], v["reason"], clock.now() + timedelta(days=v["days"]), v["stated"], exercise)


class ObjectionForm(forms.Form):
    """Who says that an order is wrong, and why."""

    who = forms.CharField(label=_("Who objects"), max_length=200, required=False)
    contact = forms.CharField(
        label=_("How to reach them"),
        max_length=200,
        required=False,
        help_text=_("Name and contact are deleted with the answer."),
    )
    text = forms.CharField(label=_("What they say"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ModelChoiceField(label=_("Who answers"), queryset=Person.objects.none())

    def __init__(self, block: Block, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        owners = self.fields["owner"]
        assert isinstance(owners, forms.ModelChoiceField)
        owners.queryset = possible_owners(block)
        owners.label_from_instance = lambda person: person.name  # type: ignore[method-assign,assignment]


def possible_owners(block: Block) -> Any:
    """Who may answer an objection to an order: persons who order blocks, but neither who ordered nor who approved this one."""
    involved = {block.ordered_by_id, block.approved_by_id}
    able = [
        person.pk
        for person in Person.objects.filter(is_active=True)
        if person.can(Permission.ORDER_BLOCKS) and str(person.pk) not in involved
    ]
    return Person.objects.filter(pk__in=able)


class ConsumerForm(forms.Form):
    """A device that polls."""

    name = forms.CharField(label=_("Name"), max_length=200)
    place = forms.CharField(label=_("Where it stands, and whom to call"), max_length=300, required=False)
    every_s = forms.IntegerField(
        label=_("Polls every … seconds"),
        min_value=LEAST_S,
        max_value=MOST_S,
        initial=30,
        help_text=_("It counts as silent after three times that."),
    )
    exercise = forms.BooleanField(
        label=_("Takes part in exercises only"),
        required=False,
        help_text=_("It gets orders of exercises, and no real ones."),
    )
