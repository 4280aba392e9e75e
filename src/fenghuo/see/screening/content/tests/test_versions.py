"""Versions are ordered as their makers mean it."""

import itertools

import pytest

from fenghuo.see.screening.content import versions

ASCENDING = [
    ["8.0.0-beta1", "8.0.0-rc2", "8.0.0", "8.0.7", "8.0.10", "8.1"],
    ["9.0.0.M1", "9.0.0", "9.0.30", "9.0.31"],
    ["1.0.1", "1.0.1a", "1.0.1f", "1.0.1g", "1.0.2"],
    ["2.4.9", "2.4.49", "2.4.50", "2.10"],
    ["2.426.2", "2.426.3", "2.427", "2.440", "2.440.1", "2.441", "2.442"],
    ["10.1.0-M1", "10.1.0", "10.1.34", "10.1.35"],
    ["2026.11.25", "2026.11.25.1", "2026.11.26", "2026.12.1"],
]


@pytest.mark.parametrize("ascending", ASCENDING, ids=lambda a: a[-1])
def test_order(ascending: list[str]) -> None:
    for lower, higher in itertools.combinations(ascending, 2):
        assert versions.key(lower) < versions.key(higher), (lower, higher)


def test_what_is_the_same() -> None:
    assert versions.key("2.4") == versions.key("2.4.0") == versions.key("v2.4.0.Final")


def test_ranges_take_in_the_first_and_not_the_last() -> None:
    assert versions.within("2.4.49", ("2.4.49", "2.4.51"))
    assert not versions.within("2.4.51", ("2.4.49", "2.4.51"))
    assert versions.within("0.1", ("", "1.0"))
    assert versions.within("99", ("1", ""))


def test_branches_and_agreement() -> None:
    assert versions.of_branch("7.4.33", "7.4")
    assert not versions.of_branch("7.40.1", "7.4")
    assert versions.agree(["2.4", "2.4.49", "2.4.49"])
    assert not versions.agree(["2.4.49", "2.4.62"])


@pytest.mark.parametrize(
    "text",
    [
        "Apache/2.4.41 (Ubuntu)",
        "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16",
        "Apache/2.4.37 (centos)",
        "PHP/7.4.3-4ubuntu2.29",
        "PHP/7.4.33-1+deb11u5",
        "OpenSSL/1.1.1k-fips",
        "4.9.5deb2",
        "Apache/2.4.6 (Red Hat Enterprise Linux)",
        "Apache/2.4.43 (openEuler)",
    ],
)
def test_distributions_are_told(text: str) -> None:
    assert versions.mended_by_distribution(text)


@pytest.mark.parametrize(
    "text", ["Apache/2.4.49 (Unix)", "Apache/2.4.58 (Win64) OpenSSL/3.1.3", "nginx/1.25.3", "PHP/8.1.2"]
)
def test_other_builds_are_not(text: str) -> None:
    assert not versions.mended_by_distribution(text)
