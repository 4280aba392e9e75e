"""Screening rounds: planned, authorised by the leader, started, finished, reported; with what each has reached."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.entry import ReasonForm, RoundForm
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.values import StateKind
from fenghuo.see.screening import actions, queries, rounds
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.ledger import round_period
from fenghuo.see.screening.models import Round, RoundAsset, RoundState
from fenghuo.see.screening.register import NO_CHECK

_KINDS = {
    RoundState.PLANNED: StateKind.WAITING,
    RoundState.AUTHORISED: StateKind.WAITING,
    RoundState.RUNNING: StateKind.WORKING,
    RoundState.DONE: StateKind.DONE,
    RoundState.REPORTED: StateKind.GONE,
}
_OVER = {RoundState.DONE, RoundState.REPORTED}


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with its numbers: assets that are due, of these visited and authorised."""

    round: Round
    kind: str
    due: int
    visited: int
    not_authorised: int

    @property
    def percent(self) -> int:
        """Share of due assets that were visited."""
        return 100 * self.visited // self.due if self.due else 0


def _line(found: Round, person: Person) -> RoundLine:
    rows = queries.round_assets_visible_to(person, found.id).filter(excluded="")
    numbers = rows.aggregate(
        due=Count("id"),
        visited=Count("id", filter=Q(visited_at__isnull=False)),
        not_authorised=Count("id", filter=Q(authorised=False)),
    )
    return RoundLine(found, _KINDS[RoundState(found.state)].value, **numbers)


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Rounds, the youngest first."""
    person = person_of(request)
    found = list_page(request, queries.rounds_visible_to(person), ("-begins", "id"), 20)
    values = {
        "page": found,
        "lines": [_line(one, person) for one in found.rows],
        "may_edit": person.can(Permission.EDIT_SCREENING),
    }
    return page(request, "rounds", "rounds", values)


@requires(Permission.EDIT_SCREENING)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a round."""
    form = RoundForm(person_of(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rounds.plan(actor_of(request), form.plan())
        except actions.CannotDo as error:
            form.add_error({"time": "ends", "assets": "assets"}.get(error.code), words.said(error))
        else:
            messages.success(request, _("Planned. The leader authorises it before it can start."))
            return redirect("screening:round", made.id)
    return page(request, "plan", "rounds", {"form": form})


@requires(Permission.SEE_SCREENING)
def show(request: HttpRequest, round_id: str) -> HttpResponse:
    """One round: how far it is, and its assets."""
    person = person_of(request)
    found = object_or_404(queries.rounds_visible_to(person), id=round_id)
    rows = list(queries.round_assets_visible_to(person, found.id))
    board = queries.board(round_period(found.id), person)
    values = {
        "line": _line(found, person),
        "round": found,
        "checks": [words.check_title(check_id) for check_id in found.checks],
        "rows": [(row, _outcome(board, row)) for row in rows],
        "covered": board.total() if found.started_at else None,
        "period": round_period(found.id),
        "verb": _verb(person, found),
        "waits_for_leader": found.state == RoundState.PLANNED and not person.can(Permission.AUTHORISE_ROUNDS),
        "may_exclude": person.can(Permission.EDIT_SCREENING) and found.state not in _OVER,
    }
    return page(request, "round", "rounds", values)


def _outcome(board: queries.Board, row: RoundAsset) -> str:
    """How it went with an asset of a round: a word of a closed list for the page."""
    if row.excluded:
        return "no-check" if row.excluded == NO_CHECK else "excluded"
    if row.visited_at is None:
        return "waiting" if row.authorised else "not-authorised"
    untested = any(VerdictKind.COULD_NOT_TEST in found for found in board.cells.get(row.asset_id, {}).values())
    return "gaps" if untested else "done"


def _verb(person: Person, found: Round) -> tuple[str, str, str] | None:
    """(address, state to go to, word) of the next step, None where the person has none to take."""
    steps = {
        RoundState.PLANNED: ("authorise-round", RoundState.AUTHORISED, _("Authorise the round")),
        RoundState.AUTHORISED: ("advance-round", RoundState.RUNNING, _("Start it")),
        RoundState.RUNNING: ("advance-round", RoundState.DONE, _("Finish it")),
        RoundState.DONE: ("advance-round", RoundState.REPORTED, _("Mark it as reported")),
    }
    step = steps.get(RoundState(found.state))
    needed = Permission.AUTHORISE_ROUNDS if found.state == RoundState.PLANNED else Permission.EDIT_SCREENING
    return (
        (reverse(f"screening:{step[0]}", args=[found.id]), step[1].value, step[2])
        if step is not None and person.can(needed)
        else None
    )


def _advance(request: HttpRequest, round_id: str, wanted: RoundState) -> HttpResponse:
    found = object_or_404(queries.rounds_visible_to(person_of(request)), id=round_id)
    try:
        rounds.advance(actor_of(request), found.id, wanted)
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    return redirect("screening:round", found.id)


@requires(Permission.AUTHORISE_ROUNDS)
@require_POST
def authorise(request: HttpRequest, round_id: str) -> HttpResponse:
    """The leader authorises a planned round."""
    return _advance(request, round_id, RoundState.AUTHORISED)


@requires(Permission.EDIT_SCREENING)
@require_POST
def advance(request: HttpRequest, round_id: str) -> HttpResponse:
    """Start, finish or mark a round as reported."""
    wanted = request.POST.get("state", "")
    allowed = {RoundState.RUNNING.value, RoundState.DONE.value, RoundState.REPORTED.value}
    if wanted not in allowed:
        messages.error(request, words.said(actions.CannotDo("state")))
        return redirect("screening:round", round_id)
    return _advance(request, round_id, RoundState(wanted))


@requires(Permission.EDIT_SCREENING)
@require_POST
def exclude(request: HttpRequest, round_id: str, asset_id: int) -> HttpResponse:
    """Leave an asset out of a round, with the reason."""
    person = person_of(request)
    found = object_or_404(queries.rounds_visible_to(person), id=round_id)
    row = object_or_404(queries.round_assets_visible_to(person, found.id), asset_id=asset_id)
    form = ReasonForm(request.POST)
    try:
        rounds.exclude(actor_of(request), found.id, row.asset_id, form.cleaned_data["why"] if form.is_valid() else "")
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    return redirect("screening:round", found.id)
