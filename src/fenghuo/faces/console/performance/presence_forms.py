"""Forms of the office's own platforms and of activities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import assets_visible_to
from fenghuo.faces.console.performance.forms import DAY, LONGEST, PlainForm
from fenghuo.faces.console.performance.words import measure_names
from fenghuo.report.performance.activity_sheet import MOST_PERSONS
from fenghuo.report.performance.held import Held
from fenghuo.report.performance.platforms import MOST_DAYS, Own
from fenghuo.report.performance.presence import WITHIN_DAYS, Platform, PlatformKind
from fenghuo.report.performance.shipped import rates
from fenghuo.see.screening.availability import WATCHED_KINDS


def _within() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Days within which something must show"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=WITHIN_DAYS,
        help_text=_("Operated is a post, or a page that was up, within so many days."),
    )


class PlatformForm(PlainForm):
    """A platform of the office's own."""

    kind = forms.ChoiceField(label=pgettext_lazy("platform", "Kind"), choices=PlatformKind.choices)
    name = forms.CharField(label=pgettext_lazy("platform", "Name"), max_length=200)
    address = forms.CharField(
        label=_("Address, or name on its service"),
        max_length=500,
        help_text=_("It is shown as a link where it is one. It is never fetched."),
    )
    asset: "forms.ModelChoiceField[Asset]" = forms.ModelChoiceField(
        label=_("In the register of assets"),
        queryset=Asset.objects.none(),
        required=False,
        help_text=_(
            "For a site of ours that screening watches. Accounts on services of others are entered by their posts."
        ),
    )
    since = forms.DateField(label=_("In operation since"), widget=DAY)
    within_days = _within()

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assets = self.fields["asset"]
        assert isinstance(assets, forms.ModelChoiceField)
        assets.queryset = assets_visible_to(person).filter(kind__in=WATCHED_KINDS).order_by("value")
        assets.label_from_instance = lambda one: f"{one.value} {one.name}"  # type: ignore[method-assign,assignment]

    def own(self) -> Own:
        """The platform as it was filled in."""
        given = self.cleaned_data
        return Own(**{**given, "kind": PlatformKind(given["kind"])})


class PostForm(PlainForm):
    """That something was posted."""

    on = forms.DateField(label=_("Posted on"), widget=DAY)
    address = forms.CharField(label=_("Address of the post"), max_length=500)
    document = forms.CharField(
        label=_("Document that shows it"),
        max_length=200,
        help_text=_("Such as the number of a screenshot on file. What the post says is not entered."),
    )


class PlatformChangeForm(PlainForm):
    """The time within which something must show, and the end of operation."""

    within_days = _within()
    ended = forms.DateField(label=_("Last day of operation"), widget=DAY, required=False)
    why = forms.CharField(label=_("Why"), max_length=LONGEST)

    def __init__(self, platform: Platform, *args: Any, **kwargs: Any) -> None:
        initial = {"within_days": platform.within_days, "ended": platform.ended}
        super().__init__(*args, initial=initial, **kwargs)


class ActivityForm(PlainForm):
    """An event that was held."""

    on = forms.DateField(label=_("Day"), widget=DAY)
    name = forms.CharField(label=_("Activity"), max_length=200)
    group = forms.CharField(label=pgettext_lazy("performance", "For whom"), max_length=200, required=False)
    invited = forms.IntegerField(label=_("Invited"), min_value=0, max_value=MOST_PERSONS, required=False)
    registered = forms.IntegerField(label=_("Registered"), min_value=0, max_value=MOST_PERSONS, required=False)
    present = forms.IntegerField(
        label=_("Present"),
        min_value=0,
        max_value=MOST_PERSONS,
        required=False,
        help_text=_("Who registers at the door counts as registered."),
    )
    document = forms.CharField(label=_("Document that shows it"), max_length=200)

    def held(self) -> Held:
        """The event as it was filled in."""
        return Held(**self.cleaned_data)


class RateForm(PlainForm):
    """Of which number the rate of participation is taken."""

    measure = forms.ChoiceField(label=_("Counted from"))
    why = forms.CharField(label=_("Why"), max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures, names = self.fields["measure"], measure_names()
        assert isinstance(measures, forms.ChoiceField)
        measures.choices = [(key, names[key]) for key in rates()]
