"""The list of ports agrees with the check that uses it."""

from fenghuo.see.screening.checks.data_files import toml_of
from fenghuo.see.screening.checks.risky_ports.check import CHECK

REQUIRED = {
    3389,
    445,
    139,
    22,
    3306,
    1433,
    1521,
    5432,
    27017,
    6379,
    11211,
    9200,
    2375,
    23,
    21,
    873,
    161,
    5900,
    8009,
    7001,
}


def test_severities_and_outcomes_are_the_checks() -> None:
    ports = toml_of(CHECK.id, "ports.toml")["ports"]
    for port in ports:
        assert CHECK.outcome(port["outcome"]).severity == port["severity"], port
        assert port["zh"]
        assert port["en"]
    for banner in toml_of(CHECK.id, "ports.toml")["banners"]:
        assert CHECK.outcome(banner["outcome"])
    numbers = [port["number"] for port in ports]
    assert len(numbers) == len(set(numbers)) <= 38, "the collector tries at most 40 ports, 80 and 443 among them"
    assert set(numbers) >= REQUIRED
