"""Deputies, important periods, and how long things take on duty."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission, Role
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.duty.forms import DeputyForm, PeriodForm, TermsForm
from fenghuo.faces.console.duty.nav import page
from fenghuo.faces.console.duty.views import tried
from fenghuo.faces.console.duty.words import sentence
from fenghuo.faces.console.screening.entry import full_hour
from fenghuo.warn.duty import actions, standing_in
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.models import Deputy, ImportantPeriod
from fenghuo.warn.duty.queries import terms

_SHOWN = 20


@requires(Permission.SEE_DUTY)
def show(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom, important periods, the terms; and the forms to change them."""
    person, now = person_of(request), clock.now()
    may_edit = person.can(Permission.EDIT_DUTY)
    which = request.POST.get("what", "")
    soon = {"starts_at": full_hour(timedelta(hours=1)), "ends_at": full_hour(timedelta(hours=25))}
    deputy = DeputyForm(
        request.POST if which == "deputy" else None,
        by=person,
        leads=Role.LEADER.value in person.roles,
        initial={**soon, "for_person": person.pk},
        prefix="deputy",
    )
    period = PeriodForm(request.POST if which == "period" else None, initial=soon, prefix="period")
    figures = TermsForm(request.POST if which == "terms" else None, instance=terms(), prefix="terms", label_suffix="")
    if which and _done(request, which, {"deputy": deputy, "period": period, "terms": figures}):
        return redirect("duty:arrangements")
    values: dict[str, object] = {
        "deputies": Deputy.objects.select_related("person", "for_person")[:_SHOWN],
        "periods": ImportantPeriod.objects.all()[:_SHOWN],
        "now": now,
        "deputy_form": deputy if not person.unit_scope() else None,
        "period_form": period if may_edit else None,
        "terms_form": figures if may_edit else None,
        "terms": terms(),
        "may_edit": may_edit,
        "leads": Role.LEADER.value in person.roles,
    }
    return page(request, "arrangements", "arrangements", values)


def _done(request: HttpRequest, which: str, forms: dict[str, DeputyForm | PeriodForm | TermsForm]) -> bool:
    """Carry out the form that was sent; whether it could be."""
    person, form = person_of(request), forms.get(which)
    if form is None or not form.is_valid() or (which != "deputy" and not person.can(Permission.EDIT_DUTY)):
        return False
    v = form.cleaned_data
    address = str(request.META.get("REMOTE_ADDR", ""))
    verbs: dict[str, Callable[[], object]] = {
        "deputy": lambda: standing_in.name_deputy(
            person, v["person"], v["for_person"], v["starts_at"], v["ends_at"], v["why"], address
        ),
        "period": lambda: standing_in.begin_period(
            actor_of(request), v["name"], v["starts_at"], v["ends_at"], v["rungs"], v["percent"]
        ),
        "terms": lambda: actions.set_terms(actor_of(request), v),
    }
    try:
        verbs[which]()
    except CannotDo as error:
        form.add_error(None, sentence(error))
        return False
    return True


@requires(Permission.SEE_DUTY)
@require_POST
def end_deputy(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """End a deputy's time: who is away does it, or a leader."""
    person = person_of(request)
    row = object_or_404(Deputy.objects.all(), pk=deputy_id)
    if person.pk == row.for_person_id or Role.LEADER.value in person.roles:
        tried(request, lambda: standing_in.end_deputy(actor_of(request), row.pk), _("Ended."))
    else:
        messages.error(request, sentence(CannotDo("right")))
    return redirect("duty:arrangements")


@requires(Permission.EDIT_DUTY)
@require_POST
def end_period(request: HttpRequest, period_id: int) -> HttpResponse:
    """End an important period."""
    row = object_or_404(ImportantPeriod.objects.all(), pk=period_id)
    tried(request, lambda: standing_in.end_period(actor_of(request), row.pk), _("Ended."))
    return redirect("duty:arrangements")
