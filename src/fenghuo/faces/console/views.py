"""The start page, and the answer for programs that watch over this one."""

from typing import cast

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from fenghuo.faces.console.access import SignedIn, requires
from fenghuo.faces.console.rail import rail
from fenghuo.faces.console.setup.code import is_set_up


@requires(None)
def _lead_on(request: HttpRequest) -> HttpResponse:
    entries = rail(cast(SignedIn, request.user), request.path)
    return redirect(entries[0].url if entries else "account:me")


def start(request: HttpRequest) -> HttpResponse:
    """Lead on to the first page of the rail that the person may see; before the first start is done, to that."""
    return cast(HttpResponse, _lead_on(request)) if is_set_up() else redirect("setup:first")


def health(request: HttpRequest) -> JsonResponse:
    """200 where the tables answer. It tells strangers nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
