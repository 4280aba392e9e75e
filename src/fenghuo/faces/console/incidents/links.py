"""The standing links by which contacts of units report: who has one, and give, renew or take away."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.units.models import Contact
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.incidents.words import sentence
from fenghuo.faces.console.pages import list_page
from fenghuo.respond.incidents import links
from fenghuo.respond.incidents.actions import CannotDo
from fenghuo.respond.incidents.models import UnitLink


@requires(Permission.EDIT_INCIDENTS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every contact with the link, or without one."""
    rows = Contact.objects.select_related("unit", "incident_link")
    for word in request.GET.get("q", "").split():
        rows = rows.filter(unit__name__icontains=word)
    page = list_page(request, rows, ("unit_id", "id"))
    pairs = [(contact, _link(contact)) for contact in page.rows]
    return render(request, "incidents/links.html", {"page": page, "rows": pairs, "q": request.GET.get("q", "")})


def _link(contact: Contact) -> UnitLink | None:
    link: UnitLink | None = getattr(contact, "incident_link", None)
    return link if link is not None and link.holder == links.holder_of(contact) else None


@requires(Permission.EDIT_INCIDENTS)
@require_POST
def do(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Give a link, send another code, or take the link away."""
    person_of(request)
    contact = object_or_404(Contact.objects.select_related("unit"), id=contact_id)
    link, actor = _link(contact), actor_of(request)
    does: dict[str, Callable[[], object]] = {"make": lambda: links.make_link(actor, contact)}
    if link is not None:
        does |= {"code": lambda: links.new_code(actor, link.id), "revoke": lambda: links.revoke(actor, link.id)}
    verb = request.POST.get("verb", "")
    if verb in does:
        try:
            does[verb]()
        except CannotDo as error:
            messages.error(request, sentence(error))
        else:
            messages.success(
                request, _("Done for %(name)s of %(unit)s.") % {"name": contact.name, "unit": contact.unit.name}
            )
    return redirect("incidents:links")
