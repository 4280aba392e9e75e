"""Who may open a page. Every view of the console stands behind `requires`, or is public on purpose."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from enum import Enum
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit import Actor
from fenghuo.base.common import clock
from fenghuo.warn.duty.queries import decides_as

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponseBase]
AsyncView = Callable[..., Awaitable[HttpResponseBase]]
REQUIRED = "required_permission"
_AWAY = "decides_for"
DEPUTISED = frozenset({Permission.ISSUE_NOTICES})
"""What a deputy decides as long as the leader is away (`warn.duty`)."""
AnyView = TypeVar("AnyView", View, AsyncView)


class SignedIn(Protocol):
    """What the console asks of the person who is signed in (`base.accounts.Person`)."""

    is_authenticated: bool
    language: str

    def can(self, permission: Any) -> bool:
        """Whether the person's role carries the permission."""


def requires(permission: Enum | None) -> Callable[[AnyView], AnyView]:
    """The view is for persons who are signed in and have the permission; None for everyone who is signed in.

    Who is not signed in is led to the sign-in page and back; who may not gets the 403 page. The permission stays on the
    view under the name `REQUIRED`, so that the rail and the access test read it where it is held.
    """

    def decorate(view: AnyView) -> AnyView:
        inner: Any = view

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = _refusal(request, cast(SignedIn, request.user), permission)
            return refusal or inner(request, *args, **kwargs)

        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = _refusal(request, cast(SignedIn, await request.auser()), permission)
            return refusal or await inner(request, *args, **kwargs)

        chosen = guarded_async if iscoroutinefunction(view) else guarded
        setattr(chosen, REQUIRED, permission)
        return cast(AnyView, chosen)

    return decorate


def _refusal(request: HttpRequest, person: SignedIn, permission: Enum | None) -> HttpResponse | None:
    if not person.is_authenticated:
        if getattr(request, "htmx", False):
            return cast(HttpResponse, HttpResponseClientRedirect(reverse("account:login")))
        return redirect_to_login(request.get_full_path())
    if permission is None or person.can(permission):
        return None
    away = _decides_for(cast(Person, person), permission)
    if away is None:
        raise PermissionDenied
    setattr(request, _AWAY, away)
    return None


def _decides_for(person: Person, permission: Enum) -> Person | None:
    """For whom a person without a right of leaders decides now, None for nobody."""
    if permission not in DEPUTISED:
        return None
    return decides_as(person, permission, clock.now())


def may(person: Person, permission: Permission) -> bool:
    """Whether a person has a right, by a role or, for rights of leaders, as the deputy of who is away."""
    return person.can(permission) or _decides_for(person, permission) is not None


def kept_by(person: Person, permission: Permission, first: Collection[str]) -> Person | None:
    """Who keeps a person from the second of two persons' steps, None where nobody does: the person themself, or who is away and
    would decide through them.

    Args:
        first: ids of those who did the first step.
    """
    if str(person.pk) in first:
        return person
    away = None if person.can(permission) else _decides_for(person, permission)
    return away if away is not None and str(away.pk) in first else None


def demand(request: HttpRequest, permission: Permission) -> None:
    """For one verb of a page, a right above that of the page; a deputy acts for who is away from here on.

    Raises:
        PermissionDenied: the person, who is signed in, does not have it.
    """
    _refusal(request, cast(SignedIn, request.user), permission)


def away_of(request: HttpRequest) -> Person | None:
    """For whom the person who is signed in decides in this very request, None where it is in their own right."""
    return cast(Person | None, getattr(request, _AWAY, None))


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in; only behind `requires`."""
    return cast(Person, request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The person who is signed in, as the audit trail names them; a deputy with the name of who is away."""
    actor = person_of(request).actor(request.META.get("REMOTE_ADDR", ""))
    away = away_of(request)
    if away is None:
        return actor
    return replace(actor, name=_("%(name)s for %(away)s") % {"name": actor.name, "away": away.name})


def may_open(person: SignedIn, view: object) -> bool:
    """Whether the person would pass the `requires` of a view; False for a view that states nothing."""
    if not person.is_authenticated or not hasattr(view, REQUIRED):
        return False
    permission = getattr(view, REQUIRED)
    return permission is None or person.can(permission)


def object_or_404(rows: "QuerySet[Row]", **lookup: object) -> Row:
    """The one row of `rows`, which the caller has narrowed to what the person may see.

    Raises:
        Http404: there is none, the person may not see it, or the id has no valid form: all look alike from outside.
    """
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError, OverflowError) as error:
        raise Http404 from error
