"""People who sign in, and what they may do."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.actions import add_person, change_person, reset_mfa
from fenghuo.base.accounts.models import ROLES, Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.models import Unit
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.choosing import UnitsField
from fenghuo.faces.console.people.leaving import in_hand


class RightsForm(forms.Form):
    """What a person may do."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=ROLES, widget=forms.CheckboxSelectMultiple)
    units = UnitsField(
        queryset=Unit.objects.all(),
        label=_("Units"),
        required=False,
        help_text=_("For unit contacts: the units they see."),
    )
    active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)


class PersonForm(RightsForm):
    """A new person."""

    username = forms.CharField(label=_("User name"), max_length=60)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    field_order = ("username", "name", "email", "phone", "roles", "units")
    active = None  # type: ignore[assignment]


@requires(Permission.SEE_PEOPLE)
def list_all(request: HttpRequest) -> HttpResponse:
    """Everybody, with roles and second factor."""
    words = dict(ROLES)
    people = [(person, [words[role] for role in person.roles]) for person in Person.objects.prefetch_related("units")]
    may_edit = person_of(request).can(Permission.EDIT_PEOPLE)
    return render(request, "people/list.html", {"people": people, "may_edit": may_edit})


@requires(Permission.EDIT_PEOPLE)
def new(request: HttpRequest) -> HttpResponse:
    """A new person; the first password is shown once."""
    form = PersonForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            person, password = add_person(
                *(actor_of(request), v["username"], v["name"], v["roles"]),
                email=v["email"],
                phone=v["phone"],
                units=list(v["units"]),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "people/added.html", {"added": person, "password": password})
    return render(request, "form.html", {"form": form, "title": gettext("New person")})


@requires(Permission.EDIT_PEOPLE)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Other roles or units, or no sign-in any more; running sessions of the person end."""
    found = object_or_404(Person.objects.all(), pk=number)
    initial = {"roles": found.roles, "units": found.units.all(), "active": found.is_active}
    form = RightsForm(request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            change_person(actor_of(request), found, v["roles"], list(v["units"]), active=v["active"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("Changed; running sessions of this person have ended."))
            left = in_hand(found)
            if not v["active"] and any((left.shifts, left.warnings, left.notices, left.tasks)):
                messages.error(
                    request, gettext("%(name)s still has matters in hand. Hand them over.") % {"name": found.name}
                )
                return redirect("people:leave", found.pk)
            return redirect("people:list")
    return render(request, "form.html", {"form": form, "title": found.name})


@requires(Permission.EDIT_PEOPLE)
@require_POST
def reset(request: HttpRequest, number: int) -> HttpResponse:
    """Take the second factor off, where the device was lost."""
    reset_mfa(actor_of(request), object_or_404(Person.objects.all(), pk=number))
    return redirect("people:list")
