"""A unit's word on its own list of assets and contacts, and the office's answer to it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.actions import confirm_register, settle_register
from fenghuo.base.units.queries import units_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires


@requires(Permission.SEE_UNITS)
@require_POST
def check(request: HttpRequest, unit_id: str) -> HttpResponse:
    """The unit's contact says that the list is right, or what is wrong; who keeps the register says that it was put right."""
    person = person_of(request)
    unit = object_or_404(units_visible_to(person), id=unit_id)
    verb, text = request.POST.get("verb", ""), request.POST.get("text", "").strip()
    own = person.unit_scope() is not None
    if (verb == "settle" and not person.can(Permission.EDIT_UNITS)) or (verb in {"right", "wrong"} and not own):
        raise PermissionDenied
    if verb == "settle":
        for row in unit.register_checks.filter(handled_at=None).exclude(remarks=""):
            settle_register(actor_of(request), row)
    elif verb == "right":
        confirm_register(actor_of(request), unit)
    elif verb == "wrong" and text:
        confirm_register(actor_of(request), unit, text)
    elif verb == "wrong":
        messages.error(request, _("Write down what is wrong or missing."))
    return redirect("units:show", unit.id)
