"""Addresses that leave the browser: on paper, in a file, on a device."""

from django.http import HttpRequest

from fenghuo.base.common.settings import settings


def whole_address(request: HttpRequest, path: str) -> str:
    """An address to be printed: under the one that the office has set, else under the one that the reader came by."""
    base = settings().public_url.rstrip("/")
    return base + path if base else request.build_absolute_uri(path)


def own_address(request: HttpRequest) -> str:
    """What printed addresses begin with because the office has set no public one; "" where it has. The page has to say so."""
    return "" if settings().public_url else request.build_absolute_uri("/").rstrip("/")
