"""Block orders: the list, one order with its evidence and reach, and the steps of both persons."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import Actor
from fenghuo.base.audit.queries import of_subject
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.blocks.forms import Filters, ObjectionForm, possible_owners
from fenghuo.faces.console.blocks.rows import block_rows, course, proof_rows
from fenghuo.faces.console.blocks.words import nav, sentence
from fenghuo.faces.console.pages import csv_response, list_page
from fenghuo.respond.blocks import actions
from fenghuo.respond.blocks.decide import State
from fenghuo.respond.blocks.guard import Refused
from fenghuo.respond.blocks.models import REASONS, STATES, Block
from fenghuo.respond.blocks.queries import blocks_visible_to
from fenghuo.respond.incidents.protection import step
from fenghuo.share.blocklists.queries import consumers, is_silent

Verb = Callable[[Actor, str], Block]


@requires(Permission.SEE_BLOCKS)
def list_all(request: HttpRequest) -> HttpResponseBase:
    """Orders, the latest first; above them what waits for a second person and devices that fell silent."""
    person = person_of(request)
    form, rows = Filters(request.GET), blocks_visible_to(person)
    wanted = form.cleaned_data if form.is_valid() else {}
    for name, field in (("kind", "kind"), ("reason", "reason"), ("state", "state"), ("incident", "incident_id")):
        if wanted.get(name):
            rows = rows.filter(**{field: wanted[name]})
    for word in wanted.get("q", "").split():
        rows = rows.filter(Q(value__icontains=word) | Q(why__icontains=word))
    if request.GET.get("export"):
        return _export(rows)
    page = list_page(request, rows, ("-ordered_at", "id"))
    now = clock.now()
    values = {
        "form": form,
        "page": page,
        "rows": block_rows(page.rows),
        "waiting": blocks_visible_to(person).filter(state=State.ASKED).count(),
        "standing": blocks_visible_to(person).filter(state=State.IN_FORCE, until__gt=now).count(),
        "silent": [c for c in consumers() if is_silent(c, now)],
        "none_polls": not consumers().filter(closed_at=None).exists(),
        "may_order": person.can(Permission.ORDER_BLOCKS),
        "nav": nav("list"),
    }
    return render(request, "blocks/list.html", values)


def _export(rows: QuerySet[Block]) -> HttpResponseBase:
    columns = {
        "value": _("What is blocked"),
        "reason": pgettext("block", "Reason"),
        "state": _("State"),
        "ordered_by": _("Ordered by"),
        "ordered_at": _("Ordered"),
        "approved_by": _("Approved by"),
        "approved_at": _("Approved"),
        "until": _("Until"),
        "ended_at": _("Ended"),
    }
    words = dict(STATES) | dict(REASONS)
    told = rows.values(*columns)
    return csv_response(
        "blocks",
        columns,
        ({**row, "state": words[row["state"]], "reason": words[row["reason"]]} for row in told.iterator()),
    )


@requires(Permission.SEE_BLOCKS)
def show(request: HttpRequest, block_id: str) -> HttpResponse:
    """One order: who ordered what, why, until when, what shows it, and which devices have it."""
    person = person_of(request)
    block = object_or_404(blocks_visible_to(person), id=block_id)
    ordered_it = block.ordered_by_id == str(person.pk)
    [row] = block_rows([block])
    standing = block.state == State.IN_FORCE
    values = {
        "row": row,
        "order": block,
        "proofs": proof_rows(block),
        "fetches": block.fetches.select_related("consumer"),
        "timeline": course(of_subject(block.subject)),
        "objections": block.objections.all(),
        "waits": block.state == State.ASKED,
        "ordered_it": ordered_it,
        "may_approve": person.can(Permission.APPROVE_BLOCKS) and not ordered_it,
        "may_order": person.can(Permission.ORDER_BLOCKS),
        "standing": standing,
        "objection": ObjectionForm(block) if standing and possible_owners(block).exists() else None,
        "nav": nav("list"),
    }
    return render(request, "blocks/show.html", values)


@requires(Permission.ORDER_BLOCKS)
@require_POST
def do(request: HttpRequest, block_id: str) -> HttpResponse:
    """Withdraw an order of one's own, or lift one that is in force."""
    why = request.POST.get("why", "")
    verbs: dict[str, Verb] = {
        "withdraw": lambda actor, found: actions.withdraw(actor, found, why),
        "lift": lambda actor, found: actions.lift(actor, found, why),
    }
    return _done(request, block_id, verbs)


@requires(Permission.APPROVE_BLOCKS)
@require_POST
def approve(request: HttpRequest, block_id: str) -> HttpResponse:
    """Approve or refuse what another person ordered."""
    why = request.POST.get("why", "")
    verbs: dict[str, Verb] = {
        "approve": actions.approve,
        "refuse": lambda actor, found: actions.refuse(actor, found, why),
    }
    return _done(request, block_id, verbs)


def _done(request: HttpRequest, block_id: str, verbs: "dict[str, Verb]") -> HttpResponse:
    block = object_or_404(blocks_visible_to(person_of(request)), id=block_id)
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is not None:
        try:
            step(actor_of(request), block.id, verb)
        except Refused as error:
            messages.error(request, sentence(error))
    return redirect("blocks:show", block.id)
