"""A person leaves: everything that they have in hand goes to one successor, in one step."""

from dataclasses import asdict, dataclass

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.faces.console.access import actor_of, object_or_404, requires
from fenghuo.faces.console.blocks.forms import possible_owners
from fenghuo.faces.console.duty.forms import PersonField, office_people
from fenghuo.faces.console.duty.words import sentence
from fenghuo.respond.blocks import actions as blocks
from fenghuo.respond.blocks.models import Objection
from fenghuo.respond.incidents import passing_on as incident_tasks
from fenghuo.respond.tasks import passing_on as tasks
from fenghuo.warn.duty import leaving as shifts
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.early_warnings import passing_on as warnings
from fenghuo.warn.notices import passing_on as notices


@dataclass(frozen=True, slots=True)
class InHand:
    """How much a person has in hand."""

    shifts: int
    warnings: int
    notices: int
    tasks: int
    objections: int


def in_hand(person: Person) -> InHand:
    """Count it."""
    own, name = str(person.pk), person.name
    return InHand(
        shifts.held_by(person),
        warnings.in_hand_of(own, name).count(),
        notices.drafts_of(own, name).count() + warnings.drafts_of(own, name).count(),
        incident_tasks.tasks_of(name).count() + tasks.tasks_of(person).count(),
        _objections_of(person).count(),
    )


def _objections_of(person: Person) -> QuerySet[Objection]:
    return Objection.objects.filter(owner_id=str(person.pk), upheld=None)


def _give_objections(actor: Actor, person: Person, to: Person) -> int:
    rows = list(_objections_of(person).select_related("block"))
    for row in rows:
        if to not in possible_owners(row.block):
            raise CannotDo("objection", row.block.value)
        blocks.give_objection(actor, row.pk, to.actor())
    return len(rows)


@transaction.atomic
def hand_over(actor: Actor, person: Person, to: Person) -> InHand:
    """Give it all to another, or nothing where one thing can't be; what was given.

    Raises:
        CannotDo: a shift that the successor can't take; "objection" to a block that the successor ordered, approved or may not judge.
    """
    own, name, heir, heirs_name = str(person.pk), person.name, str(to.pk), to.name
    given = InHand(
        shifts.pass_on(actor, person, to),
        warnings.pass_on(actor, own, name, heir, heirs_name),
        notices.pass_on(actor, own, name, heir, heirs_name)
        + warnings.pass_drafts_on(actor, own, name, heir, heirs_name),
        incident_tasks.pass_on(actor, name, heirs_name) + tasks.pass_on(actor, person, to),
        _give_objections(actor, person, to),
    )
    detail = {"person": own, "for": heir, "shifts": given.shifts, "warnings": given.warnings}
    detail |= {"notices": given.notices, "tasks": given.tasks, "objections": given.objections}
    record(actor, "person.matters-handed-over", f"person:{own}", detail)
    return given


class LeavingForm(forms.Form):
    """Who takes it over."""

    def __init__(self, data: object, person: Person) -> None:
        super().__init__(data, label_suffix="")  # type: ignore[arg-type]
        heirs = [one for one in office_people() if one.pk != person.pk]
        self.fields["to"] = PersonField(heirs, label=_("Who takes it over"))


@requires(Permission.EDIT_PEOPLE)
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """What a person has in hand, and whom it goes to."""
    person = object_or_404(Person.objects.all(), pk=number)
    form = LeavingForm(request.POST or None, person)
    if request.method == "POST" and form.is_valid():
        try:
            given = hand_over(actor_of(request), person, form.cleaned_data["to"])
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            text = gettext(
                "Handed over: %(shifts)d shifts, %(warnings)d warnings, %(notices)d drafts, %(tasks)d tasks, %(objections)d objections."
            )
            messages.success(request, text % asdict(given))
            return redirect("people:edit", person.pk)
    return render(request, "people/leave.html", {"found": person, "form": form, "in_hand": in_hand(person)})
