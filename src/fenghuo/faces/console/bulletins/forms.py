"""The forms of formal warnings: one of the office's own, one of a higher level that is passed on, and the filters of the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.base.units.models import IMPORTANCES, Unit
from fenghuo.faces.console.choosing import UnitsField
from fenghuo.see.intel.models import TLPS
from fenghuo.share.stix.warning import MOST_BYTES
from fenghuo.warn.early_warnings.models import HARMS, LEVELS, BulletinLabel, BulletinVersion
from fenghuo.warn.early_warnings.names import class_choices


class Filters(forms.Form):
    """What the list shows; all of it stands in the address."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, choices in (("state", BulletinLabel.choices), ("level", LEVELS)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a version says, and whom it is for."""

    to = UnitsField(label=_("To these units"), queryset=Unit.objects.all())
    threat_class = forms.ChoiceField(label=_("Class of the event"))
    starts_at = forms.DateTimeField(
        label=_("Begins at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    tlp = forms.ChoiceField(
        label="TLP",
        required=False,
        help_text=_(
            "How far those who receive it may pass it on; it stands in the notice. A STIX bundle without one says TLP:AMBER."
        ),
    )
    exercise = forms.BooleanField(label=_("Exercise"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    class Meta:
        model = BulletinVersion
        fields = (
            *("title", "threat_class", "importance", "harm", "level", "level_why", "starts_at", "scope", "matter"),
            *("measures", "to", "approval_by", "approval_on", "approval_reference", "agency", "code", "contact"),
            *("copies_to", "exercise"),
        )
        labels = {
            "title": _("Title"),
            "importance": _("Importance of what is threatened"),
            "harm": _("Possible harm"),
            "level": _("Level"),
            "level_why": _("Why another level than the matrix gives"),
            "scope": _("Who may be affected"),
            "matter": _("What to beware of"),
            "measures": _("Measures asked for, and by when"),
            "approval_by": _("Approved above by"),
            "approval_on": _("Approved above on"),
            "approval_reference": _("Number of the approval"),
            "agency": _("Issuing body"),
            "code": _("Code in numbers"),
            "contact": _("Whom to ask"),
            "copies_to": _("Copies to"),
        }
        help_texts = {
            "harm": _("With the importance it gives the level of the matrix (GB/T 32924-2016, 4.2)."),
            "approval_by": _(
                "Needed for red and orange. A file can stand for the number; it is added on the next page."
            ),
            "code": _("As in 云网信〔2026〕1号: 云网信."),
            "copies_to": _("One body a line."),
        }
        widgets = {
            "approval_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "scope": forms.Textarea(attrs={"rows": 2}),
            "matter": forms.Textarea(attrs={"rows": 4}),
            "measures": forms.Textarea(attrs={"rows": 4}),
            "copies_to": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["importance"] = forms.ChoiceField(
            label=_("Importance of what is threatened"), choices=[("", "–"), *IMPORTANCES], required=False
        )
        harm = self.fields["harm"]
        assert isinstance(harm, forms.ChoiceField)
        harm.choices = [("", "–"), *HARMS]
        marking = self.fields["tlp"]
        assert isinstance(marking, forms.ChoiceField)
        marking.choices = [("", "–"), *TLPS]
        classes = self.fields["threat_class"]
        assert isinstance(classes, forms.ChoiceField)
        classes.choices = class_choices()
        for name in ("scope", "matter", "measures", "approval_on"):
            self.fields[name].required = False  # a draft may lack them; `submit` says what is missing

    @property
    def said(self) -> list[forms.BoundField]:
        """Fields of what it says, and to whom."""
        return self._bound("title", "threat_class", "starts_at", "scope", "matter", "measures", "to")

    @property
    def graded(self) -> list[forms.BoundField]:
        """Fields of its level, of who approved it, or of where it comes from."""
        own = ("importance", "harm", "level", "level_why", "tlp", "approval_by", "approval_on", "approval_reference")
        return self._bound("relayed_from", "relayed_number", "relayed_on", *own)

    @property
    def headed(self) -> list[forms.BoundField]:
        """Fields of the paper's head and foot."""
        return self._bound("agency", "code", "contact", "copies_to", "exercise")

    def _bound(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]


class RelayForm(VersionForm):
    """A warning of a higher level that is passed on: its own level stands, no matrix and no approval is asked for.

    Where its TLP marking keeps it inside, the fields of the approval are those of its issuer's consent.
    """

    relayed_from = forms.CharField(label=_("Comes from"), max_length=100)
    relayed_number = forms.CharField(label=_("Its number there"), max_length=100)
    relayed_on = forms.DateField(
        label=_("Its date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    field_order = ("relayed_from", "relayed_number", "relayed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("importance", "harm", "level_why"):
            del self.fields[name]
        self.fields["tlp"].help_text = _(
            "What its issuer said. TLP:RED and TLP:AMBER+STRICT go to units only with the issuer's consent."
        )
        consent = {
            "approval_by": _("Consent of the issuer by"),
            "approval_on": _("Consent of the issuer on"),
            "approval_reference": _("Number of the consent"),
        }
        for name, label in consent.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
        self.fields["approval_by"].help_text = _("Needed for TLP:RED and TLP:AMBER+STRICT only.")


class ReceiveForm(forms.Form):
    """A STIX bundle that a warning of a higher level came in."""

    file = forms.FileField(
        label=_("STIX 2.1 bundle"),
        help_text=_(
            "One warning, JSON, at most 8 MB. It becomes a draft, which nobody gets before a second person publishes it."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.stix,application/json,application/stix+json"}),
    )
    level = forms.ChoiceField(label=_("Level, where the file states none"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, **{"label_suffix": "", "auto_id": "bundle_%s", **kwargs}
        )  # a form of the page has the same names
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [("", "–"), *LEVELS]

    def clean_file(self) -> Any:
        """A file that is not too large to be read at all."""
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("Larger than 8 MB. Ask for a bundle that holds this warning only."))
        return found
