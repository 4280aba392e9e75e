"""Filters of notices, and the form of a draft."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.faces.console.choosing import UnitsField
from fenghuo.warn.notices.decide import Kind
from fenghuo.warn.notices.models import KindLabel, Notice, NoticeLabel


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
        for name, choices in (
            ("kind", KindLabel.choices),
            ("state", NoticeLabel.choices),
            ("unit", list(units_visible_to(viewer).values_list("id", "name"))),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *choices]


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words of a notice, and whom it is for; early-warning notices come out of formal warnings, not from here."""

    to = UnitsField(label=_("To these units"), queryset=Unit.objects.all())
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    class Meta:
        model = Notice
        fields = (
            *("kind", "urgency", "severity", "level", "approval", "title", "body"),
            *("agency", "code", "contact", "copies_to", "exercise"),
        )
        labels = {
            "kind": _("Kind"),
            "urgency": _("Urgency"),
            "severity": _("Gravest danger"),
            "level": _("Level of the warning"),
            "approval": _("Proof that the level above approved it"),
            "title": _("Title"),
            "body": _("Text"),
            "agency": _("Issuing body"),
            "code": _("Code in numbers"),
            "contact": _("Whom to ask"),
            "copies_to": _("Copies to"),
            "exercise": pgettext_lazy("notice", "Exercise"),
        }
        help_texts = {
            "severity": _(
                "Where findings are listed, the gravest of a unit counts; rectification has its time from it."
            ),
            "level": _("For early-warning notices only."),
            "approval": _("Needed for red and orange: who approved it, when, and where it is written."),
            "body": _("A paragraph a line. Lines that begin with 一、 or （一） become headings."),
            "code": _("As in 云网信〔2026〕1号: 云网信."),
            "copies_to": _("One body a line."),
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 12}),
            "copies_to": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind != Kind.WARNING:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)
            kind.choices = [choice for choice in KindLabel.choices if choice[0] != Kind.WARNING]
            for name in ("level", "approval"):
                self.fields[name].widget = forms.HiddenInput()
