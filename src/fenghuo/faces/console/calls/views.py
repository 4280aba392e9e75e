"""Whom somebody must call, because no channel got through."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.matters import link_of
from fenghuo.warn.channels import queries
from fenghuo.warn.channels.actions import call_done

_LEVELS = {level.rank: level.value for level in WarningLevel}


@requires(Permission.SEE_DESK)
def list_all(request: HttpRequest) -> HttpResponse:
    """The calls that are to be made, the soonest due first, and the latest that are done."""
    callers = [
        (
            caller,
            _LEVELS.get(caller.rank, "blue"),
            [(call, link_of(call.matter), queries.digest_text(call.matter)) for call in caller.calls],
        )
        for caller in queries.calls_open()
    ]
    values = {
        "callers": callers,
        "done": queries.calls_done()[:30],
        "may_call": person_of(request).can(Permission.HANDLE_WARNINGS),
        "now": clock.now(),
    }
    return render(request, "calls/list.html", values)


@requires(Permission.HANDLE_WARNINGS)
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    """Somebody was called about everything that is open for them."""
    outcome = request.POST.get("outcome", "").strip()
    if not outcome:
        messages.error(request, _("Write down whom you spoke to, and what was said."))
    elif not call_done(actor_of(request), request.POST.get("who", ""), outcome):
        messages.error(
            request, _("Nothing is open for this person any more: somebody else called, or a message arrived.")
        )
    return redirect("calls:list")
