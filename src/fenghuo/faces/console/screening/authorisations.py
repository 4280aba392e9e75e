"""Authorisations: the list, a new one, quiet hours, withdrawing. A unit's contact does it in person for the unit's own assets."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import assets_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.entry import AuthorisationForm, QuietForm, ReasonForm, quiet_of, quiet_text
from fenghuo.faces.console.screening.forms import AuthorisationFilters
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.values import StateKind
from fenghuo.see.screening import actions
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Authorisation
from fenghuo.see.screening.queries import authorisations_visible_to
from fenghuo.see.screening.register import checks_for

Row = tuple[Authorisation, list[str], str, str]


def _row(given: Authorisation, now: datetime) -> Row:
    """(authorisation, classes in words, how its state is drawn, its state)."""
    if given.withdrawn_at is not None:
        kind, state = StateKind.GONE, pgettext("authorisation", "withdrawn")
    elif given.ends <= now:
        kind, state = StateKind.GONE, pgettext("authorisation", "over")
    elif given.begins > now:
        kind, state = StateKind.WORKING, pgettext("authorisation", "not yet begun")
    else:
        kind, state = StateKind.DONE, pgettext("authorisation", "in force")
    return given, [words.class_word(name) for name in given.classes], kind.value, state


def _filtered(rows: QuerySet[Authorisation], form: AuthorisationFilters, now: datetime) -> QuerySet[Authorisation]:
    wanted = form.asked()
    if wanted["unit"]:
        rows = rows.filter(asset__unit_id=wanted["unit"])
    for word in wanted["q"].split()[:8]:
        named = Q(asset__value__icontains=word) | Q(asset__name__icontains=word) | Q(work_order__icontains=word)
        rows = rows.filter(named | Q(given_by__icontains=word) | Q(document__icontains=word))
    states = {
        "force": Q(withdrawn_at=None, begins__lte=now, ends__gt=now),
        "ahead": Q(withdrawn_at=None, begins__gt=now),
        "over": Q(withdrawn_at=None, ends__lte=now),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }
    return rows.filter(states[wanted["state"]]) if wanted["state"] else rows


def _bare(person: Person, now: datetime) -> list[Asset]:
    """Assets that a check concerns and that nobody has authorised."""
    allowed = Authorisation.objects.filter(withdrawn_at=None, begins__lte=now, ends__gt=now).values("asset_id")
    rows = assets_visible_to(person).exclude(id__in=allowed).order_by("unit__name", "value")
    return [asset for asset in rows if checks_for(asset.kind)]


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Authorisations, the youngest first, and what has none."""
    person, now = person_of(request), clock.now()
    form = AuthorisationFilters(person, request.GET)
    found = list_page(request, _filtered(authorisations_visible_to(person), form, now), ("-made_at", "id"))
    bare = _bare(person, now)
    values = {
        "form": form,
        "page": found,
        "rows": [_row(given, now) for given in found.rows],
        "all_classes": len(CheckClass),
        "filtered": any(form.asked().values()),
        "bare": bare[:20],
        "bare_number": len(bare),
        "may_consent": person.can(Permission.GIVE_CONSENT),
    }
    return page(request, "authorisations", "authorisations", values)


@requires(Permission.GIVE_CONSENT)
def new(request: HttpRequest) -> HttpResponse:
    """A new authorisation; the asset may stand in the address."""
    person = person_of(request)
    own = "" if person.can(Permission.EDIT_SCREENING) else person.name
    posted = request.POST if request.method == "POST" else None
    form = AuthorisationForm(person, own, posted, initial={"asset": request.GET.get("asset", "")})
    if request.method == "POST" and form.is_valid():
        fields = {"classes": "classes", "time": "ends", "addresses": "addresses", "quiet": "quiet"}
        try:
            made = actions.authorise(actor_of(request), form.cleaned_data["asset"], form.given())
        except actions.CannotDo as error:
            form.add_error(fields.get(error.code), words.said(error))
        else:
            messages.success(request, _("Authorised under number %(number)s.") % {"number": made.work_order})
            return redirect("screening:authorisation", made.id)
    return page(request, "authorise", "authorisations", {"form": form, "own": own})


@requires(Permission.SEE_SCREENING)
def show(request: HttpRequest, authorisation_id: str) -> HttpResponse:
    """One authorisation: who allowed what, and how it stands."""
    person, now = person_of(request), clock.now()
    given = object_or_404(authorisations_visible_to(person), id=authorisation_id)
    row = _row(given, now)
    hints, named = words.class_hints(), zip(given.classes, row[1], strict=True)
    values = {
        "given": given,
        "kind": row[2],
        "state": row[3],
        "classes": [(word, hints.get(value, "")) for value, word in named],
        "may_change": person.can(Permission.GIVE_CONSENT) and given.withdrawn_at is None and given.ends > now,
        "quiet": QuietForm(initial={"quiet": quiet_text(given.quiet)}),
    }
    return page(request, "authorisation", "authorisations", values)


@requires(Permission.GIVE_CONSENT)
@require_POST
def withdraw(request: HttpRequest, authorisation_id: str) -> HttpResponse:
    """Withdraw an authorisation, with the reason."""
    given = object_or_404(authorisations_visible_to(person_of(request)), id=authorisation_id)
    form = ReasonForm(request.POST)
    try:
        actions.withdraw(actor_of(request), given.id, form.cleaned_data["why"] if form.is_valid() else "")
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    else:
        messages.success(request, _("Withdrawn: nothing is contacted under it from now on."))
    return redirect("screening:authorisation", given.id)


@requires(Permission.GIVE_CONSENT)
@require_POST
def quiet(request: HttpRequest, authorisation_id: str) -> HttpResponse:
    """Set the hours in which nothing is contacted."""
    given = object_or_404(authorisations_visible_to(person_of(request)), id=authorisation_id)
    form = QuietForm(request.POST)
    spans = quiet_of(form.cleaned_data["quiet"]) if form.is_valid() else []
    try:
        actions.set_quiet(actor_of(request), given.id, spans)
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    else:
        messages.success(request, _("Saved: it holds from the next contact on."))
    return redirect("screening:authorisation", given.id)
