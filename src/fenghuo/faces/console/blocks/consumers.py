"""Devices that poll the lists: added with their addresses, watched, given a new token, closed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.addresses import whole_address
from fenghuo.faces.console.blocks.forms import ConsumerForm
from fenghuo.faces.console.blocks.words import nav
from fenghuo.faces.console.values import StateKind
from fenghuo.respond.blocks.decide import State
from fenghuo.share.blocklists import actions
from fenghuo.share.blocklists.actions import CannotDo
from fenghuo.share.blocklists.models import Consumer
from fenghuo.share.blocklists.queries import consumers, is_silent
from fenghuo.share.blocklists.render import FORMS


@requires(Permission.SEE_BLOCKS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Who polls, what it had last, and who fell silent."""
    person = person_of(request)
    values = {
        "rows": [(c, *_state(c), _having(c)) for c in consumers()],
        "may_edit": person.can(Permission.EDIT_CONSUMERS),
        "forms": form_words(),
        "nav": nav("consumers"),
    }
    return render(request, "blocks/consumers.html", values)


def _state(consumer: Consumer) -> tuple[str, str]:
    if consumer.closed_at is not None:
        return StateKind.GONE.value, pgettext("device", "closed")
    if is_silent(consumer, clock.now()):
        return StateKind.WAITING.value, _("silent")
    return (
        (StateKind.WORKING.value, _("polls"))
        if consumer.last_poll_at
        else (StateKind.WAITING.value, _("not yet heard"))
    )


def _having(consumer: Consumer) -> int:
    now = clock.now()
    return consumer.fetches.filter(block__state=State.IN_FORCE, block__until__gt=now).count()


def form_words() -> list[tuple[str, str]]:
    """Name of each form, and what it is for."""
    words = {
        "addresses.txt": _("single addresses, one a line; networks are left out"),
        "cidr.txt": _("addresses and networks in CIDR form, one a line"),
        "domains.txt": _("domains, one a line; names below are meant too"),
        "urls.txt": _("URLs without scheme, one a line"),
        "hosts.txt": _("domains as a hosts file; it can't carry the names below"),
        "rpz.zone": _("domains and the names below as a response policy zone (RPZ)"),
    }
    return [(name, words[name]) for name in FORMS]


@requires(Permission.EDIT_CONSUMERS)
def new(request: HttpRequest) -> HttpResponse:
    """A new device; its addresses are shown once."""
    form = ConsumerForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        try:
            made, token = actions.add_consumer(
                actor_of(request), v["name"], v["place"], v["every_s"], exercise=v["exercise"]
            )
        except CannotDo:
            form.add_error("name", _("Write a name."))
        else:
            return _token_page(request, made, token)
    return render(request, "form.html", {"form": form, "title": _("New device")})


@requires(Permission.EDIT_CONSUMERS)
@require_POST
def do(request: HttpRequest, consumer_id: str) -> HttpResponse:
    """A new token, or the end."""
    found = object_or_404(consumers(), id=consumer_id)
    verb = request.POST.get("verb", "")
    try:
        if verb == "renew":
            return _token_page(request, found, actions.renew_token(actor_of(request), found.id))
        if verb == "close":
            actions.close_consumer(actor_of(request), found.id)
    except CannotDo:
        messages.error(request, _("It is closed already."))
    return redirect("blocks:consumers")


def _token_page(request: HttpRequest, consumer: Consumer, token: str) -> HttpResponse:
    addresses = [
        (whole_address(request, reverse("blocks:poll", args=[token, name])), word) for name, word in form_words()
    ]
    values = {"consumer": consumer, "addresses": addresses, "token": token, "nav": nav("consumers")}
    return render(request, "blocks/token.html", values)
