"""The duty roster."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.warn.duty.actions import add_shift
from fenghuo.warn.duty.models import Post, Shift
from fenghuo.warn.duty.queries import ladder, on_duty

_LOCAL = "%Y-%m-%dT%H:%M"


class ShiftForm(forms.Form):
    """One person on one post."""

    person = forms.ModelChoiceField(queryset=Person.objects.filter(is_active=True), label=_("Person"))
    post = forms.ChoiceField(label=_("Post"), choices=Post.choices)
    starts_at = forms.DateTimeField(
        label=_("From"),
        input_formats=[_LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
    )
    ends_at = forms.DateTimeField(
        label=_("To"),
        input_formats=[_LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
    )


@requires(Permission.SEE_DUTY)
def list_all(request: HttpRequest) -> HttpResponse:
    """Who is on duty now and in the next two weeks; who may edit adds shifts."""
    may_edit = person_of(request).can(Permission.EDIT_DUTY)
    form = ShiftForm(request.POST or None, label_suffix="")
    form.fields["person"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
    if request.method == "POST" and may_edit and form.is_valid():
        try:
            add_shift(actor_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("duty:list")
    now = clock.now()
    shifts = Shift.objects.filter(ends_at__gt=now, starts_at__lt=now + timedelta(days=14)).select_related("person")
    values = {
        "shifts": shifts,
        "now": now,
        "duty": on_duty(now),
        "ladder": ladder(now),
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "duty/list.html", values)
