"""Forms of incidents: filters, the short form, facts, evidence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.faces.console.screening.forms import Asked, Choices, search_field
from fenghuo.respond.incidents.grading.scales import words
from fenghuo.respond.incidents.models import GRADES, STAGES, Kind, Origin
from fenghuo.respond.incidents.unit_side import ShortForm
from fenghuo.respond.incidents.words import language

_PARTS = {"tamper_minutes": ("home", "other"), "population_share": ("province", "prefecture")}


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    """A moment in the zone of the office."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more
    )


class Filters(Asked):
    """What the list shows; all of it stands in the address. Without a state those are shown that are not closed."""

    q = search_field()
    state = forms.ChoiceField(label=_("State"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        self._units = list(units_visible_to(viewer).values_list("id", "name"))
        super().__init__(*args, **kwargs)

    def choices(self) -> Mapping[str, Choices]:
        """Choices of all fields."""
        anything = [("", _("all"))]
        return {
            "state": [("", _("not closed")), *STAGES, ("all", _("all"))],
            "grade": [*anything, *GRADES],
            "kind": [*anything, *Kind.choices],
            "unit": [*anything, *self._units],
        }


class ReportForm(forms.Form):
    """Items 1 and 2 of Art. 7 in the order in which one tells them on the telephone; what is folded can wait."""

    kind = forms.ChoiceField(label=_("What happened"), choices=Kind.choices)
    system = forms.CharField(
        label=_("Which system"), max_length=180, help_text=_("Name, domain or address, e.g. www.example.gov.cn")
    )
    discovered_at = moment_field(_("When was it found"))
    effect = forms.CharField(
        label=_("What does it do so far"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    measures = forms.CharField(
        label=_("What was done, with what result"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reporter = forms.CharField(label=_("Your name"), max_length=100)
    phone = forms.CharField(label=_("Phone to call back"), max_length=40)
    place = forms.CharField(label=_("Where was it found"), max_length=200, required=False)
    ransom = forms.CharField(
        label=_("Ransom: sum, way and date demanded"), max_length=500, required=False, widget=forms.TextInput
    )
    crime_suspected = forms.BooleanField(label=_("A crime is suspected"), required=False)
    personal_records = forms.IntegerField(
        label=_("People whose data leaked (about)"), required=False, min_value=0, max_value=2_000_000_000
    )
    outage_minutes = forms.IntegerField(
        label=_("Out of service for (minutes)"), required=False, min_value=0, max_value=5_256_000
    )
    exercise = forms.BooleanField(label=_("This is an exercise"), required=False)

    folded = ("place", "ransom", "personal_records", "outage_minutes", "crime_suspected", "exercise")

    def __init__(self, *args: Any, systems: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.initial.setdefault("discovered_at", localtime(clock.now()).replace(second=0, microsecond=0))
        self.systems = systems or []
        if self.systems:
            self.fields["system"].widget.attrs["list"] = "systems"

    def open_fields(self) -> list[forms.BoundField]:
        """What is asked at once."""
        return [bound for bound in self.visible_fields() if bound.name not in self.folded]

    def folded_fields(self) -> list[forms.BoundField]:
        """What may be added."""
        return [bound for bound in self.visible_fields() if bound.name in self.folded]

    def clean_discovered_at(self) -> Any:
        """Not later than now; a minute that has not ended counts as now."""
        when = self.cleaned_data["discovered_at"]
        if when > clock.now() + timedelta(minutes=1):
            raise forms.ValidationError(_now("It can't have been found later than now."))
        return min(when, clock.now())

    def short_form(self) -> ShortForm:
        """What was told."""
        told = self.cleaned_data
        facts = {name: told[name] for name in ("personal_records", "outage_minutes") if told[name] is not None}
        if told["crime_suspected"]:
            facts["crime_suspected"] = True
        stated = {
            name: told[name] for name in ("kind", "system", "discovered_at", "effect", "place", "measures", "ransom")
        }
        return ShortForm(**stated, reporter=told["reporter"], phone=told["phone"], facts=facts)


class OfficeForm(ReportForm):
    """The same as the officer types it during the call: for which unit, and how it came."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.all(), required=False)
    origin = forms.ChoiceField(
        label=_("How it came"), choices=[(Origin.PHONE, Origin.PHONE.label), (Origin.HIGHER, Origin.HIGHER.label)]
    )
    field_order = ("unit", "origin", "kind", "system", "discovered_at", "effect", "measures", "reporter", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reporter"].label = _now("Who calls")
        self.fields["unit"].empty_label = _now("not registered")  # type: ignore[attr-defined]
        for name in ("reporter", "phone"):
            self.fields[name].required = False


class FactsForm(forms.Form):
    """Every fact that the gradings ask for; empty is unknown. Words come from the tables, so that no list of them stands twice."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, facts: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        here = language()
        for name, known in words().items():
            unit = known.units.get(here, "")
            label = f"{known.names[here]} ({unit})" if unit else known.names[here]
            label = label[:1].upper() + label[1:]
            if known.values:
                choices = [("", _now("not known")), *((value, names[here]) for value, names in known.values.items())]
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
                stated = facts.get(name)
                self.initial[name] = known.value_of(stated) or "" if isinstance(stated, str) else ""
            elif name == "crime_suspected":
                choices = [("", _now("not known")), ("yes", _now("yes")), ("no", _now("no"))]
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
                self.initial[name] = {True: "yes", False: "no"}.get(facts.get(name), "")  # type: ignore[arg-type]
            else:
                share = known.most == 1
                label = f"{label} (%)" if share else label
                most = 100 if share else int(known.most)
                self.fields[name] = forms.FloatField(label=label, required=False, min_value=0, max_value=most)
                self.initial[name] = _number(facts, name, share)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the groups in which one asks for them."""
        named = [
            (_now("Object"), ("operator", "portal_level", "importance")),
            (_now("Out of service"), ("outage_minutes", "main_function_minutes", "people_affected")),
            (
                _now("People and data"),
                ("personal_records", "data_class", "population_share.province", "population_share.prefecture"),
            ),
            (_now("Tampered pages"), ("tamper_minutes.home", "tamper_minutes.other", "forwards", "views")),
            (_now("Harm"), ("loss_yuan", "loss_grade", "social_harm", "crime_suspected")),
        ]
        return [(title, [self[name] for name in names]) for title, names in named]

    def facts(self) -> dict[str, Any]:
        """What is known, in the form of `fenghuo incidents grade`."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name == "version" or value in ("", None):
                continue
            if name == "crime_suspected":
                found[name] = value == "yes"
                continue
            whole, _dot, part = name.partition(".")
            plain = _plain(value, words()[name].most == 1)
            if part:
                found.setdefault(whole, {})[part] = plain
            else:
                found[name] = plain
        return found


def _plain(value: Any, share: bool) -> Any:
    if not isinstance(value, float):
        return value
    return value / 100 if share else int(value) if value.is_integer() else value


def _number(facts: Mapping[str, Any], name: str, share: bool) -> object:
    whole, _dot, part = name.partition(".")
    stated = facts.get(whole)
    value = stated.get(part) if isinstance(stated, Mapping) else stated
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    shown = value * 100 if share else value
    return int(shown) if float(shown).is_integer() else round(shown, 6)


class EvidenceForm(forms.Form):
    """A piece of evidence; any kind of file, which is kept and never opened here."""

    file = forms.FileField(label=_("File (any kind, at most 64 MB; it is kept as it is and never opened here)"))
    name = forms.CharField(label=_("What it is"), max_length=200)
    place = forms.CharField(label=_("Where it was taken"), max_length=300)
    collected_at = moment_field(_("When it was taken"))
    description = forms.CharField(label=_("Remarks"), max_length=1000, required=False)


class ReceiptForm(forms.Form):
    """That a person sent a report by the official channel."""

    receiver = forms.ChoiceField(label=_("Sent to"))
    channel = forms.CharField(
        label=_("By which channel"), max_length=100, widget=forms.TextInput(attrs={"list": "channels"})
    )
    receipt_number = forms.CharField(label=_("Receipt number"), max_length=100)
    sent_at = moment_field(_("Sent at"))

    def __init__(self, receivers: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        field = self.fields["receiver"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(receivers)
