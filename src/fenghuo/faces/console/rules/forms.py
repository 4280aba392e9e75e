"""Filters and forms of rules."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.see.rulebook import queries
from fenghuo.see.rulebook.models import RulePack
from fenghuo.see.rulebook.queries import RuleState
from fenghuo.see.sources import KINDS

EVENTS_LENGTH = 256 * 1024


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    pack = forms.ChoiceField(label=_("Pack"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    technique = forms.CharField(label=_("ATT&CK technique"), required=False, max_length=12)
    tactic = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["q"].widget.input_type = "search"
        self.fields["technique"].widget.attrs["placeholder"] = "T1190"
        choices: dict[str, Iterable[tuple[str, Any]]] = {
            "state": RuleState.choices,
            "pack": [(name, name) for name in RulePack.objects.values_list("name", flat=True)],
            "product": [(name, name) for name in queries.log_sources("product")],
            "category": [(name, name) for name in queries.log_sources("category")],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *values]

    def asked(self) -> Mapping[str, str]:
        """What is asked for; words that are no choice ask nothing."""
        self.is_valid()
        return self.cleaned_data


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("find out")), *((kind.name, kind.title) for kind in KINDS.values())]


class BenchForm(forms.Form):
    """Events to try, and the rule to explain."""

    events = forms.CharField(
        label=_("Events"),
        required=False,
        max_length=EVENTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "class": "code-area", "spellcheck": "false", "wrap": "off"}),
        help_text=_("JSON lines, or raw lines as the device sends them. The first 50 are tried."),
    )
    kind = forms.ChoiceField(label=_("Kind of the lines"), required=False, choices=_kinds)
    rule = forms.CharField(
        label=_("Explain this rule"),
        required=False,
        max_length=300,
        help_text=_("Its number, or words of its title."),
    )
    hits = forms.TypedChoiceField(
        label=_("Or take stored hits"),
        required=False,
        coerce=int,
        initial="0",
        choices=[("0", _("none")), ("5", "5"), ("20", "20"), ("50", "50")],
        help_text=_("The lines of the latest hits, of this rule where one is named."),
    )


class RuleForm(forms.Form):
    """The text of a rule of the office, what to try it on, and why it is saved."""

    text = forms.CharField(
        label=_("Rule (Sigma, YAML)"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "class": "code-area", "spellcheck": "false", "wrap": "off"}),
    )
    events = forms.CharField(
        label=_("Events to try it on"),
        required=False,
        max_length=EVENTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "class": "code-area", "spellcheck": "false", "wrap": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind of the lines"), required=False, choices=_kinds)
    reason = forms.CharField(label=_("Why it is saved"), max_length=500)
    trial_days = forms.IntegerField(
        label=_("Days on trial first"),
        min_value=0,
        max_value=60,
        required=False,
        help_text=_("On trial it raises nothing and shows what it would have raised. 0 takes it into force at once."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SilenceForm(forms.Form):
    """A silence or a threshold."""

    rule = forms.CharField(label=_("Rule"), max_length=300, help_text=_("Its number, or words of its title."))
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    asset = forms.CharField(
        label=_("Asset"), required=False, max_length=300, help_text=_("As it stands in the warning; empty for all.")
    )
    hits = forms.IntegerField(
        label=_("Raise only from so many hits on"),
        required=False,
        min_value=2,
        max_value=10_000,
        help_text=_("Empty: raise nothing at all."),
    )
    minutes = forms.IntegerField(
        label=_("… within so many minutes, of one unit and asset"), required=False, min_value=1, max_value=7 * 1440
    )
    until = forms.DateTimeField(
        label=_("Until"),
        help_text=_("It stops by itself then; at most 90 days ahead."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all units")), *units_visible_to(viewer).values_list("id", "name")]
        self.fields["until"].initial = lambda: localtime(clock.now() + timedelta(days=7)).replace(
            second=0, microsecond=0
        )
