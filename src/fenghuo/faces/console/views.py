"""The start page."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fenghuo.faces.console.access import SignedIn, requires
from fenghuo.faces.console.rail import rail


@requires(None)
def start(request: HttpRequest) -> HttpResponse:
    """Lead on to the first page of the rail that the person may see, else to the own account."""
    entries = rail(cast(SignedIn, request.user), request.path)
    return redirect(entries[0].url if entries else "account:me")
