"""The form of a log source."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.see.sources import KINDS, Kind, Standing


def kind_label(kind: Kind) -> str:
    """The name of a kind as it is chosen; one of which no published sample proves all, or any, formats is marked."""
    if kind.standing is Standing.UNVERIFIED:
        return str(_("%(kind)s (unverified)")) % {"kind": kind.title}
    if kind.standing is Standing.PARTLY:
        return str(_("%(kind)s (partly unverified)")) % {"kind": kind.title}
    return kind.title


def not_read() -> str:
    """What to choose for devices of a vendor that is in the list, whose lines no parser takes."""
    names = [
        f"{kind.title.partition(' ')[0]} {one.name}"
        for kind in KINDS.values()
        for one in kind.formats
        if one.standing is Standing.NOT_READ
    ]
    return str(_("Not read: %(formats)s. Choose name=value for them.")) % {"formats": ", ".join(names)}


class SourceForm(forms.Form):
    """A new sender."""

    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(queryset=None, label=_("Unit"))
    kind = forms.ChoiceField(
        label=_("What it sends"),
        choices=lambda: [(kind.name, kind_label(kind)) for kind in KINDS.values()],
        help_text=lazy(not_read, str)(),
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    peer = forms.GenericIPAddressField(
        label=_("Address that it sends from"), required=False, help_text=_("For syslog and RELP; HTTP uses the token.")
    )
    host_pattern = forms.CharField(
        label=_("Host names in its lines"),
        max_length=200,
        required=False,
        help_text=_("With *; where a relay carries the lines of many units."),
    )
    asset = forms.CharField(
        label=_("Asset"), max_length=300, required=False, help_text=_("What its lines are about where they do not say.")
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = units_visible_to(viewer)
