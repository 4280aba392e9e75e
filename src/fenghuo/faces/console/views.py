"""The start page, and the answer for programs that watch over this one."""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import SignedIn, requires
from fenghuo.faces.console.rail import rail
from fenghuo.faces.console.setup.code import is_set_up
from fenghuo.warn.channels.health import Health
from fenghuo.warn.channels.health import state as state_of


@requires(None)
def _lead_on(request: HttpRequest) -> HttpResponse:
    entries = rail(cast(SignedIn, request.user), request.path)
    return redirect(entries[0].url if entries else "account:me")


def start(request: HttpRequest) -> HttpResponse:
    """Lead on to the first page of the rail that the person may see; before the first start is done, to that."""
    return cast(HttpResponse, _lead_on(request)) if is_set_up() else redirect("setup:first")


def health(request: HttpRequest) -> JsonResponse:
    """200 where the tables answer, with whether real sending works. It tells strangers nothing else; who may see the desk gets figures."""
    state = state_of(clock.now())
    answer: dict[str, object] = {"status": "ok", "ready": state.ready}
    user = request.user
    if isinstance(user, Person) and user.can(Permission.SEE_DESK):
        answer |= _figures(state)
    return JsonResponse(answer)


def ready(request: HttpRequest) -> JsonResponse:
    """200 where who must be told can be told, else 503."""
    state = state_of(clock.now())
    return JsonResponse({"ready": state.ready}, status=200 if state.ready else 503)


def _figures(state: Health) -> dict[str, object]:
    oldest = None if state.oldest is None else round((clock.now() - state.oldest).total_seconds(), 1)
    return {
        "why": state.why,
        "oldest_unsent_s": oldest,
        "unsent": state.waiting,
        "failing": [{"channel": one.channel.name, "since": one.since.isoformat()} for one in state.failing],
        "clock_skew_s": state.skew_s,
        "clock_witnesses": state.witnesses,
        "free_bytes": state.free_bytes,
        "outside_heartbeat": state.heartbeat,
        "calls": state.calls,
    }
