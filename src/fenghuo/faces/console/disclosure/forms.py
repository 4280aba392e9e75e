"""Small forms of these pages; sections have forms of their own making (`fields`)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.faces.console.performance.forms import Fen, PlainForm
from fenghuo.report.holdings.models import HoldingKind, OffReason
from fenghuo.report.performance.models import Project

_DAY = forms.DateInput(attrs={"type": "date"})


class BeginForm(PlainForm):
    """From what a new document begins."""

    year = forms.IntegerField(label=_("Budget year"), min_value=2000, max_value=2099)
    source = forms.ChoiceField(
        label=_("Begin with"),
        choices=[
            ("last-year", _("the texts of last year's document")),
            ("blank", _("an empty document")),
            ("file", _("a data file, a text or a docx")),
        ],
    )
    office = forms.CharField(label=_("Name of the department"), max_length=200, required=False)
    file = forms.FileField(
        label=pgettext_lazy("disclosure", "File"),
        required=False,
        help_text=_(
            "JSON of “disclosure”, txt or docx; at most 20 MB. What can not be placed is named, never guessed."
        ),
    )


class FillForm(PlainForm):
    """What is taken out of the records."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    projects: "forms.ModelMultipleChoiceField[Project]" = forms.ModelMultipleChoiceField(
        label=_("Goals, money and indicators of"),
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    assets_at = forms.DateField(label=_("Fixed assets as of"), required=False, widget=_DAY)

    def __init__(self, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["projects"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = Project.objects.filter(year=year)
        chosen.label_from_instance = lambda project: project.name  # type: ignore[method-assign,assignment]


class ApprovalForm(PlainForm):
    """When the finance department approved the budget."""

    on = forms.DateField(label=_("Approved on"), widget=_DAY)
    paper = forms.CharField(label=_("Document of the approval"), max_length=200)


class ReleaseForm(PlainForm):
    """Where and when it was published."""

    on = forms.DateField(label=_("Published on"), widget=_DAY)
    address = forms.URLField(label=_("Address of the publication"), max_length=300, assume_scheme="https")
    why = forms.CharField(
        label=_("Why (for a correction)"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReplaceForm(PlainForm):
    """A whole document in place of the draft."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(label=pgettext_lazy("disclosure", "File"))
    why = forms.CharField(label=pgettext_lazy("disclosure", "Why"), max_length=2000)


class HoldingForm(PlainForm):
    """A fixed asset."""

    kind = forms.ChoiceField(label=pgettext_lazy("holdings", "Kind"), choices=HoldingKind.choices)
    name = forms.CharField(label=pgettext_lazy("holdings", "Name"), max_length=200)
    count = forms.DecimalField(
        label=_("Pieces, vehicles or square metres"), max_digits=12, decimal_places=2, min_value=0
    )
    value = Fen("元", label=_("Value of all together (元)"))
    since = forms.DateField(label=_("In the books since"), widget=_DAY)
    place = forms.CharField(label=_("Where it is"), max_length=200, required=False)
    document = forms.CharField(label=_("Voucher or contract"), max_length=200)


class WriteOffForm(PlainForm):
    """What no longer counts."""

    on = forms.DateField(label=_("Written off on"), widget=_DAY)
    count = forms.DecimalField(label=_("How many"), max_digits=12, decimal_places=2, min_value=0)
    value = Fen("元", label=_("Their value (元)"))
    reason = forms.ChoiceField(label=pgettext_lazy("holdings", "Reason"), choices=OffReason.choices)
    document = forms.CharField(label=_("Document that orders it"), max_length=200)


class SheetForm(PlainForm):
    """A sheet of fixed assets."""

    file = forms.FileField(label=_("Sheet (xlsx or csv)"))
