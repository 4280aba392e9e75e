"""What every page's frame shows."""

from typing import cast

from django.http import HttpRequest

from fenghuo.base.common import clock
from fenghuo.faces.console.access import SignedIn
from fenghuo.faces.console.rail import rail, search_url

THEME_COOKIE = "fenghuo_theme"
THEMES = ("", "light", "dark")


def frame(request: HttpRequest) -> dict[str, object]:
    """Values for the frame: theme and server time for all, rail and search for persons who are signed in."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    values: dict[str, object] = {"theme": theme if theme in THEMES else "", "time": clock.now().isoformat()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return values
    person = cast(SignedIn, user)
    return {**values, "person": person, "rail": rail(person, request.path), "search_url": search_url(person)}
