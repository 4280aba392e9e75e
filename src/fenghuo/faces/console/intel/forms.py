"""Forms of indicators."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common import clock
from fenghuo.see.intel.formats import FORMATS
from fenghuo.see.intel.formats.base import Row
from fenghuo.see.intel.models import KINDS, TLPS, Feed
from fenghuo.see.intel.values import CLASSES, Kind
from fenghuo.warn.early_warnings.names import class_name

MOST_UPLOAD = 16 * 1024 * 1024
STATES = (
    ("valid", pgettext_lazy("indicator", "valid")),
    ("expired", pgettext_lazy("indicator", "expired")),
    ("withdrawn", pgettext_lazy("indicator", "withdrawn")),
)


def class_choices() -> list[tuple[str, str]]:
    """The threat classes with their names."""
    return [(name, class_name(name)) for name in CLASSES]


def _choices(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    feed = forms.ChoiceField(label=_("Feed"), required=False)
    tlp = forms.ChoiceField(label="TLP", required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, feeds: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["q"].widget.input_type = "search"
        for name, choices in (("kind", KINDS), ("feed", [(f, f) for f in feeds]), ("tlp", TLPS), ("state", STATES)):
            _choices(self, name, [("", _("all")), *choices])


class IndicatorForm(forms.Form):
    """One indicator, added by hand."""

    value = forms.CharField(
        label=_("Address, network, domain, URL or file hash"),
        max_length=2048,
        help_text=_("Defanged forms such as hxxp and [.] are taken. A domain stands for the names below it too."),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    threat_class = forms.ChoiceField(label=_("Threat class"))
    confidence = forms.IntegerField(label=_("Confidence (0 to 100)"), min_value=0, max_value=100, initial=80)
    tlp = forms.ChoiceField(label="TLP", initial="amber")
    until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the days of the feed."),
    )
    feed = forms.CharField(label=_("Feed"), max_length=60, initial="office")
    note = forms.CharField(label=_("Where it comes from"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        _choices(self, "kind", [("", _("find out")), *KINDS])
        _choices(self, "threat_class", class_choices())
        _choices(self, "tlp", TLPS)

    def row(self) -> Row:
        """What was entered, as a row of a list."""
        v = self.cleaned_data
        end = v["until"] and timezone.make_aware(datetime.combine(v["until"], time.max))
        return Row(
            "1",
            v["value"],
            Kind(v["kind"]) if v["kind"] else None,
            None,
            clock.to_ns(end) if end else None,
            v["confidence"],
            v["tlp"],
            v["threat_class"],
            v["note"],
        )


class ImportForm(forms.Form):
    """A list to import."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Also gzip, or a zip of one file; a MISP feed as a zip of its folder. At most 16 MB."),
    )
    format = forms.ChoiceField(label=_("Format"))
    feed = forms.CharField(
        label=_("Feed"),
        max_length=60,
        help_text=_("A new name makes a new feed; rows that stand already are confirmed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        _choices(self, "format", [(f.name, f.title) for f in FORMATS.values()])

    def clean_file(self) -> Any:
        """A file that a page can take."""
        found = self.cleaned_data["file"]
        if found.size > MOST_UPLOAD:
            raise forms.ValidationError(_("Larger than 16 MB. Use `fenghuo intel import` on the server."))
        return found


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """What holds for a feed."""

    class Meta:
        model = Feed
        fields = ("origin", "tlp", "confidence", "threat_class", "expiry_days")
        labels = {
            "origin": _("Where it is to be had"),
            "tlp": "TLP",
            "confidence": _("Confidence (0 to 100)"),
            "threat_class": _("Threat class"),
            "expiry_days": _("Days until a row ends that no newer list names (0: never)"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.fields["threat_class"] = forms.ChoiceField(label=_("Threat class"), choices=class_choices())
        self.fields["confidence"] = forms.IntegerField(label=_("Confidence (0 to 100)"), min_value=0, max_value=100)
