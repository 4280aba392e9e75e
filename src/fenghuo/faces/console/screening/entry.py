"""Forms in which something is entered: reasons, times, authorisations, rounds, files."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common import clock
from fenghuo.base.units.models import AssetKind
from fenghuo.base.units.queries import Viewer, assets_visible_to
from fenghuo.faces.console.choosing import UNIT_GROUPS, Ticks, grouped
from fenghuo.faces.console.screening.words import checks_by_class, class_choices, class_hints
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Origin, RoundKind
from fenghuo.see.screening.register import checks_for
from fenghuo.see.screening.rounds import Plan

_MINUTES = "%Y-%m-%dT%H:%M"


class Entry(forms.Form):
    """A form with labels as the house has them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})


class ReasonForm(Entry):
    """Why something is done."""

    why = forms.CharField(label=_("Why"), max_length=500)


class HoldForm(Entry):
    """Why a finding is none or is accepted, and until when."""

    why = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    day = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("At most a year ahead; afterwards it is open again by itself."),
    )

    def until(self) -> datetime:
        """The end of the day that was entered."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], time.max))


def moment_field(label: Any, **changes: Any) -> forms.DateTimeField:
    """A field for a day and a time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTES)
    return forms.DateTimeField(label=label, widget=widget, **changes)


def full_hour(ahead: timedelta = timedelta()) -> datetime:
    """The full hour so far ahead, as a field shows it."""
    return localtime(clock.now() + ahead).replace(minute=0, second=0, microsecond=0)


class MaintenanceForm(Entry):
    """A time in which a site may be down."""

    begins = moment_field(_("From"))
    ends = moment_field(pgettext_lazy("moment", "Until"))
    reason = forms.CharField(label=_("What is done"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins"].initial = full_hour(timedelta(hours=1))
        self.fields["ends"].initial = full_hour(timedelta(hours=3))


class AssetChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An asset by its name and value."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the list."""
        return f"{obj.unit.name} · {obj.name} ({obj.value})"


def asset_field(viewer: Viewer) -> AssetChoice:
    """The assets that the person may see and that a check concerns."""
    kinds = [kind.value for kind in AssetKind if checks_for(kind)]
    rows = assets_visible_to(viewer).filter(kind__in=kinds).order_by("unit__name", "value")
    return AssetChoice(label=_("Asset"), queryset=rows)


def quiet_of(text: str) -> list[list[str]]:
    """Spans from lines such as 22:00-06:00; a line that is none stays as it is, for the verb to refuse."""
    spans = []
    for line in text.replace("–", "-").replace("—", "-").replace("～", "-").replace("：", ":").splitlines():
        start, _dash, end = line.partition("-")
        if line.strip():
            spans.append([start.strip(), end.strip()])
    return spans


def quiet_text(spans: Sequence[Sequence[str]]) -> str:
    """The lines of spans."""
    return "\n".join(f"{start}-{end}" for start, end in spans)


class QuietForm(Entry):
    """Hours in which nothing is contacted."""

    quiet = forms.CharField(
        label=_("Quiet hours"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "22:00-06:00"}),
        help_text=_("Times of the day in which nothing is contacted, one span a line. Empty: none."),
    )


class AuthorisationForm(QuietForm):
    """Who allows what to be contacted, when, and how much."""

    field_order = ("asset", "classes", "begins", "ends", "given_by", "document", "quiet", "addresses", "http_budget")
    classes = forms.MultipleChoiceField(
        label=_("What may be done"), widget=forms.CheckboxSelectMultiple, choices=class_choices
    )
    begins = moment_field(_("From"))
    ends = moment_field(pgettext_lazy("moment", "Until"))
    given_by = forms.CharField(
        label=_("Given by"), max_length=100, help_text=_("The person of the unit who allows it.")
    )
    document = forms.CharField(
        label=_("Document"), required=False, max_length=200, help_text=_("Number of the paper or name of the file.")
    )
    addresses = forms.CharField(
        label=_("Addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only these may be contacted, one a line. Empty: the public addresses that the name has at the time."
        ),
    )
    http_budget = forms.IntegerField(
        label=_("Requests a visit"), min_value=1, max_value=500, initial=60, help_text=_("At most; one a second.")
    )

    def __init__(self, viewer: Viewer, own: str, *args: Any, **kwargs: Any) -> None:
        """`own` is the name of a unit's contact, who gives the authorisation in person; "" for the office."""
        super().__init__(*args, **kwargs)
        self._own = own
        self.fields["asset"] = asset_field(viewer)
        self.order_fields(self.field_order)
        if own:
            del self.fields["given_by"]
        self.fields["classes"].initial = [c.value for c in CheckClass]
        self.fields["begins"].initial = full_hour()
        self.fields["ends"].initial = full_hour(timedelta(days=365))

    def class_rows(self) -> list[tuple[str, str, str, bool]]:
        """(value, name, what is done, whether chosen) of each class."""
        chosen = self["classes"].value() or []
        hints = class_hints()
        return [(value, word, hints[value], value in chosen) for value, word in class_choices()]

    def given(self) -> dict[str, object]:
        """What was entered, as the verb takes it."""
        v = self.cleaned_data
        given_by = self._own or v["given_by"]
        plain = {name: v[name] for name in ("classes", "begins", "ends", "document", "http_budget")}
        return {**plain, "given_by": given_by, "quiet": quiet_of(v["quiet"]), "addresses": v["addresses"].split()}


class RoundForm(Entry):
    """A round to plan."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RoundKind.choices)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    begins = moment_field(_("From"))
    ends = moment_field(pgettext_lazy("moment", "Until"))
    checks = forms.MultipleChoiceField(
        label=pgettext_lazy("screening", "Checks"),
        required=False,
        choices=checks_by_class,
        widget=Ticks,
        help_text=_("None chosen: all."),
    )
    assets = forms.MultipleChoiceField(
        label=_("Assets"),
        required=False,
        widget=Ticks,
        help_text=_("None chosen: all that are registered now."),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assets"]
        assert isinstance(field, forms.MultipleChoiceField)
        rows = assets_visible_to(viewer).order_by("unit__name", "value")
        field.choices = grouped(
            UNIT_GROUPS, ((a.unit.kind, (str(a.pk), f"{a.unit.name} · {a.name} ({a.value})")) for a in rows)
        )
        self.fields["begins"].initial = full_hour()
        self.fields["ends"].initial = full_hour(timedelta(days=14))

    def plan(self) -> Plan:
        """What was entered, as the verb takes it."""
        v = self.cleaned_data
        assets = tuple(int(number) for number in v["assets"])
        return Plan(RoundKind(v["kind"]), v["name"], v["begins"], v["ends"], tuple(v["checks"]), assets)


class ResultsForm(Entry):
    """A file of results to import."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("verdicts.jsonl of `fenghuo screen`, nmap XML, Nuclei JSONL, or testssl JSON. At most 16 MB."),
    )
    findings = forms.FileField(
        label=_("findings.jsonl"), required=False, help_text=_("Beside a verdicts.jsonl: the findings of the same run.")
    )
    origin = forms.ChoiceField(
        label=_("Where it comes from"), choices=[(o.value, o.label) for o in (Origin.LAPTOP, Origin.COMPANY)]
    )
    by = forms.CharField(label=_("Tested by"), max_length=150, help_text=_("Name of the person or the company."))

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asset"] = asset_field(viewer)
        self.order_fields(("asset", "file", "findings", "origin", "by"))
