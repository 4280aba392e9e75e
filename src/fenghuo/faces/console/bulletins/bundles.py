"""Formal warnings as STIX bundles: the one in force taken along, and the file that a draft was made of."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.files import download, kept_file
from fenghuo.share.stix import actions as stix
from fenghuo.share.stix.models import Received
from fenghuo.share.stix.names import refusal, remarks
from fenghuo.warn.early_warnings.formal import Origin
from fenghuo.warn.early_warnings.markings import allows, allows_receivers
from fenghuo.warn.early_warnings.models import Bulletin
from fenghuo.warn.early_warnings.queries import bulletins_visible_to


@requires(Permission.SEE_NOTICES)
def give(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """The version in force as STIX 2.1, for who may see it."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    try:
        given = stix.give(actor_of(request), bulletin)
    except stix.Refused as error:
        messages.error(request, refusal(error))
        return redirect("bulletins:show", bulletin.id)
    return download(given.content, "json", given.name)


@requires(Permission.EDIT_NOTICES)
def received(request: HttpRequest, bulletin_id: str) -> HttpResponse:
    """The bundle that the draft was made of, as it came, checked against its hash."""
    bulletin = object_or_404(bulletins_visible_to(person_of(request)), id=bulletin_id)
    found = Received.objects.filter(bulletin=bulletin).first()
    if found is None:
        messages.error(request, _("This warning did not come in as a file."))
        return redirect("bulletins:show", bulletin.id)
    act = Act("bulletin.bundle-taken", bulletin.subject, {"sha256": found.sha256})
    return kept_file(request, found.sha256, "json", found.name, act) or redirect("bulletins:show", bulletin.id)


def shown(bulletin: Bulletin, office: bool) -> dict[str, Any]:
    """For the page of a warning: its marking and what that allows, and for the office the bundle that it came in."""
    found = Received.objects.filter(bulletin=bulletin).first() if office else None
    relayed = bulletin.origin == Origin.RELAYED
    return {
        "allows": allows(bulletin.tlp) if relayed and office else allows_receivers(bulletin.tlp),
        "received": found,
        "remarks": remarks(found.remarks) if found is not None else [],
        "others": ", ".join(f"{number} × {kind}" for kind, number in found.others.items()) if found else "",
    }
