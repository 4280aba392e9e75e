"""Forms of projects, indicators and money."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import units_visible_to
from fenghuo.faces.console.performance.words import measure_names
from fenghuo.report.performance.amounts import NotMoney, fen_of
from fenghuo.report.performance.decide import PLAN
from fenghuo.report.performance.models import Contract, Project
from fenghuo.report.performance.shipped import levels_of

DAY = forms.DateInput(attrs={"type": "date"})
LONGEST = 4000


class PlainForm(forms.Form):
    """Labels without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class Fen(forms.DecimalField):
    """An amount in one unit, as whole fen."""

    def __init__(self, unit: str, **kwargs: Any) -> None:
        super().__init__(max_digits=20, **kwargs)
        self._unit = unit

    def clean(self, value: Any) -> Any:
        """Whole fen.

        Raises:
            ValidationError: no number, or parts of a fen.
        """
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            return fen_of(amount, self._unit)
        except NotMoney as error:
            raise forms.ValidationError(_("No amount: at most two places after the point of a yuan.")) from error


class ProjectForm(PlainForm):
    """A project of a budget year."""

    year = forms.IntegerField(label=_("Budget year"), min_value=2000, max_value=2099)
    name = forms.CharField(label=_("Name of the project"), max_length=200)
    code = forms.CharField(label=_("Code of the project"), max_length=60, required=False)
    budget = Fen("万元", label=_("Budget (万元)"))
    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        label=_("The office's own unit"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Its sites and applications count as the office's platforms."),
    )
    plan = forms.CharField(
        label=_("Plan of spending: month and percent"),
        initial=", ".join(f"{month}:{percent}" for month, percent in PLAN),
        max_length=200,
    )
    goal = forms.CharField(
        label=_("Goal"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    table = forms.BooleanField(label=_("Begin with the built-in table of 19 indicators"), required=False, initial=True)

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = units_visible_to(person)

    def clean_plan(self) -> list[tuple[int, str]]:
        """(month, percent) of each point."""
        points = []
        for part in self.cleaned_data["plan"].replace("：", ":").replace("，", ",").split(","):
            month, _colon, percent = part.strip().partition(":")
            if not month.isdecimal() or int(month) not in range(1, 13) or not percent.strip().isdecimal():
                raise forms.ValidationError(_("Write month:percent, such as 3:25, 6:50, 10:75, 12:100."))
            points.append((int(month), percent.strip()))
        return points


class IndicatorForm(PlainForm):
    """A row of the office's own."""

    levels = forms.ChoiceField(label=_("Levels"))
    name = forms.CharField(label=_("Indicator"), max_length=200)
    description = forms.CharField(label=_("Description"), max_length=LONGEST, required=False)
    target = forms.CharField(
        label=_("Target"), max_length=200, help_text=_("Such as ≥3次, 100比率, ≤10月, ≤70万元, or words.")
    )
    basis = forms.CharField(label=_("Basis of the target"), max_length=200, required=False)
    weight = forms.DecimalField(label=_("Weight"), max_digits=5, decimal_places=2, min_value=0, required=False)
    measure = forms.ChoiceField(label=_("Counted from"))
    numerator = forms.CharField(
        label=_("What is counted (numerator)"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    denominator = forms.CharField(
        label=_("Of what (denominator)"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels, measures = self.fields["levels"], self.fields["measure"]
        assert isinstance(levels, forms.ChoiceField)
        assert isinstance(measures, forms.ChoiceField)
        levels.choices = [
            (first, [(f"{first}/{s}", s) for s in rest]) for first, rest in levels_of(project.year).items()
        ]
        measures.choices = list(measure_names().items())


class EntryForm(PlainForm):
    """What a person states, with its document."""

    on = forms.DateField(label=_("Holds for the day"), widget=DAY)
    number = forms.DecimalField(
        label=pgettext_lazy("performance", "Number"), max_digits=18, decimal_places=6, required=False
    )
    words = forms.CharField(
        label=_("Or in words"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    said_by = forms.CharField(label=_("Who answers for it"), max_length=100)
    document = forms.CharField(label=_("Document that shows it"), max_length=200)
    file = forms.FileField(label=_("The document itself"), required=False)


class ChangeForm(PlainForm):
    """Target and weight, with the reason of the change."""

    target = forms.CharField(label=_("Target"), max_length=200)
    weight = forms.DecimalField(label=_("Weight"), max_digits=5, decimal_places=2, min_value=0, required=False)
    why = forms.CharField(label=_("Why"), max_length=LONGEST)


class JudgementForm(PlainForm):
    """Score, reason and improvement."""

    score = forms.DecimalField(label=_("Score"), max_digits=5, decimal_places=2, min_value=0, required=False)
    reason = forms.CharField(
        label=_("Reason of the deviation"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    improvement = forms.CharField(
        label=_("Improvement"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PaymentForm(PlainForm):
    """One payment."""

    voucher = forms.CharField(label=_("Voucher"), max_length=80)
    on = forms.DateField(label=_("Paid on"), widget=DAY)
    amount = Fen("元", label=_("Amount (元)"), help_text=_("A reversal is entered below nought, with its own voucher."))
    payee = forms.CharField(label=_("Payee"), max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, required=False)
    contract = forms.CharField(label=_("Number of the contract"), max_length=80, required=False)


class ContractForm(PlainForm):
    """A contract."""

    number = forms.CharField(label=_("Number of the contract"), max_length=80)
    name = forms.CharField(label=pgettext_lazy("contract", "Subject"), max_length=200)
    party = forms.CharField(label=_("Other party"), max_length=200)
    amount = Fen("元", label=_("Amount (元)"), min_value=Decimal("0.01"))
    signed_on = forms.DateField(label=_("Signed on"), widget=DAY)
    document = forms.CharField(label=pgettext_lazy("performance", "Document"), max_length=200, required=False)


class AcceptanceForm(PlainForm):
    """What an acceptance found."""

    contract: "forms.ModelChoiceField[Contract]" = forms.ModelChoiceField(
        label=_("Contract"), queryset=Contract.objects.none()
    )
    on = forms.DateField(label=_("Day"), widget=DAY)
    what = forms.CharField(label=_("What was examined"), max_length=300)
    passed = forms.TypedChoiceField(
        label=pgettext_lazy("acceptance", "Result"),
        choices=[("yes", pgettext_lazy("acceptance", "passed")), ("no", pgettext_lazy("acceptance", "not passed"))],
        coerce=lambda value: value == "yes",
    )
    document = forms.CharField(label=_("Document that shows it"), max_length=200)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = self.fields["contract"]
        assert isinstance(contracts, forms.ModelChoiceField)
        contracts.queryset = project.contracts.all()
        contracts.label_from_instance = lambda one: f"{one.number} {one.name}"  # type: ignore[method-assign,assignment]


class AdjustmentForm(PlainForm):
    """A change of the budget within the year."""

    on = forms.DateField(label=_("Day"), widget=DAY)
    amount = Fen("万元", label=_("Change (万元), below nought for a cut"))
    why = forms.CharField(label=_("Why"), max_length=300)
    document = forms.CharField(label=_("Paper that orders it"), max_length=200)


class SheetForm(PlainForm):
    """A sheet that is taken in."""

    file = forms.FileField(label=_("Sheet (xlsx)"))
