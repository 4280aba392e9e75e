"""Hosts that registered sites name and the register does not know: listed, never contacted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.entry import ReasonForm
from fenghuo.faces.console.screening.nav import page
from fenghuo.see.screening import actions
from fenghuo.see.screening.queries import seen_hosts_visible_to
from fenghuo.see.screening.register import registered_hosts


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Hosts that wait for an answer; dismissed ones where they are asked for."""
    person = person_of(request)
    dismissed = request.GET.get("dismissed") == "1"
    rows = seen_hosts_visible_to(person).exclude(host__in=registered_hosts())
    waiting = rows.filter(dismissed_by="")
    values = {
        "page": list_page(request, rows.exclude(dismissed_by="") if dismissed else waiting, ("host",)),
        "dismissed": dismissed,
        "dismissed_number": rows.exclude(dismissed_by="").count(),
        "may_edit": person.can(Permission.EDIT_SCREENING),
        "may_register": person.can(Permission.EDIT_UNITS),
    }
    return page(request, "hosts", "hosts", values)


@requires(Permission.EDIT_SCREENING)
@require_POST
def dismiss(request: HttpRequest, host_id: int) -> HttpResponse:
    """Say that a host is none of the county's, with the reason."""
    seen = object_or_404(seen_hosts_visible_to(person_of(request)), pk=host_id)
    form = ReasonForm(request.POST)
    try:
        actions.dismiss_host(actor_of(request), seen.host, form.cleaned_data["why"] if form.is_valid() else "")
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    else:
        messages.success(request, _("%(host)s is put aside.") % {"host": seen.host})
    return redirect("screening:hosts")
