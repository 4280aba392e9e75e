"""Objections: taken, given to another owner, answered."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import Actor
from fenghuo.base.clocks.models import Deadline
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.blocks.forms import ObjectionForm, possible_owners
from fenghuo.faces.console.blocks.words import nav, sentence
from fenghuo.faces.console.pages import list_page
from fenghuo.respond.blocks import actions
from fenghuo.respond.blocks.guard import Refused
from fenghuo.respond.blocks.models import Objection
from fenghuo.respond.blocks.queries import blocks_visible_to, objections_visible_to
from fenghuo.respond.incidents import protection


@requires(Permission.SEE_BLOCKS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Open objections with their clocks, then those that were answered."""
    person = person_of(request)
    rows = objections_visible_to(person)
    waiting = list(rows.filter(upheld=None).order_by("taken_at", "id"))
    clocks = {d.subject: d for d in Deadline.objects.filter(subject__in=[o.subject for o in waiting], stopped_at=None)}
    page = list_page(request, rows.filter(upheld__isnull=False), ("-taken_at", "-id"))
    may_order = person.can(Permission.ORDER_BLOCKS)
    values = {
        "waiting": [
            (o, clocks.get(o.subject), o.owner_id == str(person.pk) and may_order, possible_owners(o.block))
            for o in waiting
        ],
        "page": page,
        "may_order": may_order,
        "nav": nav("objections"),
    }
    return render(request, "blocks/objections.html", values)


@requires(Permission.ORDER_BLOCKS)
@require_POST
def take(request: HttpRequest, block_id: str) -> HttpResponse:
    """Write an objection down."""
    block = object_or_404(blocks_visible_to(person_of(request)), id=block_id)
    form = ObjectionForm(block, request.POST)
    if not form.is_valid():
        messages.error(request, sentence(Refused("text" if "text" in form.errors else "owner")))
        return redirect("blocks:show", block.id)
    v = form.cleaned_data
    return _try(
        request,
        lambda: actions.take_objection(
            actor_of(request), block.id, v["who"], v["contact"], v["text"], _as_actor(v["owner"])
        ),
        block.id,
    )


@requires(Permission.ORDER_BLOCKS)
@require_POST
def do(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Answer an objection, or give it to another owner."""
    found = object_or_404(objections_visible_to(person_of(request)), id=objection_id)
    said, actor = request.POST, actor_of(request)
    verb, text = said.get("verb", ""), said.get("text", "")
    if verb == "give":
        return _try(request, lambda: actions.give_objection(actor, found.pk, _owner(found, said.get("owner", ""))))
    if verb in {"uphold", "reject"}:
        return _try(request, lambda: protection.answer_objection(actor, found.pk, verb == "uphold", text))
    return redirect("blocks:objections")


def _owner(objection: Objection, number: str) -> Actor:
    chosen = possible_owners(objection.block).filter(pk=int(number)).first() if number.isdecimal() else None
    if chosen is None:
        raise Refused("owner")
    return _as_actor(chosen)


def _as_actor(person: Person) -> Actor:
    return person.actor()


def _try(request: HttpRequest, does: Callable[[], object], block_id: str = "") -> HttpResponse:
    try:
        does()
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("blocks:show", block_id) if block_id else redirect("blocks:objections")
