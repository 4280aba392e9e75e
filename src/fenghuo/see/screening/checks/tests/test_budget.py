"""What a visit costs a site, summed over all checks that are registered."""

from fenghuo.see.screening.checks.profiles import (
    MOST_DAILY_REQUESTS,
    MOST_DAILY_TLS,
    MOST_OWN_PATHS,
    Profile,
    checks_of,
    requests_of,
    tls_of,
)
from fenghuo.see.screening.checks.registry import all_checks

CHECKS = all_checks()
LIGHT = [check for check in CHECKS.values() if check.id in checks_of(Profile.LIGHT)]
LEAKS = (
    "backup-archive",
    "leaked-settings",
    "leaked-database-dump",
    "debug-pages",
    "directory-listing",
    "admin-panel",
    "security-txt",
)


def test_the_daily_visit_keeps_to_its_requests() -> None:
    assert requests_of(LIGHT) <= MOST_DAILY_REQUESTS
    assert tls_of(LIGHT) <= MOST_DAILY_TLS


def test_the_weekly_visit_makes_every_check() -> None:
    assert checks_of(Profile.DEEP) == set(CHECKS)
    later = checks_of(Profile.DEEP) - checks_of(Profile.LIGHT)
    assert {"backup-archive", "admin-panel"} <= later
    assert all(len(CHECKS[check].probes) > MOST_OWN_PATHS for check in later)


def test_paths_of_all_leaks_together() -> None:
    assert len({probe.path for check in LEAKS for probe in CHECKS[check].probes}) <= 45


def test_a_path_that_two_checks_ask_for_counts_once() -> None:
    one = CHECKS["backup-archive"]
    assert requests_of([one, one]) == requests_of([one]) == one.requests


def test_paths_are_paths() -> None:
    for check in CHECKS.values():
        for probe in check.probes:
            assert probe.path.startswith("/")
            assert 0 < probe.most <= 65_536, "a check never asks for more of a body than it needs"
            assert "{" not in probe.path.replace("{host}", "")
