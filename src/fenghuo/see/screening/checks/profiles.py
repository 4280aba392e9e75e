"""Which checks a daily visit makes and which only the weekly one, by what they ask of a site; no list to keep by hand."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from fenghuo.see.screening.checks.base import Check
from fenghuo.see.screening.checks.registry import all_checks

MOST_DAILY_REQUESTS = 60
"""HTTP requests to a site that a daily visit may make."""
MOST_DAILY_TLS = 12
"""TLS connections beyond these."""
MOST_OWN_PATHS = 5
"""Paths of its own that a check of the daily visit may ask for. What all checks share (`needs`) is asked for once and counts for none."""


class Profile(StrEnum):
    """How thorough a visit is: `LIGHT` is made daily, `DEEP` weekly and makes the light checks as well."""

    LIGHT = "light"
    DEEP = "deep"


def profile_of(check: Check) -> Profile:
    """The first profile that makes the check: those that try many paths wait for the weekly visit."""
    return Profile.LIGHT if len(check.probes) <= MOST_OWN_PATHS else Profile.DEEP


@cache
def checks_of(profile: Profile) -> frozenset[str]:
    """Ids of the checks that a visit of this profile makes."""
    return frozenset(
        check.id for check in all_checks().values() if profile is Profile.DEEP or profile_of(check) is Profile.LIGHT
    )


def requests_of(checks: Iterable[Check]) -> int:
    """HTTP requests that a visit for these checks makes at most: each path and each shared fact once."""
    chosen = list(checks)
    paths = {probe.path for check in chosen for probe in check.probes}
    return len(paths) + sum(need.http for need in {n for check in chosen for n in (*check.needs, *check.uses)})


def tls_of(checks: Iterable[Check]) -> int:
    """TLS connections beyond these that a visit for these checks makes at most."""
    return sum(need.tls for need in {n for check in checks for n in (*check.needs, *check.uses)})
