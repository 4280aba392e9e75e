"""Forms of units and assets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fenghuo.base.units.models import Asset, Unit


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit."""

    class Meta:
        model = Unit
        fields = ("name", "code", "kind", "level", "importance", "head", "head_phone", "head_email")
        labels = {
            "name": _("Name"),
            "code": _("Code"),
            "kind": _("Kind"),
            "level": _("Level of administration"),
            "importance": _("Importance"),
            "head": _("Head of the unit"),
            "head_phone": _("Phone of the head"),
            "head_email": _("E-mail of the head"),
        }
        help_texts = {
            "code": _("Short name for sheets and the command line: letters, digits, hyphens."),
            "head": _("Told where contact and deputy let a notice lie."),
        }


class AssetForm(forms.ModelForm):  # type: ignore[type-arg]
    """An asset of a unit."""

    class Meta:
        model = Asset
        fields = (
            *("kind", "name", "value", "importance", "critical", "owner", "protection_level", "icp", "police_filing"),
            *("registrar", "provider", "domain_expires"),
        )
        labels = {
            "kind": _("Kind"),
            "name": _("Name"),
            "value": _("Domain, address or range"),
            "importance": _("Importance"),
            "critical": _("Critical information infrastructure"),
            "owner": _("Responsible person"),
            "protection_level": _("Protection level (1 to 5)"),
            "icp": _("ICP filing number"),
            "police_filing": _("Police filing number"),
            "registrar": _("Registrar"),
            "provider": _("Access provider"),
            "domain_expires": _("Domain expires on"),
        }
        widgets = {"domain_expires": forms.DateInput(attrs={"type": "date"})}


class ContactsForm(forms.Form):
    """Who speaks for a unit, and the deputy."""

    contact = forms.CharField(label=_("Contact"), max_length=100)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    deputy = forms.CharField(label=_("Deputy"), max_length=100, required=False)
    deputy_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    deputy_email = forms.EmailField(label=_("E-mail"), required=False)


class SheetForm(forms.Form):
    """A sheet to import."""

    sheet = forms.FileField(
        label=_("Sheet (xlsx or csv)"), help_text=_("All of it comes in, or nothing; the export shows the columns.")
    )
